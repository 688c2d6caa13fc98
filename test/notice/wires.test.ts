import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelConfig } from '../../src/config/types-notices.js'
import type { Outcome } from '../../src/notice/notice.js'
import { readSecrets } from '../../src/notice/secrets.js'
import { openWire } from '../../src/notice/sender.js'
import { until } from '../driver/wait.js'
import { channel, notice } from './fixture.js'
import { freePort, type Hook, makeHook } from './servers.js'

const SECRET = 's3cr3t-t0ken'
const MESSAGE = { notices: [notice(1, 'alarm')], dropped: 0 }
const SENDER = { pair: 'shop', board: 'a' } as const

const tell = async (
  over: object,
  secrets: ReadonlyMap<string, string> = new Map([['wall', SECRET]])
): Promise<Outcome> => {
  const wire = await openWire(channel(over as Partial<ChannelConfig>), { ok: true, value: secrets }, SENDER, true)
  const outcome = await wire.send(MESSAGE)
  await wire.close()
  return outcome
}

/** Takes every connection and never comes to an end: says nothing, or `drip` again and again (at once, and each `everyMs`). */
const startSilent = async (
  drip: string | null,
  everyMs = 50
): Promise<{ readonly port: number; readonly server: Server }> => {
  const port = await freePort()
  const server = createServer(socket => {
    socket.on('error', () => undefined).resume()
    if (drip !== null) socket.write(drip)
    const timer = drip === null ? undefined : setInterval(() => socket.write(drip), everyMs)
    socket.on('close', () => clearInterval(timer))
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return { port, server }
}

describe('a channel', () => {
  let folder: string
  let hook: Hook
  let silent: Awaited<ReturnType<typeof startSilent>>
  let talker: Awaited<ReturnType<typeof startSilent>>

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-wires-'))
    hook = await makeHook(folder)
    await hook.start()
    silent = await startSilent(null)
    talker = await startSilent('220-one moment\r\n')
  })

  after(async () => {
    await hook.kill()
    silent.server.close()
    talker.server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const webhook = (path: string, secret: string) => ({
    kind: 'webhook',
    webhook: { url: `http://127.0.0.1:${hook.port}${path}`, secret }
  })

  it('hides its secret also where the server quotes it', async () => {
    const bearer = await tell(webhook('/refuse', 'bearer'))
    assert.equal(bearer.permanent, true)
    assert.match(bearer.words, /answers 422 .* I do not like Bearer \(secret\) at \/refuse$/)
    const inUrl = await tell(webhook('/refuse/{secret}', 'url'))
    assert.match(inUrl.words, /at \/refuse\/\(secret\)$/)
  })

  it('tries again later what a server that is out of order did not take', async () => {
    const { ok, words, permanent } = await tell(webhook('/broken', 'none'))
    assert.deepEqual([ok, permanent], [false, false])
    assert.match(words, /answers 500 Internal Server Error out of order$/)
  })

  it('gives up at its deadline on a server that takes the connection and says nothing, or goes on and on', async () => {
    const { port } = silent
    const email = {
      server: '127.0.0.1',
      port,
      security: 'none',
      user: null,
      from: 'a@example.org',
      to: ['b@example.org']
    }
    const mqtt = {
      url: `mqtt://127.0.0.1:${port}`,
      user: null,
      topic: 'baton',
      homeAssistant: true,
      discoveryTopic: 'ha'
    }
    const timeoutMs = 300
    const [mail, slow, post, bus] = await Promise.all([
      tell({ kind: 'email', email, timeoutMs }),
      tell({ kind: 'email', email: { ...email, port: talker.port }, timeoutMs }),
      tell({ kind: 'webhook', webhook: { url: `http://127.0.0.1:${port}/`, secret: 'none' }, timeoutMs }),
      tell({ kind: 'mqtt', mqtt, timeoutMs })
    ])
    for (const { words } of [mail, slow]) assert.match(words, /was not done within 300 ms$/)
    assert.match(post.words, /no answer within 300 ms$/)
    assert.equal(bus.ok, false)
    assert.ok([mail, slow, post, bus].every(({ ok }) => !ok))
  })

  it('believes a server that says 200 and then comes to no end: a second try would be a second message', async () => {
    const endless = await startSilent('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nthanks\r\n', 1_000_000)
    try {
      const url = `http://127.0.0.1:${endless.port}/`
      const told = await tell({ kind: 'webhook', webhook: { url, secret: 'none' }, timeoutMs: 300 })
      assert.equal(told.ok, true, told.words)
      assert.match(told.words, /answers 200 OK thanks$/)
    } finally {
      endless.server.close()
    }
  })

  it("hides a mail account's password also where the server quotes the log-in, as it went over the wire", async () => {
    const port = await freePort()
    const server = createServer(socket => {
      socket.on('error', () => undefined).write('220 here\r\n')
      socket.on('data', line => {
        const words = String(line).trim()
        socket.write(words.startsWith('EHLO') ? '250-here\r\n250 AUTH PLAIN\r\n' : `535 not understood: ${words}\r\n`)
      })
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    try {
      const from = 'a@example.org'
      const email = { server: '127.0.0.1', port, security: 'none', user: 'joe', from, to: [from] }
      const { words } = await tell({ kind: 'email', email, timeoutMs: 2000 })
      assert.match(words, /not understood: AUTH PLAIN \(secret\)$/)
    } finally {
      server.close()
    }
  })

  it('hides a secret that stands where the words of an answer are cut', async () => {
    for (const room of [155, 158, 162, 355]) {
      const { words } = await tell(webhook(`/refuse${'x'.repeat(room)}/{secret}`, 'url'))
      assert.doesNotMatch(words, /s3cr3t/)
    }
  })

  it('cuts a broker that sends a packet without an end, before and after it let us in, and goes on', async () => {
    const port = await freePort()
    const endless = Buffer.concat([Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1 << 20)])
    let taken = 0
    let connections = 0
    const server = createServer(socket => {
      connections += 1
      const first = connections === 1 ? endless : Buffer.concat([Buffer.from([0x20, 2, 0, 0]), endless])
      const write = (bytes: Buffer): void => {
        if (socket.destroyed) return
        taken += bytes.length
        socket.write(bytes, () => write(endless))
      }
      socket.on('error', () => undefined).once('data', () => write(first))
      socket.resume()
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    const mqtt = {
      url: `mqtt://127.0.0.1:${port}`,
      user: null,
      topic: 'baton',
      homeAssistant: false,
      discoveryTopic: 'ha'
    }
    try {
      const outcome = await tell({ kind: 'mqtt', mqtt, timeoutMs: 1500, retryMs: 200 })
      assert.equal(outcome.ok, false)
      assert.ok(connections > 1, `${connections} connections`)
      assert.ok(taken < connections * (8 << 20), `${taken} bytes were taken in ${connections} connections`)
    } finally {
      server.close()
    }
  })

  it('does not wait for ever on a secrets file that is a pipe', () => {
    const file = join(folder, 'pipe')
    spawnSync('mkfifo', ['-m', '600', file])
    const read = readSecrets(file)
    assert.match(read.ok ? '' : read.reason, /is no regular file/)
  })

  it('ends a program at its deadline, with what that started, and says its last words', async () => {
    const file = join(folder, 'pid')
    const hangs = await tell({
      kind: 'command',
      command: ['/bin/sh', '-c', `sleep 60 & echo $! >${file}; wait`],
      timeoutMs: 400
    })
    assert.match(hangs.words, /was not done after \d+ ms/)
    const pid = Number(readFileSync(file, 'utf8'))
    const state = (): string | undefined =>
      existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] : 'gone'
    // Its signal may have been sent a moment before it dies of it.
    await until(`its child is ${state()}`, () => ['gone', 'Z', 'X'].includes(state() ?? ''), 2000)
    const fails = await tell({ kind: 'command', command: ['/bin/sh', '-c', 'echo the modem is away >&2; exit 3'] })
    assert.match(fails.words, /exited with 3: the modem is away$/)
  })

  it("hands a program the message and no secret, and never marks it as the daemon's child", async () => {
    const told = await tell({ kind: 'command', command: ['/bin/sh', '-c', `cat >${folder}/in; env >${folder}/env`] })
    assert.equal(told.ok, true)
    assert.equal(JSON.parse(readFileSync(join(folder, 'in'), 'utf8')).events[0].id, 'shop/a/abcd0123/1')
    const env = readFileSync(join(folder, 'env'), 'utf8')
    assert.match(env, /^BATON_LEVEL=alarm$/m)
    assert.doesNotMatch(env, new RegExp(`BATON_CHILD|${SECRET}`))
  })

  it('by console is `wall`, and without its secret it says which line is missing', async () => {
    assert.deepEqual(await tell({}), { ok: true, words: 'wall ended with 0' })
    const nothing = await tell(webhook('/in', 'hmac'), new Map())
    assert.match(nothing.words, /has no line "wall: …": add it$/)
  })
})
