// Scenarios: what people do at the serial console, typed at 960 bytes in a second into the real program on a pty.

import type { BoardId } from '../../../src/core/types.js'
import { checkTranscript, transcriptOf } from '../console-transcript.js'
import { onBoard } from '../helper.js'
import { distFile, GROUP } from '../names.js'
import { type Context, defineScenarios } from '../scenario.js'
import { type SerialLine, startOnLine } from '../serial-line.js'
import { createTypist, type Typist } from '../typist.js'

const BYTES_PER_SECOND = 960

/** The console of one board, in that board's network; ended with the scenario, come what may. */
const atConsole = async (
  { world }: Context,
  board: BoardId,
  work: (typist: Typist, line: SerialLine) => Promise<void>
): Promise<void> => {
  const { names, env, powers } = world
  const program = [distFile('src/console/baton.js'), 'console', '--socket', names.of(board, 'run/baton.sock')]
  const { pid } = powers[board]
  if (pid === null) throw new Error(`board ${board} has no power`)
  const [file, words] = onBoard(pid, process.execPath, program)
  const line = startOnLine([file, ...words], {
    bytesPerSecond: BYTES_PER_SECOND,
    env: { ...env, HOME: names.dir, TERM: 'vt100', TZ: 'UTC' }
  })
  try {
    await work(createTypist(line), line)
  } finally {
    line.hangUp()
    await line.ended
  }
}

export const consoleScenarios = defineScenarios([
  {
    name: 'console-recovery',
    title: 'a failed pair is brought back to normal through the menu of the serial console alone, at 9600 baud',
    timeoutMs: 150_000,
    run: async context => {
      const { boards, mark, serving, normal, expect, say } = context
      await atConsole(context, 'b', async ({ answer, expect: see, screen, quiet }) => {
        await see(/board b> $/)
        mark()
        boards.a.pullPower()
        await serving('b')
        await see(/ALARM|warning/)
        await quiet(1500)
        await answer('1', /FALLBACK: one alone[\s\S]*board b> $/)
        boards.a.restorePower()
        await see(/the peer is heard again/, 30_000)
        await normal('b', 30_000)
        await quiet(1000)
        await answer('3', /stands in the way[\s\S]*yes = do it all, stay = all but the move: $/)
        await answer('yes', /board b> $/, 40_000)
        await normal('a', 20_000)
        await answer('1', /NORMAL: both boards fit[\s\S]*board b> $/)
        await answer('0', /logged out/)
        expect(
          screen.strange.length === 0,
          `only what a VT100 knows was sent: ${screen.strange.slice(0, 3).join(', ')}`
        )
        const problem = checkTranscript(transcriptOf(screen.all(), context.world.names))
        expect(problem === null, problem ?? '')
      })
      say(`${GROUP} is at home`)
    }
  },
  {
    name: 'console-planned-repair',
    title:
      'a board is taken away for repair by the guide: maintenance, shutdown, plug; users notice nothing and nobody is cut',
    timeoutMs: 150_000,
    run: async context => {
      const { boards, mark, normal, expect, client, waitFor, world } = context
      const at = mark()
      const pid = boards.a.servicePid()
      let cut = 0
      const watch = setInterval(() => {
        if (world.wires.levels('a').relay) cut += 1
      }, 10)
      try {
        await atConsole(context, 'a', async ({ answer, expect: see }) => {
          await see(/board a> $/)
          await answer('4', /Enter alone: back\): $/)
          await answer('3', /until changed: $/)
          await answer('2h', /for 2 h[\s\S]*Type yes to do it: $/)
          await answer('yes', /board a> $/)
        })
        await waitFor('b is in maintenance', async () => (await boards.b.status())?.core.mode === 'maintenance')
        boards.b.holdDaemon()
        await atConsole(context, 'b', async ({ answer, expect: see }) => {
          await see(/board b> $/)
          await answer('8', /Type yes to do it: $/)
          await answer('yes', /safe to pull its\s+plug[\s\S]*board b> $/)
        })
        await waitFor('a does not hear b', async () => (await boards.a.status())?.core.peer.heard === false)
        await context.staysTrue('b keeps its power', () => world.powers.b.pid !== null, 2000)
        boards.b.pullPower()
        boards.b.releaseDaemon()
        await waitFor('b is dark', () => world.powers.b.pid === null)
        boards.b.restorePower()
        await normal('a', 30_000)
        await atConsole(context, 'a', async ({ answer, expect: see }) => {
          await see(/board a> $/)
          await answer('4', /Enter alone: back\): $/)
          await answer('1', /board a> $/)
          await answer('3', /stands in the way[\s\S]*board a> $/)
        })
      } finally {
        clearInterval(watch)
      }
      expect(cut === 0, 'nobody was cut')
      expect(boards.a.servicePid() === pid, 'the service kept running')
      expect(client.longestGapMs(at) < 1000, 'the client saw no pause')
    }
  }
])
