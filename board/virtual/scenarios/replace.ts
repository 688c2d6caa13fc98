// Scenarios: one board of a pair is lost with its card, and a fresh one is taken in by `baton replace`, while the other one serves.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { type Person, personAt } from '../person.js'
import { type Context, defineScenarios } from '../scenario.js'
import { nowMs } from '../time.js'
import { atConsoles, keyOf, LONG_MS, NO_PAUSE_MS, PATIENT, proveBoth } from './pairing.js'

const CODE = /same code\? yes \/ no: $/

/** Board b with nothing but what an image brings: another configuration, no key, no record, no daemon. */
const destroy = async ({ boards, world, waitFor }: Context): Promise<void> => {
  boards.b.pullPower()
  await waitFor('b is dark', () => world.powers.b.pid === null)
  const { names } = world
  for (const name of ['state', 'key', 'log']) rmSync(names.of('b', name), { recursive: true, force: true })
  for (const name of ['state', 'log']) mkdirSync(names.of('b', name), { recursive: true, mode: 0o700 })
  world.configure('b', { token: { answerMs: 7000 } })
  boards.b.holdDaemon()
}

const answer = async (person: Person, question: RegExp, text: string): Promise<void> => {
  await person.expect(question, LONG_MS)
  person.type(`${text}\r`)
}

const replaced = async (context: Context): Promise<void> => {
  const { boards, world, client, expect, waitFor, say, normal, serving } = context
  const { names } = world
  const service = boards.a.servicePid()
  const at = nowMs()
  const healthy = personAt(world, 'a', ['replace'])
  await atConsoles([healthy], async () => {
    await healthy.expect(/refused: board b is heard/, LONG_MS)
  })
  await destroy(context)
  await waitFor('a is alone', async () => (await boards.a.status())?.core.peer.heard === false, LONG_MS)
  const first = personAt(world, 'a', ['replace'])
  await atConsoles([first], async () => {
    await answer(
      first,
      /as board b\. Board a is the one that stays\. main goes on here[\s\S]*Type yes to do it: $/,
      'yes'
    )
    // The power of the fresh board is held off until the person says that all is in its place.
    await first.expect(/Put in the fresh card[\s\S]*Type yes when it is done: $/, LONG_MS)
    boards.b.restorePower()
    expect(world.powers.b.pid === null, 'the fresh board gets no power yet')
    first.type('yes\r')
    await waitFor('b boots', () => world.powers.b.pid !== null, LONG_MS)
    const b = personAt(world, 'b', ['pair'])
    await atConsoles([b], async () => {
      await Promise.all([first.expect(CODE, LONG_MS), b.expect(/hands over its configuration[\s\S]*no: $/, LONG_MS)])
      // Killed in the middle: the daemon is started by its guard, and nothing has changed.
      first.kill()
      await b.expect(/Not paired: /, LONG_MS)
    })
  })
  await waitFor('the daemon of a is back', async () => (await boards.a.status())?.core.mode === 'maintenance', LONG_MS)
  expect(!existsSync(names.of('b', 'key')), 'the fresh board has no key')
  // The power of the fresh board goes in the middle: the one that serves says so, and its daemon comes back by itself.
  const second = personAt(world, 'a', ['replace'])
  await atConsoles([second], async () => {
    await answer(second, /Type yes to do it: $/, 'yes')
    await answer(second, /Type yes when it is done: $/, 'yes')
    const lost = personAt(world, 'b', ['pair'])
    await Promise.all([second.expect(CODE, LONG_MS), lost.expect(CODE, LONG_MS)])
    boards.b.pullPower()
    await second.expect(/Not paired: the other board fell silent[\s\S]*the daemon starts again/, LONG_MS)
    await second.ended
    await lost.leave()
  })
  boards.b.restorePower()
  await waitFor('b boots once more', () => world.powers.b.pid !== null, LONG_MS)
  const again = personAt(world, 'a', ['replace'])
  const b = personAt(world, 'b', ['pair'])
  await atConsoles([again, b], async () => {
    await answer(again, /Type yes to do it: $/, 'yes')
    await answer(again, /Type yes when it is done: $/, 'yes')
    for (const person of [again, b]) await person.expect(CODE, LONG_MS)
    for (const person of [again, b]) person.type('yes\r')
    await b.expect(/Paired[\s\S]*first record in[\s\S]*systemctl restart batond/, LONG_MS)
    boards.b.releaseDaemon()
    await answer(again, /Paired[\s\S]*Board b is heard[\s\S]*Mode auto now\? yes \/ no: $/, 'yes')
    await again.expect(/Last: `baton fence prove` here/, LONG_MS)
    await again.ended
  })
  expect(keyOf(context, 'a') === keyOf(context, 'b'), 'both have the same key')
  const [x, y] = ['a', 'b'].map(board => readFileSync(names.of(board as 'a' | 'b', 'baton.yaml'), 'utf8'))
  expect(x === y, 'the fresh board has the configuration of the one that stayed')
  const gapMs = client.longestGapMs(at)
  say(`longest time without an answer while b was replaced: ${Math.round(gapMs)} ms`)
  expect(gapMs < NO_PAUSE_MS && boards.a.servicePid() === service, 'a served all the time')
  await normal('a', LONG_MS)
  await proveBoth(context, 'a')
  boards.b.pullPower()
  await serving('a', LONG_MS)
  boards.b.restorePower()
  await normal('a', LONG_MS)
}

export const replaceScenarios = defineScenarios([
  {
    name: 'replace',
    title: 'a board lost with its card is replaced by a fresh one while the other serves, and takes over afterwards',
    options: PATIENT,
    timeoutMs: 500_000,
    run: replaced
  }
])
