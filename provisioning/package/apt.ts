// The release's archive, read by an apt with lists of its own: this machine may be of another release, and its own lists
// stay as they are. Used for headers (addon.ts), for the check of dependencies (check.ts) and for roots (check-root.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, CACHE, RELEASE, run } from './place.js'

const MIRROR = process.env.BATON_MIRROR ?? 'http://deb.debian.org/debian'
const SECURITY_MIRROR = process.env.BATON_SECURITY_MIRROR ?? 'http://deb.debian.org/debian-security'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The line of a sources.list. */
export const SOURCE = `deb [signed-by=${KEYRING}] ${MIRROR} ${RELEASE} main`
/** What a card is made from: the firmware's own section, and the corrections since the release. */
export const CARD_SOURCES = [
  `deb [signed-by=${KEYRING}] ${MIRROR} ${RELEASE} main non-free-firmware`,
  `deb [signed-by=${KEYRING}] ${MIRROR} ${RELEASE}-updates main non-free-firmware`,
  `deb [signed-by=${KEYRING}] ${SECURITY_MIRROR} ${RELEASE}-security main non-free-firmware`
]

/** Where the lists of one such apt lie. */
export const aptHome = (architecture: Architecture, name: string = RELEASE): string =>
  join(CACHE, `apt-${name}-${architecture}`)

/**
 * Environment for apt-get: a machine of that processor with nothing installed. Its lists are fetched anew.
 * `name` keeps the lists of other sources apart.
 */
export const releaseApt = (
  architecture: Architecture,
  name: string = RELEASE,
  sources: readonly string[] = [SOURCE]
): NodeJS.ProcessEnv => {
  const home = aptHome(architecture, name)
  for (const folder of ['sources.d', 'preferences.d', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(home, folder), { recursive: true })
  writeFileSync(join(home, 'state/status'), '')
  writeFileSync(join(home, 'sources.list'), `${sources.join('\n')}\n`)
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
