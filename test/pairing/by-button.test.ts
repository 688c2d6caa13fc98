import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { LEDS, type Panel, panelOf, STEP_MS, STEPS, type Whole } from '../../src/core/panel-table.js'
import { createByButton, PRESS } from '../../src/pairing/by-button.js'
import { codePanel, SLOT_MS } from '../../src/pairing/code-lights.js'
import type { Outcome } from '../../src/pairing/outcome.js'

const whole = (name: Whole): Panel =>
  panelOf({ whole: name, active: 'failed', peer: 'gone', sync: 'none', fault: 'none' })
const PAIRED: Outcome = {
  result: 'paired',
  why: 'paired',
  detail: '',
  told: [],
  bothFresh: false,
  handed: 'nothing',
  replacing: null
}
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const setUp = (mayTake = true) => {
  const seat = {
    now: 0,
    shown: null as Panel | null,
    pairings: 0,
    over: [] as (string | null)[],
    left: false,
    ask: null as ((code: string) => Promise<boolean>) | null,
    asked: new AbortController(),
    end: (_: Outcome | null): void => {}
  }
  const work = createByButton({
    now: () => seat.now,
    show: panel => {
      seat.shown = panel
    },
    takeLights: async () => mayTake,
    pair: ({ compare, signal }) => {
      seat.pairings += 1
      seat.ask = code => compare(code, seat.asked.signal)
      signal.addEventListener('abort', () => {
        seat.left = true
      })
      return new Promise(resolve => {
        seat.end = resolve
      })
    },
    over: outcome => seat.over.push(outcome?.result ?? null)
  })
  const wait = async (ms: number): Promise<void> => {
    for (const end = seat.now + ms; seat.now < end; seat.now += 100) work.tick()
    work.tick()
    await turn()
  }
  const press = async (ms: number): Promise<void> => {
    work.down()
    await wait(ms)
    work.up(ms)
    await turn()
  }
  return { seat, work, wait, press }
}

describe('pairing by the button', () => {
  it('begins when the button is held for 10 s, and not by any shorter press', async () => {
    const { seat, press } = setUp()
    for (const ms of [100, 5000, PRESS.start - 200]) await press(ms)
    equal(seat.pairings, 0)
    equal(seat.shown, null)
    await press(PRESS.start + 500)
    equal(seat.pairings, 1)
    deepEqual(seat.shown, whole('seeking'))
    // The release of that very press means nothing.
    equal(seat.left, false)
  })

  it('agrees by a short press, and refuses by a long one', async () => {
    for (const [ms, agreed] of [
      [300, true],
      [4000, false]
    ] as const) {
      const { seat, press } = setUp()
      await press(PRESS.start + 500)
      const answer = seat.ask?.('482913')
      // Neither short nor long: nothing.
      await press(2000)
      await press(ms)
      equal(await answer, agreed)
      if (agreed) deepEqual(seat.shown, whole('agreed'))
    }
  })

  it('shows how it ended for a while, then gives the lights back', async () => {
    for (const [outcome, shown] of [
      [PAIRED, 'paired'],
      [{ ...PAIRED, result: 'unchanged', why: 'silent' }, 'unpaired'],
      [{ ...PAIRED, result: 'peer-may-have', why: 'silent' }, 'unpaired'],
      [null, 'unpaired']
    ] as const) {
      const { seat, press, wait } = setUp()
      await press(PRESS.start + 500)
      seat.end(outcome)
      await turn()
      deepEqual(seat.shown, whole(shown))
      await wait(9000)
      deepEqual(seat.over, [])
      await wait(2000)
      deepEqual(seat.over, [outcome?.result ?? null])
    }
  })

  it('is left by a long press while the other board is sought, and a question that is over takes no press', async () => {
    const { seat, press } = setUp()
    await press(PRESS.start + 500)
    await press(4000)
    ok(seat.left)
    const second = setUp()
    await second.press(PRESS.start + 500)
    const answer = second.seat.ask?.('111111')
    second.seat.asked.abort()
    equal(await answer, false)
  })

  it('leaves the lights alone where a daemon has them, and takes no broken line for a press', async () => {
    const { seat, press } = setUp(false)
    await press(PRESS.start + 500)
    deepEqual([seat.pairings, seat.shown, seat.over], [0, null, []])
    const broken = setUp()
    broken.work.down()
    await broken.wait(3000)
    broken.work.up(null)
    await broken.wait(20_000)
    equal(broken.seat.pairings, 0)
  })
})

describe('a code on four lights', () => {
  const slots = (code: string): readonly string[] =>
    [1, 2, 3, 4, 5, 6].map(slot => {
      const panel = codePanel(code, 0, slot * SLOT_MS + 100)
      return LEDS.map(led => (panel[led].includes('#') ? '#' : '.')).join('')
    })

  it('is a mark and one step of 2 s for each digit, in binary, again and again', () => {
    deepEqual(codePanel('482913', 0, 0), whole('code'))
    deepEqual(codePanel('482913', 0, 7 * SLOT_MS), whole('code'))
    deepEqual(slots('482913'), ['.#..', '#...', '..#.', '#..#', '...#', '..##'])
    deepEqual(slots('005670'), ['#.#.', '#.#.', '.#.#', '.##.', '.###', '#.#.'])
  })

  it('tells every two codes apart, and no step of it is dark or steady', () => {
    const digits = [...'0123456789'].map(digit => slots(digit.repeat(6)).join())
    equal(new Set(digits).size, 10)
    notEqual(slots('123456').join(), slots('123465').join())
    for (const digit of '0123456789')
      ok(
        LEDS.some(led => /^\.+#+\.+$/.test(codePanel(digit.repeat(6), 0, SLOT_MS)[led])),
        digit
      )
  })

  it('begins each step dark and ends it dark, whatever the clock of the lights says: two boards show the same at the same time', () => {
    for (const beganAt of [0, 100, 730, 1234, 1999, 2050]) {
      for (const slot of [1, 6]) {
        const lit = Array.from({ length: STEPS }, (_, step) => {
          const now = beganAt + slot * SLOT_MS + step * STEP_MS
          const panel = codePanel('888888', beganAt, now)
          // As panel-lights.ts chooses the step.
          return panel.active.charAt(Math.floor(now / STEP_MS) % STEPS)
        }).join('')
        equal(lit, '..###############...', `began at ${beganAt}`)
      }
    }
  })
})
