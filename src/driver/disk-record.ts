// What a board keeps in its state folder while it prepares a disk, so that a cut leaves something that is begun anew; and how a disk is held
// meanwhile. Used by disk-make.ts and by the mirror's makers.
import { constants } from 'node:fs'
import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlockDevice } from './block-device.js'
import { failureOf, runCommand } from './command.js'
import { writeDurably } from './state-write.js'

const RECORD = 'disk-being-made.json'

/** `uuid`: of the filesystem, or of the partition table, that is being made. `as` absent: a filesystem. */
export interface Making {
  readonly as?: 'copy'
  readonly serial: string | null
  readonly model: string
  readonly bytes: number
  readonly uuid: string
}

export const recordOf = async (stateDir: string): Promise<Making | null> => {
  try {
    return JSON.parse(await readFile(join(stateDir, RECORD), 'utf8')) as Making
  } catch {
    return null
  }
}

/** Durable when it resolves; rejects with the system's error. */
export const keepRecord = (stateDir: string, record: Making): Promise<void> =>
  writeDurably(stateDir, RECORD, `${JSON.stringify(record)}\n`)

export const dropRecord = (stateDir: string): Promise<void> => rm(join(stateDir, RECORD), { force: true })

/** The record is about this very disk. One without a serial number cannot be told from another. */
export const isOf = (made: Making | null, { serial, model, bytes }: BlockDevice): made is Making =>
  made !== null && serial !== null && made.serial === serial && made.model === model && made.bytes === bytes

/** Whoever has it mounted, in whatever namespace, or builds on it, makes this fail: then why, in words. */
export const holdDisk = async (path: string): Promise<FileHandle | string> => {
  try {
    return await open(path, constants.O_RDONLY | constants.O_EXCL)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EBUSY'
      ? `${path} is in use: mounted, or part of something`
      : `${path} cannot be opened: ${message}`
  }
}

/** One command on a disk; null = done, else why not. */
export const diskStep = async (
  deadlineMs: number,
  file: string,
  ...words: readonly string[]
): Promise<string | null> => {
  const result = await runCommand(file, words, { deadlineMs, marked: false })
  return result.ok ? null : failureOf(result)
}
