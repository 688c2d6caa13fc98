// What a person types at the console: keys to lines, with history, completion and a guard against noise. Used by the session.
// Prints above the line that is being typed without garbling it. Must not run anything.
import type { Completion } from './complete.js'
import type { History } from './history.js'
import { createKeyReader, isNoiseByte, type Key, type KeyName } from './keys.js'
import { createLineEditor, LINE_MAX } from './line-editor.js'
import { fold } from './screen.js'

export type Typed = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupted' }

export interface InputLine {
  /** Bytes as they come from the terminal. Of what comes while nothing is read a line's length waits for the next order. */
  type(bytes: Uint8Array): void
  /** `use`: an order has history and completion, an answer has not; Ctrl-D interrupts an answer, as Ctrl-C does. */
  read(prompt: string, use: 'order' | 'answer'): Promise<Typed>
  /** The question that is being read is over: as if Ctrl-C were pressed. An order that is being typed stays. */
  interrupt(): void
  /** Whole lines, above the one that is being typed; folded, control characters taken out. */
  print(text: string): void
  /** The line as it stands now; empty where none is read. */
  show(): string
}

export interface InputLineOptions {
  readonly write: (text: string) => void
  readonly history: History
  readonly complete: (before: string) => Completion
  /** Ctrl-C while nothing is read. */
  readonly onInterrupt: () => void
}

/** Noise is over when nothing came for this long. */
const QUIET_MS = 300
/** Unknown keys in a row that a person may press. */
const UNKNOWN_MAX = 5
const NOT_TEXT = 'that is no plain text (noise on the line?)'

type Reading = { readonly use: 'order' | 'answer'; readonly resolve: (typed: Typed) => void }

export const createInputLine = ({ write, history, complete, onInterrupt }: InputLineOptions): InputLine => {
  const readKey = createKeyReader()
  const editor = createLineEditor('')
  let reading: Reading | null = null
  /** Typed while an order ran. */
  let ahead: Key[] = []
  let unknown = 0
  let noise: { bytes: number; readonly why: string; timer: NodeJS.Timeout } | null = null

  const show = (): string => (reading === null || noise !== null ? '' : editor.show())
  const print = (text: string): void => {
    const hidden = reading === null || noise !== null ? '' : editor.hide()
    write(`${hidden}${fold(text).replace(/\n/g, '\r\n')}\r\n${show()}`)
  }
  const finish = (typed: Typed, sign = '^C'): void => {
    const ended = reading
    reading = null
    write(typed.kind === 'line' ? '\r\n' : `${sign}\r\n`)
    ended?.resolve(typed)
  }
  const endNoise = (): void => {
    if (noise === null) return
    const { bytes, why } = noise
    noise = null
    print(`${why}: ${bytes} bytes ignored, nothing done`)
  }
  /** From here to the next pause nothing is taken: what looks like an order in the midst of noise is none. */
  const beginNoise = (bytes: number, why: string): void => {
    if (reading !== null) write(editor.hide())
    editor.replace('')
    ahead = []
    noise = { bytes, why, timer: setTimeout(endNoise, QUIET_MS) }
    unknown = 0
  }

  const offer = (use: Reading['use']): void => {
    if (use !== 'order') return
    const { insert, choices } = complete(editor.before)
    if (insert !== '') write(editor.insert(insert) ?? '')
    else if (choices.length > 1) print(choices.join('  '))
  }
  const press = (name: KeyName, { use }: Reading): void => {
    switch (name) {
      case 'enter': {
        const { text } = editor
        if (use === 'order') history.add(text)
        return finish({ kind: 'line', text })
      }
      case 'interrupt':
        return finish({ kind: 'interrupted' })
      case 'end-of-input':
        if (editor.text !== '') return write(editor.delete())
        if (use === 'answer') return finish({ kind: 'interrupted' }, '^D')
        return print('`exit` ends this console')
      case 'backspace':
        return write(editor.backspace())
      case 'delete':
        return write(editor.delete())
      case 'left':
      case 'right':
      case 'home':
      case 'end':
        return write(editor.moveTo(name))
      case 'up':
      case 'down': {
        const text = use === 'order' ? history.move(name, editor.text) : null
        return text === null ? undefined : write(editor.replace(text))
      }
      case 'tab':
        return offer(use)
      case 'kill-before':
        return write(editor.killBefore())
      case 'kill-after':
        return write(editor.killAfter())
      case 'kill-word':
        return write(editor.killWord())
      case 'redraw':
        return write(`\r\n${editor.show()}`)
    }
  }
  /** Why this key is the beginning of noise; null = it was taken. */
  const take = (key: Key): string | null => {
    unknown = key.kind === 'unknown' ? unknown + 1 : 0
    if (key.kind === 'noise' || unknown > UNKNOWN_MAX) return NOT_TEXT
    if (key.kind === 'unknown') return null
    if (reading === null) {
      if (key.kind === 'key' && key.name === 'interrupt') {
        ahead = []
        onInterrupt()
      } else if (ahead.length < LINE_MAX) ahead.push(key)
      return null
    }
    if (key.kind === 'key') {
      press(key.name, reading)
      return null
    }
    const shown = editor.insert(key.text)
    if (shown === null) return `a line has at most ${LINE_MAX} characters`
    write(shown)
    return null
  }

  return {
    type: bytes => {
      if (noise !== null) {
        noise.bytes += bytes.length
        noise.timer.refresh()
        return
      }
      if (bytes.some(isNoiseByte)) return beginNoise(bytes.length, NOT_TEXT)
      for (const [at, byte] of bytes.entries()) {
        const key = readKey(byte)
        const why = key === null ? null : take(key)
        if (why !== null) return beginNoise(bytes.length - at, why)
      }
    },
    read: (prompt, use) =>
      new Promise(resolve => {
        editor.reset(prompt)
        history.rewind()
        reading = { use, resolve }
        write(show())
        const keys = ahead
        ahead = []
        // Nobody answers a question that was not on the screen.
        if (use === 'order') for (const key of keys) take(key)
      }),
    interrupt: () => {
      if (reading?.use === 'answer') finish({ kind: 'interrupted' }, '')
    },
    print,
    show
  }
}
