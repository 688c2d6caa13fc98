// What may befall a card, done to one that nobody uses: a state partition that is full, or of which nothing can be read. Called by scenarios.
import { open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, tryRun } from '../../board/virtual/shell.js'
import type { Card } from './card.js'

const TOOL_MS = 120_000
const SUPERBLOCK_BYTES = 1024
/** In pieces: the folder that holds the cards has little room beside them. */
const FILLER_BYTES = 8 * 1024 * 1024
const FILLERS_MAX = 80
const FREE_BLOCKS_MIN = 4
/** The first one lies behind the place of a boot sector, whatever the size of a block. */
const FIRST_AT = 1024

export interface StateLayout {
  readonly blockBytes: number
  readonly freeBlocks: number
  /** Where superblocks lie, in bytes from the begin of the partition: the first one and its copies. */
  readonly superblocks: readonly number[]
}

/** Reads the words of dumpe2fs. Throws where they are none of a file system. */
export const parseDumpe2fs = (words: string): StateLayout => {
  const numberOf = (pattern: RegExp): number => {
    const found = pattern.exec(words)?.[1]
    if (found === undefined) throw new Error(`dumpe2fs does not say ${pattern.source}`)
    return Number(found)
  }
  const blockBytes = numberOf(/^Block size:\s+(\d+)/m)
  const blocks = [...words.matchAll(/(?:Primary|Backup) superblock at (\d+)/g)].map(hit => Number(hit[1]))
  return {
    blockBytes,
    freeBlocks: numberOf(/^Free blocks:\s+(\d+)/m),
    superblocks: blocks.map((block, i) => (i === 0 ? FIRST_AT : block * blockBytes))
  }
}

const stateOf = (card: Card): { readonly device: string; readonly startBytes: number } => {
  const partition = card.partitions.find(({ number }) => number === 3)
  if (card.state === null || partition === undefined) throw new Error(`${card.path} has no state partition`)
  return { device: card.state, startBytes: partition.startBytes }
}

const layoutOf = async (card: Card): Promise<StateLayout> =>
  parseDumpe2fs(await run('dumpe2fs', [stateOf(card).device], { timeoutMs: TOOL_MS }))

/** No superblock can be read any more, neither the first one nor a copy. Returns how many there were. */
export const wreckState = async (card: Card): Promise<number> => {
  const { superblocks } = await layoutOf(card)
  const { startBytes } = stateOf(card)
  const file = await open(card.path, 'r+')
  try {
    for (const at of superblocks)
      await file.write(Buffer.alloc(SUPERBLOCK_BYTES, 0xff), 0, SUPERBLOCK_BYTES, startBytes + at)
    await file.sync()
  } finally {
    await file.close()
  }
  const left = await tryRun('dumpe2fs', ['-h', stateOf(card).device], { timeoutMs: TOOL_MS })
  if (left.ok) throw new Error(`the state partition of ${card.path} can still be read`)
  return superblocks.length
}

const writeFiller = async (card: Card, dir: string, name: string, bytes: number): Promise<boolean> => {
  const { device } = stateOf(card)
  const source = join(dir, 'filler')
  const script = join(dir, 'filler-orders')
  await writeFile(source, Buffer.alloc(bytes, 0xff))
  await writeFile(script, `write ${source} ${name}\n`)
  const before = (await layoutOf(card)).freeBlocks
  await run('debugfs', ['-w', '-f', script, device], { timeoutMs: TOOL_MS })
  await rm(source)
  await rm(script)
  return (await layoutOf(card)).freeBlocks < before
}

/** Fill it until less is left than the daemon's record takes. `dir`: a place for what is written. Returns the bytes that are left. */
export const fillState = async (card: Card, dir: string): Promise<number> => {
  let left = await layoutOf(card)
  for (let i = 0; i < FILLERS_MAX && left.freeBlocks >= FREE_BLOCKS_MIN; i += 1) {
    // By halves at the end: the map of a file's blocks takes blocks, too.
    const bytes = Math.min(FILLER_BYTES, Math.floor(left.freeBlocks / 2) * left.blockBytes)
    if (!(await writeFiller(card, dir, `filler-${i}`, bytes))) break
    left = await layoutOf(card)
  }
  return left.freeBlocks * left.blockBytes
}
