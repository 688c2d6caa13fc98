// Writes one file so that after a power cut either the old or the new content is there: temporary file, fsync, rename,
// fsync of the directory. Called by state-file.ts, and by provisioning for a board's first record.
import { open, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Suffix of the temporary file; a leftover of a power cut is removed when the state is loaded. */
export const TEMPORARY = '.tmp'

/** Resolves when the content is durable; rejects with the system's error. Mode 0600. */
export const writeDurably = async (folder: string, name: string, text: string): Promise<void> => {
  const file = join(folder, name)
  const temporary = `${file}${TEMPORARY}`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Two states, their folder, and what a filesystem rounds up. */
export const STATE_ROOM_BYTES = 32_768

/**
 * The last room on the card belongs to the durable state: whoever cannot store it takes, grants and fences nothing (R5). Asked before
 * each write by all else that is kept beside it. Rejects with ENOSPC where less than STATE_ROOM_BYTES are left in the filesystem of `folder`, also for root.
 */
export const keepStateRoom = async (folder: string): Promise<void> => {
  const { bfree, bsize } = await statfs(folder)
  if (bfree * bsize >= STATE_ROOM_BYTES) return
  const text = `ENOSPC: less than ${STATE_ROOM_BYTES / 1024} KiB are left in ${folder}: they are for the durable state`
  throw Object.assign(new Error(text), { code: 'ENOSPC' })
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on that filesystem',
  EDQUOT: 'make room on that filesystem',
  EROFS: 'mount it writable, and look why the kernel made it read-only (`dmesg`)',
  EACCES: 'let the user of the daemon write there',
  EPERM: 'let the user of the daemon write there',
  ENOENT: 'make the directory (provisioning does)',
  ENOTDIR: 'make it a directory',
  EIO: 'the card or disk fails: replace it'
}

/** What to do about a failed write, by the system's error code. */
export const remedyFor = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REMEDIES[code] ?? 'check that filesystem'
}
