// Scenario: people are told, and a dead mail server, a broker that refuses and a network without names delay no takeover.
import { existsSync, readFileSync } from 'node:fs'
import type { BoardId } from '../../../src/core/types.js'
import { type MailServer, makeMailServer, noMailServer } from '../mail-server.js'
import { ADDRESS } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'
import type { World } from '../world.js'

const PORT = 2525
const QUICK = { level: 'notice', gatherMs: 300, retryMs: 200, retryMsMax: 1000, timeoutMs: 1500, perHour: 3600 }
const email = (server: string) => ({
  server,
  port: PORT,
  security: 'none',
  from: 'lab@example.org',
  to: 'admin@example.org'
})

/** One that works and three that never do: nobody at the address, a name that nobody resolves, a broker that refuses. */
const CHANNELS = [
  { ...QUICK, name: 'mail', kind: 'email', email: email(ADDRESS.client) },
  { ...QUICK, name: 'nowhere', kind: 'webhook', webhook: { url: 'http://10.77.0.250/' } },
  { ...QUICK, name: 'nameless', kind: 'email', email: email('mail.nowhere.invalid') },
  { ...QUICK, name: 'bus', kind: 'mqtt', mqtt: { url: `mqtt://${ADDRESS.client}:1` } }
]

const servers = new WeakMap<World, MailServer>()

const serverOf = (world: World): MailServer => {
  const server = servers.get(world)
  if (server === undefined) throw new Error('the mail server was not made')
  return server
}

/** Mails of this board that say so. */
const toldBy = (server: MailServer, board: BoardId, words: RegExp): number =>
  server.mails().filter(mail => mail.includes(`[baton lab ${board}]`) && words.test(mail)).length

/** What the board's notices still have to say by mail; null = they are not at work yet. */
const waitingAt = (world: World, board: BoardId): number | null => {
  const file = world.names.of(board, 'run/notices.json')
  if (!existsSync(file)) return null
  const { channels } = JSON.parse(readFileSync(file, 'utf8')) as { channels: { name: string; waiting: number }[] }
  return channels.find(({ name }) => name === 'mail')?.waiting ?? null
}

const cut = async (context: Context, from: BoardId, to: BoardId): Promise<number> => {
  const { boards, client, mark, serving, normal } = context
  const at = mark()
  boards[from].pullPower()
  await serving(to)
  const awayMs = Math.round(client.longestGapMs(at))
  boards[from].restorePower()
  await normal(to, 20_000)
  return awayMs
}

const run = async (context: Context): Promise<void> => {
  const { world, boards, waitFor, expect, say } = context
  const server = serverOf(world)
  await waitFor('b has told by mail that it hears its peer', () => toldBy(server, 'b', /the peer is heard/) > 0)
  const aliveMs = await cut(context, 'a', 'b')
  await waitFor('b has told by mail that it took over', () => toldBy(server, 'b', /main is active on this board/) > 0)

  await waitFor('a tries to tell', () => waitingAt(world, 'a') !== null)
  server.freeze()
  const before = toldBy(server, 'a', /main is active on this board/)
  const deadMs = await cut(context, 'b', 'a')
  await waitFor('what a has to tell waits', () => (waitingAt(world, 'a') ?? 0) > 0)
  expect(
    toldBy(server, 'a', /main is active on this board/) === before,
    'nobody was told while the mail server was dead'
  )
  const late = (await boards.a.status())?.loopLatenessMsMax ?? Number.NaN
  say(`clients were without service for ${aliveMs} ms with a mail server, ${deadMs} ms with a dead one`)
  say(`the daemon of a was at most ${late.toFixed(1)} ms late`)

  // Neither its own death nor the server's loses what waits; the daemon starts it again.
  const sender = boards.a.processes().find(({ command }) => /^\S*node .*notify\.js/.test(command))
  expect(sender !== undefined, 'a process of its own sends the notices')
  if (sender !== undefined) process.kill(sender.pid, 'SIGKILL')
  await server.kill()
  await server.start()
  await waitFor(
    'a has told by mail that it took over',
    () => toldBy(server, 'a', /main is active on this board/) > before
  )
  const ids = server.mails().map(mail => mail.match(/^Message-ID: (.*)$/im)?.[1] ?? 'none')
  expect(new Set(ids).size === ids.length, `no mail came twice: ${ids.join(' ')}`)
}

const scenarios = defineScenarios([
  {
    name: 'notices',
    title:
      'a power cut with a dead mail server and no way to the other channels delays no takeover; the mails come later, once',
    options: { config: { notices: { channels: CHANNELS } } },
    prepare: async world => {
      const { names } = world
      const netns = names.netns('c')
      const server = await makeMailServer({ folder: `${names.dir}/mail`, address: ADDRESS.client, port: PORT, netns })
      servers.set(world, server)
      await server.start()
    },
    run: async context => {
      try {
        await run(context)
      } catch (error) {
        context.say(`the mail server's log ends with:\n${serverOf(context.world).log()}`)
        throw error
      } finally {
        await serverOf(context.world).kill()
      }
    }
  }
])

/** None on a machine that has another mail server: installing ours would remove that one. */
export const noticesScenarios = noMailServer() === null ? scenarios : []
