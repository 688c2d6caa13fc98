// The last room on the card belongs to the durable state: whoever cannot store it takes, grants and fences nothing (R5).
// Asked before each write by everything else that the daemon and its notices keep beside it.
import { statfs } from 'node:fs/promises'

/** Two states, their folder, and what a filesystem rounds up. */
export const STATE_ROOM_BYTES = 32_768

/** Rejects with ENOSPC where less than STATE_ROOM_BYTES are left in the filesystem of `folder`, also for root. */
export const keepStateRoom = async (folder: string): Promise<void> => {
  const { bfree, bsize } = await statfs(folder)
  if (bfree * bsize >= STATE_ROOM_BYTES) return
  const text = `ENOSPC: less than ${STATE_ROOM_BYTES / 1024} KiB are left in ${folder}: they are for the durable state`
  throw Object.assign(new Error(text), { code: 'ENOSPC' })
}
