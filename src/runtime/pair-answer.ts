// Answers one request of the other board: hello, request, signed chunks. Called by pair-exchange.ts for each accepted connection.
// Bounded work per turn of the loop: one chunk, then everything else first. Deadline and number of connections: pair-door.ts.
import type { Socket } from 'node:net'
import type { BoardId } from '../core/types.js'
import { otherBoard } from '../core/types.js'
import {
  CHUNK_PAYLOAD_MAX,
  CHUNKS_MAX,
  type ExchangeRequest,
  type ExchangeSession,
  REQUEST_BYTES,
  readRequest,
  readText,
  textLength,
  writeChunk,
  writeHello
} from '../link/exchange.js'
import type { ExchangeSigner } from '../link/signature.js'

export interface AnswerOptions {
  readonly board: BoardId
  readonly signer: ExchangeSigner
  readonly freshNonce: () => Uint8Array
  /** What is told, the important last; each at most a chunk as JSON, else it is left out. `text`: of a request about a disk. */
  readonly itemsOf: (request: ExchangeRequest, text: string) => readonly unknown[]
  /** False: too many requests lately, this one is not answered. */
  readonly mayAnswer: () => boolean
  readonly onEnd: (end: 'answered' | 'refused' | 'limited') => void
}

/** JSON lines of as many items as one chunk holds, from `items[from]` on. */
const nextChunk = (items: readonly unknown[], from: number): { readonly payload: Buffer; readonly next: number } => {
  const lines: Buffer[] = []
  let bytes = 0
  let next = from
  for (; next < items.length; next += 1) {
    const line = Buffer.from(`${JSON.stringify(items[next])}\n`)
    if (line.length > CHUNK_PAYLOAD_MAX) continue
    if (bytes + line.length > CHUNK_PAYLOAD_MAX) break
    lines.push(line)
    bytes += line.length
  }
  return { payload: Buffer.concat(lines), next }
}

const sendAll = (socket: Socket, session: ExchangeSession, items: readonly unknown[], options: AnswerOptions): void => {
  let at = 0
  let index = 0
  const sendNext = (): void => {
    if (socket.destroyed) return
    const { next, payload } = nextChunk(items, at)
    at = next
    const last = at >= items.length || index === CHUNKS_MAX - 1
    const whole = socket.write(writeChunk(session, index, last, payload, options.signer))
    index += 1
    if (last) {
      options.onEnd('answered')
      socket.end()
    } else if (whole) setImmediate(sendNext)
    else socket.once('drain', sendNext)
  }
  sendNext()
}

export const answerPeer = (socket: Socket, options: AnswerOptions): void => {
  const { board, signer } = options
  const helloNonce = options.freshNonce()
  let held = Buffer.alloc(0)
  let request: ExchangeRequest | null = null
  let asked = false
  const refuse = (end: 'refused' | 'limited'): void => {
    asked = true
    options.onEnd(end)
    socket.destroy()
  }
  socket.write(writeHello(helloNonce))
  socket.on('data', chunk => {
    if (asked) return
    held = Buffer.concat([held, chunk])
    if (held.length < REQUEST_BYTES) return
    request ??= readRequest(held.subarray(0, REQUEST_BYTES), helloNonce, otherBoard(board), signer)
    const more = request === null ? null : textLength(request)
    if (request === null || more === null || held.length > REQUEST_BYTES + more) return refuse('refused')
    if (held.length < REQUEST_BYTES + more) return
    asked = true
    const words = more === 0 ? held.subarray(0, 0) : readText(held.subarray(REQUEST_BYTES), request, helloNonce, signer)
    if (words === null) return refuse('refused')
    if (!options.mayAnswer()) return refuse('limited')
    const session = { answerer: board, helloNonce, requestNonce: request.nonce }
    sendAll(socket, session, options.itemsOf(request, Buffer.from(words).toString('utf8')), options)
  })
}
