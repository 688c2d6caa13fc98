// The relay from order to confirmation, release and return. Source: R3, R8.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type Board, createBoard, servingBoard, standbyBoard } from './board.js'

const lostPower = (board: Board): Board => {
  board.peerLosesPower()
  board.passes(500)
  return board
}

describe('fencing', () => {
  it('R8, R13: stores its reason, then drives the relay, then confirms, then stores the epoch, then acts', () => {
    const board = standbyBoard({ mute: ['relay'] })
    board.mute('storage')
    board.peerLosesPower()
    board.passes(200)
    equal(board.effects('storeState').at(-1)?.durable.relay?.purpose, 'hold')
    deepEqual(board.relayOrders(), [])
    board.storageAnswers()
    deepEqual(board.relayOrders(), [true])
    equal(board.status().fence.phase, 'preparing')
    board.passes(1000)
    equal(board.effects('storeState').at(-1)?.durable.groups.files?.epoch.number, 1)
    board.relayAnswers()
    board.passes(20)
    equal(board.status().fence.phase, 'confirmed')
    deepEqual(board.effects('storeState').at(-1)?.durable.groups.files, { epoch: { number: 2, board: 'b' }, grant: 0 })
    deepEqual(board.actions(), ['inspect'])
    board.storageAnswers()
    equal(board.role(), 'active')
  })

  it('R5: no relay moves while the state cannot be written', () => {
    const board = standbyBoard()
    board.fails('storage', 'disk full')
    board.peerLosesPower()
    board.passes(500)
    deepEqual(board.relayOrders().includes(true), false)
    equal(board.role(), 'standby')
    match(board.status().storage, /disk full/)
  })

  it('R3: what is not confirmed by the deadline releases the relay, alarms and takes nothing', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passes(20_000)
    deepEqual(board.relayOrders(), [true, false])
    deepEqual(board.codes('alarm'), ['fencing-failed', 'not-served'])
    equal(board.role(), 'standby')
    equal(board.status().fence.phase, 'failed')
    equal(board.card()?.relay, null)
  })

  it('R3, R4: there is no second try until the peer was heard again and the fence is proved anew', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passes(100_000)
    deepEqual(board.relayOrders(), [true, false])
    board.talks()
    board.passes(500)
    equal(board.status().fence.phase, 'idle')
    match(board.status().warnings.join(), /the fence is not proved/)
    board.fallsSilent()
    board.passes(5000)
    deepEqual(board.relayOrders(), [true, false])
  })

  it('R3: one more try is made where sense falls later with a whole loop, and no third', () => {
    const board = standbyBoard({ mute: ['relay'] })
    board.fallsSilent()
    board.passes(20_000)
    equal(board.status().fence.phase, 'failed')
    board.sense(false)
    board.passes(20_000)
    board.sense(true)
    board.sense(false)
    board.passes(20_000)
    deepEqual(board.relayOrders(), [true, false, true, false])
  })

  it('R3: a relay that cannot be driven fails at once, with its reason', () => {
    const board = standbyBoard({ mute: ['relay'] })
    board.peerLosesPower()
    board.passes(300)
    board.feed({ kind: 'relayFailed', on: true, order: 1, reason: 'GPIO 17: no such line' })
    match(board.status().fence.detail ?? '', /GPIO 17/)
    deepEqual(board.relayOrders(), [true, false])
  })

  it('a relay that cannot be released is alarmed', () => {
    const board = standbyBoard()
    const request = board.asks({ order: 'fenceOn' })
    board.feed({ kind: 'relayFailed', on: false, order: 1, reason: 'the line reads on' })
    deepEqual(board.codes('alarm'), ['relay-failed'])
    match(board.answer(request), /^done/)
  })

  it('R3: a token made before the relay was ordered spoils nothing', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passes(50)
    const late = board.freshToken('serial')
    board.passesUntil(() => board.status().fence.phase === 'preparing', 5000)
    board.passes(5)
    board.hearsToken(late)
    equal(board.codes().includes('fencing-failed'), false)
  })

  it('R3: a token that is fresh after the order, before confirmation: the fencing failed', () => {
    const board = standbyBoard()
    board.fallsSilent()
    board.passesUntil(() => board.status().fence.relayDriven, 5000)
    board.passes(200)
    board.hears()
    deepEqual(board.relayOrders(), [true, false])
    deepEqual(board.codes('alarm'), ['fencing-failed'])
    equal(board.role(), 'standby')
  })

  it('R3, R15: a token that is fresh after confirmation voids the proof and releases the relay', () => {
    const board = lostPower(standbyBoard())
    equal(board.role(), 'active')
    board.passes(200)
    board.hears({ groups: { files: { role: 'standby' } } })
    deepEqual(board.relayOrders(), [true, false])
    equal(board.codes('alarm').includes('confirmation-wrong'), true)
    equal(board.card()?.proof, null)
  })

  it('R3: a peer that is heard while the reason is being stored is not cut', () => {
    const board = standbyBoard()
    board.mute('storage')
    board.peerLosesPower()
    board.passes(200)
    equal(board.status().fence.phase, 'preparing')
    board.hears()
    board.storageAnswers()
    board.passes(500)
    deepEqual(board.relayOrders(), [])
  })

  it('R3: sense that reads on again after confirmation is alarmed, and nothing more is taken', () => {
    const board = lostPower(standbyBoard())
    board.sense(true)
    board.passes(100)
    deepEqual(board.codes('alarm'), ['taken-over', 'fencing-undone'])
    equal(board.status().fence.phase, 'driven')
  })
})

describe('the return of power', () => {
  it('R8: comes after restoreAfterMs, and the peer is called back when it is heard', () => {
    const board = lostPower(standbyBoard())
    board.passes(9000)
    deepEqual(board.relayOrders(), [true])
    board.passes(1000)
    deepEqual(board.relayOrders(), [true, false])
    board.sense(true)
    board.passes(5000)
    board.peerStartsAnew('cccccccccccccccc')
    board.talks({ groups: { files: { role: 'standby' } } })
    equal(board.status().fence.phase, 'idle')
    equal(board.codes().includes('peer-returned'), true)
    equal(board.card()?.relay, null)
  })

  it('R8: restoreAfterMs 0 leaves it to the operator', () => {
    const board = lostPower(standbyBoard({ timing: { restoreAfterMs: 0 } }))
    board.passes(100_000)
    deepEqual(board.relayOrders(), [true])
    board.asks({ order: 'fenceOn' })
    deepEqual(board.relayOrders(), [true, false])
  })

  it('R8: a peer that has power and is not heard within its boot time is cut again and left off', () => {
    const board = lostPower(standbyBoard())
    board.passes(10_000)
    board.sense(true)
    board.passes(20_100)
    deepEqual(board.relayOrders(), [true, false, true])
    equal(board.status().fence.phase, 'left-off')
    equal(board.card()?.relay?.purpose, 'left-off')
    board.sense(false)
    board.passes(100_000)
    deepEqual(board.relayOrders(), [true, false, true])
    equal(board.codes('alarm').includes('peer-left-off'), true)
  })

  it('R8: a peer without supply cannot be late', () => {
    const board = lostPower(standbyBoard())
    board.passes(200_000)
    equal(board.status().fence.phase, 'restoring')
    deepEqual(board.relayOrders(), [true, false])
  })

  it('the operator ends left off', () => {
    const board = lostPower(standbyBoard())
    board.passes(10_000)
    board.sense(true)
    board.passes(20_100)
    match(board.answer(board.asks({ order: 'fenceOn' })), /^done/)
    equal(board.relayOrders().at(-1), false)
  })

  it('R3: power comes back at once when the group cannot be served here after all', () => {
    const board = standbyBoard()
    board.fails('mount', 'no such filesystem')
    lostPower(board)
    board.passes(1000)
    equal(board.role(), 'failed')
    deepEqual(board.relayOrders(), [true, false])
  })
})

describe('a life that finds the relay driven', () => {
  const found = (purpose: 'takeover' | 'proof' | 'left-off' | null, sense = false): Board =>
    createBoard({
      self: 'b',
      epochs: { files: '1a' },
      durable: { relay: purpose === null ? null : { purpose, bootId: 'boot 1' } },
      boot: { relayDriven: true, sense }
    })

  it('R3: weighs the evidence anew, and goes on with its takeover', () => {
    const board = found('takeover')
    equal(board.status().fence.phase, 'driven')
    equal(board.role(), 'standby')
    board.passes(100)
    equal(board.role(), 'active')
    equal(board.epoch(), '2b')
    deepEqual(board.relayOrders(), [])
  })

  it('R3: releases it at the deadline where the peer has power', () => {
    const board = found('takeover', true)
    board.passes(10_000)
    deepEqual(board.relayOrders(), [false])
    equal(board.role(), 'standby')
  })

  it('releases it at once after a drill', () => {
    deepEqual(found('proof').relayOrders(), [false])
  })

  it('R8: keeps left off', () => {
    const board = found('left-off')
    board.passes(100_000)
    deepEqual(board.relayOrders(), [])
    equal(board.status().fence.phase, 'left-off')
  })

  it('R13: a group that the survivor serves goes on with the relay driven', () => {
    const board = servingBoard({ boot: { relayDriven: true, sense: false } })
    equal(board.role(), 'active')
  })
})
