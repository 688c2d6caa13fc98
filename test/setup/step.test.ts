// The next step of a new pair, from what both boards say. State in, step out.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { DiskTold, SetupView } from '../../src/port/setup-view.js'
import type { DaemonStatus, GroupStatus, RecoveryItem } from '../../src/runtime/status.js'
import { isReady, nextStep, type SetupWorld } from '../../src/setup/step.js'
import { NORMAL } from '../console/fixture-status.js'

const item = (code: string): RecoveryItem => ({ code, group: null, what: '', by: 'person', remedy: '', asks: false })
const OWN_UNPROVED = item('fence-unproved')
const PEER_UNPROVED = item('peer-unproved')
const PEER: SetupView = { marked: true, words: 'leads', disks: { files: { kind: 'absent', words: 'not here' } } }
const BLANK = { kind: 'blank', words: '/dev/sda: blank' } as const
const ABSENT = { kind: 'absent', words: 'no disk' } as const
const READY = { kind: 'ready', words: 'ext4' } as const

type Core = Partial<DaemonStatus['core']>
const status = (core: Core, group: Partial<GroupStatus> = {}): DaemonStatus => ({
  ...NORMAL,
  core: { ...NORMAL.core, ...core, groups: NORMAL.core.groups.map(each => ({ ...each, ...group })) }
})
const unserved = (core: Core = {}, group: Partial<GroupStatus> = {}): DaemonStatus =>
  status(
    { pair: 'fallback', recovery: [OWN_UNPROVED, PEER_UNPROVED], ...core },
    { role: 'standby', peerRole: 'standby', problem: 'no disk', ...group }
  )
const step = (world: Partial<SetupWorld>) =>
  nextStep({ own: NORMAL, peer: PEER, disks: { files: ABSENT }, making: false, ...world })

describe('the next step of a set-up', () => {
  it('is the end where all is served at home and proved, whatever the other lead says', () => {
    equal(isReady(NORMAL), true)
    for (const peer of [PEER, 'not asked', { ...PEER, marked: false }]) equal(step({ peer }).kind, 'ready')
  })

  it('is to say which cable is out', () => {
    const silent = { ...NORMAL.core.peer.links.serial, state: 'silent' } as const
    const peer = { ...NORMAL.core.peer, links: { ...NORMAL.core.peer.links, serial: silent } }
    match(step({ own: status({ peer }) }).words, /not by serial \(silent\): look at the serial cable/)
    match(step({ own: status({ peer: { ...peer, heard: false } }) }).words, /board b is not heard: is it on/)
  })

  it('does nothing by itself unless both boards are marked', () => {
    const own = unserved()
    equal(step({ own, disks: { files: BLANK }, peer: { ...PEER, marked: false } }).kind, 'end')
    equal(step({ own, disks: { files: BLANK }, peer: 'it does not answer' }).kind, 'wait')
    equal(step({ own, disks: { files: BLANK }, peer: { ...PEER, words: null } }).kind, 'wait')
    equal(step({ own, disks: { files: BLANK } }).kind, 'prepare')
  })

  it('prepares a blank disk where it is seen, and never one that the other board knows as ready', () => {
    const own = unserved()
    equal(step({ own, peer: { ...PEER, disks: { files: BLANK } } }).kind, 'wait')
    deepEqual(
      [BLANK, READY].map(files => step({ own, disks: { files: BLANK }, peer: { ...PEER, disks: { files } } }).kind),
      ['prepare', 'recover']
    )
    const away = unserved({ board: 'b' })
    equal(step({ own: away, disks: { files: BLANK }, peer: { ...PEER, disks: { files: BLANK } } }).kind, 'wait')
    for (const role of ['taking', 'releasing', 'unknown'] as const) {
      equal(step({ own: unserved({}, { role }), disks: { files: BLANK } }).kind, 'wait')
      equal(step({ own: unserved({}, { peerRole: role }), disks: { files: BLANK } }).kind, 'wait')
    }
    equal(step({ own: unserved({}, { peerRole: 'active' }), disks: { files: BLANK } }).kind, 'wait')
  })

  it('has the home board make both copies of a mirror, and goes on with one that was cut off', () => {
    const copies = { here: 'unknown', there: 'unknown' } as const
    const MADE = { kind: 'made', words: '/dev/sda1: ready for a first copy' } as const
    const kinds = (own: DaemonStatus, here: DiskTold, there: DiskTold): string =>
      step({ own, disks: { files: here }, peer: { ...PEER, disks: { files: there } } }).kind
    const home = unserved({}, { copies })
    const away = unserved({ board: 'b' }, { copies })
    for (const [here, there] of [
      [BLANK, BLANK],
      [MADE, BLANK],
      [BLANK, MADE],
      [MADE, MADE]
    ] as const)
      deepEqual([kinds(home, here, there), kinds(away, here, there)], ['prepare', 'wait'])
    // Declared, and not whole yet: the other board sees a copy that is ready.
    deepEqual([kinds(home, MADE, READY), kinds(away, READY, MADE)], ['prepare', 'wait'])
    deepEqual([kinds(home, READY, READY), kinds(away, READY, READY)], ['recover', 'wait'])
    const person = { kind: 'person', words: 'it holds ext4 labelled photos' } as const
    for (const [here, there] of [
      [person, BLANK],
      [BLANK, person],
      [ABSENT, BLANK],
      [BLANK, ABSENT]
    ] as const)
      equal(kinds(home, here, there), 'wait')
    const held = unserved({ mode: 'maintenance' }, { copies })
    equal(step({ own: held, disks: { files: MADE }, making: true }).kind, 'prepare')
  })

  it('leaves a disk with data to a person', () => {
    const files = { kind: 'person', words: 'it holds ext4 labelled photos' } as const
    for (const world of [{ disks: { files } }, { peer: { ...PEER, disks: { files } } }]) {
      const found = step({ own: unserved(), ...world })
      equal(found.kind, 'wait')
      match(found.words, /not touched: it holds ext4 labelled photos; `baton disk prepare`/)
    }
  })

  it('has the home board look again for a disk that nobody sees', () => {
    equal(step({ own: unserved() }).kind, 'recover')
    equal(step({ own: unserved({ board: 'b' }) }).kind, 'wait')
  })

  it('waits for a person before a power is cut, at the board that serves', () => {
    const both = status({ pair: 'normal', recovery: [OWN_UNPROVED, PEER_UNPROVED] })
    const asked = step({ own: both })
    equal(asked.kind, 'consent')
    match(asked.words, /board a is to cut the power of board b once/)
    const seenFromB = status(
      { board: 'b', recovery: [OWN_UNPROVED, PEER_UNPROVED] },
      { role: 'standby', peerRole: 'active' }
    )
    match(step({ own: seenFromB }).words, /board a is to cut the power of board b once/)
    equal(step({ own: seenFromB }).kind, 'wait')
    equal(step({ own: status({ recovery: [OWN_UNPROVED, item('harness-open')] }) }).kind, 'wait')
  })

  it('moves the group so that the other direction can be proved, and home again', () => {
    const away = { role: 'standby', peerRole: 'active' } as const
    deepEqual(step({ own: status({ recovery: [OWN_UNPROVED] }, away) }).kind, 'move')
    equal(step({ own: status({ recovery: [PEER_UNPROVED] }) }).kind, 'wait')
    deepEqual(step({ own: status({ recovery: [item('group-away')] }, away) }), {
      kind: 'recover',
      home: true,
      words: 'moving files home, to board a'
    })
  })

  it('orders nothing in another mode than auto, and while the configurations differ', () => {
    equal(step({ own: unserved({ mode: 'maintenance' }), disks: { files: BLANK } }).kind, 'wait')
    const held = unserved({ mode: 'maintenance' })
    match(step({ own: held, peer: { ...PEER, words: 'preparing the disk of files' } }).words, /board b prepares a disk/)
    equal(step({ own: held, disks: { files: BLANK }, making: true }).kind, 'prepare')
    equal(step({ own: held, disks: { files: READY }, making: true }).kind, 'auto')
    const peer = { ...NORMAL.core.peer, sameConfiguration: false }
    match(step({ own: unserved({ peer }), disks: { files: BLANK } }).words, /different configurations/)
  })
})
