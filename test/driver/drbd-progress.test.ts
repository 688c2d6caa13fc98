import { strict as assert } from 'node:assert'
import { leftWords, readOutOfSync, readProgress } from '../../src/driver/drbd-progress.js'

/** As drivers/block/drbd/drbd_proc.c writes it. */
const PROC = `version: 8.4.11 (api:1/proto:86-101)
srcversion: 0123456789ABCDEF
 0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
    ns:20480 nr:0 dw:0 dr:20480 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:41943
\t[=====>..............] sync'ed: 32.8% (41943/62423)K
\tfinish: 1:02:03 speed: 12,345 (6,789) K/sec
 1: cs:Connected ro:Secondary/Secondary ds:UpToDate/UpToDate C r-----
    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0

11: cs:VerifyS ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:8
\t[>....................] verified:  0.4% (1000/1004)M
\tfinish: 0:00:00 speed: 0 (0) want: 40 K/sec (stalled)
`

describe('drbd progress', () => {
  it('reads a resync with its estimate, of the right minor', () => {
    assert.deepEqual(readProgress(PROC, 0), { percent: 32.8, secondsLeft: 3723, kibPerSecond: 12_345 })
    assert.equal(readProgress(PROC, 1), null, 'nothing is under way')
    assert.equal(readProgress(PROC, 7), null)
    assert.equal(readProgress('', 0), null)
  })

  it('says of one that stands still that it does, and no time', () => {
    const found = readProgress(PROC, 11)
    assert.deepEqual(found, { percent: 0.3, secondsLeft: null, kibPerSecond: 0 })
    assert.equal(found && leftWords(found), 'it stands still')
  })

  it('does not call it done while something is to go, as the kernel does', () => {
    const end = PROC.replace("sync'ed: 32.8% (41943/62423)K", "sync'ed:100.0% (2528/16456)K")
    assert.equal(readProgress(end, 0)?.percent, 84.6)
  })

  it('counts what differs', () => {
    assert.deepEqual(
      [0, 1, 11, 7].map(minor => readOutOfSync(PROC, minor)),
      [41_943, 0, 8, null]
    )
  })

  it('tells the time that is left in words that a person uses', () => {
    const words = [0, 89, 90, 3600, 20_000].map(secondsLeft => leftWords({ percent: 1, secondsLeft, kibPerSecond: 1 }))
    assert.deepEqual(words, [
      'about 1 s left',
      'about 89 s left',
      'about 2 minutes left',
      'about 60 minutes left',
      'about 6 hours left'
    ])
  })
})
