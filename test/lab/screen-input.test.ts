// Keys of the live screen and the choice of a lab: what pulls a plug, and whose.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { chooseBoard } from '../../board/virtual/ask-board.js'
import { createKeyFilter } from '../../board/virtual/screen-input.js'

describe('keys of the live screen', () => {
  it('are single letters; a digit within the sequence of F5, F12, Home or Alt pulls nothing, however it is split', () => {
    for (const sequence of [
      '\x1b[15~',
      '\x1b[24~',
      '\x1b[1~',
      '\x1b[1;5A',
      '\x1bOP',
      '\x1b[[A',
      '\x1b1',
      '\x1b\x1b[15~'
    ]) {
      deepEqual(createKeyFilter()(`${sequence}w`, 0), ['w'], JSON.stringify(sequence))
      for (let at = 1; at < sequence.length; at += 1) {
        const keys = createKeyFilter()
        deepEqual(
          [...keys(sequence.slice(0, at), 0), ...keys(`${sequence.slice(at)}2`, 1)],
          ['2'],
          `${at} of ${sequence}`
        )
      }
    }
  })

  it('count again after an Escape that was pressed alone', () => {
    const keys = createKeyFilter()
    deepEqual([...keys('\x1b', 0), ...keys('1', 1000)], ['1'])
  })
})

describe('the lab that is meant', () => {
  const of = (which: string, ...labs: string[]) => {
    const chosen = chooseBoard(which, labs)
    return chosen.ok ? `${chosen.id}:${chosen.board}` : chosen.text
  }

  it('is the only one, or the one that is named; of several none is guessed, they are listed', () => {
    equal(of('b', 'f03a26'), 'f03a26:b')
    equal(of('0badc0:a', 'f03a26', '0badc0'), '0badc0:a')
    const several = of('b', 'f03a26', '0badc0')
    match(several, /2 labs run/)
    ok(['f03a26:b', '0badc0:b'].every(one => several.includes(`npm run lab -- baton ${one} `)))
    match(of('111111:b', 'f03a26'), /no lab 111111 runs.*\n.*f03a26:b/)
    match(of('b'), /no virtual boards run/)
    for (const odd of ['c', '', 'f03a26', 'F:a']) match(of(odd, 'f03a26'), /^usage/)
  })
})
