// What is done about the two disks of a mirrored group: every way in which something could be lost wants a person's word.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { metadataBytes, usableBytes } from '../../src/driver/drbd-meta.js'
import type { CopyTold } from '../../src/port/copy-told.js'
import type { GroupStatus } from '../../src/runtime/status.js'
import { type CreateWorld, isFirstOver, planCreate } from '../../src/setup/mirror-plan.js'
import { told } from './told.js'

const BLANK = told('blank')
const FRESH = told('made', { fresh: true, empty: true })
const COPY = told('made', { attached: 'UpToDate' })
const DATA = told('content', { ext4: true, words: 'it holds ext4 labelled photos' })

const group = (more: Partial<GroupStatus> = {}): GroupStatus => ({
  name: 'data',
  role: 'standby',
  doing: 'standing by',
  epoch: { number: 0, board: 'a' },
  owner: 'a',
  home: 'a',
  peerRole: 'standby',
  problem: null,
  copies: { here: 'unknown', there: 'unknown' },
  ...more
})
const world = (own: CopyTold, peer: CopyTold | string, more: Partial<CreateWorld> = {}): CreateWorld => ({
  board: 'a',
  group: group(),
  own,
  peer,
  serials: { own: null, peer: null },
  keep: false,
  begun: false,
  mirrorBytes: 0,
  ...more
})
const why = (of: CreateWorld): string => {
  const plan = planCreate(of)
  return plan.kind === 'refused' ? plan.words : `not refused: ${plan.kind}`
}

describe('the plan of a mirror that is made', () => {
  it('makes two blank disks a mirror without copying one onto the other', () => {
    deepEqual(planCreate(world(BLANK, BLANK)), { kind: 'first', own: true, peer: true, whole: false })
    deepEqual(planCreate(world(FRESH, BLANK)), { kind: 'first', own: false, peer: true, whole: false })
    deepEqual(planCreate(world(FRESH, FRESH)), { kind: 'first', own: false, peer: false, whole: false })
  })

  it('leaves data alone on either board without the serial number of that disk, and says how it is given', () => {
    match(why(world(DATA, BLANK)), /board a: it holds ext4 .*--serial a:S1; to keep its files: --keep/)
    match(why(world(BLANK, DATA)), /board b: it holds ext4 .*--serial b:S1/)
    match(why(world(BLANK, DATA, { serials: { own: 'S1', peer: null } })), /board b/)
    match(why(world(DATA, BLANK, { serials: { own: 'S2', peer: 'S1' } })), /board a/)
    deepEqual(planCreate(world(BLANK, DATA, { serials: { own: null, peer: 'S1' } })), {
      kind: 'first',
      own: true,
      peer: true,
      whole: true
    })
  })

  it('copies everything where one of the disks was not empty', () => {
    const left = told('made', { fresh: true })
    deepEqual(planCreate(world(left, FRESH)), { kind: 'first', own: false, peer: false, whole: true })
  })

  it('refuses what is mounted or not there, with the words of the board that sees it', () => {
    match(why(world(BLANK, told('never', { words: 'it is mounted at /srv' }))), /board b: it is mounted at \/srv/)
    match(why(world(told('absent', { words: 'plug it in', name: null }), BLANK)), /board a: plug it in/)
    match(why(world(BLANK, 'it does not answer')), /board b has is not known: it does not answer/)
  })

  it('begins nothing while the group is held on one of the boards', () => {
    for (const held of [{ role: 'active' }, { peerRole: 'taking' }, { role: 'unknown' }, { peerRole: null }] as const)
      match(why(world(BLANK, BLANK, { group: group(held) })), /held or taken/)
  })

  it('keeps an ext4 only where it is asked to, and never makes another one over it', () => {
    deepEqual(planCreate(world(DATA, BLANK, { keep: true })), { kind: 'keep', own: true, peer: true })
    match(why(world(BLANK, BLANK, { keep: true })), /no ext4/)
    match(why(world(DATA, BLANK, { keep: true, serials: { own: 'S2', peer: null } })), /serial number is not S2/)
    // Cut off after the notes were written, before it was declared.
    const begun = { ...FRESH, ext4: true, empty: false }
    match(why(world(begun, FRESH)), /board a: .*an ext4 lies below it: .*--keep/)
    match(why(world(FRESH, begun)), /board b: .*--keep` there keeps it/)
    match(why(world(begun, FRESH, { serials: { own: 'S1', peer: null } })), /--keep/)
    deepEqual(planCreate(world(begun, FRESH, { keep: true })), { kind: 'keep', own: false, peer: false })
  })

  it('goes on with a first copy that was cut off, on the board where it was begun', () => {
    const go = { kind: 'first', own: false, peer: false } as const
    deepEqual(planCreate(world(COPY, COPY, { begun: true })), { ...go, whole: false })
    const filled = told('made', { attached: 'Inconsistent' })
    deepEqual(planCreate(world(COPY, filled, { begun: true })), { ...go, whole: true })
    equal(planCreate(world(COPY, COPY)).kind, 'done')
  })

  it('forgets a first copy that is whole, and one whose disk is gone', () => {
    const idle = { making: false, primary: false }
    const whole = told('made', { attached: 'UpToDate', ext4: true })
    const equals = group({ copies: { here: 'current', there: 'current' } })
    const over = (own: CopyTold, peer: CopyTold | string, of = equals, sight = idle): boolean =>
      isFirstOver(world(own, peer, { begun: true, group: of }), sight)
    ok(over(whole, COPY))
    ok(over(COPY, COPY, group({ role: 'active' })), 'it is served')
    ok(over(told('made', { attached: 'Inconsistent', ext4: true }), COPY), 'it is filled from the other one')
    ok(over(BLANK, COPY), 'it was replaced')
    // What an earlier try has still to do.
    ok(!over(COPY, COPY), 'it has no ext4 yet')
    ok(!over(whole, COPY, equals, { ...idle, making: true }))
    ok(!over(whole, COPY, equals, { ...idle, primary: true }))
    ok(!over(whole, COPY, group()), 'the other one is not known to be current')
    ok(!over(whole, told('made', { attached: 'Inconsistent' })), 'the other one is not filled yet')
    ok(!over(BLANK, FRESH), 'nothing is declared yet')
    ok(!over(FRESH, COPY))
    ok(!over(whole, 'it is not heard'))
  })

  it('fills a new disk only from a copy that is known to be current, and only where it is not in use', () => {
    const there = group({ copies: { here: 'unknown', there: 'current' }, peerRole: 'active' })
    deepEqual(planCreate(world(BLANK, COPY, { group: there })), { kind: 'replace', side: 'own' })
    const here = group({ copies: { here: 'alone', there: 'unknown' }, role: 'active' })
    deepEqual(planCreate(world(COPY, BLANK, { group: here })), { kind: 'replace', side: 'peer' })
    match(why(world(BLANK, COPY)), /board b is not known to be current/)
    match(why(world(DATA, COPY, { group: there })), /--serial a:S1/)
    match(why(world(BLANK, COPY, { group: { ...there, role: 'active' } })), /switchover/)
    match(why(world(BLANK, COPY, { group: there, mirrorBytes: 2e9 })), /too small/)
    match(why(world(BLANK, COPY)), /take-stale data` on board b/)
    equal(planCreate(world(FRESH, COPY, { group: there })).kind, 'done')
  })

  it('takes a new disk of just the size of the former one', () => {
    const there = group({ copies: { here: 'unknown', there: 'current' }, peerRole: 'active' })
    // A whole disk of 32 GB: the mirror has all that the notes leave, what is told of the new disk is a little less.
    const disk = 32_000_000_000
    const same = told('blank', { bytes: usableBytes(disk) })
    const sized = (bytes: number) => planCreate(world(same, COPY, { group: there, mirrorBytes: bytes })).kind
    equal(sized(disk - metadataBytes(disk)), 'replace')
    equal(sized(disk - metadataBytes(disk) + 4e6), 'refused')
  })

  it('makes a disk of another mirror anew only by its serial number, and never one that is in use', () => {
    const former = told('made', { words: 'it carries a copy' })
    match(why(world(BLANK, former)), /not known to be current/)
    const named = { serials: { own: null, peer: 'S1' } }
    deepEqual(planCreate(world(BLANK, former, named)), { kind: 'first', own: true, peer: true, whole: true })
    match(why(world(BLANK, COPY, named)), /not known to be current/)
  })
})
