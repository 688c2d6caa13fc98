import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelConfig } from '../../src/config/types-notices.js'
import type { Outcome } from '../../src/notice/notice.js'
import { openWire } from '../../src/notice/sender.js'
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

/** Takes every connection and never comes to an end: says nothing, or `drip` again and again. */
const startSilent = async (drip: string | null): Promise<{ readonly port: number; readonly server: Server }> => {
  const port = await freePort()
  const server = createServer(socket => {
    socket.on('error', () => undefined).resume()
    const timer = drip === null ? undefined : setInterval(() => socket.write(drip), 50)
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

  it('ends a program at its deadline, with what that started, and says its last words', async () => {
    const file = join(folder, 'pid')
    const hangs = await tell({
      kind: 'command',
      command: ['/bin/sh', '-c', `sleep 60 & echo $! >${file}; wait`],
      timeoutMs: 400
    })
    assert.match(hangs.words, /was not done after \d+ ms/)
    const pid = Number(readFileSync(file, 'utf8'))
    const state = existsSync(`/proc/${pid}/stat`)
      ? readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0]
      : 'gone'
    assert.ok(state === 'gone' || state === 'Z' || state === 'X', `its child is ${state}`)
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
