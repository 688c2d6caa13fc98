// Asks the other board once, over the Ethernet link's addresses, and reads its signed answer. Called by pair-exchange.ts.
// Bounded: one deadline for all of it, one chunk in memory, so many chunks. Nothing of an answer is used before its signature is right.
import { connect, type Socket } from 'node:net'
import type { EthernetConfig } from '../config/types.js'
import { type BoardId, otherBoard } from '../core/types.js'
import {
  chunkLength,
  type ExchangeSession,
  type ExchangeWhat,
  HELLO_BYTES,
  readChunk,
  readHello,
  writeRequest,
  writeText
} from '../link/exchange.js'
import type { ExchangeSigner } from '../link/signature.js'

export interface AskOptions {
  readonly ethernet: EthernetConfig
  readonly board: BoardId
  readonly signer: ExchangeSigner
  readonly freshNonce: () => Uint8Array
  readonly now: () => number
}

export interface Asked {
  /** Instants of our clock: the request left, the first chunk came. */
  readonly sentAt: number
  readonly heardAt: number
}

export type AskEnd = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Connect, hello, request, answer. */
export const ASK_MS = 3000

const failureOf = (error: NodeJS.ErrnoException, where: string): string => {
  if (error.code === 'ECONNREFUSED')
    return `${where} does not listen: its daemon is stopped, older, or refuses for a while`
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return `${where} refused: has it another key?`
  return `${where} is not reachable: ${error.message}`
}

export interface Question {
  readonly what: ExchangeWhat
  readonly count: number
  /** Of a question about a disk; its length takes the place of `count`. */
  readonly text?: string
}

/** `onLines` gets whole JSON lines as they come, each trusted, with the instants of the exchange. Never rejects. */
export const askPeer = (
  options: AskOptions,
  { what, count, text = '' }: Question,
  onLines: (lines: readonly string[], asked: Asked) => void
): Promise<AskEnd> =>
  new Promise(resolve => {
    const { board, ethernet, now, signer } = options
    const peer = otherBoard(board)
    const where = `board ${peer} at ${ethernet.peerAddress} port ${ethernet.port}`
    const requestNonce = options.freshNonce()
    let waiting = Buffer.alloc(0)
    let session: ExchangeSession | null = null
    let index = 0
    let sentAt = 0
    let heardAt = 0
    const scoped = ethernet.address.includes('%')
    const socket: Socket = connect({
      host: ethernet.peerAddress,
      port: ethernet.port,
      noDelay: true,
      ...(scoped ? {} : { localAddress: ethernet.address })
    })
    const end = (result: AskEnd): void => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(result)
    }
    const fail = (reason: string): void => end({ ok: false, reason })
    const deadline = setTimeout(() => fail(`${where} did not answer within ${ASK_MS / 1000} s`), ASK_MS)

    const takeHello = (): void => {
      const helloNonce = readHello(waiting.subarray(0, HELLO_BYTES))
      if (helloNonce === null) return fail(`${where} answers, but not as a baton daemon of this version`)
      waiting = waiting.subarray(HELLO_BYTES)
      session = { answerer: peer, helloNonce, requestNonce }
      const words = new TextEncoder().encode(text)
      const request = { board, what, count: text === '' ? count : words.length, nonce: requestNonce }
      socket.write(writeRequest(request, helloNonce, signer))
      if (text !== '') socket.write(writeText(request, words, helloNonce, signer))
      sentAt = now()
    }
    /** One chunk; true = look whether another one is here. */
    const takeChunk = (of: ExchangeSession): boolean => {
      const length = chunkLength(waiting)
      if (length === null) return false
      const bad = `an answer that is not signed by board ${peer} with the pair's key came from ${ethernet.peerAddress}`
      if (length === 'bad') {
        fail(bad)
        return false
      }
      if (waiting.length < length) return false
      const chunk = readChunk(waiting.subarray(0, length), of, index, signer)
      if (chunk === null) {
        fail(bad)
        return false
      }
      waiting = waiting.subarray(length)
      if (index === 0) heardAt = now()
      index += 1
      const lines = Buffer.from(chunk.payload).toString('utf8').split('\n')
      onLines(
        lines.filter(line => line !== ''),
        { sentAt, heardAt }
      )
      if (chunk.last) end({ ok: true })
      return !chunk.last
    }
    socket.on('data', chunk => {
      waiting = Buffer.concat([waiting, chunk])
      if (session === null && waiting.length >= HELLO_BYTES) takeHello()
      while (session !== null && takeChunk(session));
    })
    socket.on('error', error => fail(failureOf(error, where)))
    socket.on('close', () => fail(`${where} closed without an answer: has it another key?`))
  })
