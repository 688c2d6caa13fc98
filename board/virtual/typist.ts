// Sits at the other end of a serial line: types, waits for words on its VT100, and keeps what was seen. Like `expect`, for scenarios and tests.
import { setTimeout as delay } from 'node:timers/promises'
import type { SerialLine } from './serial-line.js'
import { nowMs } from './time.js'
import { createVt100, type Vt100 } from './vt100.js'

export interface Typist {
  readonly screen: Vt100
  /** Bytes that came out of the line. */
  readonly received: number
  type(bytes: string | Uint8Array): void
  /** Type a line and Enter, then wait until the words are there that were not before. */
  answer(line: string, words: RegExp, deadlineMs?: number): Promise<string>
  /** Wait for words behind what was waited for last. Rejects with the screen. */
  expect(words: RegExp, deadlineMs?: number): Promise<string>
  /** From now on nothing came for so long. */
  quiet(forMs: number, deadlineMs?: number): Promise<void>
}

const DEADLINE_MS = 15_000
const KEPT_MAX = 262_144

// biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor is what is taken out
const NO_WORDS = /\u001b\[[\d;]*[A-Za-z]|[\r\u0007]/g

export const createTypist = (line: SerialLine): Typist => {
  const screen = createVt100()
  // What came since the last words that were waited for, without what only moves the cursor.
  let heard = ''
  let received = 0
  let lastAt = nowMs()
  let look = (): void => {}
  let ended = false
  line.output.on('data', (chunk: Buffer) => {
    received += chunk.length
    lastAt = nowMs()
    screen.write(chunk)
    heard = (heard + chunk.toString('latin1')).slice(-KEPT_MAX)
    look()
  })
  void line.ended.then(() => {
    ended = true
    look()
  })
  const words = (): string => heard.replace(NO_WORDS, '')

  const expect: Typist['expect'] = (pattern, deadlineMs = DEADLINE_MS) =>
    new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer)
        look = () => {}
      }
      const fail = (why: string): void => {
        finish()
        reject(new Error(`${why}: ${String(pattern)}\nthe screen:\n${screen.screen().join('\n').trimEnd()}`))
      }
      const timer = setTimeout(() => fail(`not seen within ${deadlineMs} ms`), deadlineMs)
      look = () => {
        const text = words()
        const hit = pattern.exec(text)
        if (hit !== null) {
          heard = text.slice(hit.index + hit[0].length)
          finish()
          resolve(hit[0])
        } else if (ended) fail('the program ended before it said')
      }
      look()
    })
  const type: Typist['type'] = bytes => {
    line.input.write(bytes)
  }
  return {
    screen,
    get received() {
      return received
    },
    type,
    answer: (text, pattern, deadlineMs) => {
      heard = ''
      type(`${text}\r`)
      return expect(pattern, deadlineMs)
    },
    expect,
    quiet: async (forMs, deadlineMs = DEADLINE_MS) => {
      const since = nowMs()
      const restMs = (): number => forMs - (nowMs() - Math.max(since, lastAt))
      while (restMs() > 0) {
        if (nowMs() > since + deadlineMs) throw new Error(`it does not become quiet within ${deadlineMs} ms`)
        await delay(Math.max(1, restMs()))
      }
    }
  }
}
