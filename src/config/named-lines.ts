// Which GPIO lines the text of a configuration gives to what, right or wrong: for those who may open a line before any check, and
// must not open one that is wired to something else. Reads text; knows no YAML.
import { readFileSync } from 'node:fs'

/** Where a card has `baton.yaml` and `board`: those in use, and those of the operator. */
export const CARD_FOLDERS: readonly string[] = ['/etc/baton', '/boot/firmware']

const BYTES_MAX = 1_048_576

/** A file as text, at most a mebibyte; empty where it cannot be read. */
export const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').slice(0, BYTES_MAX)
  } catch {
    return ''
  }
}

/** Lines that the texts give to one of `names`; `null` = one of them cannot be understood. */
export const namedLines = (texts: readonly string[], names: readonly string[]): ReadonlySet<number> | null => {
  const line = new RegExp(`["']?\\b(?:${names.join('|')})\\b["']?[ \\t]*:[ \\t]*["']?([^\\s"',}#]*)`, 'g')
  const values = texts
    // Behind quotes a # may be part of a text, and what follows counts.
    .map(text => text.replace(/^([^'"\n]*?)(?<![^\s])#.*$/gm, '$1'))
    .flatMap(text => [...text.matchAll(line)].map(hit => hit[1] ?? ''))
    .filter(value => !['', 'null', '~', '|', '{', 'none'].includes(value))
  if (values.some(value => !/^\d{1,2}$/.test(value))) return null
  return new Set(values.map(Number))
}
