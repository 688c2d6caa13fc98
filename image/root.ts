// The root of the release with all packages of the card, before anything of ours: a tar archive in the cache, named by its
// inputs. Called by build.ts. The long step: the packages' own scripts run emulated.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { basename, join } from 'node:path'
import { RELEASE, run, say } from '../provisioning/package/place.js'
import { digestOf, type Inputs, poolFile } from './inputs.js'
import { ARCHITECTURE, DPKG_OPTIONS, IMAGE_CACHE, WANTED } from './plan.js'
import { runLong } from './workplace.js'

const DEADLINE_MS = 60 * 60_000
/** Changes of how the root is made, which the inputs do not show. */
const RECIPE = 1

const link = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** A small archive with exactly these packages, so that nothing else can be chosen. */
const layArchive = (inputs: Inputs, folder: string): void => {
  mkdirSync(folder, { recursive: true })
  for (const each of inputs.packages) link(poolFile(each), join(folder, decodeURIComponent(basename(each.uri))))
  writeFileSync(join(folder, 'Packages'), run('apt-ftparchive', ['packages', '.'], { cwd: folder }))
}

/** How far dpkg has come, for whoever waits. */
const progressOf = (folder: string, total: number): string => {
  const roots = readdirSync(folder).filter(name => name.startsWith('mmdebstrap.'))
  const logs = roots.map(name => join(folder, name, 'var/log/dpkg.log')).filter(file => existsSync(file))
  const done = logs
    .flatMap(file => [...readFileSync(file, 'utf8').matchAll(/ status installed (\S+)/g)])
    .map(hit => hit[1])
  return `${Math.min(new Set(done).size, total)} of ${total} packages configured`
}

/** Path of the archive, made now if need be; `again` makes it anew beside it. `folder`: a place with some GB of room. */
export const baseRoot = async (inputs: Inputs, folder: string, again = false): Promise<string> => {
  const recipe = JSON.stringify([RECIPE, WANTED, DPKG_OPTIONS])
  const name = `root-${RELEASE}-${ARCHITECTURE}-${digestOf(`${inputs.digest}${recipe}`).slice(0, 12)}`
  const file = join(IMAGE_CACHE, `${name}${again ? '-again' : ''}.tar`)
  if (existsSync(file) && !again) return file
  say(
    `bootstrapping ${RELEASE} ${ARCHITECTURE}: ${inputs.packages.length} packages; ten minutes on two cores, less on more …`
  )
  const startedAt = Date.now()
  const archive = join(folder, 'archive')
  layArchive(inputs, archive)
  const draft = join(folder, 'root.tar')
  const words = [
    '--mode=root',
    '--variant=apt',
    `--architectures=${ARCHITECTURE}`,
    `--include=${WANTED.join()}`,
    ...DPKG_OPTIONS.map(option => `--dpkgopt=${option}`),
    '--aptopt=Acquire::Languages "none"',
    // dpkg need not be careful in memory.
    '--dpkgopt=force-unsafe-io'
  ]
  const minute = (): string => `${Math.round((Date.now() - startedAt) / 6000) / 10} min`
  await runLong('mmdebstrap', [...words, RELEASE, draft, `deb [trusted=yes] copy:${archive} ./`], {
    env: { TMPDIR: folder, SOURCE_DATE_EPOCH: String(inputs.epoch), INITRD: 'No', DEBIAN_FRONTEND: 'noninteractive' },
    onTick: () => say(`  ${progressOf(folder, inputs.packages.length)}, ${minute()}`),
    deadlineMs: DEADLINE_MS
  })
  copyFileSync(draft, `${file}.new`)
  renameSync(`${file}.new`, file)
  rmSync(draft)
  rmSync(archive, { recursive: true })
  say(`bootstrapped in ${minute()}`)
  return file
}
