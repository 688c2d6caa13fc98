// Scenarios: the boards do not agree about configuration, key or time.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { GROUP } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'

const restartDaemon = async ({ boards, waitFor }: Context, board: 'a' | 'b'): Promise<void> => {
  const old = boards[board].daemonPid()
  boards[board].signalDaemon('SIGTERM')
  await waitFor(`${board} runs a new daemon`, async () => {
    const pid = boards[board].daemonPid()
    return pid !== null && pid !== old && (await boards[board].status()) !== null
  })
}

const stays = (context: Context, forMs: number): Promise<void> => {
  const { boards, world, staysTrue } = context
  const pids = [world.powers.a.pid, world.powers.b.pid]
  return staysTrue(
    'a serves, b takes nothing, nobody is cut',
    () => {
      const b = boards.b.holdings()
      const still = world.powers.a.pid === pids[0] && world.powers.b.pid === pids[1]
      return still && boards.a.holdings().services && !b.disk && !b.services && !b.addresses
    },
    forMs
  )
}

export const mismatchScenarios = defineScenarios([
  {
    name: 'different-configurations',
    title: 'while the configurations differ no role changes, and both boards say so',
    run: async context => {
      const { boards, mark, world, waitFor, expect, normal } = context
      mark()
      world.configure('b', { token: { answerMs: 2999 } })
      await restartDaemon(context, 'b')
      await waitFor('a says so', async () => (await boards.a.status())?.core.peer.sameConfiguration === false)
      const answer = await boards.a.order({ order: 'switchover', group: GROUP })
      expect(!answer.ok, `the switchover is refused: ${answer.text}`)
      await stays(context, 2000)
      world.configure('b', {})
      await restartDaemon(context, 'b')
      await normal('a', 20_000)
    }
  },
  {
    name: 'different-keys',
    title: 'boards with different keys raise an alarm; nobody is cut and nothing moves',
    timeoutMs: 90_000,
    run: async context => {
      const { mark, world, reported, waitFor } = context
      mark()
      writeFileSync(world.names.of('b', 'key'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
      await restartDaemon(context, 'b')
      await waitFor('both raised the alarm', () => reported('a', /foreign|key/) && reported('b', /foreign|key/), 20_000)
      await stays(context, 8000)
    }
  },
  {
    name: 'clock-jumps',
    title: 'clocks that jump by years on both boards move nothing, and a takeover afterwards goes as ever',
    options: { clockJumps: true },
    run: async context => {
      const { boards, mark, world, serving, normal } = context
      mark()
      const year = 365 * 24 * 3600 * 1000
      writeFileSync(world.names.of('a', 'clock-offset'), String(20 * year))
      await stays(context, 1000)
      writeFileSync(world.names.of('b', 'clock-offset'), String(-30 * year))
      await stays(context, 1000)
      writeFileSync(world.names.of('a', 'clock-offset'), String(-40 * year))
      await stays(context, 1000)
      boards.a.pullPower()
      await serving('b')
      boards.a.restorePower()
      await normal('b', 20_000)
    }
  }
])
