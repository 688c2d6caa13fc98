// Two boards' lists of what changed since their copies parted, side by side, in lines for a terminal. Pure.
import type { CopyFile, CopyFiles } from '../port/copy-files.js'
import type { BoardId } from '../runtime/status.js'
import { wallText } from './duration.js'

const LINES_MAX = 100
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

export interface Compared {
  readonly here: readonly CopyFile[]
  readonly there: readonly CopyFile[]
  /** On both, and not the same. */
  readonly both: readonly (readonly [here: CopyFile, there: CopyFile])[]
  /** On both, and just the same: written before the copies parted. */
  readonly same: number
}

/** Written once, and copied: all that is said about it is the same to the nanosecond. */
const isSame = (x: CopyFile, y: CopyFile): boolean =>
  x.touched === y.touched && x.changed === y.changed && x.bytes === y.bytes && x.folder === y.folder

/** What is on one list alone was not changed on the other copy; it may be there as it was. */
export const compareFiles = (own: readonly CopyFile[], peer: readonly CopyFile[]): Compared => {
  const theirs = new Map(peer.map(file => [file.path, file]))
  const mine = new Set(own.map(({ path }) => path))
  const pairs = own.flatMap(file => {
    const other = theirs.get(file.path)
    return other === undefined ? [] : [[file, other] as const]
  })
  const both = pairs.filter(([x, y]) => !isSame(x, y))
  return {
    here: own.filter(({ path }) => !theirs.has(path)),
    there: peer.filter(({ path }) => !mine.has(path)),
    both,
    same: pairs.length - both.length
  }
}

export const bytesText = (bytes: number): string => {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`
}

const aboutText = ({ bytes, changed, folder }: CopyFile): string =>
  `${wallText(changed)}  ${(folder ? 'folder' : bytesText(bytes)).padStart(8)}`

const listOf = <T>(title: string, items: readonly T[], lineOf: (item: T) => string): readonly string[] => {
  if (items.length === 0) return []
  const rest = items.length > LINES_MAX ? [`  ... and ${items.length - LINES_MAX} more`] : []
  return ['', `${title}: ${items.length}`, ...items.slice(0, LINES_MAX).map(item => `  ${lineOf(item)}`), ...rest]
}

const sinceText = (board: BoardId, { since, words, count, bytes, files }: CopyFiles): string => {
  const cut = files.length < count ? `; the newest ${files.length} of them are compared` : ''
  return `board ${board}: ${count} changed since ${wallText(since)} by its clock, ${bytesText(bytes)} (${words})${cut}`
}

/** `peer`: a text = the other board's list is not here, and why. */
export const compareText = (board: BoardId, own: CopyFiles, peer: CopyFiles | string): readonly string[] => {
  const other = board === 'a' ? 'b' : 'a'
  const fileLine = (file: CopyFile): string => `${aboutText(file)}  ${file.path}`
  if (typeof peer === 'string')
    return [
      sinceText(board, own),
      `board ${other}: ${peer}`,
      ...listOf(`changed on board ${board}`, own.files, fileLine)
    ]
  const { both, here, same, there } = compareFiles(own.files, peer.files)
  return [
    sinceText(board, own),
    sinceText(other, peer),
    ...listOf(`changed on both, each in its own way`, both, ([x, y]) => {
      const texts = board === 'a' ? [x, y] : [y, x]
      return `${x.path}\n      a ${texts.map(aboutText).join('\n      b ')}`
    }),
    ...listOf(`changed on board ${board} only`, here, fileLine),
    ...listOf(`changed on board ${other} only`, there, fileLine),
    ...(same > 0 ? ['', `the same on both, written before they parted: ${same}`] : [])
  ]
}
