// The release's archive, read by an apt with lists of its own: this machine may be of another release, and its own lists
// stay as they are. Used for headers (addon.ts), for the check of dependencies (check.ts) and for roots (check-root.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, CACHE, RELEASE, run } from './place.js'

const MIRROR = process.env.BATON_MIRROR ?? 'http://deb.debian.org/debian'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The line of a sources.list. */
export const SOURCE = `deb [signed-by=${KEYRING}] ${MIRROR} ${RELEASE} main`

/** Environment for apt-get: a machine of that processor with nothing installed. Its lists are fetched anew. */
export const releaseApt = (architecture: Architecture): NodeJS.ProcessEnv => {
  const home = join(CACHE, `apt-${RELEASE}-${architecture}`)
  for (const folder of ['sources.d', 'preferences.d', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(home, folder), { recursive: true })
  writeFileSync(join(home, 'state/status'), '')
  writeFileSync(join(home, 'sources.list'), `${SOURCE}\n`)
  const settings = {
    'APT::Architecture': architecture,
    'Dir::Etc::sourcelist': join(home, 'sources.list'),
    'Dir::Etc::sourceparts': join(home, 'sources.d'),
    'Dir::Etc::preferencesparts': join(home, 'preferences.d'),
    'Dir::State': join(home, 'state'),
    'Dir::State::status': join(home, 'state/status'),
    'Dir::Cache': join(home, 'cache'),
    'APT::Sandbox::User': 'root'
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`)
  writeFileSync(join(home, 'apt.conf'), `${lines.join('\n')}\nAPT::Architectures { "${architecture}"; };\n`)
  const env = { APT_CONFIG: join(home, 'apt.conf') }
  run('apt-get', ['-q', 'update'], { env })
  return env
}
