// Text to a terminal that may be slow, stopped by flow control, or stuck: never blocks, never grows beyond its bound. Used by the console.
import type { Writable } from 'node:stream'

/** Characters that may wait; at 960 bytes/s that is a minute. Beyond it whole lines are left out and counted. */
export const WAITING_MAX = 65_536
/** One write at a time, so that Ctrl-C throws away what is not yet with the kernel. */
const PIECE_MAX = 512

/** A VT100 knows ASCII: the sign of what was cut becomes ~, any other letter ?. */
const ascii = (text: string): string => text.replaceAll('…', '~').replace(/[^\p{ASCII}]/gu, '?')

export interface SlowOutput {
  write(text: string): void
  /** Throw away what waits. */
  drop(): void
  /** Resolves when everything is with the kernel, or was thrown away. */
  drained(): Promise<void>
  readonly waiting: number
}

/** `afterGap` gives what stands below the words that something was left out (the prompt). */
export const createSlowOutput = (stream: Writable, afterGap: () => string = () => ''): SlowOutput => {
  let queue: string[] = []
  let waiting = 0
  let leftOut = 0
  let writing = false
  let listeners: (() => void)[] = []

  const next = (): void => {
    if (writing) return
    if (queue.length === 0 && leftOut > 0) {
      queue.push(`\r\n(${leftOut} lines were left out: this terminal is too slow for them)\r\n${afterGap()}`)
      leftOut = 0
    }
    if (queue.length === 0) {
      waiting = 0
      const done = listeners
      listeners = []
      for (const listener of done) listener()
      return
    }
    // As many as fit into one piece, or a piece of a long one.
    let piece = ''
    while (piece.length < PIECE_MAX && queue.length > 0) {
      const [first = ''] = queue
      const part = first.slice(0, PIECE_MAX - piece.length)
      piece += part
      if (part.length === first.length) queue.shift()
      else queue[0] = first.slice(part.length)
    }
    waiting -= piece.length
    writing = true
    stream.write(piece, () => {
      writing = false
      next()
    })
  }

  return {
    write: any => {
      const text = ascii(any)
      if (text === '') return
      if (waiting + text.length > WAITING_MAX) {
        leftOut += Math.max(1, text.split('\n').length - 1)
        return
      }
      queue.push(text)
      waiting += text.length
      next()
    },
    drop: () => {
      queue = []
      waiting = 0
      leftOut = 0
    },
    drained: () =>
      new Promise(resolve => {
        if (!writing && queue.length === 0) resolve()
        else listeners.push(resolve)
      }),
    get waiting() {
      return waiting
    }
  }
}
