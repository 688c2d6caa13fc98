// Scenarios: `baton board test` with right and wrong wiring, against a peer that serves, and broken off while it cuts.
import type { BoardId } from '../../../src/core/types.js'
import { startBoardTest } from '../board-tester.js'
import { type Person, personAt } from '../person.js'
import { type Context, defineScenarios } from '../scenario.js'

/** What is tested here is wiring, not speed: a busy machine, which takes its time to kill a board, is no slow supply. */
const PATIENT = {
  config: {
    token: { deadMs: 3000, stallMs: 1000, latenessMs: 500, answerMs: 8000 },
    fence: { holdUpMs: 500, holdMs: 2500, headStartMs: 3000, deadlineMs: 8000 },
    startup: { bootMs: 20_000, listenMs: 25_000 },
    watchdog: { timeoutMs: 15_000 }
  }
}
const LONG_MS = 60_000
const calm = { options: PATIENT, start: 'on', timeoutMs: 240_000 } as const

/** As the way out of the refusal says: maintenance, then the daemon stopped. */
const stopDaemon = async (context: Context, board: BoardId, maintenance = true): Promise<void> => {
  const { boards, waitFor } = context
  if (maintenance) {
    const order = { order: 'mode', mode: 'maintenance', forMs: 0 } as const
    // The machine may be so busy that the peer is late once.
    await waitFor('the pair is in maintenance', async () => (await boards[board].order(order)).ok, LONG_MS)
  }
  boards[board].holdDaemon()
  boards[board].signalDaemon('SIGTERM')
  await waitFor(`the daemon of ${board} has ended`, () => boards[board].daemonPid() === null, LONG_MS)
}

const startDaemon = async (context: Context, board: BoardId): Promise<void> => {
  const { boards, waitFor } = context
  boards[board].releaseDaemon()
  await waitFor(
    `the daemon of ${board} is back`,
    async () => (await boards[board].status())?.core.peer.heard === true,
    LONG_MS
  )
  const order = { order: 'mode', mode: 'auto', forMs: 0 } as const
  await waitFor('the pair is in mode auto', async () => (await boards[board].order(order)).ok, LONG_MS)
}

/** Run it to its end; `finding: text` of each part. */
const test = async (context: Context, board: BoardId, ...words: string[]) => {
  const { code, found } = await startBoardTest(context.world, board, words).ended
  const text = found.map(one => `${one.part} ${one.finding}: ${one.text} -> ${one.remedy ?? 'nothing'}`)
  for (const line of text) context.say(line)
  return { code, text: text.join('\n') }
}

const expectText = (context: Context, text: string, wanted: RegExp): void =>
  context.expect(wanted.test(text), `the test says ${wanted}; it said: ${text}`)

const wholeTest = async (context: Context): Promise<void> => {
  const { boards, world, mark, waitFor, expect, client, normal } = context
  await normal('a', LONG_MS)
  const refused = startBoardTest(world, 'a', [])
  expect((await refused.ended).code === 1, 'it is refused while the daemon runs')
  expectText(
    context,
    refused.said(),
    /the daemon of this board runs[\s\S]*mode maintenance[\s\S]*systemctl stop batond/
  )
  await stopDaemon(context, 'a')
  const at = mark()
  const victim = world.powers.b.pid
  const whole = startBoardTest(world, 'a', ['--yes'])
  await waitFor('it asks for the button', () => /press the button/.test(whole.said()), LONG_MS)
  await boards.a.pressButton(300)
  const { code, found } = await whole.ended
  for (const { part, finding, text } of found) context.say(`${part} ${finding}: ${text}`)
  expect(code === 0, `it ends with 0: ${code}; ${whole.said()}`)
  const unsure = found.filter(({ finding }) => finding !== 'ok').map(({ part }) => part)
  expect(
    found.length === 11 && unsure.join() === 'lights',
    `all parts are well but the lights, which nobody saw: ${unsure}`
  )
  expect(!world.wires.levels('a').relay, 'the relay is released')
  expect(world.powers.b.pid !== victim, 'b was cut')
  expect(
    Object.values(world.wires.lights('a')).every(lit => !lit),
    'all lights are dark'
  )
  expect(client.longestGapMs(at) < 3000, 'the client saw no pause')
  await startDaemon(context, 'a')
  await normal('a', LONG_MS)
}

const miswired = async (context: Context): Promise<void> => {
  const { world } = context
  const { a } = world.faults
  const broken = async (what: Partial<typeof a>, words: readonly string[], wanted: RegExp): Promise<void> => {
    Object.assign(a, what)
    world.wires.refresh()
    const { code, text } = await test(context, 'a', ...words)
    context.expect(code === 1, `it ends with 1: ${code}`)
    expectText(context, text, wanted)
    context.expect(!world.wires.levels('a').relay, 'the relay is released')
  }
  const back = async (what: Partial<typeof a>): Promise<void> => {
    Object.assign(a, what)
    world.wires.refresh()
    await context.waitFor('b speaks again', async () => (await context.boards.b.status()) !== null, LONG_MS)
  }
  await stopDaemon(context, 'a')
  await broken(
    { bridge: false },
    ['--only', 'loop'],
    /loop wrong: BCM 22 \(header pin 15\) reads open.*bridge of the socket there/
  )
  await back({ bridge: true })
  await broken({ sense: 'pulled' }, ['--only', 'sense'], /sense wrong: reads off, and board b is heard/)
  await broken({ sense: 'swapped' }, ['--only', 'relay', '--yes'], /relay wrong: .*wires of sense and loop are swapped/)
  await back({ sense: 'works' })
  await broken(
    { buttonDown: true },
    ['--only', 'button'],
    /button wrong: BCM 26 \(header pin 37\) reads pressed all the time/
  )
  await back({ buttonDown: false })
  await broken({ relay: 'stuck-released' }, ['--only', 'relay', '--yes'], /relay wrong: sense reads on although/)
  await broken({ relay: 'inverted' }, ['--only', 'relay', '--cut', 'b'], /relay wrong: the wrong way round.*COM and NC/)
  await back({ relay: 'works' })
  await startDaemon(context, 'a')
  await context.normal('a', LONG_MS)
}

export const boardTestScenarios = defineScenarios([
  {
    name: 'board-test',
    title: 'the board test finds right wiring right, cuts the standby once, and leaves everything as it was',
    ...calm,
    run: wholeTest
  },
  {
    name: 'board-test-miswired',
    title: 'the board test says in words which wire is wrong, and releases the relay each time',
    ...calm,
    run: miswired
  },
  {
    name: 'board-test-refuses',
    title: 'the board test cuts no board that serves without the words, nor runs while the peer may cut this one',
    ...calm,
    run: async context => {
      const { world, expect, mark, client, normal } = context
      await normal('a', LONG_MS)
      const at = mark()
      const serving = world.powers.a.pid
      await stopDaemon(context, 'b', false)
      const now = startBoardTest(world, 'b', ['--yes'])
      expect((await now.ended).code === 1, 'it is refused in mode auto')
      expectText(context, now.said(), /heard in mode auto, and this board is silent/)
      context.boards.b.releaseDaemon()
      await normal('a', LONG_MS)
      await stopDaemon(context, 'b')
      for (const words of [['--yes'], ['--cut', 'a'], []]) {
        const { code, text } = await test(context, 'b', '--only', 'relay', ...words)
        expect(code === 1, `it ends with 1: ${code}`)
        expectText(context, text, /relay refused: not driven\. It SERVES main/)
      }
      expect(world.powers.a.pid === serving, 'a was never cut')
      expect(client.longestGapMs(at) < 3000, 'the client saw no pause')
      await startDaemon(context, 'b')
      await normal('a', LONG_MS)
    }
  },
  {
    name: 'board-test-aside',
    title:
      'in maintenance the daemon steps aside for a board test, what is served goes on, and it comes back after Ctrl-C, too',
    ...calm,
    run: async context => {
      const { boards, world, client, waitFor, expect, normal, mark } = context
      await normal('a', LONG_MS)
      const at = mark()
      const begin = (): Person => personAt(world, 'a', ['board', 'test', '--only', 'loop,button'])
      const sit = async (work: (person: Person) => Promise<void>): Promise<void> => {
        const person = begin()
        await work(person)
        await person.ended
        await waitFor('the daemon of a is back', async () => (await boards.a.status()) !== null, LONG_MS)
      }
      await sit(async person => {
        await person.expect(/refused: the mode is auto/, LONG_MS)
      })
      const order = { order: 'mode', mode: 'maintenance', forMs: 0 } as const
      await waitFor('the pair is in maintenance', async () => (await boards.a.order(order)).ok, LONG_MS)
      await sit(async person => {
        await person.expect(
          /steps aside for the test[\s\S]*main goes on being served[\s\S]*Type yes to do it: $/,
          LONG_MS
        )
        person.type('yes\r')
        await person.expect(/loop +ok[\s\S]*press the button/, LONG_MS)
        await boards.a.pressButton(300)
        await person.expect(/button +ok[\s\S]*the daemon starts again/, LONG_MS)
      })
      await sit(async person => {
        await person.expect(/Type yes to do it: $/, LONG_MS)
        person.type('yes\r')
        await person.expect(/press the button/, LONG_MS)
        person.type('\u0003')
      })
      expect(client.longestGapMs(at) < 3000, 'the client saw no pause')
      await startDaemon(context, 'a')
      await normal('a', LONG_MS)
    }
  },
  {
    name: 'board-test-broken-off',
    title: 'a board test that is ended while it drives the relay releases it',
    ...calm,
    run: async context => {
      const { world, waitFor, expect, normal } = context
      await normal('a', LONG_MS)
      await stopDaemon(context, 'a')
      // The contact does not move: the test waits for sense as long as it does at all.
      world.faults.a.relay = 'stuck-released'
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
        const running = startBoardTest(world, 'a', ['--only', 'relay', '--yes'])
        await waitFor('the relay is driven', () => world.wires.levels('a').relay, LONG_MS)
        running.signal(signal)
        await waitFor(`${signal} releases it`, () => !world.wires.levels('a').relay, 2000)
        const { code } = await running.ended
        expect(code !== 0, `it does not end well after ${signal}: ${code}`)
      }
      world.faults.a.relay = 'works'
      await startDaemon(context, 'a')
      await normal('a', LONG_MS)
    }
  }
])
