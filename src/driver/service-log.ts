// Bounds the file that a supervised command writes its output to: the writer outlives us, so no pipe can do it.
// Called by service-process.ts. The file is opened for appending, so that truncating it is safe under the writer.
import { copyFile, open, stat, truncate } from 'node:fs/promises'

/** Beyond this a log is moved aside to `.1` (one generation). */
export const LOG_BYTES_MAX = 512 * 1024

export const boundLog = async (file: string): Promise<void> => {
  try {
    const { size } = await stat(file)
    if (size <= LOG_BYTES_MAX) return
    if (size <= 8 * LOG_BYTES_MAX) await copyFile(file, `${file}.1`)
    await truncate(file, 0)
  } catch {
    // No log, or no room for a copy: nothing that the service would have to suffer for.
  }
}

/** The last lines of a log, at most 300 characters, joined by `; `. Empty where there is none. */
export const lastWordsOf = async (file: string): Promise<string> => {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      const length = Math.min(size, 1024)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
      const lines = buffer.subarray(0, bytesRead).toString('utf8').trim().split('\n')
      return lines.slice(-3).join('; ').slice(-300)
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}
