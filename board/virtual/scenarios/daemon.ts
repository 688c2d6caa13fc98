// Scenarios: the daemon of the active board dies or is restarted while its board lives.
import { DEFAULT_TIMING } from '../lab-config.js'
import { type Context, defineScenarios } from '../scenario.js'

const DEFAULTS = {
  token: { intervalMs: 100, deadMs: 1000, stallMs: 250, latenessMs: 100, answerMs: 5000 },
  fence: {
    relayActMs: 20,
    holdUpMs: 500,
    settleMs: 100,
    holdMs: 3000,
    headStartMs: 1500,
    deadlineMs: 10_000,
    restoreAfterMs: 10_000,
    confirmMs: 60_000
  },
  release: { deadlineMs: 60_000 },
  lan: { graceMs: 5000 },
  watchdog: { timeoutMs: 10_000, feedMs: 1000 },
  ...DEFAULT_TIMING
}

const goesOn = async (context: Context, kill: () => void): Promise<void> => {
  const { boards, client, expect, mark, normal, waitFor, world } = context
  const service = boards.a.servicePid()
  const daemon = boards.a.daemonPid()
  const init = world.powers.a.pid
  const at = mark()
  kill()
  await waitFor('a new daemon runs on a', () => {
    const pid = boards.a.daemonPid()
    return pid !== null && pid !== daemon
  })
  await normal('a', 20_000)
  expect(world.powers.a.pid === init, 'board a was not cut')
  expect(boards.a.servicePid() === service, 'the same service process runs on')
  expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
}

export const daemonScenarios = defineScenarios([
  {
    name: 'daemon-killed',
    title: "kill -9 of the active board's daemon at default timings leaves one holder and loses nothing",
    options: { config: DEFAULTS },
    timeoutMs: 90_000,
    run: async ({ boards, mark, normal, waitFor, client }) => {
      const at = mark()
      const daemon = boards.a.daemonPid()
      boards.a.signalDaemon('SIGKILL')
      await waitFor('a new daemon runs on a', () => {
        const pid = boards.a.daemonPid()
        return pid !== null && pid !== daemon
      })
      await waitFor('both boards have made up their mind', async () => {
        const groups = await Promise.all([boards.a.group(), boards.b.group()])
        const roles = groups.map(group => group?.role)
        return roles.includes('active') && roles.includes('standby') && client.firstAfter(at + 2000) !== null
      })
      await normal((await boards.b.group())?.role === 'active' ? 'b' : 'a', 40_000)
    }
  },
  {
    name: 'daemon-adopts',
    title: 'a daemon that is killed and comes back within a long dead time adopts what runs, without a pause',
    options: { config: { token: { deadMs: 5000 }, startup: { bootMs: 8000, listenMs: 14_000 } } },
    run: context => goesOn(context, () => context.boards.a.signalDaemon('SIGKILL'))
  },
  {
    name: 'daemon-restart',
    title: 'a planned restart of the daemon moves nothing and costs the client no pause',
    run: context => goesOn(context, () => context.boards.a.signalDaemon('SIGTERM'))
  },
  {
    name: 'daemon-killed-for-long',
    title: 'a daemon that stays dead longer than the dead time is taken over from, and its board cut first',
    run: async ({ boards, mark, serving, normal }) => {
      mark()
      boards.a.holdDaemon()
      boards.a.signalDaemon('SIGKILL')
      await serving('b')
      boards.a.releaseDaemon()
      await normal('b', 20_000)
    }
  },
  {
    name: 'standby-daemon-killed',
    title: "kill -9 of the standby's daemon costs the client no pause",
    run: async ({ boards, client, expect, mark, normal }) => {
      const at = mark()
      boards.b.signalDaemon('SIGKILL')
      await normal('a', 25_000)
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
    }
  }
])
