// Orders to one emulator: go on, plug a disk, pull it. Used by usb-plug.ts and emulator.ts.
import type { Socket } from 'node:net'
import { lineSplitter } from './line-socket.js'
import { parseQmpLine, qmpOrder } from './qmp-line.js'

export interface Qmp {
  /** Give an order; rejects with the emulator's own words, and when the board loses its power. */
  order(name: string, words?: Readonly<Record<string, unknown>>): Promise<unknown>
  close(): void
}

export type OnQmpEvent = (name: string, data: Readonly<Record<string, unknown>>) => void

const ANSWER_MS = 30_000

interface Waiting {
  readonly name: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** Resolves when the emulator takes orders. */
export const openQmp = async (socket: Socket, onEvent: OnQmpEvent): Promise<Qmp> => {
  const waiting: Waiting[] = []
  const end = (why: string): void => {
    socket.destroy()
    for (const one of waiting.splice(0)) {
      clearTimeout(one.timer)
      one.reject(new Error(`the emulator was told ${one.name}: ${why}`))
    }
  }
  const split = lineSplitter(text => {
    const line = parseQmpLine(text)
    if (line === null || line.kind === 'greeting') return
    if (line.kind === 'event') return onEvent(line.name, line.data)
    const first = waiting.shift()
    clearTimeout(first?.timer)
    if (line.kind === 'return') first?.resolve(line.value)
    else first?.reject(new Error(`the emulator was told ${first.name}: ${line.words}`))
  })
  socket.on('data', bytes => split(bytes.toString('utf8')))
  socket.on('close', () => end('it has ended'))
  const order: Qmp['order'] = (name, words) =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error(`the emulator was told ${name}: it has ended`))
      const timer = setTimeout(() => end(`no answer within ${ANSWER_MS} ms`), ANSWER_MS)
      waiting.push({ name, resolve, reject, timer })
      socket.write(qmpOrder(name, words))
    })
  await order('qmp_capabilities')
  return { order, close: () => end('closed') }
}
