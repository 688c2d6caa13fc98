// `npm run image`: the card's image, from the packages of Debian's archive and this repository. Prints path, size and sha256.
// `--twice` makes all of it again, the long bootstrap too, and compares; `--refresh` asks the archive for newer packages;
// `--packages FILE` takes the list that lies beside another image; `--raw` leaves out the compression.
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePackage } from '../provisioning/package/make.js'
import { BUILD, run, say, sourceEpoch } from '../provisioning/package/place.js'
import { layState, makeCard } from './card.js'
import { sayEmulation, startEmulation } from './emulation.js'
import { assemble, clampTimes, compress, giveBack, makeExt4, makeFat, rootBytes } from './filesystem.js'
import { chooseInputs, fetchInputs, formatList, type Inputs } from './inputs.js'
import { ARCHITECTURE, IMAGE, NAME, ROOT_FS, STATE_FS } from './plan.js'
import { baseRoot } from './root.js'
import { inMemory } from './workplace.js'

const USAGE = 'usage: npm run image -- [--twice] [--refresh] [--packages FILE] [--raw]'
/** The root, its partition and the archive of packages at the same time. */
const MEMORY = '4G'

interface Options {
  readonly twice: boolean
  readonly refresh: boolean
  readonly raw: boolean
  readonly packages: string | undefined
}

const readArguments = (): Options => {
  const options = {
    twice: { type: 'boolean' },
    refresh: { type: 'boolean' },
    raw: { type: 'boolean' },
    packages: { type: 'string' }
  } as const
  const { values } = parseArgs({ options })
  return {
    twice: values.twice === true,
    refresh: values.refresh === true,
    raw: values.raw === true,
    packages: values.packages
  }
}

const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** One raw image at `file`. `again`: nothing but packages is taken from the cache. */
const makeImage = async (inputs: Inputs, deb: string, epoch: number, file: string, again: boolean): Promise<void> => {
  const base = await inMemory(MEMORY, folder => baseRoot(inputs, folder, again))
  await inMemory(MEMORY, async folder => {
    const root = join(folder, 'root')
    const firmware = join(folder, 'firmware')
    const state = join(folder, 'state')
    for (const each of [root, state]) mkdirSync(each)
    say('unpacking the root …')
    run('tar', ['--xattrs', '--xattrs-include=*', '-C', root, '-xpf', base])
    await makeCard(root, firmware, deb, epoch)
    layState(state)
    say('making the partitions …')
    for (const each of [root, firmware, state]) clampTimes(each, epoch)
    const parts = ['fat', 'root', 'state'].map(name => join(folder, `${name}.img`)) as [string, string, string]
    const [fatPart, rootPart, statePart] = parts
    await makeFat(firmware, fatPart, epoch)
    await makeExt4(root, rootPart, ROOT_FS, rootBytes(root), epoch)
    await makeExt4(state, statePart, STATE_FS, STATE_FS.bytes, epoch)
    await assemble(`${file}.new`, fatPart, rootPart, statePart)
  })
  renameSync(`${file}.new`, file)
  if (again) rmSync(base)
}

const proveTwice = async (inputs: Inputs, deb: string, epoch: number): Promise<void> => {
  say('once more from the packages on, to compare …')
  const second = join(BUILD, `${NAME}-again.img`)
  await makeImage(inputs, deb, epoch, second, true)
  const [one, other] = [await sha256Of(IMAGE), await sha256Of(second)]
  if (one !== other)
    throw new Error(`made twice, the image differs: ${one} and ${other}. Both are kept: ${IMAGE} and ${second}`)
  rmSync(second)
  say(`made twice, the same bytes: sha256 ${one} (uncompressed)`)
}

const build = async (options: Options): Promise<void> => {
  const startedAt = Date.now()
  const epoch = sourceEpoch()
  const inputs = chooseInputs({ file: options.packages, refresh: options.refresh })
  fetchInputs(inputs)
  const { file: deb } = await makePackage(ARCHITECTURE, epoch)
  const newest = Math.max(epoch, inputs.epoch)
  const undo = startEmulation()
  process.on('exit', undo)
  sayEmulation()
  mkdirSync(BUILD, { recursive: true })
  await makeImage(inputs, deb, newest, IMAGE, false)
  if (options.twice) await proveTwice(inputs, deb, newest)
  const list = join(BUILD, `${NAME}.packages.tsv`)
  writeFileSync(list, formatList(inputs))
  let product = IMAGE
  if (!options.raw) {
    say('compressing …')
    product = await compress(IMAGE, () => say('  still compressing …'))
  }
  const sha256 = await sha256Of(product)
  const sum = `${product}.sha256`
  writeFileSync(sum, `${sha256}  ${basename(product)}\n`)
  for (const file of [deb, IMAGE, list, product, sum]) giveBack(file)
  say(`software list ${list}, checksum ${sum}; ${Math.round((Date.now() - startedAt) / 6000) / 10} min`)
  process.stdout.write(`${product}  ${statSync(product).size} bytes  sha256 ${sha256}\n`)
}

const main = async (): Promise<void> => {
  let options: Options
  try {
    options = readArguments()
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`)
    process.exitCode = 2
    return
  }
  if (process.getuid?.() !== 0)
    throw new Error('the image is put together with the owners of its files: run it as root, or with sudo')
  process.umask(0o022)
  await build(options)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
main().catch((error: unknown) => {
  say(`the image was not made: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
