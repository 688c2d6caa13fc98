// When two copies of a mirrored disk parted, asked of a person where no board wrote it down. Used by `disk compare` and `discard-copy`.
import { readSince } from './argument-disk.js'
import { clip } from './screen.js'
import type { Terminal } from './terminal.js'

/** Unix seconds; a text = not said, and why. */
export const askSince = async (terminal: Terminal): Promise<number | string> => {
  terminal.complain(
    'Nothing that is written down tells when the copies parted. Too early an instant does no harm: too much is listed then, nothing too little.'
  )
  const typed = ((await terminal.ask('Since when? 3h, 2d or 2026-11-20 19:00 (Enter alone: not known): ')) ?? '').trim()
  if (typed === '') return 'nobody knows since when'
  return readSince(typed, terminal.wallSeconds()) ?? `"${clip(typed, 30)}" is no time`
}
