// Has a disk that was put in the place of a copy made ready by itself (`disk.replaced: auto`): only a blank one, and one that is large enough.
// Called by a mirror that stands beside a current copy. The work is a program of its own: see disk-program.ts.
import type { DiskWish } from '../port/disk-answer.js'
import { whyTooSmall } from './mirror-backing.js'

/** What the program said at its end, unchecked; a text = nothing, and why. */
export type DiskAsk = (wish: Omit<DiskWish, 'work'>) => Promise<Readonly<Record<string, unknown>> | string>

/** `mirrorBytes`: size of the mirror; 0 = it is not known. null = the disk is ready to be filled; else why not, and then nothing was written. */
export const replaceDisk = async (ask: DiskAsk, group: string, mirrorBytes: number): Promise<string | null> => {
  // Nobody gave a serial number.
  const wish = { group, serial: null, since: null } as const
  const seen = await ask({ ...wish, doing: 'look' })
  if (typeof seen === 'string') return seen
  const { told, words } = seen as { readonly told?: { readonly bytes?: unknown } | null; readonly words?: unknown }
  const small = whyTooSmall({ bytes: Number(told?.bytes) || 0 }, mirrorBytes)
  if (small !== null) return `${words}: ${small}: take one that is at least as large as the other board’s`
  const said = await ask({ ...wish, doing: 'make' })
  return typeof said === 'string' ? said : said.ok === true ? null : String(said.words)
}
