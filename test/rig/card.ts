// Makes the card of one board from the image: a copy of its own, grown to a size that the emulator takes, with the pair's files
// on its boot partition and its key on the state partition. Used by rig-world.ts. Mounts nothing.
import { mkdir, open, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run, tryRun } from '../../board/virtual/shell.js'
import { type BootPlan, bootPlan } from './boot-files.js'
import { cardBytes, type Partition, parsePartitions } from './card-layout.js'

/** A file on a partition of the card. */
export interface CardFile {
  readonly path: string
  readonly text: string
  /** On the state partition: its mode, as `0100600`. */
  readonly mode?: string
}

export interface Card {
  readonly path: string
  readonly partitions: readonly Partition[]
  /** Name of the boot partition for mtools. */
  readonly fat: string
  /** Name of the state partition for e2fsprogs; null = the image has none. */
  readonly state: string | null
}

export interface CardBoot extends Omit<BootPlan, 'deviceTree'> {
  /** null = the kernel needs none. */
  readonly deviceTree: string | null
  /** Where kernel, initrd and device tree lie now, outside of the card. */
  readonly dir: string
}

const COPY_MS = 10 * 60_000
const TOOL_MS = 60_000
const FAT_TYPES: readonly number[] = [0x0b, 0x0c]

export const readPartitions = async (path: string): Promise<readonly Partition[]> => {
  const file = await open(path)
  try {
    const sector = Buffer.alloc(512)
    await file.read(sector, 0, 512, 0)
    return parsePartitions(sector)
  } finally {
    await file.close()
  }
}

/** Copy the image, sparse, and grow it. */
export const makeCard = async (image: string, path: string): Promise<Card> => {
  await run('cp', ['--sparse=always', '--reflink=auto', image, path], { timeoutMs: COPY_MS })
  await truncate(path, cardBytes((await stat(path)).size))
  const partitions = await readPartitions(path)
  const boot = partitions.find(({ type }) => FAT_TYPES.includes(type))
  if (boot === undefined) throw new Error(`${image} has no FAT partition to boot from; is it a card image?`)
  const state = partitions.find(({ number }) => number === 3)
  return {
    path,
    partitions,
    fat: `${path}@@${boot.startBytes}`,
    state: state === undefined ? null : `${path}?offset=${state.startBytes}`
  }
}

const fatText = async (card: Card, name: string): Promise<string> =>
  (await tryRun('mtype', ['-i', card.fat, `::${name}`], { timeoutMs: TOOL_MS })).stdout

/** Name of the root partition for e2fsprogs. */
export const rootOf = ({ path, partitions }: Card): string => {
  const root = partitions.find(({ number }) => number === 2)
  if (root === undefined) throw new Error(`${path} has no second partition, where the image's root lies`)
  return `${path}?offset=${root.startBytes}`
}

/** Write files onto the boot partition; what is there is written over. */
export const writeFat = async (card: Card, dir: string, files: readonly CardFile[]): Promise<void> => {
  for (const { path, text } of files) {
    const source = join(dir, 'fat-file')
    await writeFile(source, text)
    await run('mcopy', ['-o', '-i', card.fat, source, `::${path}`], { timeoutMs: TOOL_MS })
    await rm(source)
  }
}

export const removeFat = async (card: Card, name: string): Promise<void> => {
  await tryRun('mdel', ['-i', card.fat, `::${name}`], { timeoutMs: TOOL_MS })
}

export const readFat = fatText

/** Write files onto an ext4 partition that nobody has mounted, folders included. `device` as in `Card.state`. */
export const writeExt4 = async (device: string, dir: string, files: readonly CardFile[]): Promise<void> => {
  for (const { path, text, mode } of files) {
    const source = join(dir, 'ext4-file')
    await writeFile(source, text)
    const folders = path.split('/').slice(1, -1)
    const orders = [
      ...folders.map((_, i) => `mkdir /${folders.slice(0, i + 1).join('/')}`),
      `cd /${folders.join('/')}`,
      `rm ${basename(path)}`,
      `write ${source} ${basename(path)}`,
      `set_inode_field ${path} mode ${mode ?? '0100644'}`,
      `set_inode_field ${path} uid 0`,
      `set_inode_field ${path} gid 0`
    ]
    const script = join(dir, 'debugfs-orders')
    await writeFile(script, `${orders.join('\n')}\n`)
    await run('debugfs', ['-w', '-f', script, device], { timeoutMs: TOOL_MS })
    await rm(script)
    await rm(source)
    const back = await run('debugfs', ['-R', `cat ${path}`, device], { timeoutMs: TOOL_MS })
    if (back !== text)
      throw new Error(`${path} could not be written into ${device}: it reads otherwise than it was written`)
  }
}

/** What is in a file of an ext4 partition; '' = nothing, or no such file. */
export const readExt4 = async (device: string, path: string): Promise<string> =>
  (await tryRun('debugfs', ['-R', `cat ${path}`, device], { timeoutMs: TOOL_MS })).stdout

/** Do the firmware's work: bring kernel, initrd and device tree out of the card. `words` are added to the kernel's line. */
export const takeBootFiles = async (card: Card, dir: string, words: readonly string[]): Promise<CardBoot> => {
  await mkdir(dir, { recursive: true })
  const plan = bootPlan(await fatText(card, 'config.txt'), await fatText(card, 'cmdline.txt'), words)
  const take = async (name: string): Promise<string> => {
    const target = join(dir, name)
    await run('mcopy', ['-o', '-n', '-i', card.fat, `::${name}`, target], { timeoutMs: TOOL_MS })
    return target
  }
  return {
    dir,
    kernel: await take(plan.kernel),
    initrd: plan.initrd === null ? null : await take(plan.initrd),
    deviceTree: await take(plan.deviceTree),
    commandLine: plan.commandLine
  }
}
