// Scenarios: back to normal by `baton recover`, with a step that fails on the way; and users who may log in where the group is.
import { existsSync, readFileSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import type { BoardId } from '../../../src/core/types.js'
import { inNetns } from '../helper.js'
import { BOARDS, distFile, GROUP } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'
import { type ShellResult, tryRun } from '../shell.js'
import type { World } from '../world.js'

/** The `baton` command as a person runs it on that board. */
const baton = ({ world }: Context, board: BoardId, ...words: string[]): Promise<ShellResult> => {
  const { names, env } = world
  const program = [distFile('src/console/baton.js'), ...words, '--socket', names.of(board, 'run/baton.sock')]
  const [file, args] = inNetns(names.netns(board), process.execPath, program)
  return tryRun(file, args, { timeoutMs: 60_000, env: env as Record<string, string> })
}

/** The steps that were told, without their times. */
const stepsOf = (out: string): readonly string[] =>
  [...out.matchAll(/^ +\d+\.\d s {2}(.*)$/gm)].map(([, step]) => step ?? '')

const HOME_STEPS = [
  'board a is heard',
  `${GROUP}: stop the users of the disk on board b`,
  `${GROUP}: unmount on board b`,
  `${GROUP}: hand over to board a`,
  `${GROUP}: check and mount on board a`,
  `${GROUP}: start on board a`,
  `${GROUP} is active on board a`
]

const gateOf = (world: World, board: BoardId): string => world.names.of(board, 'run/nologin')

/** What the real pam_nologin says to a user who is not root. */
const mayLogIn = async (world: World, board: BoardId): Promise<boolean> => {
  const lines = `account required pam_nologin.so file=${gateOf(world, board)}\naccount required pam_permit.so`
  const script = `mount -t tmpfs tmpfs /etc/pam.d && echo "$1" >/etc/pam.d/lab && pamtester lab daemon acct_mgmt`
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', lines]
  return (await tryRun('unshare', words)).ok
}

const gated = (world: World): void => {
  const loginGate = { file: world.names.here('run/nologin'), message: 'The files of the shop.' }
  for (const board of BOARDS) world.configure(board, { groups: [{ ...world.groupOptions, loginGate }] })
}

export const recoveryScenarios = defineScenarios([
  {
    name: 'recovery-steps',
    title: 'recovery tells each step; a mount that fails leaves the service where it ran, and the next order goes on',
    timeoutMs: 150_000,
    run: async context => {
      const { boards, mark, world, serving, normal, expect, say } = context
      mark()
      boards.a.pullPower()
      await serving('b')
      const dark = await baton(context, 'b', 'recover', '--plan')
      expect(dark.code === 1 && dark.stdout.includes('board a has no power'), `the plan names it: ${dark.stdout}`)
      boards.a.restorePower()
      await normal('b', 40_000)

      const plan = await baton(context, 'b', 'recover', '--plan')
      expect(plan.code === 1 && plan.stdout.includes(`${GROUP} runs on board b, its home is board a`), plan.stdout)
      const unasked = await baton(context, 'b', 'recover')
      expect(unasked.code === 1 && unasked.stderr.includes('no terminal to ask'), unasked.stderr)

      // Where the disk should be mounted stands a file.
      const mountPoint = world.names.of('a', 'mnt')
      rmdirSync(mountPoint)
      writeFileSync(mountPoint, '')
      const failed = await baton(context, 'b', 'recover', '--yes')
      for (const step of stepsOf(failed.stdout)) say(`  ${step}`)
      say(failed.stderr.trim())
      expect(failed.code === 1, 'the recovery is not called done')
      expect(stepsOf(failed.stdout).includes(`${GROUP}: bring it back: start on board b`), 'it is brought back')
      expect(/stays on board b: "check and mount on board a" failed/.test(failed.stderr), 'it says which step')
      await serving('b', 5000)

      unlinkSync(mountPoint)
      const done = await baton(context, 'b', 'recover', '--yes')
      for (const step of done.stdout.split('\n').slice(-12)) say(`  ${step}`)
      expect(done.code === 0, `the recovery is done: ${done.stderr}`)
      const told = stepsOf(done.stdout)
      expect(
        HOME_STEPS.every(step => told.includes(step)),
        `every step is told: ${told.join('; ')}`
      )
      await serving('a', 5000)
      await normal('a')
      const after = await baton(context, 'a', 'recover', '--plan')
      expect(after.code === 0 && after.stdout.startsWith('Nothing stands in the way'), after.stdout)
    }
  },
  {
    name: 'login-gate',
    title: 'users may log in on the board where the group is active, and are turned away on the other; root never is',
    timeoutMs: 120_000,
    prepare: gated,
    // The daemon that is killed comes back within it, also on a slow machine.
    options: { config: { token: { deadMs: 5000 }, startup: { bootMs: 8000, listenMs: 14_000 } } },
    run: async context => {
      const { boards, mark, world, waitFor, serving, normal, expect, reported } = context
      const isOpenOn = (board: BoardId): Promise<unknown> =>
        waitFor(`users may log in on ${board} only`, async () => {
          const other = board === 'a' ? 'b' : 'a'
          return (await mayLogIn(world, board)) && existsSync(gateOf(world, other)) && !(await mayLogIn(world, other))
        })
      await isOpenOn('a')
      const words = readFileSync(gateOf(world, 'b'), 'utf8')
      expect(words.includes('closed on board b') && words.includes('Log in on board a'), words)

      mark()
      const moved = await boards.a.order({ order: 'switchover', group: GROUP })
      expect(moved.ok, moved.text)
      await isOpenOn('b')
      boards.b.signalDaemon('SIGKILL')
      await normal('b', 20_000)
      await isOpenOn('b')

      boards.b.pullPower()
      await serving('a')
      expect(await mayLogIn(world, 'a'), 'the survivor lets users in')
      boards.b.restorePower()
      await normal('a', 40_000)
      await isOpenOn('a')

      // Somebody else forbids logins on b: that is not undone, and the service runs all the same.
      writeFileSync(gateOf(world, 'b'), 'closed for repair\n')
      const again = await boards.a.order({ order: 'switchover', group: GROUP })
      expect(again.ok, again.text)
      await serving('b')
      expect(readFileSync(gateOf(world, 'b'), 'utf8') === 'closed for repair\n', 'the file of somebody else stays')
      await waitFor('b says so', () => reported('b', /^login-gate-failed$/))
    }
  }
])
