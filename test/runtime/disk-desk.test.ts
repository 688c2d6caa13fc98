// The desk where the other board's console asks about this board's disk: what it understands, what it refuses, one work at a time.
import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DISK_WISH } from '../../src/config/setup-files.js'
import type { DiskAnswer, DiskWish } from '../../src/port/disk-answer.js'
import { asDiskAnswer, asDiskWish, createDiskDesk, readDiskWish, whyNotMake } from '../../src/runtime/disk-desk.js'
import type { CoreStatus, GroupStatus } from '../../src/runtime/status.js'

const WISH: DiskWish = { doing: 'make', group: 'data', serial: null, work: 7, since: null }
const core = (group: Partial<GroupStatus> = {}, more: Partial<CoreStatus> = {}): CoreStatus =>
  ({
    board: 'b',
    mode: 'maintenance',
    modeWanted: null,
    groups: [
      {
        name: 'data',
        role: 'standby',
        doing: 'standing by',
        peerRole: 'standby',
        copies: { here: 'unknown', there: 'unknown' },
        ...group
      }
    ],
    ...more
  }) as unknown as CoreStatus

describe('the desk for disks', () => {
  it('takes a wish only as it is meant', () => {
    deepEqual(asDiskWish(JSON.stringify(WISH)), WISH)
    for (const bad of [
      'x',
      'null',
      '[]',
      JSON.stringify({ ...WISH, doing: 'wipe' }),
      JSON.stringify({ ...WISH, group: '../data' }),
      JSON.stringify({ ...WISH, serial: 'a\nb' }),
      JSON.stringify({ ...WISH, serial: 7 }),
      JSON.stringify({ ...WISH, serial: 'x'.repeat(300) }),
      JSON.stringify({ ...WISH, work: 0 }),
      JSON.stringify({ ...WISH, work: '7' })
    ])
      equal(asDiskWish(bad), null, bad)
    equal(asDiskAnswer({ state: 'done', words: '' }), null)
    equal(asDiskAnswer({ state: 'ended', ok: 1, words: 'x', told: { kind: 'made' } })?.told, null)
  })

  it('makes no disk ready while somebody could come to harm by it', () => {
    equal(whyNotMake(core(), 'data'), null)
    match(whyNotMake(core({ role: 'active' }), 'data') ?? '', /held or taken on board b/)
    match(whyNotMake(core({ role: 'unknown' }), 'data') ?? '', /held or taken/)
    match(whyNotMake(core({}, { mode: 'auto' }), 'data') ?? '', /auto, not maintenance/)
    match(whyNotMake(core({}, { modeWanted: 'auto' }), 'data') ?? '', /not maintenance/)
    match(whyNotMake(core({ peerRole: 'active' }), 'data') ?? '', /held on the other board/)
    match(whyNotMake(core({ peerRole: null }), 'data') ?? '', /held on the other board/)
    match(whyNotMake(core(), 'other') ?? '', /no mirrored disk/)
    // A new disk is filled while the other copy is served.
    const served = { peerRole: 'active', copies: { here: 'unknown', there: 'alone' } } as const
    equal(whyNotMake(core(served, { mode: 'auto' }), 'data'), null)
    match(whyNotMake(core({ ...served, role: 'active' }, { mode: 'auto' }), 'data') ?? '', /held or taken/)
  })

  it('does one work at a time, tells how it ended to whoever began it, and nothing of an older one', async () => {
    const asked: DiskWish[] = []
    let end = (_: Omit<DiskAnswer, 'state'>): void => {}
    const desk = createDiskDesk(
      () => core(),
      wish => {
        asked.push(wish)
        return new Promise(resolve => {
          end = resolve
        })
      }
    )
    const ask = (more: Partial<DiskWish>): DiskAnswer => desk.answer(JSON.stringify({ ...WISH, ...more }))
    equal(ask({ doing: 'ask' }).state, 'refused')
    equal(ask({}).state, 'busy')
    equal(ask({ doing: 'ask' }).state, 'busy')
    match(ask({ work: 8 }).words, /another work/)
    // Its first answer was lost on its way.
    equal(ask({}).state, 'busy')
    end({ ok: false, words: 'it holds photos', told: null })
    await new Promise(setImmediate)
    deepEqual(ask({ doing: 'ask' }), { state: 'ended', ok: false, words: 'it holds photos', told: null })
    equal(ask({}).state, 'ended')
    equal(ask({ doing: 'ask', work: 8 }).state, 'refused')
    equal(ask({ doing: 'look', work: 9 }).state, 'busy')
    deepEqual(
      asked.map(({ doing, work }) => [doing, work]),
      [
        ['make', 7],
        ['look', 9]
      ]
    )
    equal(desk.answer('nonsense').state, 'refused')
  })

  it('sends only a wish that root wrote down, and no long text', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-wish-'))
    try {
      equal(await readDiskWish(folder), null)
      writeFileSync(join(folder, DISK_WISH), JSON.stringify(WISH))
      deepEqual(asDiskWish((await readDiskWish(folder)) ?? ''), WISH)
      writeFileSync(join(folder, DISK_WISH), JSON.stringify({ ...WISH, more: 'x'.repeat(2000) }))
      equal(await readDiskWish(folder), null)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
