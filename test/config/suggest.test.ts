// The word that was probably meant, for options and for commands.
import assert from 'node:assert/strict'
import { nearest } from '../../src/config/suggest.js'

const COMMANDS = ['status', 'switchover', 'recover', 'report', 'replace', 'disk', 'discard-copy']
const FENCE = ['by', 'relayActMs', 'holdUpMs', 'settleMs', 'holdMs']

describe('a word that is not known', () => {
  it('is taken for one that lacks, doubles, changes or swaps a letter', () => {
    assert.equal(nearest('stats', COMMANDS), 'status')
    assert.equal(nearest('statuss', COMMANDS), 'status')
    assert.equal(nearest('statos', COMMANDS), 'status')
    assert.equal(nearest('stauts', COMMANDS), 'status')
    assert.equal(nearest('dsik', COMMANDS), 'disk')
    assert.equal(nearest('yb', FENCE), 'by')
  })

  it('is taken for the word that it begins, of several for the shortest', () => {
    assert.equal(nearest('switch', COMMANDS), 'switchover')
    assert.equal(nearest('dis', COMMANDS), 'disk')
    assert.equal(nearest('disc', COMMANDS), 'discard-copy', 'and not disk, one letter away')
    assert.equal(nearest('hold', FENCE), 'holdMs')
  })

  it('is the same word in capitals', () => {
    assert.equal(nearest('RELAYACTMS', FENCE), 'relayActMs')
    assert.equal(nearest('A', ['a', 'b']), 'a')
  })

  it('is nothing where more than a third of the letters would be wrong', () => {
    for (const word of ['', 'c', 'xx', 'format', 'recapture', 'shutdown', 'stop', 'x'.repeat(65)])
      assert.equal(nearest(word, COMMANDS), null, word)
    assert.equal(nearest('c', ['a', 'b']), null, 'one letter is no better than another')
  })
})
