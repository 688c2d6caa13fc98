// Reads this board's copy of a mirrored disk without changing a byte of it: a read-only loop device over the disk below the mirror, mounted read-only without a
// replay of its journal, in a mount namespace of its own that ends with the child. Called by `baton disk compare` and before a copy is given up.
// Must not be used while somebody writes to the copy: the caller knows that it is secondary and not connected.
import { mkdirSync } from 'node:fs'
import { rename, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CopyFile } from '../port/copy-files.js'
import { type CommandResult, failureOf, runCommand } from './command.js'

export interface CopyPlace {
  /** The disk or partition below the mirror. */
  readonly path: string
  /** For the mount point; of this board, in memory. */
  readonly runDir: string
}

const READ_MS = 600_000
export const ARCHIVE_MS = 6 * 3_600_000
const LIST_BYTES_MAX = 32 * 1_048_576
const PATH_CHARS_MAX = 300
/** Left alone on the filesystem that takes the archive. */
export const ROOM_BYTES = 64 * 1_048_576
const MOUNT_FAILED = 96

// errors=continue: a damaged copy is read as far as it goes, whatever its superblock asks for. The loop device goes with the mount.
const INSIDE = `blockdev --flushbufs "$1" || exit ${MOUNT_FAILED}
loop=$(losetup --read-only --find --show "$1") || exit ${MOUNT_FAILED}
mount -i -t ext4 -o ro,noload,nosuid,nodev,noexec,errors=continue "$loop" "$2" || { losetup -d "$loop"; exit ${MOUNT_FAILED}; }
losetup -d "$loop"
cd "$2" || exit ${MOUNT_FAILED}
shift 2`

/** Runs `script` in the folder of the copy; `words` are its $1, $2, … */
export const inside = (
  { path, runDir }: CopyPlace,
  script: string,
  words: readonly string[],
  deadlineMs: number
): Promise<CommandResult> => {
  const point = join(runDir, 'copy')
  mkdirSync(point, { recursive: true, mode: 0o700 })
  const shell = ['sh', '-c', `${INSIDE}\n${script}`, 'baton-copy', path, point, ...words]
  return runCommand('unshare', ['--mount', '--propagation', 'private', ...shell], {
    deadlineMs,
    marked: false,
    outputBytesMax: LIST_BYTES_MAX
  })
}

/** The shell's words are ours; what matters is who refused. */
export const whyOf = (result: CommandResult, what: string): string =>
  result.code === MOUNT_FAILED
    ? `the copy cannot be mounted read-only: ${result.stderr.trim().slice(0, 300)}`
    : failureOf({ ...result, command: what })

// Bytes are not text: a name may hold anything but NUL and a slash.
const plain = (path: string): string => path.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '?').slice(0, PATH_CHARS_MAX)

const fileOf = (record: string): CopyFile[] => {
  const [kind, bytes, changed, touched, ...path] = record.split(' ')
  const numbers = [bytes, changed, touched].map(Number)
  const [size = 0, content = 0, all = 0] = numbers
  if (kind === undefined || path.length === 0 || numbers.some(value => !Number.isFinite(value))) return []
  const folder = kind === 'd'
  return [{ path: plain(path.join(' ')), bytes: folder ? 0 : size, changed: content, touched: all, folder }]
}

/** All that changed at or after `since` (Unix seconds), newest first; a text = it could not be read, and why. Not our own files. */
export const changedFiles = async (place: CopyPlace, since: number): Promise<readonly CopyFile[] | string> => {
  const script = `exec find . -xdev -mindepth 1 \\( -newermt "@$1" -o -newerct "@$1" \\) -printf '%y %s %T@ %C@ %P\\0'`
  // find takes what is newer, not what is as old.
  const result = await inside(place, script, [String(Math.floor(since) - 1)], READ_MS)
  // 1: some places could not be read; what was read counts.
  if (!result.ok && result.code !== 1) return whyOf(result, 'find what changed on the copy')
  const files = result.stdout.split('\0').flatMap(fileOf)
  const ours = /^(\.baton-[^/]*|lost\+found)$/
  return files
    .filter(({ path }) => !ours.test(path))
    .sort((x, y) => y.touched - x.touched || (x.path < y.path ? -1 : 1))
}

/** The journal holds what a power cut left: it is not replayed, so that its last seconds may be missing in what is read. */
export const hasOpenJournal = async ({ path }: CopyPlace): Promise<boolean> => {
  const result = await runCommand('dumpe2fs', ['-h', path], { deadlineMs: READ_MS, marked: false })
  return /^Filesystem features:.*\bneeds_recovery\b/m.test(result.stdout)
}

/** Bytes that an archive in this folder may have; 0 = none, or there is no such folder. */
export const roomFor = async (folder: string): Promise<number> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return Math.max(0, bavail * bsize - ROOM_BYTES)
  } catch {
    return 0
  }
}

/** $1: an instant before; $2: the tar. */
export const TAR =
  'find . -xdev -mindepth 1 ! -type d \\( -newermt "@$1" -o -newerct "@$1" \\) -printf "%P\\0" | tar --create --sparse --no-recursion --file="$2" --null --files-from=-'

/**
 * A tar of all files that changed at or after `since` to `file`, durable when it resolves: null = done, else why not, and then no file is left.
 */
export const archiveFiles = async (place: CopyPlace, since: number, file: string): Promise<string | null> => {
  const draft = `${file}.part`
  const script = `${TAR} && sync "$2"`
  try {
    const result = await inside(place, script, [String(Math.floor(since) - 1), draft], ARCHIVE_MS)
    if (!result.ok) throw new Error(whyOf(result, `tar --create --file=${file}`))
    await rename(draft, file)
    const synced = await runCommand('sync', [dirname(file)], { deadlineMs: READ_MS, marked: false })
    if (!synced.ok) throw new Error(failureOf(synced))
    return null
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    return error instanceof Error ? error.message : String(error)
  }
}
