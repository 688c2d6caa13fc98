// The boards' exchange beside the tokens, with real sockets between two loopback addresses: what it tells, and what it refuses.
import { strict as assert } from 'node:assert'
import { connect, createServer, type Socket } from 'node:net'
import type { Config } from '../../src/config/types.js'
import { createClock } from '../../src/driver/clock.js'
import { OPEN_MAX, TALK_MS } from '../../src/driver/pair-door.js'
import {
  CHUNK_PAYLOAD_MAX,
  HELLO_BYTES,
  REQUEST_BYTES,
  TEXT_BYTES_MAX,
  writeChunk,
  writeHello,
  writeRequest,
  writeText
} from '../../src/link/exchange.js'
import { createExchangeSigner } from '../../src/link/signature.js'
import type { DiskAnswer } from '../../src/port/disk-answer.js'
import { BURST_MAX, createPairExchange, type PairExchange } from '../../src/runtime/pair-exchange.js'
import type { ControlMessage, LogEntry } from '../../src/runtime/status.js'

const PORT = 7391
const ADDRESS = { a: '127.0.0.1', b: '127.0.0.2' } as const
const KEY = new Uint8Array(32).map((_, at) => at + 1)
const OTHER_KEY = KEY.map(byte => byte ^ 1)
const HOUR = 3_600_000

const entry = (sequence: number, text: string): LogEntry => ({
  sequence,
  wallSeconds: 1_795_202_043,
  atMs: sequence,
  level: 'notice',
  code: 'a-code',
  text
})

const until = async (what: string, condition: () => boolean, deadlineMs = 5000): Promise<void> => {
  const deadline = performance.now() + deadlineMs
  while (!condition()) {
    assert.ok(performance.now() < deadline, `never came true: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

describe('the exchange between the boards', function () {
  this.timeout(15_000)
  let wish: string | null = null
  let heard: string[] = []
  const disk = (text: string): DiskAnswer => {
    heard.push(text)
    return { state: 'ended', ok: true, words: `of ${text.length}`, told: null }
  }
  let ends: (() => Promise<void> | void)[] = []
  const later = <T extends { close(): unknown }>(made: T): T => {
    ends.push(() => void made.close())
    return made
  }
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
    ends = []
    heard = []
    wish = null
  })

  const side = (board: 'a' | 'b', key = KEY, events: readonly LogEntry[] = [], aheadMs = 0): PairExchange => {
    const peer = board === 'a' ? 'b' : 'a'
    const ethernet = { address: ADDRESS[board], peerAddress: ADDRESS[peer], port: PORT }
    const clock = createClock()
    const wallMs = (): number => clock.wallMs() + aheadMs
    const config = { board, ethernet } as Config
    const life = `life-${board}`
    return createPairExchange({
      config,
      key,
      clock,
      wallMs,
      life,
      events: count => events.slice(-count),
      reports: () => [],
      setup: () => null,
      disk,
      diskWish: async () => wish
    })
  }
  const listening = async (made: PairExchange): Promise<PairExchange> => {
    ends.push(() => made.close())
    await until('it listens', () => made.describe().state === 'open')
    return made
  }
  const asks = (who: PairExchange, count = 500): Promise<ControlMessage[]> =>
    new Promise(resolve => {
      const messages: ControlMessage[] = []
      who.ask('events', count, (message, last) => {
        messages.push(message)
        if (last) resolve(messages)
      })
    })
  const textsOf = (messages: readonly ControlMessage[]): readonly string[] =>
    messages.flatMap(message => (message.kind === 'event' ? [message.entry.text] : []))
  const errorOf = (messages: readonly ControlMessage[]): string => {
    const last = messages.at(-1)
    return last?.kind === 'error' ? last.text : ''
  }
  /** A connection as the peer b would make it. */
  const asPeer = (): Socket => {
    const socket = connect({ host: ADDRESS.a, port: PORT, localAddress: ADDRESS.b })
    socket.on('error', () => {})
    socket.resume()
    ends.push(() => void socket.destroy())
    return socket
  }

  it('brings the peer events in order, over many chunks, with both clocks at one instant', async () => {
    const events = Array.from({ length: 500 }, (_, n) => entry(n + 1, `event ${n} ${'ü'.repeat(150)}`))
    await listening(side('b', KEY, events, 3 * HOUR))
    const a = await listening(side('a'))
    const messages = await asks(a)
    assert.deepEqual(
      textsOf(messages),
      events.map(({ text }) => text)
    )
    assert.equal(messages.at(-1)?.kind, 'end')
    const [clocks] = messages
    assert.ok(clocks?.kind === 'clocks')
    assert.ok(Math.abs(clocks.peer.wallMs - clocks.own.wallMs - 3 * HOUR) <= clocks.errorMs + 50)
    assert.deepEqual(
      textsOf(await asks(a, 2)),
      events.slice(-2).map(({ text }) => text)
    )
  })

  it('says so when nobody listens there, and when the keys differ; the refusal is counted', async () => {
    const a = await listening(side('a'))
    assert.match(errorOf(await asks(a)), /board b at 127\.0\.0\.2 port \d+ does not listen/)
    const b = await listening(side('b', OTHER_KEY, [entry(1, 'secret')]))
    const messages = await asks(a)
    assert.match(errorOf(messages), /another key/)
    assert.deepEqual(textsOf(messages), [])
    assert.equal(b.describe().refused, 1)
    assert.equal(b.describe().answered, 0)
  })

  it('answers neither a replayed request nor one of its own reflected to it', async () => {
    const a = await listening(side('a', KEY, [entry(1, 'of a')]))
    // b's real request, written down on its way.
    let recorded = Buffer.alloc(0)
    const relay = later(
      createServer(victim => {
        victim.write(writeHello(new Uint8Array(16)))
        victim.on('data', chunk => {
          recorded = Buffer.concat([recorded, chunk])
        })
        victim.on('error', () => {})
      })
    )
    const address = '127.0.0.3'
    await new Promise<void>(resolve => void relay.listen(PORT, address, resolve))
    const clock = createClock()
    const ethernet = { address: ADDRESS.b, peerAddress: address, port: PORT }
    const b = createPairExchange({
      config: { board: 'b', ethernet } as Config,
      key: KEY,
      clock,
      wallMs: clock.wallMs,
      life: 'b',
      events: () => [],
      reports: () => [],
      setup: () => null,
      disk,
      diskWish: async () => null
    })
    await listening(b)
    b.ask('events', 5, () => {})
    await until('the request is written down', () => recorded.length === REQUEST_BYTES)
    const thief = asPeer()
    let heard = 0
    thief.on('data', chunk => {
      heard += chunk.length
    })
    thief.write(recorded)
    await until('it was cut', () => thief.destroyed)
    assert.equal(heard, HELLO_BYTES)
    assert.equal(a.describe().answered, 0)
    assert.equal(a.describe().refused, 1)
  })

  it('believes nothing that is not signed for this very connection, and takes no gigabyte', async () => {
    const signer = createExchangeSigner(KEY)
    const payload = Buffer.from(`${JSON.stringify({ board: 'b', life: 'x', nowMs: 1, wallMs: 1 })}\n`)
    const old = { answerer: 'b', helloNonce: new Uint8Array(16), requestNonce: new Uint8Array(16) } as const
    const huge = Buffer.alloc(5)
    huge.writeUInt32BE(1_073_741_824)
    const answers = [
      writeChunk(old, 0, true, payload, signer),
      Buffer.concat([huge, Buffer.alloc(1_000_000)]),
      Buffer.alloc(4 * CHUNK_PAYLOAD_MAX, 0x41)
    ]
    for (const answer of answers) {
      let sent = 0
      const liar = createServer(socket => {
        socket.on('error', () => {})
        socket.write(writeHello(new Uint8Array(16)))
        socket.once('data', () => {
          const flood = (): void => {
            while (!socket.destroyed && socket.write(answer)) sent += answer.length
            if (!socket.destroyed) socket.once('drain', flood)
          }
          flood()
        })
      })
      await new Promise<void>(resolve => void liar.listen(PORT, ADDRESS.b, resolve))
      const a = side('a')
      const messages = await asks(a)
      await a.close()
      await new Promise(resolve => liar.close(resolve))
      assert.match(errorOf(messages), /not signed/)
      assert.deepEqual(textsOf(messages), [])
      assert.ok(sent < 64 * 1_048_576, `${sent} bytes were taken`)
    }
  })

  it('brings a wish about a disk, whole, and its answer; without a wish nothing is sent', async () => {
    await listening(side('b'))
    const a = await listening(side('a'))
    const ask = (): Promise<readonly ControlMessage[]> =>
      new Promise(resolve => {
        const messages: ControlMessage[] = []
        a.ask('disk', 1, (message, last) => {
          messages.push(message)
          if (last) resolve(messages)
        })
      })
    assert.match(errorOf(await ask()), /nobody asked/)
    wish = `{"group":"data","serial":"${'ü'.repeat(120)}"}`
    const answers = (await ask()).flatMap(message => (message.kind === 'disk' ? [message.answer.words] : []))
    assert.deepEqual(answers, [`of ${wish.length}`])
    assert.deepEqual(heard, [wish])
    wish = 'x'.repeat(TEXT_BYTES_MAX + 1)
    assert.match(errorOf(await ask()), /refused|closed/)
    assert.deepEqual(heard.length, 1)
  })

  it('does not take a text whose signature is of another request, or whose bytes were changed', async () => {
    const a = await listening(side('a'))
    const signer = createExchangeSigner(KEY)
    const words = Buffer.from('{"group":"data"}')
    const nonce = Buffer.alloc(16, 7)
    const request = { board: 'b', what: 'disk', count: words.length, nonce } as const
    const send = async (change: (bytes: Buffer) => Buffer, text: typeof request = request): Promise<void> => {
      const socket = asPeer()
      let hello = Buffer.alloc(0)
      socket.on('data', chunk => {
        hello = Buffer.concat([hello, chunk])
      })
      await until('the hello is here', () => hello.length >= HELLO_BYTES)
      const helloNonce = hello.subarray(HELLO_BYTES - 16, HELLO_BYTES)
      const whole = Buffer.concat([
        writeRequest(request, helloNonce, signer),
        writeText(text, words, helloNonce, signer)
      ])
      socket.write(change(whole))
      await until('it is cut or answered', () => socket.destroyed)
    }
    await send(bytes => bytes)
    assert.deepEqual(heard, [words.toString()])
    await send(bytes => Buffer.from(bytes.map((byte, at) => (at === REQUEST_BYTES + 3 ? byte ^ 1 : byte))))
    await send(bytes => bytes, { ...request, nonce: Buffer.alloc(16, 8) })
    await send(bytes => Buffer.concat([bytes, Buffer.from('x')]))
    assert.equal(heard.length, 1)
    assert.equal(a.describe().refused, 3)
  })

  it('shuts the door on a flood, cuts who says nothing, and lets few in at once', async () => {
    const a = await listening(side('a'))
    const slow = Array.from({ length: OPEN_MAX + 2 }, asPeer)
    const since = performance.now()
    await until('the crowd is refused', () => a.describe().refused === 2)
    await until('the slow ones are cut', () => slow.every(({ destroyed }) => destroyed), TALK_MS + 2000)
    assert.ok(performance.now() - since >= TALK_MS - 100)
    assert.equal(a.describe().refused, 2 + OPEN_MAX)
    await until('the door is shut', () => {
      if (a.describe().floods === 0) asPeer()
      return a.describe().floods === 1
    })
    assert.equal(a.describe().state, 'closed')
  })

  it('answers no more than its rate', async () => {
    const a = await listening(side('a', KEY, [entry(1, 'of a')]))
    const b = await listening(side('b'))
    let answered = 0
    let refused = 0
    for (let n = 0; n < BURST_MAX + 4; n += 1) {
      if (textsOf(await asks(b)).length === 1) answered += 1
      else refused += 1
    }
    assert.ok(answered >= BURST_MAX && refused >= 1, `${answered} answered, ${refused} refused`)
    assert.equal(a.describe().answered, answered)
  })
})
