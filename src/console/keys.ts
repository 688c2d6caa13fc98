// Bytes of a serial line to keys. Bytes are hostile (R12): whatever is no key of a VT100 is `noise`. Pure but for its own state.

export type KeyName =
  | 'enter'
  | 'backspace'
  | 'delete'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'home'
  | 'end'
  | 'tab'
  | 'interrupt'
  | 'end-of-input'
  | 'kill-before'
  | 'kill-after'
  | 'kill-word'
  | 'redraw'

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'key'; readonly name: KeyName }
  /** A key of the terminal that means nothing here (F5, page up). */
  | { readonly kind: 'unknown' }
  /** No terminal sends this when a key is pressed. */
  | { readonly kind: 'noise' }

const CONTROL: Readonly<Record<number, KeyName>> = {
  1: 'home',
  2: 'left',
  3: 'interrupt',
  4: 'end-of-input',
  5: 'end',
  6: 'right',
  8: 'backspace',
  9: 'tab',
  11: 'kill-after',
  12: 'redraw',
  13: 'enter',
  14: 'down',
  16: 'up',
  21: 'kill-before',
  23: 'kill-word',
  127: 'backspace'
}

/** The end of `ESC [ … X` and `ESC O X`. */
const FINAL: Readonly<Record<string, KeyName>> = { A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end' }
const TILDE: Readonly<Record<string, KeyName>> = {
  '1': 'home',
  '3': 'delete',
  '4': 'end',
  '7': 'home',
  '8': 'end'
}
const SEQUENCE_MAX = 16
const [LINE_FEED, CARRIAGE_RETURN, XON, XOFF, ESCAPE, SPACE, DELETE] = [0x0a, 0x0d, 0x11, 0x13, 0x1b, 0x20, 0x7f]

const key = (name: KeyName): Key => ({ kind: 'key', name })
const UNKNOWN: Key = { kind: 'unknown' }
const NOISE: Key = { kind: 'noise' }

const sequenceKey = (body: string, final: string): Key => {
  const name = final === '~' ? TILDE[body] : FINAL[final]
  return name === undefined ? UNKNOWN : key(name)
}

/** No byte of any key, whatever stands before it. */
export const isNoiseByte = (byte: number): boolean =>
  byte > DELETE || (byte < SPACE && CONTROL[byte] === undefined && ![LINE_FEED, XON, XOFF, ESCAPE].includes(byte))

/** Returns a function that turns one byte into a key, or null while a sequence goes on. A sequence has at most 16 bytes. */
export const createKeyReader = (): ((byte: number) => Key | null) => {
  let state: 'plain' | 'escape' | 'sequence' | 'single' = 'plain'
  let body = ''
  let last = 0

  const takePlain = (byte: number): Key | null => {
    const before = last
    last = byte
    if (byte === ESCAPE) {
      state = 'escape'
      return null
    }
    // Terminals that send CR LF for one Enter.
    if (byte === LINE_FEED) return before === CARRIAGE_RETURN ? null : key('enter')
    // What is left of flow control where the line's driver did not take it.
    if (byte === XON || byte === XOFF) return null
    if (byte >= SPACE && byte < DELETE) return { kind: 'text', text: String.fromCharCode(byte) }
    const name = CONTROL[byte]
    return name === undefined ? NOISE : key(name)
  }

  const takeSequence = (byte: number): Key | null => {
    const letter = String.fromCharCode(byte)
    // 0x20..0x3f are its parameters, 0x40..0x7e ends it, all else is none.
    if (byte < SPACE || byte >= DELETE || body.length >= SEQUENCE_MAX) {
      state = 'plain'
      return NOISE
    }
    if (byte < 0x40) {
      body += letter
      return null
    }
    state = 'plain'
    return sequenceKey(body, letter)
  }

  return byte => {
    if (state === 'plain') return takePlain(byte)
    if (state === 'sequence') return takeSequence(byte)
    if (state === 'single') {
      state = 'plain'
      return byte >= SPACE && byte < DELETE ? sequenceKey('', String.fromCharCode(byte)) : NOISE
    }
    if (byte === ESCAPE) return UNKNOWN
    body = ''
    state = byte === 0x5b ? 'sequence' : byte === 0x4f ? 'single' : 'plain'
    // ESC was a key of its own; what follows counts.
    return state === 'plain' ? takePlain(byte) : null
  }
}
