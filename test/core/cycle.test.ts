// A silent peer that alone has a current copy of a mirrored disk: cut once, given its power back, and nothing is taken. Source: R8, R13.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { MirrorFacts } from '../../src/core/mirror-state.js'
import { type Board, createBoard, standbyBoard } from './board.js'
import { type BoardOptions, EQUAL, MIRRORED, WEB } from './board-settings.js'

const LOST: MirrorFacts = { ...EQUAL, connected: false, peerDisk: 'unknown' }
const BEHIND: MirrorFacts = { ...EQUAL, disk: 'inconsistent', resync: { to: 'here', percent: 40 } }

const sees = (board: Board, mirror: MirrorFacts): void => board.feed({ kind: 'mirrorChanged', group: 'files', mirror })

/** A standby whose copy is outdated, on its card, too: the holder went on without it. */
const stale = (options: BoardOptions = {}): Board => {
  const board = standbyBoard({ groups: [MIRRORED], ...options })
  sees(board, EQUAL)
  board.talks({ groups: { files: { peerCopy: 'current' } } })
  board.passes(300)
  sees(board, LOST)
  board.says({ groups: { files: { peerCopy: 'outdated', copy: 'alone' } } })
  board.passes(500)
  equal(board.card()?.groups.files?.mirror?.says, 'outdated')
  return board
}

/** Its power goes and comes as the relay says. */
const obeys = (board: Board): Board => {
  board.fallsSilent()
  board.passesUntil(() => board.relayOrders().length > 0, 10_000)
  board.sense(false)
  board.passesUntil(() => board.relayOrders().length > 1, 10_000)
  board.sense(true)
  return board
}

/** A board that starts into silence, with what its card says. */
const alone = (options: BoardOptions = {}): Board => {
  const says = { says: 'outdated', epoch: { number: 1, board: 'a' } } as const
  const groups = { files: { epoch: { number: 1, board: 'a' }, grant: 0, mirror: says } } as const
  const board = createBoard({ self: 'b', groups: [MIRRORED], ...options, durable: { groups, ...options.durable } })
  sees(board, { ...LOST, disk: 'consistent' })
  return board
}

describe('restart of a peer that alone has a current copy', () => {
  it('R13: a hung holder is cut once and given its power back; nothing is taken', () => {
    const board = obeys(stale())
    deepEqual(board.relayOrders(), [true, false])
    equal(board.codes('alarm').includes('peer-cycled'), true)
    board.peerStartsAnew('cccccccccccccccc')
    board.passes(10_000)
    board.talks({ groups: { files: { role: 'standby', copy: 'alone', peerCopy: 'unknown' } } })
    board.passes(2000)
    equal(board.role(), 'standby')
    deepEqual(board.actions(), ['inspect'])
    deepEqual(board.relayOrders(), [true, false])
  })

  it('R13: so is one that hangs in the middle of a resync', () => {
    const board = standbyBoard({ groups: [MIRRORED] })
    sees(board, BEHIND)
    board.talks({ groups: { files: { peerCopy: 'outdated', copy: 'alone' } } })
    board.passes(500)
    obeys(board)
    deepEqual(board.relayOrders(), [true, false])
    equal(board.role(), 'standby')
  })

  it('R9: it waits for its turn, as before any other fencing', () => {
    const board = stale()
    const from = board.now()
    board.fallsSilent()
    const at = board.passesUntil(() => board.codes().includes('fencing-requested'), 20_000) ?? 0
    // The dead time and the senior's head start.
    equal(at - from > 2400, true)
  })

  it('R9: one whose words come, although it does not hear us, has a whole round to go first', () => {
    const board = stale()
    board.fallsSilent()
    const deaf = board.lastToken('serial').sequence
    for (let i = 0; i < 200; i += 1) {
      board.passes(50)
      board.hearsToken({ ...board.freshToken('serial'), echo: deaf })
    }
    const last = board.now()
    equal(board.codes().includes('fencing-requested'), false)
    const { deadMs, headStartMs } = board.settings.timing
    const at = board.passesUntil(() => board.codes().includes('fencing-requested'), 60_000) ?? 0
    equal(at - last >= 3 * deadMs + 2 * headStartMs, true)
  })

  it('R8: the count is durable before the relay moves', () => {
    const board = stale()
    board.mute('storage')
    board.fallsSilent()
    board.passes(60_000)
    deepEqual(board.relayOrders(), [])
    equal(board.effects('storeState').at(-1)?.durable.startFences, 1)
  })

  it('R8: it is done once, and a peer that is not heard then is neither cut again nor left off', () => {
    const board = obeys(stale())
    board.passes(200_000)
    deepEqual(board.relayOrders(), [true, false])
    equal(board.status().fence.phase, 'idle')
    equal(board.card()?.startFences, 1)
    match(board.codes('alarm').join(' '), /peer-missing/)
    match(
      board.group('files').problem ?? '',
      /^NOT SERVED: .*outdated.*board a has power and is silent, also after its power was cut once and given back/
    )
  })

  it('R8: nor by the next life', () => {
    const board = alone({ durable: { startFences: 1 } })
    board.passes(200_000)
    deepEqual(board.relayOrders(), [])
  })

  it('R8: hearing it clears the count', () => {
    const board = obeys(stale())
    board.peerStartsAnew('cccccccccccccccc')
    board.passes(5000)
    board.talks({ groups: { files: { role: 'standby' } } })
    board.passes(500)
    equal(board.card()?.startFences, 0)
  })

  it('R8: out of start-up silence it comes after a boot of the peer, and once', () => {
    const board = alone()
    board.passes(49_000)
    deepEqual(board.relayOrders(), [])
    board.passes(2000)
    deepEqual(board.relayOrders(), [true])
    equal(board.card()?.relay?.purpose, 'cycle')
    equal(board.card()?.startFences, 1)
  })

  it('R8: a peer whose power came back while this board listened is given a boot from then on', () => {
    const board = alone({ boot: { sense: false } })
    board.passes(40_000)
    board.sense(true)
    board.passes(49_000)
    deepEqual(board.relayOrders(), [])
    board.passes(2000)
    deepEqual(board.relayOrders(), [true])
  })

  it('R8: what was counted for a cut that a stall put off is taken back', () => {
    const board = stale()
    board.fallsSilent()
    board.mute('storage')
    board.passesUntil(() => board.codes().includes('fencing-requested'), 20_000)
    board.stands(5000)
    board.unmute('storage')
    board.storageAnswers()
    board.passes(50)
    equal(board.card()?.startFences, 0)
  })

  it('R13: a peer without power is not restarted, nor one that was shut down in order', () => {
    const off = stale()
    off.peerLosesPower()
    off.passes(60_000)
    deepEqual(off.relayOrders(), [])
    const left = stale()
    left.hears({ leaving: true, groups: { files: { role: 'standby' } } })
    left.fallsSilent()
    left.passes(60_000)
    deepEqual(left.relayOrders(), [])
  })

  it('R13, R14, R4: not in maintenance, not in manual mode, not unproved', () => {
    const forbids: readonly BoardOptions[] = [
      { durable: { mode: 'maintenance', modeNumber: 1 } },
      { durable: { mode: 'manual', modeNumber: 1 } },
      { proved: false }
    ]
    for (const options of forbids) {
      const board = stale(options)
      board.says({ mode: options.durable?.mode ?? 'auto', modeNumber: 1 })
      board.fallsSilent()
      board.passes(100_000)
      deepEqual(board.relayOrders(), [])
    }
  })

  it('R13: where both are outdated nobody is cut, nor where both went their own way', () => {
    const both = stale()
    both.hears({ groups: { files: { role: 'standby', copy: 'outdated', peerCopy: 'unknown' } } })
    both.fallsSilent()
    both.passes(60_000)
    deepEqual(both.relayOrders(), [])
    const split = stale()
    sees(split, { ...LOST, splitBrain: true })
    split.fallsSilent()
    split.passes(60_000)
    deepEqual(split.relayOrders(), [])
  })

  it('R13: one whose copy is being brought up to date from ours has nothing that we lack', () => {
    const board = standbyBoard({ groups: [MIRRORED] })
    sees(board, { ...EQUAL, peerDisk: 'inconsistent', resync: { to: 'peer', percent: 10 } })
    board.talks({ groups: { files: { role: 'failed', copy: 'unknown' } } })
    board.passes(500)
    board.fallsSilent()
    board.passes(60_000)
    deepEqual(board.relayOrders(), [])
  })

  it('R2b: what can be taken by the same proof is taken, and the power comes back in the way of a takeover', () => {
    const board = standbyBoard({ groups: [MIRRORED, { ...WEB, home: 'a' }] })
    sees(board, BEHIND)
    board.talks({ groups: { files: { role: 'active', peerCopy: 'outdated', copy: 'alone' }, web: { role: 'active' } } })
    board.passes(500)
    board.peerLosesPower()
    board.passes(3000)
    equal(board.card()?.relay?.purpose, 'hold')
    deepEqual([board.role('files'), board.role('web')], ['standby', 'active'])
    equal(board.card()?.startFences, 0)
  })

  it('R3: a restart that is not confirmed lets go of the relay and says so', () => {
    const board = stale()
    board.fallsSilent()
    board.passes(60_000)
    deepEqual(board.relayOrders(), [true, false])
    equal(board.status().fence.phase, 'failed')
    match(board.status().warnings.join('\n'), /the last fencing was not confirmed/)
  })

  it('says what it would do, what it does, and what it has done', () => {
    const board = stale()
    match(board.status().ifPeerDied, /files would NOT be taken: .*outdated.*only hung, its power would be cut once/)
    board.fallsSilent()
    board.passes(1500)
    match(
      board.group('files').problem ?? '',
      /alone has a current copy: switch it on; if it stays silent its power is cut once/
    )
    deepEqual(
      board
        .status()
        .panel.alarms.map(({ alarm }) => alarm)
        .filter(alarm => alarm.startsWith('unserved')),
      []
    )
    board.passesUntil(() => board.relayOrders().length > 0, 10_000)
    match(board.group('files').problem ?? '', /alone has a current copy: its power is cut once and given back/)
    board.sense(false)
    board.passes(2000)
    board.sense(true)
    match(board.group('files').problem ?? '', /its power was cut once, and its boot is waited for/)
  })
})
