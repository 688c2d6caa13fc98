// A list of changed files on its way from the other board: cut in parts that fit the exchange, and checked again where it arrives (R12). Pure.
import type { CopyFile, CopyFiles } from '../port/copy-files.js'

const PART_FILES = 20
const PATH_MAX = 300
const WORDS_MAX = 1000

/** At least one, also of an empty list. */
export const partsOf = (files: CopyFiles): readonly CopyFiles[] => {
  const count = Math.max(1, Math.ceil(files.files.length / PART_FILES))
  return Array.from({ length: count }, (_, at) => ({
    ...files,
    files: files.files.slice(at * PART_FILES, (at + 1) * PART_FILES)
  }))
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const asFile = (value: unknown): CopyFile[] => {
  const { path, bytes, changed, touched, folder } = (value ?? {}) as Partial<Record<keyof CopyFile, unknown>>
  if (typeof path !== 'string' || !isNumber(bytes) || !isNumber(changed) || !isNumber(touched)) return []
  return [{ path: path.slice(0, PATH_MAX), bytes, changed, touched, folder: folder === true }]
}

/** Of whatever came; null = it is no such list. */
export const asCopyFiles = (value: unknown): CopyFiles | null => {
  if (typeof value !== 'object' || value === null) return null
  const { files, count, bytes, since, words } = value as Partial<Record<keyof CopyFiles, unknown>>
  if (!Array.isArray(files) || !isNumber(count) || !isNumber(bytes) || !isNumber(since)) return null
  if (typeof words !== 'string') return null
  return { files: files.flatMap(asFile), count, bytes, since, words: words.slice(0, WORDS_MAX) }
}
