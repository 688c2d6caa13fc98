// Events of two boards in one order, whatever their clocks say.
import { strict as assert } from 'node:assert'
import { mergeSides, type Side, type Stamp } from '../../src/console/pair-merge.js'

interface Note extends Stamp {
  readonly text: string
}

const WALL = 1_795_202_043_000
const side = (board: 'a' | 'b', aheadMs: number, items: readonly Note[]): Side<Note> => ({
  items,
  clock: { board, life: `now-${board}`, nowMs: 10_000, wallMs: WALL + aheadMs }
})
const note = (sequence: number, text: string, life: string, atMs: number, wallMs = 0): Note => ({
  sequence,
  text,
  life,
  atMs,
  wallSeconds: Math.floor(wallMs / 1000)
})
const texts = (own: Side<Note>, peer: Side<Note>): string =>
  mergeSides(own, peer, item => item)
    .map(({ board, item }) => `${board}:${item.text}`)
    .join(' ')

describe('events of both boards', () => {
  const year = 365 * 86_400_000

  it('of the present lives stand in their true order to the millisecond, with clocks years apart', () => {
    const a = side('a', 0, [note(1, 'one', 'now-a', 100), note(2, 'three', 'now-a', 102)])
    const b = side('b', -20 * year, [note(7, 'two', 'now-b', 101), note(8, 'four', 'now-b', 103)])
    assert.equal(texts(a, b), 'a:one b:two a:three b:four')
  })

  it("of former lives are placed by today's difference of the clocks", () => {
    const a = side('a', 0, [note(1, 'one', 'old', 5, WALL - 60_000), note(2, 'three', 'now-a', 100)])
    const b = side('b', year, [note(3, 'two', 'old', 5, WALL + year - 30_000), note(4, 'four', 'now-b', 200)])
    assert.equal(texts(a, b), 'a:one b:two a:three b:four')
  })

  it("stay in each board's own order where its clock was not set or ran backwards", () => {
    const b = side('b', 0, [
      note(1, 'one', 'old', 5, WALL - 60_000),
      note(2, 'two', 'older clock', 6, 1000),
      note(3, 'three', 'future', 7, WALL + year),
      note(4, 'four', 'now-b', 9000)
    ])
    const a = side('a', 0, [note(1, 'last', 'now-a', 9500)])
    assert.equal(texts(a, b), 'b:one b:two b:three b:four a:last')
  })
})
