// Text of the configuration file to a plain value and the line of each option. Knows YAML, knows no option.
// Hostile text stays bounded: size, aliases and nesting have limits; duplicate keys and unknown tags are refused.
import { readFileSync, statSync } from 'node:fs'
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { misformOf } from './file-form.js'
import { type ConfigError, lineText, type Path } from './issue.js'
import { slipsOf } from './layout.js'

/** A configuration that describes two boards and four groups needs a tenth of this. */
export const FILE_BYTES_MAX = 65_536
const ALIASES_MAX = 64
const DEPTH_MAX = 64
const ERRORS_MAX = 20

export interface ConfigText {
  readonly value: unknown
  /** Line (from 1) of the key or list item at this path, or of its nearest parent; null = nothing of it is in the file. */
  lineOf(path: Path): number | null
  /** A line as it is written, without line end; empty for one that is not there. */
  line(number: number): string
}

export type DocumentResult =
  | { readonly ok: true; readonly document: ConfigText }
  | { readonly ok: false; readonly errors: readonly ConfigError[] }

const refuse = (file: string, line: number | null, problem: string, remedy: string): DocumentResult => ({
  ok: false,
  errors: [{ file, line, option: '', value: null, problem, remedy }]
})

// Deep nesting would exhaust the stack of a recursive parser; indentation and brackets are counted before it starts.
const tooDeep = (text: string): boolean => {
  let depth = 0
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
    if (depth > DEPTH_MAX) return true
  }
  return text.split('\n').some(line => (line.match(/^(?:[ ]|[-?:](?=\s))*/)?.[0].length ?? 0) > 4 * DEPTH_MAX)
}

const startOf = (node: unknown): number | null => {
  const range = (node as Node | null)?.range
  return range ? range[0] : null
}

const lineFinder = (tree: Document, lines: LineCounter) => {
  return (path: Path): number | null => {
    let node: unknown = tree.contents
    let offset: number | null = null
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(tree)
      if (isMap(node)) {
        const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(part))
        if (pair === undefined) break
        offset = startOf(pair.key) ?? offset
        node = pair.value
      } else if (isSeq(node) && typeof part === 'number') {
        node = node.items[part]
        if (node === undefined) break
        offset = startOf(node) ?? offset
      } else break
    }
    return offset === null ? null : lines.linePos(offset).line
  }
}

const firstSentence = (message: string): string => (message.split('\n')[0] ?? message).replace(/ at line \d+.*$/, '')

const YAML_REMEDY =
  'mend the line; indentation is by spaces, each option stands once, and the example that came with baton is a pattern'

/** For what the layout alone does not show. */
const WORDS: Readonly<Partial<Record<string, readonly [problem: string, remedy: string]>>> = {
  BAD_INDENT: [
    'does not go with the lines above it: options and list items ("- ") stand in one column, or its indentation is another one',
    'give all lines of one section the same indentation, and no "- " where options are wanted'
  ],
  BAD_DQ_ESCAPE: [
    'has a \\ between double quotes, where it has a meaning of its own',
    "put the value in single quotes: '…'; paths on a board have / and no drive letter"
  ],
  MULTIPLE_DOCS: ['begins a second configuration', 'remove this line and all that follows, or what stands before it']
}

const errorAt = (file: string, text: string, line: number, problem: string, remedy: string): ConfigError => ({
  file,
  line,
  option: '',
  value: lineText(text.split(/\r?\n/)[line - 1] ?? ''),
  problem,
  remedy
})

/** The line above that has the same option at the same place. */
const firstOf = (text: string, line: number): number | null => {
  const rows = text.split(/\r?\n/)
  const [, column = '', name = ''] = /^([ -]*)(["']?[\w-]+["']?) *:/.exec(rows[line - 1] ?? '') ?? []
  const same = (row: string): boolean => {
    const [, beside = '', other = ''] = /^([ -]*)(["']?[\w-]+["']?) *:/.exec(row) ?? []
    return other === name && beside.length === column.length
  }
  const found = rows.slice(0, line - 1).findLastIndex(same)
  return name === '' || found < 0 ? null : found + 1
}

/** What a person can mend, of what the parser says: its first error only, for the others follow from it. */
const yamlErrors = (file: string, text: string, tree: Document, lines: LineCounter): readonly ConfigError[] => {
  const [first, ...more] = [...tree.errors, ...tree.warnings]
  if (first === undefined) return []
  const twice = [first, ...more].filter(({ code }) => code === 'DUPLICATE_KEY')
  if (twice.length > more.length) {
    return twice.slice(0, ERRORS_MAX).map(({ pos }) => {
      const { line } = lines.linePos(pos[0])
      const before = firstOf(text, line)
      const problem = `stands twice in one section${before === null ? '' : `: first in line ${before}`}`
      return errorAt(file, text, line, problem, 'keep one of the two lines')
    })
  }
  const slips = slipsOf(text)
  if (slips.length > 0) return slips.map(({ line, problem, remedy }) => errorAt(file, text, line, problem, remedy))
  const { line } = lines.linePos(first.pos[0])
  const [problem, remedy] = WORDS[first.code] ?? [`is no valid YAML: ${firstSentence(first.message)}`, YAML_REMEDY]
  return [errorAt(file, text, line, problem, remedy)]
}

/** Parse text that was already read. `file` is for messages only. Never throws. */
export const parseText = (file: string, text: string): DocumentResult => {
  if (tooDeep(text)) return refuse(file, null, 'nested too deeply to be a configuration', YAML_REMEDY)
  const lines = new LineCounter()
  try {
    const tree = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false })
    const errors = yamlErrors(file, text, tree, lines)
    if (errors.length > 0) return { ok: false, errors }
    const rows = text.split(/\r?\n/)
    const value: unknown = tree.toJS({ maxAliasCount: ALIASES_MAX })
    return { ok: true, document: { value, lineOf: lineFinder(tree, lines), line: number => rows[number - 1] ?? '' } }
  } catch (error) {
    // The library throws for alias bombs and unresolved aliases: bytes of the file, so a value here (R12).
    const words = String((error as Error).message)
    const [slip] = /^Unresolved alias/.test(words) ? slipsOf(text) : []
    if (slip !== undefined) return { ok: false, errors: [errorAt(file, text, slip.line, slip.problem, slip.remedy)] }
    return refuse(file, null, `cannot be read as YAML: ${firstSentence(words)}`, YAML_REMEDY)
  }
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a directory',
  ENOTDIR: 'lies in something that is no directory'
}

/** Words for a failed system call on a file. */
export const systemWords = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
  return SYSTEM_WORDS[code] ?? `cannot be read (${code})`
}

/** Read and parse one file of at most `FILE_BYTES_MAX` bytes of UTF-8. Never throws. */
export const readDocument = (file: string): DocumentResult => {
  try {
    const status = statSync(file)
    if (!status.isFile()) return refuse(file, null, 'is no regular file', 'name the configuration file')
    if (status.size > FILE_BYTES_MAX) {
      return refuse(
        file,
        null,
        `has ${status.size} bytes, at most ${FILE_BYTES_MAX} are read: that is no configuration`,
        'check that this is the right file, saved as plain text; remove comments if it is'
      )
    }
    const bytes = readFileSync(file)
    const form = misformOf(bytes)
    if (form !== null) return refuse(file, form.line, form.problem, form.remedy)
    return parseText(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return refuse(file, null, systemWords(error), 'name an existing file, readable by this user')
  }
}
