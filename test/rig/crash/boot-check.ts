// Is the FAT partition of one crash point fit to boot from? It is read-only but for moments, in which a page for the operator is
// put there: whatever the firmware and the board's start read must stay. Called by the crash-point proof.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Card } from './card.js'
import { command, must } from './command.js'
import { createAreaReplay, takeArea } from './replay.js'
import type { Piece } from './tear.js'
import type { LogEntry, WriteLog } from './write-log.js'

/** Path on the partition to a digest of what is in it. */
export type BootFiles = ReadonlyMap<string, string>

/** What a power cut leaves on a FAT that was written to, and what hurts nobody: the kernel mounts it, no file is touched. */
const HARMLESS: readonly RegExp[] = [
  /^fsck\.fat \d/,
  /^Dirty bit is set/,
  /^\s*Automatically removing dirty bit/,
  /^There are differences between boot sector and its backup/,
  /^This is mostly harmless/,
  /^Differences: \(offset:original\/backup\)/,
  /^\s*65:0[01]\/0[01]$/,
  /^\s*Not automatically fixing this/,
  /^\s*Automatically copying/,
  /^FATs differ but appear to be intact/,
  /^\s*Using first FAT/,
  /^Reclaimed \d+ unused clusters? \(\d+ bytes\)/,
  /^Free cluster summary (wrong|uninitialized)/,
  /^\s*(Auto-correcting|Automatically (correcting|updating))/,
  /^Leaving filesystem unchanged/,
  /^.*: \d+ files, \d+\/\d+ clusters$/
]

/** All files of a FAT image. `folder` is made anew. */
export const readBootFiles = async (image: string, folder: string): Promise<BootFiles> => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await must('mcopy', '-s', '-n', '-i', image, '::/', folder)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]
    })
  )
}

/** What is wrong with a FAT image. `before`: its files as they were flashed; `changing`: those that the board may change. */
export const checkBoot = async (
  image: string,
  before: BootFiles,
  changing: readonly string[],
  folder: string
): Promise<readonly string[]> => {
  const { code, words } = await command('fsck.vfat', ['-n', image])
  const odd = words.split('\n').filter(line => line.trim() !== '' && !HARMLESS.some(harmless => harmless.test(line)))
  if (code === null || code > 1 || odd.length > 0)
    return [`\`fsck.vfat -n\` of the boot partition ended with ${code}: ${odd.slice(0, 3).join(' | ')}`]
  const now = await readBootFiles(image, folder)
  return [...before]
    .filter(([path, digest]) => now.get(path) !== digest && !changing.includes(path))
    .map(([path]) => `${path} of the boot partition is ${now.has(path) ? 'changed' : 'gone'}`)
}

export interface BootWatch {
  /** What is wrong at a point; asked again only where something was written there since. */
  at(applied: number, extra: readonly Piece[]): Promise<readonly string[]>
  close(): void
}

/** `folder` is the caller's own. */
export const createBootWatch = async (
  log: WriteLog,
  card: Card,
  changing: readonly string[],
  folder: string
): Promise<BootWatch> => {
  const { from, bytes } = card.boot
  const touches = ({ sector, sectors }: LogEntry): boolean =>
    sectors > 0 && sector * log.sectorBytes < from + bytes && (sector + sectors) * log.sectorBytes > from
  const touching = log.entries.flatMap((entry, index) => (touches(entry) ? [index] : []))
  const flashed = join(folder, 'boot-flashed.img')
  await takeArea(card, card.boot, flashed)
  const before = await readBootFiles(flashed, join(folder, 'boot-files'))
  const replay = await createAreaReplay(log, card, card.boot, folder)
  let seen = ''
  let found: readonly string[] = []
  return {
    at: async (applied, extra) => {
      const own = extra.filter(({ entry }) => touches(entry))
      const name = `${touching.filter(index => index < applied).length} ${own.map(({ entry, from: first, sectors }) => `${entry.dataAt}+${first}:${sectors}`).join(' ')}`
      if (name === seen) return found
      const image = await replay.at(applied, own)
      found = await checkBoot(image, before, changing, join(folder, 'boot-files'))
      seen = name
      return found
    },
    close: () => replay.close()
  }
}
