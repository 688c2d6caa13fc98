// The control socket with real sockets: who may use it, what it refuses, and that no client can burden the daemon.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlHandlers } from '../../src/runtime/control.js'
import { CLIENTS_MAX, type ControlServer, serveControl } from '../../src/runtime/control.js'
import { UNREAD_BYTES_MAX } from '../../src/runtime/control-client.js'
import type { ControlMessage, LogEntry, OperatorRequest } from '../../src/runtime/status.js'
import { NORMAL } from '../console/fixture-status.js'

const entry = (sequence: number): LogEntry => ({
  sequence,
  wallSeconds: 0,
  atMs: 0,
  level: 'info',
  code: 'x',
  text: `entry ${sequence}`
})

// Everything that the socket sends until it closes.
const talk = (path: string, bytes: string | null): Promise<ControlMessage[]> =>
  new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(path, () => bytes !== null && socket.write(bytes))
    socket.setEncoding('utf8')
    socket.on('data', chunk => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () =>
      resolve(
        text
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as ControlMessage)
      )
    )
  })

const until = async (condition: () => boolean, what: string): Promise<void> => {
  const deadline = performance.now() + 5000
  while (!condition()) {
    assert.ok(performance.now() < deadline, `never came true: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

describe('the control socket', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baton-control-'))
  const path = join(directory, 'run', 'baton.sock')
  let server: ControlServer
  const orders: OperatorRequest[] = []
  let cancelled = 0
  let followers: ((each: LogEntry) => void)[] = []
  const handlers: ControlHandlers = {
    status: () => NORMAL,
    order: (what, onAnswer) => {
      orders.push(what)
      onAnswer({ ok: true, final: false, text: 'under way' })
      if (what.order !== 'fenceProve') onAnswer({ ok: true, final: true, text: 'done' })
      return () => {
        cancelled += 1
      }
    },
    trace: () => ['header', ...Array.from({ length: 9 }, (_, n) => String(n).repeat(UNREAD_BYTES_MAX / 2))],
    reports: () => [],
    peer: (_what, recent, onMessage) => {
      if (recent < 500) return onMessage({ kind: 'error', text: 'no peer' }, true)
      for (let n = 0; n < recent; n += 1)
        onMessage({ kind: 'event', entry: { ...entry(n), text: 'x'.repeat(2000) } }, false)
      onMessage({ kind: 'end' }, true)
    },
    events: recent => [entry(1), entry(2), entry(3)].slice(-recent),
    follow: onEntry => {
      followers.push(onEntry)
      return () => {
        followers = followers.filter(each => each !== onEntry)
      }
    }
  }
  const serve = async (): Promise<ControlServer> => {
    const result = await serveControl({ path, group: 'no-such-group', handlers })
    assert.ok(result.ok, JSON.stringify(result))
    return result.value
  }

  beforeEach(async () => {
    server = await serve()
    orders.length = 0
    cancelled = 0
  })
  afterEach(() => server.close())
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('hands on the whole answer of the peer, far more than may wait unread, to a client that reads', async () => {
    const messages = await talk(path, '{"command":"peer","what":"events","recent":1000}\n')
    assert.equal(messages.length, 1001)
    assert.equal(messages.at(-1)?.kind, 'end')
    const refused = await talk(path, '{"command":"peer","what":"events","recent":10}\n')
    assert.deepEqual(refused, [{ kind: 'error', text: 'no peer' }])
  })

  it('sends a trace that is longer than a client may leave unread, line after line', async () => {
    const messages = await talk(path, '{"command":"trace"}\n')
    const lines = messages.flatMap(message => (message.kind === 'trace' ? [message.line] : []))
    assert.deepEqual(lines, handlers.trace())
    assert.deepEqual(messages.at(-1), { kind: 'end' })
  })

  it('answers a status and closes', async () => {
    assert.deepEqual(await talk(path, '{"command":"status"}\n'), [{ kind: 'status', status: NORMAL }])
  })

  it('hands an order over and streams its answers until the final one', async () => {
    const messages = await talk(path, '{"command":"order","what":{"order":"switchover","group":"files"}}\n')
    assert.deepEqual(orders, [{ order: 'switchover', group: 'files' }])
    assert.deepEqual(messages, [
      { kind: 'answer', ok: true, final: false, text: 'under way' },
      { kind: 'answer', ok: true, final: true, text: 'done' }
    ])
  })

  it('tells the runtime when the client of an unfinished order went away', async () => {
    const socket = connect(path, () => socket.write('{"command":"order","what":{"order":"fenceProve"}}\n'))
    await new Promise(resolve => socket.once('data', resolve))
    socket.destroy()
    await until(() => cancelled === 1, 'the order was cancelled')
  })

  it('shows the newest events, and with follow those that come', async () => {
    const recent = await talk(path, '{"command":"events","recent":2,"follow":false}\n')
    assert.deepEqual(recent, [{ kind: 'event', entry: entry(2) }, { kind: 'event', entry: entry(3) }, { kind: 'end' }])
    let text = ''
    const socket = connect(path, () => socket.write('{"command":"events","recent":0,"follow":true}\n'))
    socket.on('data', chunk => {
      text += chunk.toString()
    })
    await until(() => followers.length === 1, 'somebody follows')
    followers[0]?.(entry(4))
    await until(() => text.includes('entry 4'), 'the entry came')
    socket.destroy()
    await until(() => followers.length === 0, 'nobody follows')
  })

  it('may be used by root and its group only', () => {
    assert.equal(statSync(path).mode & 0o777, 0o660)
  })

  it('takes a request in any split, and ignores what follows it', async () => {
    const socket = connect(path)
    let text = ''
    socket.on('data', chunk => {
      text += chunk.toString()
    })
    await new Promise(resolve => socket.once('connect', resolve))
    for (const letter of '{"command":"status"}\n{"command":"order"}\n') socket.write(letter)
    await new Promise(resolve => socket.once('close', resolve))
    assert.equal(text.split('\n').filter(line => line !== '').length, 1)
  })

  const bad: readonly (readonly [string, RegExp])[] = [
    ['no json', /no JSON/],
    ['[]', /no JSON object/],
    ['{}', /no such command/],
    ['{"command":"__proto__"}', /no such command/],
    ['{"command":"order"}', /needs `what`/],
    ['{"command":"order","what":{"order":"explode"}}', /no such order/],
    ['{"command":"order","what":{"order":"switchover","group":"../x"}}', /no name of a group/],
    ['{"command":"order","what":{"order":"takeStale"}}', /no name of a group/],
    ['{"command":"order","what":{"order":"mode","mode":"off","forMs":0}}', /none of auto/],
    ['{"command":"order","what":{"order":"mode","mode":"manual","forMs":-1}}', /forMs/],
    ['{"command":"events","recent":1e9,"follow":false}', /recent/],
    ['{"command":"events","recent":1,"follow":"yes"}', /follow/]
  ]
  for (const [line, expected] of bad) {
    it(`refuses ${line} and does nothing`, async () => {
      const [message, ...more] = await talk(path, `${line}\n`)
      assert.ok(message?.kind === 'error', JSON.stringify(message))
      assert.match(message.text, expected)
      assert.deepEqual([more, orders], [[], []])
    })
  }

  it('refuses a request without end instead of keeping it', async () => {
    const [message] = await talk(path, 'x'.repeat(70_000))
    assert.ok(message?.kind === 'error' && /longer than 65536/.test(message.text))
  })

  it('refuses the client after the sixteenth, and serves again when one has gone', async () => {
    const sockets: Socket[] = []
    for (let at = 0; at < CLIENTS_MAX; at += 1) {
      const socket = connect(path, () => socket.write('{"command":"events","recent":0,"follow":true}\n'))
      sockets.push(socket)
    }
    await until(() => followers.length === CLIENTS_MAX, 'all are connected')
    const [message] = await talk(path, null)
    assert.ok(message?.kind === 'error' && /16 clients/.test(message.text))
    for (const socket of sockets) socket.destroy()
    await until(() => followers.length === 0, 'all have gone')
    assert.equal((await talk(path, '{"command":"status"}\n'))[0]?.kind, 'status')
  })

  it('cuts a client that does not read', async () => {
    const socket = connect(path, () => socket.write('{"command":"events","recent":0,"follow":true}\n'))
    socket.pause()
    socket.on('error', () => {})
    await until(() => followers.length === 1, 'it follows')
    const big = { ...entry(5), text: 'x'.repeat(50_000) }
    await until(() => {
      followers[0]?.(big)
      return followers.length === 0
    }, 'it was cut')
    socket.destroy()
  })

  it('is removed at the end', async () => {
    await server.close()
    assert.ok(!existsSync(path))
    server = await serve()
  })

  it('refuses to take the place of a daemon that answers', async () => {
    const second = await serveControl({ path, group: 'baton', handlers })
    assert.ok(!second.ok)
    assert.match(second.reason, /another daemon answers there.*baton status/)
    assert.equal((await talk(path, '{"command":"status"}\n'))[0]?.kind, 'status')
  })

  it('replaces the socket of a daemon that died', async () => {
    const stale = join(directory, 'stale.sock')
    const script = `require('net').createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['-e', script])
    assert.ok(existsSync(stale))
    const result = await serveControl({ path: stale, group: 'baton', handlers })
    assert.ok(result.ok, JSON.stringify(result))
    await result.value.close()
  })

  it('touches no file that is no socket, and names a path that is too long', async () => {
    const file = join(directory, 'notes.txt')
    writeFileSync(file, 'mine')
    const plain = await serveControl({ path: file, group: 'baton', handlers })
    const long = await serveControl({ path: join(directory, 'x'.repeat(120)), group: 'baton', handlers })
    assert.ok(!plain.ok && !long.ok)
    assert.match(plain.reason, /is no socket/)
    assert.match(long.reason, /longer than 107 bytes/)
  })
})
