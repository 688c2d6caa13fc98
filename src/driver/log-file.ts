// A bounded file of lines that are only appended: written at once, on the card a little later, rotated when full.
// Used by the event log. A full or broken disk costs lines, never an exception or a wait (R10).
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { keepStateRoom } from './state-write.js'

export interface LogFile {
  /** One line with its end. */
  append(line: string): void
  /** Lines that are not in the file because it could not be written, and the last reason. */
  readonly lost: { readonly count: number; readonly reason: string | null }
  /** Everything that was appended is on the card, or lost. */
  readonly settled: boolean
  /** Resolves when all that was appended so far is on the card, or lost. */
  flush(): Promise<void>
}

export interface LogFileOptions {
  readonly folder: string
  readonly name: string
  /** At this size the file becomes `name.1`, and the former `.1` is gone. */
  readonly bytesMax: number
  readonly now: () => number
  /** Something urgent is under way: the card is left alone for a while. */
  readonly isBusy: () => boolean
  /** Once when it cannot be written any more, in the system's words; once with null when it can again. */
  readonly onProblem?: (words: string | null) => void
}

/** Lines that wait for a slow disk; beyond it the newest are lost to the file. */
const WAITING_MAX = 1000
/** Lines reach the card this long after the last of a burst, and at the latest SYNC_LATE_MS after they were written … */
const SYNC_QUIET_MS = 300
export const SYNC_LATE_MS = 2000
/** … or this long, while something urgent is under way; and never more often than once a second: a card wears. */
export const SYNC_BUSY_MS = 10_000
const SYNC_GAP_MS = 1000
const LOOK_AGAIN_MS = 250

/** The end of a file's lines; `torn`: the last one has no end (power cut). */
export const readTail = (
  file: string,
  bytesMax: number
): { readonly lines: readonly string[]; readonly torn: boolean } => {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const length = Math.min(size, bytesMax)
      const bytes = Buffer.alloc(length)
      const text = bytes.subarray(0, readSync(descriptor, bytes, 0, length, size - length)).toString('utf8')
      return { lines: text.split('\n'), torn: text !== '' && !text.endsWith('\n') }
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return { lines: [], torn: false }
  }
}

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r')
  try {
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** `torn`: the file ends in the middle of a line; the next one begins with a line of its own. */
export const createLogFile = (options: LogFileOptions, torn: boolean): LogFile => {
  const { folder, bytesMax, isBusy, now, onProblem } = options
  const file = join(folder, options.name)
  let waiting: string[] = []
  let broken = torn
  let lost: { count: number; reason: string | null } = { count: 0, reason: null }
  let writing: Promise<void> | null = null
  let syncing: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  /** Written and not yet on the card since then; 0 = everything is. */
  let dirtySince = 0
  let writtenAt = 0
  let syncedAt = Number.NEGATIVE_INFINITY
  /** The file has a new name in its folder that is not on the card yet. */
  let renamed = false
  let failing = false

  const tell = (words: string | null): void => {
    if (failing === (words !== null)) return
    failing = words !== null
    onProblem?.(words)
  }

  const sync = async (): Promise<void> => {
    dirtySince = 0
    syncedAt = now()
    try {
      await syncPath(file)
      if (renamed) await syncPath(folder)
      renamed = false
    } catch {
      // A card that fails is told of by the write; the next one is tried anyhow.
    }
    syncing = null
  }

  const plan = (): void => {
    if (timer !== undefined || dirtySince === 0) return
    const due = Math.max(Math.min(writtenAt + SYNC_QUIET_MS, dirtySince + SYNC_LATE_MS), syncedAt + SYNC_GAP_MS)
    const held = isBusy() && now() < dirtySince + SYNC_BUSY_MS
    const waitMs = held ? LOOK_AGAIN_MS : due - now()
    timer = setTimeout(look, Math.max(1, waitMs))
    timer.unref()
  }
  const look = (): void => {
    timer = undefined
    const urgent = now() >= dirtySince + SYNC_LATE_MS
    const quiet = now() >= writtenAt + SYNC_QUIET_MS
    const free = !isBusy() || now() >= dirtySince + SYNC_BUSY_MS
    if (dirtySince === 0) return
    if (syncing === null && free && (urgent || quiet) && now() >= syncedAt + SYNC_GAP_MS) syncing = sync()
    plan()
  }

  const rotate = async (): Promise<void> => {
    const size = await stat(file).then(
      found => found.size,
      () => 0
    )
    if (size > 0 && size < bytesMax) return
    renamed = true
    if (size === 0) return
    await syncPath(file)
    await rename(file, `${file}.1`)
  }

  const write = async (text: string): Promise<void> => {
    await keepStateRoom(folder)
    await rotate()
    const handle = await open(file, 'a', 0o640)
    try {
      await handle.appendFile(text)
    } finally {
      await handle.close()
    }
  }

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting
      waiting = []
      try {
        await write(`${broken ? '\n' : ''}${lines.join('')}`)
        broken = false
        tell(null)
        writtenAt = now()
        if (dirtySince === 0) dirtySince = writtenAt
        plan()
      } catch (error) {
        lost = { count: lost.count + lines.length, reason: error instanceof Error ? error.message : String(error) }
        // A part of a line may be in the file: the next one begins a line of its own.
        broken = true
        tell(lost.reason)
      }
    }
    writing = null
  }

  return {
    append: line => {
      if (waiting.length < WAITING_MAX) waiting.push(line)
      else lost = { count: lost.count + 1, reason: 'the disk is too slow' }
      writing ??= writeAll()
    },
    get lost() {
      return lost
    },
    get settled() {
      return waiting.length === 0 && writing === null && syncing === null && dirtySince === 0
    },
    flush: async () => {
      await writing
      await syncing
      if (dirtySince !== 0) await sync()
    }
  }
}
