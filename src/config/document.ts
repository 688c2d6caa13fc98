// Text of the configuration file to a plain value and the line of each option. Knows YAML, knows no option.
// Hostile text stays bounded: size, aliases and nesting have limits; duplicate keys and unknown tags are refused.
import { readFileSync, statSync } from 'node:fs'
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { ConfigError, Path } from './issue.js'

/** A configuration that describes two boards and four groups needs a tenth of this. */
export const FILE_BYTES_MAX = 65_536
const ALIASES_MAX = 64
const DEPTH_MAX = 64

export interface ConfigText {
  readonly value: unknown
  /** Line (from 1) of the key or list item at this path, or of its nearest parent; null = nothing of it is in the file. */
  lineOf(path: Path): number | null
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
  'mend the line; indentation is by spaces, each option stands once, and board/virtual/example.yaml is a pattern'

/** Parse text that was already read. `file` is for messages only. Never throws. */
export const parseText = (file: string, text: string): DocumentResult => {
  if (tooDeep(text)) return refuse(file, null, 'nested too deeply to be a configuration', YAML_REMEDY)
  const lines = new LineCounter()
  try {
    const tree = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, prettyErrors: false })
    const found = [...tree.errors, ...tree.warnings]
    if (found.length > 0) {
      const errors = found.slice(0, 20).map(error => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        option: '',
        value: null,
        problem: `is no valid YAML: ${firstSentence(error.message)}`,
        remedy: YAML_REMEDY
      }))
      return { ok: false, errors }
    }
    return { ok: true, document: { value: tree.toJS({ maxAliasCount: ALIASES_MAX }), lineOf: lineFinder(tree, lines) } }
  } catch (error) {
    // The library throws for alias bombs and unresolved aliases: bytes of the file, so a value here (R12).
    return refuse(file, null, `cannot be read as YAML: ${firstSentence(String((error as Error).message))}`, YAML_REMEDY)
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
        `has ${status.size} bytes, at most ${FILE_BYTES_MAX} are read`,
        'check that this is the configuration file; remove comments if it is'
      )
    }
    const bytes = readFileSync(file)
    return parseText(file, new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof TypeError) return refuse(file, null, 'is not UTF-8 text', 'save it as UTF-8')
    return refuse(file, null, systemWords(error), 'name an existing file, readable by this user')
  }
}
