// Scenarios: the key of a pair that runs: changed while it serves, cut off, spoilt, and a card of another pair.
import { randomBytes } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import type { BoardId } from '../../../src/core/types.js'
import { writeLabState } from '../first-state.js'
import { GROUP } from '../names.js'
import { type Person, personAt } from '../person.js'
import { type Context, defineScenarios } from '../scenario.js'
import { nowMs } from '../time.js'

/** What is tried here is who speaks and what is said, not speed: a busy machine must not look like a failure. */
export const PATIENT = {
  config: {
    token: { deadMs: 3000, stallMs: 1000, latenessMs: 500, answerMs: 8000 },
    fence: { holdUpMs: 500, holdMs: 2500, headStartMs: 3000, deadlineMs: 8000 },
    startup: { bootMs: 20_000, listenMs: 25_000 },
    watchdog: { timeoutMs: 15_000 }
  }
}
export const LONG_MS = 90_000
/** A client asks every few milliseconds; this machine may hold it up so long, and no takeover is as short. */
export const NO_PAUSE_MS = 1500

export const keyOf = ({ world }: Context, board: BoardId): string => readFileSync(world.names.of(board, 'key'), 'utf8')

export const orderMode = async (
  { boards, waitFor }: Context,
  board: BoardId,
  mode: 'auto' | 'maintenance'
): Promise<void> => {
  // The machine may be so busy that the peer is late once.
  await waitFor(
    `the pair is in mode ${mode}`,
    async () => (await boards[board].order({ order: 'mode', mode, forMs: 0 })).ok,
    LONG_MS
  )
}

/** Both directions, as the guide has it: here, then over there. Ends with the group at the other board. */
export const proveBoth = async (context: Context, first: BoardId): Promise<void> => {
  const { boards, waitFor, expect, normal } = context
  const second = first === 'a' ? 'b' : 'a'
  for (const [board, peer] of [
    [first, second],
    [second, first]
  ] as const) {
    await normal(board, LONG_MS)
    const answer = await boards[board].order({ order: 'fenceProve' }, LONG_MS)
    expect(answer.ok, `board ${board} proves its fence: ${answer.text}`)
    await waitFor(
      `board ${peer} is back after the drill`,
      async () => (await boards[board].status())?.core.peer.heard === true,
      LONG_MS
    )
    await normal(board, LONG_MS)
    if (board === first) {
      const moved = await boards[board].order({ order: 'switchover', group: GROUP }, LONG_MS)
      expect(moved.ok, `the group moves: ${moved.text}`)
    }
  }
}

/** Sit at boards for as long as `work` takes, come what may. */
export const atConsoles = async (people: readonly Person[], work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } finally {
    await Promise.all(people.map(person => person.leave()))
  }
}

const CODE = /same code\? yes \/ no: $/
const backTogether = async ({ boards, waitFor }: Context): Promise<void> => {
  await waitFor(
    'both daemons are back and hear each other',
    async () => {
      const both = await Promise.all([boards.a.status(), boards.b.status()])
      return both.every(status => status?.core.peer.heard === true)
    },
    LONG_MS
  )
}

const startBoth = async ({ world }: Context): Promise<readonly [Person, Person]> => {
  const [a, b] = [personAt(world, 'a', ['pair']), personAt(world, 'b', ['pair'])] as const
  for (const person of [a, b]) {
    await person.expect(/steps aside[\s\S]*proof of the fence becomes void[\s\S]*Type yes to do it: $/, LONG_MS)
    person.type('yes\r')
  }
  for (const person of [a, b]) await person.expect(CODE, LONG_MS)
  return [a, b]
}

const rotate = async (context: Context): Promise<void> => {
  const { boards, client, world, expect, say, waitFor, normal } = context
  const before = keyOf(context, 'a')
  const refused = personAt(world, 'a', ['pair'])
  await atConsoles([refused], async () => {
    await refused.expect(/refused: the mode is auto[\s\S]*baton mode maintenance/, LONG_MS)
  })
  await orderMode(context, 'a', 'maintenance')
  const at = nowMs()
  const service = boards.a.servicePid()
  const killed = await startBoth(context)
  await atConsoles(killed, async () => {
    killed[0].kill()
    await killed[1].expect(/Not paired: [\s\S]*Nothing was changed on either board/, LONG_MS)
    await backTogether(context)
  })
  expect(keyOf(context, 'a') === before && keyOf(context, 'b') === before, 'both have the old key')
  const people = await startBoth(context)
  await atConsoles(people, async () => {
    for (const person of people) person.type('yes\r')
    for (const person of people) await person.expect(/Paired: both boards have the same new key/, LONG_MS)
    await Promise.all(people.map(({ ended }) => ended))
  })
  await backTogether(context)
  expect(keyOf(context, 'a') !== before && keyOf(context, 'a') === keyOf(context, 'b'), 'both have the same new key')
  for (const board of ['a', 'b'] as const) {
    const status = await boards[board].status()
    expect(status?.core.fence.proved === null, `the proof of board ${board} is void`)
    expect(status?.core.mode === 'maintenance', `board ${board} is in maintenance`)
  }
  const gapMs = client.longestGapMs(at)
  say(`longest time without an answer while the key was changed twice: ${Math.round(gapMs)} ms`)
  expect(gapMs < NO_PAUSE_MS, `the client saw no pause: ${Math.round(gapMs)} ms`)
  expect(boards.a.servicePid() === service, 'the service is the same process')
  await orderMode(context, 'a', 'auto')
  await waitFor(
    'a says that nothing would be taken over',
    async () => ((await boards.b.status())?.core.ifPeerDied ?? '').includes('nothing would be taken over by itself'),
    LONG_MS
  )
  await proveBoth(context, 'a')
  await normal('b', LONG_MS)
  boards.b.pullPower()
  await context.serving('a', LONG_MS)
}

const holdsNothing = ({ boards }: Context): boolean => {
  const { disk, services, addresses } = boards.b.holdings()
  return !disk && !services && !addresses
}

const truncated = async (context: Context): Promise<void> => {
  const { boards, world, mark, waitFor, expect, staysTrue, client, normal } = context
  const at = mark()
  const { pid } = world.powers.a
  const service = boards.a.servicePid()
  truncateSync(world.names.of('b', 'key'), 10)
  boards.b.signalDaemon('SIGTERM')
  await waitFor('b says what is wrong and the way out', () =>
    /\/key: the key is too short: 10 of 64 hex digits[\s\S]*pair the boards again \(`baton pair` on both\)/.test(
      boards.b.log()
    )
  )
  // A standby that has power and is silent may be cut once (R13); it comes back with the same key.
  await staysTrue(
    'a serves and keeps its power, b takes nothing',
    () => world.powers.a.pid === pid && boards.a.holdings().services && holdsNothing(context),
    15_000
  )
  expect(boards.a.servicePid() === service && client.longestGapMs(at) < NO_PAUSE_MS, 'the client saw no pause')
  // Where systemd runs it, it stays away after such an end.
  boards.b.holdDaemon()
  for (const what of [
    { order: 'fenceOff' },
    { order: 'mode', mode: 'maintenance', forMs: 0 },
    { order: 'fenceOn' }
  ] as const)
    expect((await boards.a.order(what, LONG_MS)).ok, `a takes the order ${what.order}`)
  await waitFor('b has power again', () => world.powers.b.pid !== null, LONG_MS)
  const people = [personAt(world, 'a', ['pair']), personAt(world, 'b', ['pair'])] as const
  await atConsoles(people, async () => {
    for (const person of people) {
      await person.expect(/Type yes to do it: $/, LONG_MS)
      person.type('yes\r')
    }
    for (const person of people) {
      await person.expect(CODE, LONG_MS)
      person.type('yes\r')
    }
    for (const person of people) await person.expect(/Paired: both boards have the same new key/, LONG_MS)
    await people[0].ended
  })
  boards.b.releaseDaemon()
  await backTogether(context)
  expect(client.longestGapMs(at) < NO_PAUSE_MS, 'the client saw no pause')
  await orderMode(context, 'a', 'auto')
  await normal('a', LONG_MS)
}

const swapped = async (context: Context): Promise<void> => {
  const { boards, world, mark, waitFor, reported, staysTrue, expect, client } = context
  const at = mark()
  const first = world.powers.a.pid
  boards.b.pullPower()
  await waitFor('b is dark', () => world.powers.b.pid === null)
  writeFileSync(world.names.of('b', 'key'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  world.configure('b', { pair: 'other' })
  await writeLabState(world, 'b', true)
  boards.b.restorePower()
  await waitFor('both raised the alarm', () => reported('a', /foreign-key/) && reported('b', /foreign-key/), LONG_MS)
  const said = (await boards.a.events()).map(({ text }) => text).join('\n')
  expect(/another key[\s\S]*`baton pair`/.test(said), 'the alarm names the way out')
  const pid = world.powers.b.pid
  // Both are in mode auto, both count their fence as proved, and each of them is alone by its own key.
  await staysTrue(
    'a serves, the stranger takes nothing, nobody is cut',
    () => {
      const still = world.powers.b.pid === pid && world.powers.a.pid === first
      return still && boards.a.holdings().services && holdsNothing(context)
    },
    40_000
  )
  expect(client.longestGapMs(at) < NO_PAUSE_MS, 'the client saw no pause')
}

export const pairingScenarios = defineScenarios([
  {
    name: 'key-rotate',
    title: 'a new key comes into a pair that serves, also after a pairing that was killed: no client notices',
    options: PATIENT,
    timeoutMs: 400_000,
    run: rotate
  },
  {
    name: 'key-truncated',
    title:
      'a board whose key file is cut to ten bytes says what to do and takes nothing; the guide brings it back, no client notices',
    options: PATIENT,
    timeoutMs: 200_000,
    run: truncated
  },
  {
    name: 'card-swapped',
    title:
      'the card of another pair in board b raises an alarm with the way out on both boards; nothing moves, nobody is cut',
    options: PATIENT,
    timeoutMs: 240_000,
    run: swapped
  }
])
