import { equal } from 'node:assert/strict'
import { withoutControls } from './console-line.js'

const ESCAPE = String.fromCharCode(27)
const BELL = String.fromCharCode(7)

describe('what a console says', () => {
  it('colours, cursor movements, titles and bells are left out', () => {
    equal(withoutControls(`${ESCAPE}[1;31mfailed${ESCAPE}[0m`), 'failed')
    equal(withoutControls(`${ESCAPE}[?2004hboard a> ${ESCAPE}[K`), 'board a> ')
    equal(withoutControls(`${ESCAPE}]0;title${BELL}text${BELL}`), 'text')
    equal(withoutControls(`${ESCAPE}M${ESCAPE}[K[${ESCAPE}[0;1;38:5:185mDEPEND${ESCAPE}[0m] failed`), '[DEPEND] failed')
    equal(withoutControls(`${ESCAPE}7saved${ESCAPE}8`), 'saved')
  })

  it('lines end in one way', () => {
    equal(withoutControls('one\r\ntwo\r\r\nthree'), 'one\ntwo\nthree')
  })

  it('the question of a getty and the prompt of the console stay as they are', () => {
    equal(withoutControls('rig-a login: '), 'rig-a login: ')
  })
})
