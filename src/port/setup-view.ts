// What a board tells about its set-up, to its own console and to the other board. Types only.

/**
 * How one group's disk looks from one board: `ready` to be served, `blank` (one, it may be prepared), `made` (mirrored: ready for the first copy), a
 * `person` is needed, or `absent`.
 */
export type DiskState = 'ready' | 'blank' | 'made' | 'person' | 'absent'

export interface DiskTold {
  readonly kind: DiskState
  /** For people. */
  readonly words: string
}

export interface SetupView {
  /** This board is being set up: it was paired without a record, and was not ready since. */
  readonly marked: boolean
  /** What the lead does or waits for, one sentence; null = no lead runs here. */
  readonly words: string | null
  /** By group name; a group without a disk is left out. Empty where no lead runs. */
  readonly disks: Readonly<Record<string, DiskTold>>
}
