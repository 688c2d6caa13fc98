import assert from 'node:assert/strict'
import type { Sender } from '../../src/notice/notice.js'
import { noticeOf } from '../../src/notice/notice.js'
import { scrub } from '../../src/notice/secrets.js'
import { dataOf, messageId, subjectOf, textOf } from '../../src/notice/words.js'
import { notice } from './fixture.js'

const SENDER: Sender = { pair: 'shop', board: 'b' }
const many = {
  notices: Array.from({ length: 40 }, (_, at) => notice(at + 1, at === 20 ? 'alarm' : 'notice')),
  dropped: 7
}

describe('a message in words', () => {
  it('names in its subject the pair, the board, the worst event and how many more there are', () => {
    assert.equal(subjectOf(SENDER, many), '[baton shop b] ALARM: number 21 (and 46 more)')
    const failing = { notices: [notice(1, 'warning', 'notices-failing'), notice(2, 'warning')], dropped: 0 }
    assert.equal(subjectOf(SENDER, failing), '[baton shop b] warning: number 2 (and 1 more)')
  })

  it('tells thirty events in full and counts the rest: nothing is left out silently', () => {
    const text = textOf(SENDER, many)
    assert.match(text, /number 21$/m)
    assert.match(text, /^and 10 more, less important: see `baton events` on board b$/m)
    assert.match(text, /^and 7 more before these that could not be sent in time/m)
    const data = dataOf(SENDER, many)
    assert.deepEqual([data.events.length, data.more, data.dropped], [30, 10, 7])
  })

  it('fits 74 columns, says when the clock was not set, and holds no control character', () => {
    const long = noticeOf({
      ...notice(1),
      wallSeconds: 86_400,
      text: `${'words and '.repeat(30)}\u001b[31m\r\nred \u009b31m\u202etfel\u2028line`
    })
    const text = textOf(SENDER, { notices: [long], dropped: 0 })
    assert.ok(text.split('\n').every(line => line.length <= 74))
    assert.match(text, /^\(clock not set\) {2}notice/m)
    assert.doesNotMatch(text, /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
  })

  it('has an identity that comes from its newest event only', () => {
    const [first, ...rest] = many.notices
    assert.equal(messageId(SENDER, many), 'shop/b/abcd0123/40')
    assert.equal(messageId(SENDER, { notices: rest, dropped: 0 }), messageId(SENDER, many))
    assert.equal(first?.life, 'abcd0123')
  })
})

describe('words of a server', () => {
  it('lose the secret in every usual spelling, their line ends, and what is too much', () => {
    const secret = 'p&"x'
    const spellings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), 'p&\\"x']
    assert.equal(scrub(`no:\n${spellings.join(' ')}`, secret), 'no: (secret) (secret) (secret) (secret)')
    assert.equal(scrub('x'.repeat(1000), null).length, 400)
  })
})
