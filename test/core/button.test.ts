// The panel's button: what a press does and what it never does. Source: R2c, R9, R14; issue "operator".
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { CoreEvent } from '../../src/core/event.js'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'
import { press } from './button.js'

const DOWN: CoreEvent = { kind: 'buttonDown', found: false }
const up = (heldMs: number | null): CoreEvent => ({ kind: 'buttonUp', heldMs })

const textOf = (board: Board, code: string): string =>
  board
    .effects('report')
    .filter(({ report }) => report.code === code)
    .map(({ report }) => report.text)
    .at(-1) ?? ''

/** Not proved: nothing is taken by itself. The other board has no power. */
const unserved = (): Board => {
  const board = standbyBoard({ proved: false })
  board.passes(3000)
  board.peerLosesPower()
  board.passes(3000)
  equal(board.status().panel.offer, 'confirm')
  return board
}
/** It serves, all is well, and nobody has seen yet that it can cut the other board. */
const unproved = (): Board => {
  const board = servingBoard({ proved: false })
  board.passes(3000)
  deepEqual([board.status().panel.fault, board.status().panel.offer], ['provable', 'prove'])
  return board
}
const manual = (): Board => {
  const board = standbyBoard({ durable: { mode: 'manual' } })
  board.passes(3000)
  board.fallsSilent()
  board.passes(3000)
  equal(board.status().panel.offer, 'cut')
  return board
}

describe('the button, held for 3 to 8 s', () => {
  it('R2c: confirms that the other board is off, and the group is taken', () => {
    const board = unserved()
    press(board, 4000)
    equal(board.codes().includes('button-confirm'), true)
    board.passes(2000)
    equal(board.role(), 'active')
    match(textOf(board, 'button-answer'), /confirmed: taking files/)
  })

  it('R2c: confirms nothing while sense reads on, and says so', () => {
    const board = standbyBoard({ proved: false })
    board.passes(3000)
    board.fallsSilent()
    board.passes(3000)
    press(board, 4000)
    match(textOf(board, 'button-refused'), /power sense line reads on/)
    board.passes(2000)
    deepEqual([board.role(), board.relayOrders()], ['standby', []])
  })

  it('R2c: confirms nothing where the other board is heard again before it is let go', () => {
    const board = unserved()
    board.feed(DOWN)
    board.passes(3500)
    board.sense(true)
    board.talks()
    board.passes(500)
    board.feed(up(4000))
    match(textOf(board, 'button-refused'), /is not offered any more/)
    deepEqual([board.role(), board.relayOrders()], ['standby', []])
  })

  it('does nothing that was not offered when it was pressed', () => {
    const board = standbyBoard({ proved: false })
    board.passes(3000)
    board.feed(DOWN)
    board.peerLosesPower()
    board.passes(5000)
    equal(board.status().panel.offer, 'confirm')
    board.feed(up(5000))
    match(textOf(board, 'button-refused'), /nothing was offered/)
    board.passes(2000)
    equal(board.role(), 'standby')
  })

  it('in manual mode cuts a silent board that has power, and takes only by a second press', () => {
    const board = manual()
    press(board, 4000)
    equal(board.codes().includes('button-cut'), true)
    board.passes(100)
    board.sense(false)
    board.passes(3000)
    deepEqual([board.status().fence.phase, board.role()], ['confirmed', 'standby'])
    equal(board.status().panel.offer, 'confirm')
    press(board, 4000)
    board.passes(2000)
    equal(board.role(), 'active')
  })

  it('R13: in manual mode cuts nobody without proof, with an open harness, or within a boot of returned power', () => {
    const unproved = standbyBoard({ durable: { mode: 'manual' }, proved: false })
    const open = standbyBoard({ durable: { mode: 'manual' } })
    open.loop(false)
    const booting = standbyBoard({ durable: { mode: 'manual' } })
    for (const board of [unproved, open, booting]) {
      board.passes(3000)
      board.fallsSilent()
      if (board === booting) {
        board.passes(500)
        board.sense(false)
        board.passes(100)
        board.sense(true)
      }
      board.passes(3000)
      equal(board.status().panel.offer, null)
      press(board, 4000)
      board.passes(1000)
      deepEqual(board.relayOrders(), [])
    }
  })

  it('in auto mode cuts nobody by itself: the board does that', () => {
    const board = standbyBoard({ proved: false })
    board.fallsSilent()
    board.passes(5000)
    equal(board.status().panel.offer, null)
  })

  it('recovers: a board that was left off gets its power back', () => {
    const board = standbyBoard()
    board.peerLosesPower()
    board.passes(15_000)
    board.sense(true)
    board.passes(25_000)
    equal(board.status().fence.phase, 'left-off')
    press(board, 4000)
    equal(board.codes().includes('button-recover'), true)
    equal(board.status().fence.phase, 'restoring')
  })

  it('R15: does not clear the evidence of two holders', () => {
    const board = createBoard({ durable: { evidence: { files: 'two holders' } } })
    board.talks()
    board.passes(4000)
    press(board, 4000)
    match(textOf(board, 'button-refused'), /two boards held the same group/)
    deepEqual(board.card()?.evidence, { files: 'two holders' })
  })

  it('R4: proves the fence where that is all that is missing, by the order of the console', () => {
    const board = unproved()
    press(board, 4000)
    equal(board.codes().includes('button-prove'), true)
    board.passes(100)
    deepEqual([board.relayOrders(), board.status().fence.purpose], [[true], 'proof'])
    board.fallsSilent()
    board.passes(200)
    board.sense(false)
    board.passesUntil(() => board.status().fence.phase === 'restoring', 5000)
    board.sense(true)
    board.passes(3000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks()
    board.passes(500)
    match(textOf(board, 'button-answer'), /proved by sense and loop/)
    deepEqual([board.status().panel.fault, board.status().panel.offer], ['none', null])
  })

  it('R4: after a drill that failed first clears the failure, then offers it again', () => {
    const board = unproved()
    press(board, 4000)
    board.passes(2000)
    match(textOf(board, 'button-answer'), /not proved: tokens go on/)
    deepEqual([board.status().panel.fault, board.status().panel.offer], ['offer', 'recover'])
    press(board, 4000)
    board.passes(1000)
    deepEqual([board.status().panel.alarms, board.status().panel.offer], [[], 'prove'])
  })

  it('R4: cuts no board that serves, and says that the group is to be moved first', () => {
    const board = standbyBoard({ proved: false })
    board.passes(3000)
    deepEqual([board.status().panel.fault, board.status().panel.offer], ['unproved', null])
    press(board, 4000)
    match(textOf(board, 'button-refused'), /holds files.*baton switchover files/)
    deepEqual(board.relayOrders(), [])
  })

  it('R4: begins no drill that was not offered when it was pressed, or is not any more', () => {
    const early = servingBoard({ proved: false })
    early.loop(false)
    early.passes(3000)
    early.feed(DOWN)
    early.loop(true)
    early.passes(4000)
    equal(early.status().panel.offer, 'prove')
    early.feed(up(4000))
    match(textOf(early, 'button-refused'), /nothing was offered/)
    const late = unproved()
    late.feed(DOWN)
    late.passes(3500)
    late.cuts('serial')
    late.passes(1500)
    late.feed(up(5000))
    match(textOf(late, 'button-refused'), /prove.* is not offered any more/)
    for (const board of [early, late]) deepEqual(board.relayOrders(), [])
  })

  it('R4: offers no drill while something else is wrong, nor in maintenance', () => {
    const cable = unproved()
    cable.cuts('ethernet')
    const open = unproved()
    open.loop(false)
    const unfit = unproved()
    unfit.says({ groups: { files: { fit: false } } })
    const maintenance = servingBoard({ proved: false, durable: { mode: 'maintenance' } })
    const stranger = unproved()
    stranger.feed({ kind: 'foreignFrameReceived', link: 'serial', foreign: 'key' })
    for (const board of [cable, open, unfit, maintenance, stranger]) {
      board.passes(3000)
      equal(board.status().panel.offer, null)
      press(board, 4000)
      board.passes(500)
      deepEqual(board.relayOrders(), [])
    }
  })

  it('R3, R4: offers the drill for a sense line that lied and reads right again: it trusts the line again', () => {
    const board = servingBoard()
    board.passes(3000)
    board.sense(false)
    board.passes(2000)
    equal(board.status().panel.offer, null)
    board.sense(true)
    board.passes(500)
    deepEqual([board.status().panel.fault, board.status().panel.offer], ['offer', 'prove'])
    press(board, 4000)
    board.passes(100)
    deepEqual(board.relayOrders(), [true])
  })

  it('with all well does nothing, and says so', () => {
    const board = servingBoard()
    board.passes(3000)
    board.forgets()
    press(board, 4000)
    match(textOf(board, 'button-refused'), /nothing is to be recovered/)
    deepEqual([board.role(), board.relayOrders(), board.actions()], ['active', [], []])
  })
})

describe('the button, otherwise', () => {
  it('acknowledges: what is urgent is so no more, stays visible, and a new alarm is urgent again', () => {
    const board = servingBoard()
    board.passes(3000)
    board.loop(false)
    board.passes(500)
    equal(board.status().panel.fault, 'urgent')
    press(board, 200)
    equal(board.status().panel.fault, 'acknowledged')
    board.sense(false)
    board.passes(2000)
    equal(board.status().panel.fault, 'urgent')
    press(board, 200)
    equal(board.status().panel.fault, 'acknowledged')
    match(textOf(board, 'acknowledged'), /harness/)
  })

  it('acknowledged is over when the alarm is: the same one is urgent when it comes again', () => {
    const board = servingBoard()
    board.passes(3000)
    board.loop(false)
    board.passes(500)
    press(board, 200)
    board.loop(true)
    board.passes(500)
    equal(board.status().panel.fault, 'none')
    board.loop(false)
    board.passes(500)
    equal(board.status().panel.fault, 'urgent')
  })

  it('pressed shortly with nothing to acknowledge is a lamp test', () => {
    const board = servingBoard()
    board.passes(3000)
    press(board, 200)
    equal(board.status().panel.whole, 'test')
    board.passes(3000)
    equal(board.status().panel.whole, null)
  })

  it('held for 1 to 3 s or for more than 8 s does nothing', () => {
    for (const ms of [1000, 2900, 8100, 14_000]) {
      const board = unserved()
      board.forgets()
      press(board, ms)
      board.passes(2000)
      deepEqual([board.role(), board.relayOrders()], ['standby', []], `${ms} ms`)
      equal(board.status().panel.fault, 'offer')
    }
  })

  it('believes neither clock alone: both say 3 to 8 s, or nothing is done', () => {
    for (const [passes, says] of [
      [200, 4000],
      [4000, 200],
      [4000, 9000],
      [9000, 4000]
    ] as const) {
      const board = unserved()
      board.forgets()
      board.feed(DOWN)
      board.passes(passes)
      board.feed(up(says))
      board.passes(2000)
      deepEqual([board.role(), board.relayOrders()], ['standby', []], `${passes} ms, ${says} ms`)
    }
  })

  it('R9: a press during which this board stood still is no order', () => {
    const board = unserved()
    board.feed(DOWN)
    board.passes(1000)
    board.stands(3000)
    board.feed(up(4000))
    match(textOf(board, 'button-refused'), /stood still/)
    board.passes(2000)
    equal(board.role(), 'standby')
  })

  it('stuck for 15 s, or pressed at the start, is an alarm and never an order', () => {
    const held = unserved()
    held.feed(DOWN)
    held.passes(15_000)
    equal(held.codes('alarm').includes('button-stuck'), true)
    ok(held.status().panel.alarms.some(({ alarm }) => alarm === 'button'))
    held.feed(up(15_000))
    ok(!held.status().panel.alarms.some(({ alarm }) => alarm === 'button'))
    const found = unserved()
    found.feed({ kind: 'buttonDown', found: true })
    equal(found.codes('alarm').includes('button-stuck'), true)
    found.passes(4000)
    found.feed(up(4000))
    for (const board of [held, found]) {
      board.passes(2000)
      deepEqual([board.role(), board.relayOrders()], ['standby', []])
    }
  })

  it('whose line could not be read, or that comes up without having gone down, does nothing', () => {
    const board = unserved()
    board.feed(DOWN)
    board.passes(4000)
    board.feed(up(null))
    match(textOf(board, 'button-refused'), /could not be read/)
    board.feed(up(4000))
    board.passes(2000)
    deepEqual([board.role(), board.relayOrders()], ['standby', []])
  })

  it('ends a lamp test: the lights count', () => {
    const board = servingBoard()
    board.passes(3000)
    press(board, 200)
    equal(board.status().panel.whole, 'test')
    board.feed(DOWN)
    board.passes(1500)
    equal(board.status().panel.whole, 'refused')
  })

  it('shows an order that was begun as begun, also if it fails later: then the alarm speaks', () => {
    const board = unserved()
    press(board, 4000)
    board.passes(100)
    equal(board.status().panel.whole, 'done')
    board.sense(true)
    board.talks()
    board.passes(500)
    match(textOf(board, 'button-answer'), /not confirmed/)
    equal(board.status().panel.whole, 'done')
  })

  it('its answers go to the log, never to somebody else who asked', () => {
    const board = unserved()
    press(board, 4000)
    board.passes(3000)
    deepEqual(board.effects('answerOperator'), [])
    ok(board.codes().includes('button-answer'))
  })
})
