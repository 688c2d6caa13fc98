// The shared disk of a world: one ext4 image under two different loop devices, so that a double mount is a real one.
// Made by world.ts; `readBack` looks at what really arrived on it, after both boards lost power.
import { copyFile, truncate, writeFile } from 'node:fs/promises'
import type { BoardId } from '../../src/core/types.js'
import type { WorldNames } from './names.js'
import { run, tryRun } from './shell.js'

const SIZE_BYTES = 64 * 1024 * 1024
/** Of this world alone: two worlds on one machine must not find each other's disk. */
export const diskUuid = (names: WorldNames): string => `ba704ba7-0000-4000-8000-000000${names.id}`

/** Make image and loop devices. Returns the device of each board. */
export const makeDisk = async (names: WorldNames): Promise<Record<BoardId, string>> => {
  await writeFile(names.image, '')
  await truncate(names.image, SIZE_BYTES)
  await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-U', diskUuid(names), '-L', 'baton', '-E', 'nodiscard', names.image])
  // One after the other: two at once may find the same free device.
  const attach = async (): Promise<string> => (await run('losetup', ['-f', '--show', names.image])).trim()
  return { a: await attach(), b: await attach() }
}

export interface DiskContent {
  /** Exit code of `e2fsck -fy` on a copy after journal replay: 0 or 1 = a sound filesystem. */
  readonly fsck: number | null
  readonly fsckWords: string
  readonly text: string
}

/** Replay the journal on a copy, check it, and read a file. The world's disk itself is not changed. */
export const readBack = async (names: WorldNames, file: string): Promise<DiskContent> => {
  const copy = `${names.image}.copy`
  await copyFile(names.image, copy)
  const replay = await tryRun('e2fsck', ['-p', copy], { timeoutMs: 30_000 })
  const check = await tryRun('e2fsck', ['-fn', copy], { timeoutMs: 30_000 })
  const text = await tryRun('debugfs', ['-R', `cat ${file}`, copy], { timeoutMs: 30_000 })
  const words = `${replay.stdout}${replay.stderr}${check.code === 0 ? '' : check.stdout}`
  return { fsck: (replay.code ?? 99) > 1 ? replay.code : check.code, fsckWords: words, text: text.stdout }
}
