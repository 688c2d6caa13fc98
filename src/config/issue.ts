// What is wrong with a configuration, for a person who has to mend it. Shared by all checks of this room.

/** Keys and list positions from the root of the file to one value. */
export type Path = readonly (string | number)[]

/** A problem before its line is known. `value: undefined` = the option is not there. */
export interface Issue {
  readonly path: Path
  readonly value: unknown
  readonly problem: string
  readonly remedy: string
}

export type ReportIssue = (issue: Issue) => void

/** One problem, ready to print. `line` is null where no line can be named (the file itself, the command line). */
export interface ConfigError {
  readonly file: string
  readonly line: number | null
  /** Dotted path as `groups[0].disk.device`; empty = the file as a whole. */
  readonly option: string
  /** The value as written, at most 80 characters; null = missing or not of interest. */
  readonly value: string | null
  readonly problem: string
  readonly remedy: string
}

/** `['groups', 0, 'name']` to `groups[0].name`. */
export const dotted = (path: Path): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')

/** `groups[0].name` to `['groups', 0, 'name']`. */
export const undotted = (option: string): Path =>
  option
    .split(/[.[\]]+/)
    .filter(part => part !== '')
    .map(part => (/^\d+$/.test(part) ? Number(part) : part))

const VALUE_TEXT_MAX = 80
// The value may be a password of a fence agent, or a URL with a token in it: such a path shows no value.
const SECRET = /\.options\.|\.webhook\.url$|\.mqtt\.url$|pass\w*$/i

/** Inside of a section that is not understood as a whole. */
const SECRET_NAME = /pass|secret|token|community|url/i

/** A value as a person wrote it, bounded; null for a missing one. */
export const valueText = (path: Path, value: unknown): string | null => {
  if (value === undefined) return null
  if (SECRET.test(dotted(path))) return '(not shown)'
  const hidden = (name: string, inner: unknown): unknown =>
    typeof inner === 'string' && SECRET_NAME.test(name) ? '(not shown)' : inner
  const text = typeof value === 'object' ? JSON.stringify(value, hidden) : String(value)
  return text.length > VALUE_TEXT_MAX ? `${text.slice(0, VALUE_TEXT_MAX - 1)}…` : text
}

/** What may not be shown of a line that no parser understood. */
const SECRET_LINE = /pass|secret|token|key|url|login|pin\b|community/i

/** A line as a person wrote it, for an error that is not about one option; bounded, and without what may be a password. */
export const lineText = (line: string): string | null => {
  const text = line.trim().replace(/\s+#.*$/, '')
  if (text === '') return null
  if (SECRET_LINE.test(text)) return '(not shown)'
  return valueText([], text)
}

/** Two lines for one error: where and what, then the remedy. */
export const formatConfigError = (error: ConfigError): string => {
  const place = error.line === null ? error.file : `${error.file}:${error.line}`
  const option = error.option === '' ? '' : ` ${error.option}:`
  const value = error.value === null ? '' : ` ${error.value}:`
  return `${place}:${option}${value} ${error.problem}\n  -> ${error.remedy}`
}
