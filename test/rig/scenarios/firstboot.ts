// From two fresh cards to a pair that survives a power cut, with nothing but buttons and lights: nobody logs in, nothing is typed, and
// everything is judged from outside (GPIO, USB switch, disk, LAN). The person's acts are counted from the plugging in on.
import { join } from 'node:path'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { type BoardId, otherBoard } from '../../../src/core/types.js'
import { readLabel } from '../disk-label.js'
import { makeFirstCards } from '../first-cards.js'
import { startLightDiary } from '../light-diary.js'
import { makePerson, type Person } from '../person.js'
import type { RigContext, Scenario } from '../scenario.js'
import { firstbootLine } from '../summary.js'
import { askWeb } from '../web.js'
import { lightsSay, pairByButtons, seen } from './firstboot-pairing.js'
import { takeover } from './main.js'

/** The addresses of the file that lies on every card. */
const ADDRESSES = { a: '192.168.77.1', b: '192.168.77.2', virtual: '192.168.77.10', client: '192.168.77.9' } as const
const LABEL = 'baton-data'

/** A boot with its first record, the daemon, and what leads the new pair: several programs, one after the other. */
const LEAD_S = 2400
const SERVE_S = 1800
const OFFER_S = 1200
const BACK_S = 1500
const WEB_S = 300
const POWER_S = 900
/** In the middle between 3 and 8 s, which is what the panel takes, as a board sees it that looks twice a second. */
const PROVE_MS = 5000
const DRILL_MS = 180_000
const TRIES = 4

const serves = (words: string): boolean => words.startsWith('active serving, peer well')
const offersProof = (words: string): boolean => serves(words) && /fault (provable|offer)$/.test(words)
const isProved = (words: string): boolean => /peer well, .*fault (none|warning|acknowledged)$/.test(words)
const standsBy = (words: string): boolean => /^active (standby|safe), peer well/.test(words)

const seconds = (since: number): string => `${((nowMs() - since) / 1000).toFixed(0)} s`

const servedAt = async (context: RigContext, person: Person, board: BoardId, deadlineS: number): Promise<void> => {
  const { world, waitFor } = context
  await lightsSay(context, person, board, 'that it serves, and that the other one is well', serves, deadlineS)
  await waitFor(`the disk at ${board}`, () => world.usb.at === board, deadlineS)
  await lightsSay(context, person, otherBoard(board), 'that it stands by', standsBy, deadlineS)
}

const webAnswers = async ({ world, waitFor, row }: RigContext, when: string): Promise<void> => {
  const line = await waitFor(
    `the service to answer at ${ADDRESSES.virtual}`,
    async () => {
      const first = await askWeb(world.names)
      if (!/^HTTP\/1\.[01] 200\b/.test(first)) throw new Error(`it says: ${first}`)
      return first
    },
    WEB_S
  )
  row(`a browser at ${ADDRESSES.virtual}, ${when}`, line)
}

/** Nothing is done by anybody: the boards lead themselves. The board that serves then: the one that saw the blank disk at last. */
const prepareDisk = async (context: RigContext, person: Person): Promise<BoardId> => {
  const { world, waitFor, findings, row } = context
  const since = nowMs()
  await waitFor(
    `the blank disk to become ${LABEL}`,
    async () => (await readLabel(world.names.world.image)) === LABEL,
    LEAD_S,
    5000
  )
  findings.facts.diskPrepared = true
  row('the blank disk was prepared, after', seconds(since))
  const board = await waitFor(
    'one of the boards to say by its lights that it serves',
    () => BOARDS.find(one => serves(person.sees(one))),
    SERVE_S
  )
  await servedAt(context, person, board, SERVE_S)
  row(`board ${board} serves, the other one stands by, after`, seconds(since))
  return board
}

/** Held where the lights offer it. Afterwards the boards move the group to `next` by themselves: from there the other fence is proved. */
const prove = async (context: RigContext, person: Person, from: BoardId, next: BoardId): Promise<void> => {
  const { world, waitFor, expect, say, row } = context
  const peer = otherBoard(from)
  const { boots } = world.machines[peer]
  await lightsSay(context, person, from, 'that its button proves the fence', offersProof, OFFER_S)
  const since = nowMs()
  let cut = false
  for (let tries = 0; tries < TRIES && !cut; tries += 1) {
    if (tries > 0) say(`  ${from} has not cut ${peer}, and its lights say: ${person.sees(from)}; once more`)
    await person.hold(from, PROVE_MS)
    cut = await seen(() => world.harness.relay(from), DRILL_MS)
  }
  expect(cut, `the button of ${from}, held ${TRIES} times, makes it cut the power of ${peer}`)
  await waitFor(`${peer} to get its power back`, () => world.machines[peer].boots > boots, POWER_S)
  row(`the button of ${from} made it cut ${peer}, and give its power back, within`, seconds(since))
  await servedAt(context, person, next, BACK_S + SERVE_S)
  expect(world.machines[peer].boots === boots + 1, `board ${peer} lost its power once, and booted again`)
  row(`all is well again, and ${next} serves by itself, after`, seconds(since))
}

/** The group goes to the second board for its proof, and home at the end where it is not there already. */
const proveBoth = async (context: RigContext, person: Person, first: BoardId): Promise<void> => {
  const second = otherBoard(first)
  await prove(context, person, first, second)
  await prove(context, person, second, 'a')
  for (const board of BOARDS) await lightsSay(context, person, board, 'that its fence is proved', isProved, OFFER_S)
  context.findings.facts.fenceProved = true
  context.findings.fenceProved = true
  context.row('ready', 'both fences proved, the group at home')
}

/** The set-up's last word, with what is left to wish for, on both consoles; nobody has typed anything. */
const consolesSayReady = async ({ world, row, waitFor }: RigContext): Promise<void> => {
  for (const board of BOARDS) {
    const line = await waitFor(
      `the console of ${board} to say that the pair is ready`,
      () =>
        world.consoles[board]
          .said()
          .split('\n')
          .findLast(each => /\bREADY: both boards\b/.test(each)),
      LEAD_S
    )
    row(`the console of ${board} said`, line.trim())
  }
}

const comeBack = async (context: RigContext, person: Person): Promise<void> => {
  const { boards, world, waitFor, row } = context
  const since = nowMs()
  boards.a.restorePower()
  await waitFor('b to release its relay', () => !world.harness.relay('b'), POWER_S, 200)
  await servedAt(context, person, 'b', BACK_S)
  row('a is back and stands by, after', seconds(since))
}

export const firstbootScenario: Scenario = {
  name: 'firstboot',
  title: 'two equal fresh cards and a blank disk become a ready pair by their buttons alone, and survive a power cut',
  fromImage: makeFirstCards,
  address: ADDRESSES,
  diskAt: 'a',
  minutesMax: 240,
  line: firstbootLine,
  run: async context => {
    const { world, findings, row, expect } = context
    const person = makePerson(context)
    const startedAt = nowMs()
    const diary = startLightDiary(
      join(world.names.out, 'lights.txt'),
      board => context.boards[board].lights(),
      () => seconds(startedAt).padStart(8)
    )
    try {
      expect((await readLabel(world.names.world.image)) === null, 'the disk is blank')
      await pairByButtons(context, person)
      const first = await prepareDisk(context, person)
      await webAnswers(context, 'before any fence was proved')
      await proveBoth(context, person, first)
      await consolesSayReady(context)
      await webAnswers(context, 'from the ready pair')
      const ready = person.acts
      await takeover(context, 'a')
      await webAnswers(context, 'after the power cut')
      await comeBack(context, person)
      await webAnswers(context, 'at the end')
      findings.facts.serving = true
      expect(person.acts === ready, 'nobody had to do anything about the power cut')
    } finally {
      findings.facts.acts = person.acts
      row("the person's acts after plugging in", String(person.acts))
      row('failed units', 'not looked at: nobody logs in')
      diary.stop()
    }
  }
}
