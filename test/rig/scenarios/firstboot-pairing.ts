// The first minutes of a new pair, as the person in front of it does them: both buttons held, the codes compared by the lights, a short
// press on each. Used by firstboot.ts.
import { setTimeout as delay } from 'node:timers/promises'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import type { Person } from '../person.js'
import type { RigContext } from '../scenario.js'

/** The first boot: the first partition is read, its configuration checked for the first time. */
const FIRST_BOOT_S = 1500
/** The lights of a board that waits come from a small program; the one that reads the button starts beside it, and is larger. */
const BUTTON_MS = 90_000
/** Ten seconds, what a slow board needs to begin, and some seconds of lights to be sure of them. */
const HOLD_MAX_MS = 90_000
/**
 * A short press: less than a second, as the board sees it. The emulated controller reports no edges, so that the level is looked at twice a
 * second: of a press of this length exactly one look sees the button down.
 */
const SHORT_MS = 560
const ANSWER_S = 30
const CODE_S = 240
const PAIRED_S = 180
const RESTART_S = 400
const AGAIN_MS = 20_000
const TRIES = 4
const ATTEMPTS = 3

/** Wait until the lights of the board say it; where they never do, the failure says what they said. */
export const lightsSay = async (
  { waitFor }: RigContext,
  person: Person,
  board: BoardId,
  what: string,
  accepts: (words: string) => boolean,
  deadlineS: number
): Promise<string> =>
  waitFor(
    `the lights of ${board} to say ${what}`,
    () => {
      const words = person.sees(board)
      if (!accepts(words)) throw new Error(`they say: ${words}`)
      return words
    },
    deadlineS,
    1000
  )

/** False = it was not seen within the time; nothing has failed. */
export const seen = async (look: () => boolean, forMs: number): Promise<boolean> => {
  const endAt = nowMs() + forMs
  while (nowMs() < endAt) {
    if (look()) return true
    await delay(500)
  }
  return look()
}

const seek = async ({ say }: RigContext, person: Person, board: BoardId): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    // Once both seek they know each other at once, and the code begins.
    if (await person.holdUntil(board, () => person.sees(board) === 'seeking' || person.sawMark(board), HOLD_MAX_MS))
      return
    say(`  the button of ${board} was held, and its lights say: ${person.sees(board)}; once more`)
    await delay(AGAIN_MS)
  }
  throw new Error(`board ${board} does not look for the other one, although its button was held ${TRIES} times`)
}

const agree = async ({ say }: RigContext, person: Person, board: BoardId): Promise<void> => {
  const over = (): boolean => ['agreed', 'paired', 'unpaired'].includes(person.sees(board))
  for (let tries = 0; tries < TRIES; tries += 1) {
    await person.hold(board, SHORT_MS)
    if (await seen(over, ANSWER_S * 1000)) return
    say(`  the short press on ${board} changed nothing: ${person.sees(board)}; once more`)
  }
  throw new Error(`board ${board} takes no short press, tried ${TRIES} times`)
}

const compareCodes = async ({ waitFor, row, findings, expect }: RigContext, person: Person): Promise<void> => {
  const codes = await waitFor(
    'both boards to show a code by their lights',
    () => {
      const [a, b] = BOARDS.map(board => person.code(board))
      if (!a || !b) throw new Error(`read so far: a ${a ?? 'nothing'}, b ${b ?? 'nothing'}`)
      return { a, b }
    },
    CODE_S,
    1000
  )
  row('the code, read at the lights', `a shows ${codes.a}, b shows ${codes.b}`)
  expect(codes.a === codes.b, 'both boards show the same code; nobody presses anything now')
  findings.facts.codesAgree = true
}

/** True = both boards say that they are a pair. False = not paired: nothing has come to harm, and it can be tried again. */
const attempt = async (context: RigContext, person: Person): Promise<boolean> => {
  const { world, waitFor, say } = context
  for (const board of BOARDS) await seek(context, person, board)
  await compareCodes(context, person)
  const resets = { a: world.machines.a.resets, b: world.machines.b.resets }
  for (const board of BOARDS) await agree(context, person, board)
  const ended = { a: '', b: '' }
  await waitFor(
    'both boards to say how the pairing ended',
    () => {
      for (const board of BOARDS) {
        const words = person.sees(board)
        if (words === 'paired' || words === 'unpaired') ended[board] = words
        // They say it for ten seconds, then start anew.
        else if (world.machines[board].resets > resets[board]) ended[board] ||= 'paired'
      }
      return ended.a !== '' && ended.b !== ''
    },
    PAIRED_S,
    500
  )
  if (ended.a === 'paired' && ended.b === 'paired') {
    for (const board of BOARDS)
      await waitFor(
        `board ${board} to start anew by itself`,
        () => world.machines[board].resets > resets[board],
        RESTART_S
      )
    return true
  }
  say(`  not paired: a says ${ended.a}, b says ${ended.b}`)
  return false
}

/** It waits for its key, or something is wrong with it. */
const isDecided = (words: string): boolean => words === 'unconfigured' || words === 'stopped'

/** From two boards that get power for the first time to a pair that starts anew. */
export const pairByButtons = async (context: RigContext, person: Person): Promise<void> => {
  const { boards, findings, row, expect } = context
  const since = nowMs()
  for (const board of BOARDS) boards[board].restorePower()
  for (const board of BOARDS) {
    const words = await lightsSay(context, person, board, 'what it waits for', isDecided, FIRST_BOOT_S)
    expect(words === 'unconfigured', `board ${board} waits for a person; its lights say: ${words} (see its console)`)
  }
  row('both boards wait for a person, after', `${((nowMs() - since) / 1000).toFixed(0)} s`)
  await delay(BUTTON_MS)
  for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
    if (attempts > 0)
      for (const board of BOARDS)
        await lightsSay(context, person, board, 'that it waits again', words => words === 'unconfigured', FIRST_BOOT_S)
    if (!(await attempt(context, person))) continue
    findings.facts.paired = true
    row('paired by the buttons, after', `${((nowMs() - since) / 1000).toFixed(0)} s`)
    return
  }
  throw new Error(`not paired, tried ${ATTEMPTS} times`)
}
