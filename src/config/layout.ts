// The layout of a configuration that no YAML reader understands, line by line: where a person went wrong, not where a parser gave
// up. Knows the shape of our files (options, lists, flow brackets), and no option. Guesses only for a file that is refused anyway.

/** One line that is wrong as it stands. */
export interface Slip {
  /** From 1. */
  readonly line: number
  readonly problem: string
  readonly remedy: string
}

const SLIPS_MAX = 5
/** Blanks that look like a space, as web pages and word processors have them. */
const ODD_BLANK = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]/
const OPTION = /^((?:- +)*)(["']?[A-Za-z_][\w-]*["']?) *:(?: +(.*))?$/

type Rule = readonly [pattern: RegExp, problem: (hit: RegExpExecArray) => string, remedy: string]

/** Judges one line without its indentation and its comment. */
const RULES: readonly Rule[] = [
  [/^(<{7}|={7}|>{7})/, () => 'is left over from a merge', 'choose one of the two texts, and remove the marks'],
  [/^(\/\/|;)/, hit => `begins with ${hit[1]}`, 'a comment begins with #'],
  [
    /^([\u2013\u2014•·*+]) /,
    hit => `begins with ${hit[1]}`,
    'an item of a list begins with a hyphen and a space: "- "'
  ],
  [/^-[^\s-]/, () => 'has no space behind the hyphen', 'write "- " before an item of a list'],
  [
    /^(?:- +)*[\w-]+ *([：﹕])/,
    hit => `has ${hit[1]} in place of a colon`,
    'write a plain colon and a space: "name: value"'
  ],
  [/^(?:- +)*([A-Za-z]\w*) *=/, hit => `has = behind ${hit[1]}`, 'write a colon and a space: "name: value"'],
  [
    /^(?:- +)*([A-Za-z]\w*):[^\s/]/,
    hit => `has no space behind the colon of ${hit[1]}`,
    'write a colon and a space: "name: value"'
  ],
  [
    /^([A-Za-z]\w*)(?: +[^:]*)?$/,
    hit => `has no colon behind ${hit[1]}`,
    'write "name: value", or "name:" where a section follows'
  ],
  [
    /^(?:- +)*[\w-]+ *: +([@`%&*!|>])/,
    hit => `has a value that begins with ${hit[1]}`,
    "put the value in single quotes: '…'"
  ],
  [
    /^(?:- +)*[\w-]+ *: +[^"'[{\s][^"']*?: /,
    () => 'has a second colon in its value',
    "put the value in single quotes: '…', or begin a line of its own"
  ],
  [
    /^(?:- +)*[\w-]+ *: +(?:"[^"\\]*"|'[^']*') +\S/,
    () => 'goes on behind the closing quote',
    'put all of the value between the quotes'
  ]
]

const open = (text: string): string => {
  const depth: string[] = []
  for (const character of text.replace(/"[^"]*"|'[^']*'/g, '')) {
    if (character === '[' || character === '{') depth.push(character)
    else if (character === ']' || character === '}') depth.pop()
  }
  return depth.at(-1) ?? ''
}

const openQuote = (value: string): boolean =>
  (value.startsWith('"') && !/^"(?:[^"\\]|\\.)*"/.test(value)) ||
  (value.startsWith("'") && !/^'(?:[^']|'')*'/.test(value))

/** Judges where lines begin: at the columns of the options and lists that they may belong to. */
const columnJudge = () => {
  let stack: readonly number[] = [0]
  let mayDeepen = false
  let above = 0
  const slipAt = (column: number): Omit<Slip, 'line'> | null => {
    const last = stack.at(-1) ?? 0
    if (column > last && !mayDeepen) {
      const problem = `is indented by ${column} spaces, deeper than line ${above} above it, which is complete`
      const remedy = `indent it by ${last}; or line ${above} is the one that stands wrong`
      return { problem, remedy }
    }
    if (column >= last || stack.includes(column)) return null
    const fitting = stack.filter(each => each <= last).join(' or ')
    const problem = `is indented by ${column} spaces, as no line above it that it could belong to`
    return { problem, remedy: `lines that belong together begin below each other: indent it by ${fitting}` }
  }
  /** What is wrong with this line, or null; then the next one is judged by it. */
  return (line: number, column: number, dashes: number, opens: boolean): Omit<Slip, 'line'> | null => {
    const slip = slipAt(column)
    stack = [...stack.filter(each => each < column), column, ...(dashes > 0 ? [column + dashes] : [])]
    mayDeepen = opens
    above = line
    return slip
  }
}

const judgeLine = (text: string): Omit<Slip, 'line'> | null => {
  for (const [pattern, problem, remedy] of RULES) {
    const hit = pattern.exec(text)
    if (hit !== null) return { problem: problem(hit), remedy }
  }
  const value = OPTION.exec(text)?.[3] ?? ''
  if (openQuote(value)) return { problem: 'has a quote that is not closed', remedy: 'close it in the same line' }
  return null
}

type Slipped = Omit<Slip, 'line'>

const blankSlip = (indent: string, content: string): Slipped | null => {
  if (indent.includes('\t'))
    return { problem: 'is indented by a tab', remedy: 'indent by spaces only, as the lines beside it' }
  if (!ODD_BLANK.test(indent) && !ODD_BLANK.test(content.split(':')[0] ?? '')) return null
  const problem = 'has a blank that is no space, as web pages and word processors have it'
  return { problem, remedy: 'type the spaces of this line anew' }
}

interface Bracket {
  readonly line: number
  readonly sign: string
  readonly column: number
}
const unclosed = ({ line, sign }: Bracket): Slip => ({
  line,
  problem: `opens ${sign} and does not close it`,
  remedy: `write ${sign === '[' ? ']' : '}'} at its end`
})

/** The first lines that are wrong, at most five. */
export const slipsOf = (text: string): readonly Slip[] => {
  const slips: Slip[] = []
  const judgeColumn = columnJudge()
  let bracket: Bracket | null = null
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const indent = /^\s*/.exec(raw)?.[0] ?? ''
    const content = raw
      .slice(indent.length)
      .replace(/(^|\s)#.*$/, '')
      .trimEnd()
    if (content === '' || content === '---') continue
    // What stands within brackets over several lines is laid out freely.
    if (bracket !== null && (indent.length > bracket.column || !OPTION.test(content))) {
      if (/[\]}]$/.test(content)) bracket = null
      continue
    }
    if (bracket !== null) slips.push(unclosed(bracket))
    const [, dashes = '', , value = ''] = OPTION.exec(content) ?? []
    const slip =
      blankSlip(indent, content) ??
      judgeLine(content) ??
      judgeColumn(line, indent.length, dashes.length, value === '' && /[:-]$/.test(content))
    if (slip !== null) slips.push({ line, ...slip })
    const sign = slip === null ? open(value) : ''
    bracket = sign === '' ? null : { line, sign, column: indent.length + dashes.length }
  }
  if (bracket !== null) slips.push(unclosed(bracket))
  return slips.slice(0, SLIPS_MAX)
}
