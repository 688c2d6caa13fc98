// What changed on one copy of a mirrored disk since the copies parted, as a board tells it to its own console and to the other board. Types only.

export interface CopyFile {
  /** Relative to the top of the filesystem; control characters and all that is too long for a line are taken out. */
  readonly path: string
  readonly bytes: number
  /** Unix seconds with fraction: of its content, and of all that is said about it. By the clock of the board that wrote it. */
  readonly changed: number
  readonly touched: number
  readonly folder: boolean
}

export interface CopyFiles {
  /** Newest first, so many and no more. */
  readonly files: readonly CopyFile[]
  /** Changed files and folders in all, and the bytes of the files. */
  readonly count: number
  readonly bytes: number
  /** Unix seconds by this board's clock: what changed since then is listed. */
  readonly since: number
  /** Where that instant comes from, and what else is to be known; for people. */
  readonly words: string
}
