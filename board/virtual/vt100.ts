// The screen of a plain VT100, 80 x 24: what a person would see of the bytes that a console sends. Used by the typist.
// Knows what the console may use and nothing else: whatever is no VT100 is kept in `strange`.

const COLUMNS = 80
const ROWS = 24
const HISTORY_MAX = 5000

export interface Vt100 {
  write(bytes: Uint8Array): void
  /** The rows as they stand, without blanks at their ends. */
  screen(): readonly string[]
  /** What has left the screen at its top, and the screen. */
  all(): readonly string[]
  readonly cursor: { readonly row: number; readonly column: number }
  readonly bells: number
  /** Sequences and bytes that a VT100 does not know, as they came. */
  readonly strange: readonly string[]
}

export const createVt100 = (): Vt100 => {
  let rows: string[][] = Array.from({ length: ROWS }, () => [])
  const history: string[] = []
  const strange: string[] = []
  let [row, column, bells] = [0, 0, 0]
  let sequence: string | null = null

  const text = (cells: readonly string[]): string =>
    Array.from(cells, cell => cell ?? ' ')
      .join('')
      .trimEnd()
  const feed = (): void => {
    if (row < ROWS - 1) {
      row += 1
      return
    }
    history.push(text(rows.shift() ?? []))
    if (history.length > HISTORY_MAX) history.shift()
    rows.push([])
  }
  const clearAll = (): void => {
    rows = Array.from({ length: ROWS }, () => [])
  }
  const act = (final: string, values: readonly number[]): boolean => {
    const [first = 0, second = 0] = values
    const count = Math.max(1, first)
    if (final === 'K' && first === 0) rows[row] = (rows[row] ?? []).slice(0, column)
    else if (final === 'J' && first === 2) clearAll()
    else if (final === 'D') column = Math.max(0, column - count)
    else if (final === 'C') column = Math.min(COLUMNS - 1, column + count)
    else if (final === 'H') [row, column] = [Math.min(ROWS, count) - 1, Math.min(COLUMNS, Math.max(1, second)) - 1]
    else return false
    return true
  }
  const takeSequence = (letter: string): void => {
    const grown: string = `${sequence ?? ''}${letter}`
    sequence = grown
    if (grown === '[' || /^\[[\d;]*$/.test(grown)) return
    sequence = null
    const [, values = '', final = ''] = /^\[([\d;]*)(.)$/.exec(grown) ?? []
    if (!act(final, values.split(';').map(Number))) strange.push(`ESC ${grown}`)
  }
  const take = (byte: number): void => {
    const letter = String.fromCharCode(byte)
    if (sequence !== null) return takeSequence(letter)
    if (byte >= 0x20 && byte < 0x7f) {
      // Like a VT100 without autowrap: the last column is written over.
      const cells = rows[row] ?? []
      cells[column] = letter
      rows[row] = cells
      column = Math.min(COLUMNS - 1, column + 1)
    } else if (letter === '\r') column = 0
    else if (letter === '\n') feed()
    else if (letter === '\b') column = Math.max(0, column - 1)
    else if (byte === 7) bells += 1
    else if (byte === 0x1b) sequence = ''
    else strange.push(`0x${byte.toString(16)}`)
  }

  return {
    write: bytes => bytes.forEach(take),
    screen: () => rows.map(text),
    all: () => [...history, ...rows.map(text)],
    get cursor() {
      return { row, column }
    },
    get bells() {
      return bells
    },
    strange
  }
}
