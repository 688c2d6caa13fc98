// Which packages of the archive go onto the card: name, version and hash of each, and the files themselves.
// Called by build.ts. The list lies in the cache, so that a later build has the same inputs; `--refresh` asks the archive anew.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { aptHome, CARD_SOURCES, releaseApt } from '../provisioning/package/apt.js'
import { RELEASE, run, say } from '../provisioning/package/place.js'
import { ARCHITECTURE, IMAGE_CACHE, WANTED } from './plan.js'

export interface PackageFile {
  readonly name: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
  readonly uri: string
}

export interface Inputs {
  readonly packages: readonly PackageFile[]
  /** Seconds since 1970: the archive's own date. All files of the card that are younger carry it. */
  readonly epoch: number
  /** Of all the above: the same digest, the same inputs. */
  readonly digest: string
}

const POOL = join(IMAGE_CACHE, 'pool')
const LISTS = `${RELEASE}-card`
/** Fetched by one call of apt's helper. */
const FETCH_AT_ONCE = 20

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Where a package's file lies: named by its hash as well, so that a list can only ever mean that file. */
export const poolFile = ({ uri, sha256 }: PackageFile): string =>
  join(POOL, `${sha256.slice(0, 16)}_${decodeURIComponent(basename(uri))}`)

const HEAD = '# baton: packages on the card. Columns: name, version, sha256, bytes, address.'

/** The software list as text; it is also what lies in the cache and what `--packages` reads. */
export const formatList = (inputs: Omit<Inputs, 'digest'>): string =>
  [
    HEAD,
    `# archive of ${new Date(inputs.epoch * 1000).toISOString()}`,
    ...inputs.packages.map(each => [each.name, each.version, each.sha256, each.bytes, each.uri].join('\t')),
    ''
  ].join('\n')

/** Reads such a list; throws with the line that is wrong. */
export const parseList = (text: string, where: string): Inputs => {
  const refuse = (line: number, why: string): never => {
    throw new Error(`${where}:${line}: ${why}. Remove the file, or build with --refresh`)
  }
  const lines = text.split('\n')
  const date = /^# archive of (\S+)$/m.exec(text)?.[1]
  const epoch = Math.floor(Date.parse(date ?? '') / 1000)
  if (!Number.isFinite(epoch)) refuse(2, 'the line "# archive of DATE" is missing')
  const packages = lines.flatMap((line, at) => {
    if (line === '' || line.startsWith('#')) return []
    const [name, version, sha256, bytes, uri, ...more] = line.split('\t')
    const whole =
      /^[a-z0-9][a-z0-9+.-]+$/.test(name ?? '') &&
      /^[0-9a-f]{64}$/.test(sha256 ?? '') &&
      /^\d{1,10}$/.test(bytes ?? '') &&
      /^https?:\/\/\S+\.deb$/.test(uri ?? '') &&
      more.length === 0
    if (!whole || !name || !version || !sha256 || !uri)
      return refuse(at + 1, 'is no package, version, sha256, bytes and address')
    return [{ name, version, sha256, bytes: Number(bytes), uri }]
  })
  if (packages.length === 0) refuse(1, 'names no package')
  return { packages, epoch, digest: digestOf(formatList({ packages, epoch })) }
}

/** `'URI' FILE BYTES SHA256:HASH`, as `apt-get --print-uris` says it. */
const parseUri = (line: string): PackageFile => {
  const hit = /^'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})$/.exec(line)
  if (hit === null) throw new Error(`apt-get named a package without its sha256: ${line}`)
  const [, uri = '', file = '', bytes = '', sha256 = ''] = hit
  const [name = '', version = ''] = file.split('_')
  return { name, version: decodeURIComponent(version), sha256, bytes: Number(bytes), uri }
}

const archiveEpoch = (): number => {
  const lists = join(aptHome(ARCHITECTURE, LISTS), 'state/lists')
  const dates = readdirSync(lists)
    .filter(name => name.endsWith('_InRelease'))
    .map(name => Date.parse(/^Date: (.+)$/m.exec(readFileSync(join(lists, name), 'utf8'))?.[1] ?? ''))
  const newest = Math.max(...dates)
  if (!Number.isFinite(newest)) throw new Error('the archive does not say its date')
  return Math.floor(newest / 1000)
}

const askArchive = (): Inputs => {
  say(`asking the archive which packages of ${RELEASE} go onto the card …`)
  const env = releaseApt(ARCHITECTURE, LISTS, CARD_SOURCES)
  const words = [
    '-qq',
    '-o',
    'Acquire::ForceHash=sha256',
    '--print-uris',
    '--no-install-recommends',
    'install',
    '?essential',
    'apt',
    ...WANTED
  ]
  const answer = run('apt-get', words, { env })
  const packages = answer
    .trim()
    .split('\n')
    .map(parseUri)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const inputs = { packages, epoch: archiveEpoch() }
  return { ...inputs, digest: digestOf(formatList(inputs)) }
}

/** The list: of `file` where one is given, else the cache's, else the archive's. */
export const chooseInputs = (options: { readonly file?: string | undefined; readonly refresh: boolean }): Inputs => {
  if (options.file !== undefined) return parseList(readFileSync(options.file, 'utf8'), options.file)
  const cached = join(IMAGE_CACHE, `packages-${digestOf(WANTED.join()).slice(0, 12)}.tsv`)
  if (!options.refresh && existsSync(cached)) return parseList(readFileSync(cached, 'utf8'), cached)
  const inputs = askArchive()
  mkdirSync(IMAGE_CACHE, { recursive: true })
  writeFileSync(`${cached}.new`, formatList(inputs))
  renameSync(`${cached}.new`, cached)
  return inputs
}

/** Bring every file of the list into the cache; each is checked against its hash by apt's helper. */
export const fetchInputs = ({ packages }: Inputs): void => {
  mkdirSync(POOL, { recursive: true })
  const missing = packages.filter(each => !existsSync(poolFile(each)) || statSync(poolFile(each)).size !== each.bytes)
  const bytes = missing.reduce((sum, each) => sum + each.bytes, 0)
  if (missing.length > 0) say(`fetching ${missing.length} packages, ${Math.round(bytes / 1e6)} MB …`)
  for (let at = 0; at < missing.length; at += FETCH_AT_ONCE) {
    const some = missing.slice(at, at + FETCH_AT_ONCE)
    const words = some.flatMap(each => [each.uri, `${poolFile(each)}.new`, `SHA256:${each.sha256}`])
    run('/usr/lib/apt/apt-helper', [
      '-o',
      'APT::Sandbox::User=root',
      '-o',
      'Acquire::Retries=3',
      'download-file',
      ...words
    ])
    for (const each of some) renameSync(`${poolFile(each)}.new`, poolFile(each))
  }
}
