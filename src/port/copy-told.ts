// What one board tells of its disk for a mirrored group, to its own console and to the other board. Types only.

/** `made`: it carries a copy, or is ready to; `blank`: it may be made one; `content`: only by its serial number; `never`: by no means; or `absent`. */
export type CopyState = 'made' | 'blank' | 'content' | 'never' | 'absent'

export interface CopyTold {
  readonly kind: CopyState
  /** For people. */
  readonly words: string
  /** What a person has to say to have it made anew: its serial number, or its device; null = there is no disk. */
  readonly name: string | null
  /** Room for data, in bytes; 0 = there is no disk. */
  readonly bytes: number
  /** `made`: nothing was ever mirrored with it. */
  readonly fresh: boolean
  /** Zeros or ones wherever it was looked: two such copies need not be copied to be equal. */
  readonly empty: boolean
  /** A filesystem that could be kept (ext4) is on it; where it is `made`, below the mirror. */
  readonly ext4: boolean
  /** The kernel's mirror has it, and says so (`UpToDate`); null = it has not. */
  readonly attached: string | null
}
