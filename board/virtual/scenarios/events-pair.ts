// Scenario: `baton events --pair` with a wrong clock, under a flood of connections, with Ethernet cut and with another key.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { inNetns } from '../helper.js'
import { ADDRESS, distFile, GROUP, perlFile, TOKEN_PORT } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'
import { run, tryRun } from '../shell.js'

const AHEAD_MS = 3 * 3_600_000
const FLOOD_SECONDS = 2

/** What a person at board a reads. */
const pairEvents = async ({ world }: Context) => {
  const words = ['events', '--pair', '-n', '500', '--socket', world.names.of('a', 'run/baton.sock')]
  return tryRun(process.execPath, [distFile('src/console/baton.js'), ...words])
}

/** The lines that hold these words stand in this order. */
const inOrder = ({ expect }: Context, text: string, words: readonly RegExp[]): void => {
  const lines = text.split('\n')
  let from = 0
  for (const word of words) {
    const at = lines.findIndex((line, index) => index >= from && word.test(line))
    expect(at >= 0, `${word} stands behind those before it`)
    from = at + 1
  }
}

const flood = async (context: Context): Promise<void> => {
  const { boards, client, expect, say, world } = context
  const since = context.mark()
  const words = [perlFile('flood'), ADDRESS.a, String(TOKEN_PORT), String(FLOOD_SECONDS)]
  const [file, args] = inNetns(world.names.netns('b'), 'perl', words)
  const made = await run(file, args)
  const [a, b] = await Promise.all([boards.a.status(), boards.b.status()])
  say(`${made.trim()} connections in ${FLOOD_SECONDS} s, lateness ${a?.loopLatenessMsMax.toFixed(1)} ms`)
  expect((a?.exchange.floods ?? 0) > 0 && a?.exchange.state === 'closed', 'the door of a is shut')
  expect(a?.core.peer.links.ethernet.state === 'two-way', 'tokens go on over Ethernet at a')
  expect(b?.core.peer.links.ethernet.state === 'two-way', 'and at b')
  expect(client.longestGapMs(since) < 1000, 'the client saw no pause')
  expect((await boards.a.group())?.role === 'active', 'a serves')
}

export const eventsPairScenarios = defineScenarios([
  {
    name: 'events-pair',
    title: "both boards' events come in their true order, with a clock hours wrong; what is refused or cut is said",
    options: { clockJumps: true },
    prepare: world => writeFileSync(world.names.of('b', 'clock-offset'), String(AHEAD_MS)),
    run: async context => {
      const { boards, expect, mark, serving, waitFor, world } = context
      const movedAt = mark()
      expect((await boards.a.order({ order: 'switchover', group: GROUP })).ok, 'the switchover is done')
      await serving('b', 15_000, movedAt)
      expect((await boards.b.order({ order: 'switchover', group: GROUP })).ok, 'and the one back')
      await serving('a', 15_000)
      const both = await pairEvents(context)
      expect(both.ok && both.stderr === '', `both boards' events are there: ${both.stderr}`)
      expect(
        /clock of board b is 3 h 0 min ahead of ours/.test(both.stdout),
        `the wrong clock is told: ${both.stdout.split('\n').at(-2)}`
      )
      inOrder(context, both.stdout, [
        / a notice .*\[granted\]/,
        / b notice .*\[taking\]/,
        / b notice .*\[active\]/,
        / b notice .*\[granted\]/,
        / a notice .*\[taking\]/
      ])
      const reports = await tryRun(process.execPath, [
        distFile('src/console/baton.js'),
        ...['report', '--pair', '--list', '--socket', world.names.of('a', 'run/baton.sock')]
      ])
      expect(reports.ok, `both boards' reports are there: ${reports.stderr}`)
      inOrder(context, reports.stdout, [/^a\d+ .*switchover/, /^b\d+ .*switchover/])
      await flood(context)
      const shut = await tryRun(process.execPath, [
        distFile('src/console/baton.js'),
        'events',
        '--pair',
        '--socket',
        world.names.of('b', 'run/baton.sock')
      ])
      expect(!shut.ok && /does not listen/.test(shut.stderr), `board b says why not: ${shut.stderr.trim()}`)
      await world.cables.ethernetBetween(false)
      const cut = await pairEvents(context)
      expect(/only this board's events: board b/.test(cut.stderr), `Ethernet is cut: ${cut.stderr.trim()}`)
      expect(/\[active\]/.test(cut.stdout), 'its own events are shown')
      await world.cables.ethernetBetween(true)
      writeFileSync(world.names.of('b', 'key'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
      const old = boards.b.daemonPid()
      boards.b.signalDaemon('SIGTERM')
      await waitFor('b runs a daemon with another key', async () => {
        const status = await boards.b.status()
        return boards.b.daemonPid() !== old && status?.exchange.state === 'open'
      })
      const foreign = await pairEvents(context)
      expect(/another key/.test(foreign.stderr), `the other key is named: ${foreign.stderr.trim()}`)
      expect((await boards.b.status())?.exchange.refused === 1, 'and counted at b')
    }
  }
])
