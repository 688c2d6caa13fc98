// One line of input on a plain VT100: what is typed, where the cursor is, and the few bytes that show it. Pure but for its own state.
// Writes no more than changed (960 bytes/s) and never into the last column.
import { COLUMNS, clip } from './screen.js'

/** Characters of one line at most; a longer one is refused as a whole. */
export const LINE_MAX = 256
const EDGE = COLUMNS - 1
/** A line that is wider than its room moves by this much at once. */
const JUMP = 20

export interface LineEditor {
  readonly text: string
  /** Text left of the cursor. */
  readonly before: string
  /** Each returns what the terminal has to be sent. `insert`: null = the line is full. */
  insert(text: string): string | null
  backspace(): string
  delete(): string
  moveTo(where: 'left' | 'right' | 'home' | 'end'): string
  killBefore(): string
  killAfter(): string
  killWord(): string
  replace(text: string): string
  /** Prompt and line, on an empty line of the terminal. */
  show(): string
  /** Take prompt and line away, so that something else can be written there. */
  hide(): string
  /** Empty line, new prompt; writes nothing. */
  reset(prompt: string): void
}

const back = (count: number): string => (count === 0 ? '' : count === 1 ? '\b' : `\u001b[${count}D`)
const CLEAR_RIGHT = '\u001b[K'

export const createLineEditor = (firstPrompt: string): LineEditor => {
  let prompt = firstPrompt
  let text = ''
  let at = 0
  /** The first character that is shown. */
  let from = 0

  const room = (): number => EDGE - prompt.length
  const shownEnd = (): number => Math.min(text.length, from + room())
  const show = (): string => {
    if (at < from) from = Math.max(0, at - JUMP)
    if (at > from + room()) from = at - room() + JUMP
    return `\r${prompt}${text.slice(from, shownEnd())}${CLEAR_RIGHT}${back(shownEnd() - at)}`
  }
  const inView = (): boolean => at >= from && at <= from + room()
  // The cursor is at `at`; everything right of it is as it should be no more.
  const repaintRight = (): string =>
    inView() ? `${text.slice(at, shownEnd())}${CLEAR_RIGHT}${back(shownEnd() - at)}` : show()
  const erase = (start: number, end: number): string => {
    if (start === end) return ''
    const moved = at - start
    text = text.slice(0, start) + text.slice(end)
    at = start
    if (!inView()) return show()
    return start === text.length && end - start === 1 && moved === 1 ? '\b \b' : back(moved) + repaintRight()
  }
  const set = (value: string): string => {
    text = clip(value, LINE_MAX)
    at = text.length
    from = 0
    return show()
  }

  return {
    get text() {
      return text
    },
    get before() {
      return text.slice(0, at)
    },
    insert: piece => {
      if (text.length + piece.length > LINE_MAX) return null
      text = text.slice(0, at) + piece + text.slice(at)
      at += piece.length
      if (!inView()) return show()
      return at === text.length ? piece : piece + repaintRight()
    },
    backspace: () => (at === 0 ? '' : erase(at - 1, at)),
    delete: () => (at === text.length ? '' : erase(at, at + 1)),
    moveTo: where => {
      const was = at
      const target = { left: Math.max(0, at - 1), right: Math.min(text.length, at + 1), home: 0, end: text.length }
      at = target[where]
      if (!inView()) return show()
      return at <= was ? back(was - at) : text.slice(was, at)
    },
    killBefore: () => erase(0, at),
    killAfter: () => erase(at, text.length),
    killWord: () => erase(text.slice(0, at).replace(/\S*\s*$/, '').length, at),
    replace: set,
    show,
    hide: () => `\r${CLEAR_RIGHT}`,
    reset: next => {
      prompt = next
      text = ''
      at = 0
      from = 0
    }
  }
}
