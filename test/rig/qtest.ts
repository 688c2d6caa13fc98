// Our hand on the GPIO registers of one emulated board, over its qtest socket. Used by harness.ts.
// Orders are answered in turn; edges of output lines come in between.
import type { Socket } from 'node:net'
import { lineSplitter } from './line-socket.js'
import { interceptOutputs, parseQtestLine, readWord, writeWord } from './qtest-line.js'

export interface Qtest {
  read(address: number): Promise<number>
  write(address: number, value: number): Promise<void>
  /** From now on every edge of an output line is told. */
  watchOutputs(): Promise<void>
  close(): void
}

interface Waiting {
  readonly order: string
  readonly resolve: (value: number | null) => void
  readonly reject: (error: Error) => void
}

const GPIO_PATH = '/machine/soc/peripherals/gpio'
/** A board whose emulator does not answer within this time will not answer at all. */
const ANSWER_MS = 30_000
const WAITING_MAX = 256

/** Every order rejects once the socket closes: the board lost its power. */
export const openQtest = (socket: Socket, onEdge: (line: number, high: boolean) => void): Qtest => {
  const waiting: Waiting[] = []
  let timer: NodeJS.Timeout | undefined
  const end = (why: string): void => {
    clearTimeout(timer)
    socket.destroy()
    for (const one of waiting.splice(0)) one.reject(new Error(`\`${one.order}\`: ${why}`))
  }
  const watch = (): void => {
    clearTimeout(timer)
    if (waiting.length > 0) timer = setTimeout(() => end(`no answer within ${ANSWER_MS} ms`), ANSWER_MS)
  }
  const take = (text: string): void => {
    const line = parseQtestLine(text)
    if (line === null) return
    if (line.kind === 'edge') return onEdge(line.line, line.high)
    const first = waiting.shift()
    watch()
    if (line.kind === 'ok') first?.resolve(line.value)
    else first?.reject(new Error(`\`${first.order}\`: ${line.words}`))
  }
  const split = lineSplitter(take)
  socket.on('data', bytes => split(bytes.toString('latin1')))
  socket.on('close', () => end('the board has no power'))

  const ask = (order: string): Promise<number | null> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error(`\`${order}\`: the board has no power`))
      if (waiting.length >= WAITING_MAX) return reject(new Error(`\`${order}\`: ${WAITING_MAX} orders wait already`))
      waiting.push({ order, resolve, reject })
      if (waiting.length === 1) watch()
      socket.write(`${order}\n`)
    })
  return {
    read: async address => {
      const value = await ask(readWord(address))
      if (value === null) throw new Error(`reading ${address.toString(16)} gave no value`)
      return value
    },
    write: async (address, value) => void (await ask(writeWord(address, value))),
    watchOutputs: async () => void (await ask(interceptOutputs(GPIO_PATH))),
    close: () => end('closed')
  }
}
