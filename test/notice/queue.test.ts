import assert from 'node:assert/strict'
import { isQuiet, isWanted } from '../../src/notice/notice.js'
import { begun, failed, HOUR_MS, START, turnOf, worked } from '../../src/notice/pace.js'
import { add, arrived, begin, EMPTY, type Queue, readQueue, takeBack, WAITING_MAX } from '../../src/notice/queue.js'
import { channel, NOW_SECONDS, notice } from './fixture.js'

const filled = (...notices: Parameters<typeof add>[1][]): Queue => notices.reduce(add, EMPTY)

describe('the queue of a channel', () => {
  it('throws away the oldest of the least important first, and counts', () => {
    let queue = filled(notice(1, 'alarm'), notice(2, 'info'), notice(3, 'notice'), notice(4, 'info'))
    for (let sequence = 5; sequence <= WAITING_MAX + 3; sequence += 1) queue = add(queue, notice(sequence, 'warning'))
    assert.equal(queue.waiting.length, WAITING_MAX)
    assert.equal(queue.dropped, 3)
    assert.deepEqual(
      queue.waiting.slice(0, 2).map(({ sequence }) => sequence),
      [1, 5]
    )
    assert.equal(begin(queue).sending?.dropped, 3)
  })

  it('keeps a message that was begun as it is, whatever comes', () => {
    const first = begin(filled(notice(1), notice(2)))
    const later = begin(add(first, notice(3, 'alarm')))
    assert.deepEqual(later.sending, first.sending)
    assert.deepEqual(arrived(later).waiting, [notice(3, 'alarm')])
  })

  it('says what was refused for good again, in a message of another identity', () => {
    const again = begin(takeBack(add(begin(filled(notice(1))), notice(2))))
    assert.deepEqual(again.sending?.notices, [notice(1), notice(2)])
  })

  it('reads what it wrote, and leaves out whatever is no notice', () => {
    const queue = add(begin(filled(notice(1), notice(2))), notice(3))
    assert.deepEqual(readQueue(JSON.parse(JSON.stringify(queue))), queue)
    const odd = { waiting: [7, null, { sequence: 'x' }, notice(4)], sending: { notices: ['?'] }, dropped: -1 }
    assert.deepEqual(readQueue(odd), { waiting: [notice(4)], sending: null, dropped: 0 })
    assert.deepEqual(readQueue('nonsense'), EMPTY)
  })
})

describe('the pace of a channel', () => {
  const one = channel()
  const loud = filled(notice(1, 'alarm'))
  const soft = filled(notice(1, 'warning'))

  it('gathers for a while before it speaks', () => {
    const pace = { ...START, waitsSince: 1000 }
    assert.deepEqual(turnOf(one, soft, pace, 1000, false), { kind: 'wait', untilAt: 6000 })
    assert.deepEqual(turnOf(one, soft, pace, 6000, false), { kind: 'send' })
    assert.deepEqual(turnOf(one, EMPTY, START, 6000, false), { kind: 'idle' })
  })

  it('says so many messages an hour and no more; alarms have as many again for themselves', () => {
    const now = HOUR_MS + 10_000
    let pace = START
    for (let count = 0; count < 3; count += 1) pace = begun(pace, now + count)
    pace = { ...pace, waitsSince: now + 3 }
    assert.deepEqual(turnOf(one, soft, pace, now + 6000, false), { kind: 'wait', untilAt: now + HOUR_MS })
    assert.deepEqual(turnOf(one, loud, pace, now + 6000, false), { kind: 'send' })
    for (let count = 3; count < 6; count += 1) pace = begun(pace, now + count)
    assert.deepEqual(turnOf(one, loud, { ...pace, waitsSince: now }, now + 6000, false), {
      kind: 'wait',
      untilAt: now + HOUR_MS
    })
    assert.deepEqual(turnOf(one, soft, { ...pace, waitsSince: now }, now + HOUR_MS + 10, false), { kind: 'send' })
  })

  it('holds in quiet hours what is no alarm, looks again each minute, and a day at most whatever the clock says', () => {
    const pace = { ...START, waitsSince: 0 }
    assert.deepEqual(turnOf(one, soft, pace, 10_000, true), { kind: 'wait', untilAt: 70_000 })
    assert.deepEqual(turnOf(one, loud, pace, 10_000, true), { kind: 'send' })
    assert.deepEqual(turnOf(one, soft, pace, 24 * HOUR_MS, true), { kind: 'send' })
  })

  it('waits longer after each failure, up to a bound, and starts anew when it worked', () => {
    let pace = START
    const pauses: number[] = []
    for (let count = 0; count < 6; count += 1) {
      pace = failed(one, pace, 100)
      pauses.push(pace.retryAt - 100)
    }
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 10_000, 10_000])
    assert.deepEqual(turnOf(one, begin(loud), pace, 5000, false), { kind: 'wait', untilAt: 10_100 })
    assert.deepEqual(turnOf(one, begin(loud), worked(pace), 5000, false), { kind: 'send' })
  })
})

describe('what a channel wants', () => {
  it('is of its level at least, and of its codes', () => {
    assert.equal(isWanted(channel(), notice(1, 'notice')), false)
    assert.equal(isWanted(channel(), notice(1, 'warning')), true)
    assert.equal(isWanted(channel({ codes: ['fenc*'] }), notice(1, 'alarm', 'fencing-undone')), true)
    assert.equal(isWanted(channel({ codes: ['fenc*'] }), notice(1, 'alarm', 'x-fencing')), false)
    assert.equal(isWanted(channel({ exceptCodes: ['fencing-*'] }), notice(1, 'alarm', 'fencing-undone')), false)
  })

  it('is nothing but alarms in quiet hours, also over midnight, but never while the clock is not set', () => {
    const night = { fromMinute: 22 * 60, toMinute: 7 * 60 }
    const noon = { fromMinute: 12 * 60, toMinute: 13 * 60 }
    assert.deepEqual(
      [21 * 60 + 59, 22 * 60, 0, 419, 420].map(minute => isQuiet(night, NOW_SECONDS, minute)),
      [false, true, true, true, false]
    )
    assert.equal(isQuiet(noon, NOW_SECONDS, 750), true)
    assert.equal(isQuiet(noon, NOW_SECONDS, 780), false)
    assert.equal(isQuiet(null, NOW_SECONDS, 750), false)
    // 1 January 1970, and the day at which an image was built long ago.
    for (const unset of [0, 1_600_000_000]) assert.equal(isQuiet(noon, unset, 750), false)
  })
})
