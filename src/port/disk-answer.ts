// What one board's console asks the other board about its disk for a mirrored group, or orders, and what is answered. Types only.
import type { CopyFiles } from './copy-files.js'
import type { CopyTold } from './copy-told.js'

/** `look`: judge it. `make`: make it ready to carry a copy. `files`: what changed on it since the copies parted. `ask`: what became of it? */
export type DiskDoing = 'look' | 'make' | 'files' | 'ask'

export interface DiskWish {
  readonly doing: DiskDoing
  readonly group: string
  /** `make`: of a disk whose content may go; null = only a blank one. `look`: of the one that is meant. */
  readonly serial: string | null
  /** `files`: Unix seconds, a person's word of when the copies parted; null = as that board has it written down. */
  readonly since: number | null
  /** Drawn by who asks: 1..2^31. `ask` names the work that it asks about. */
  readonly work: number
}

export interface DiskAnswer {
  /** `busy`: it is at it, ask again; `ended`: `ok` says how; `refused`: nothing was done. */
  readonly state: 'busy' | 'ended' | 'refused'
  readonly ok: boolean
  /** For people: why not, or what was done. */
  readonly words: string
  /** The disk as it is at the end; null = it was not looked at. */
  readonly told: CopyTold | null
  readonly files?: CopyFiles
}
