import { deepEqual, equal } from 'node:assert/strict'
import { bitOf, correction, drivesHigh, type Functions, isOutput, isSet, type Levels, PINS } from './gpio-registers.js'

const INPUTS_ALL: Functions = { word1: 0, word2: 0 }
/** Relay (17), LEDs 12 and 16 are outputs in the second word; 20, 21 and 23 in the third. */
const DAEMON: Functions = {
  word1: (1 << 21) | (1 << 6) | (1 << 18),
  word2: (1 << 0) | (1 << 3) | (1 << 9)
}
const REST: Levels = { sense: true, loop: true, switchReadback: false, button: true, strap: true }

describe('the GPIO registers of an emulated board', () => {
  it('outputs and inputs are told apart by the function of their line', () => {
    for (const line of ['relay', 'active', 'peer', 'sync', 'fault', 'switchSelect'] as const) {
      equal(isOutput(DAEMON, PINS[line]), true, line)
      equal(isOutput(INPUTS_ALL, PINS[line]), false, line)
    }
    for (const line of ['sense', 'loop', 'switchReadback', 'button', 'strap'] as const)
      equal(isOutput(DAEMON, PINS[line]), false, line)
  })

  it('an alternate function is no output', () => {
    equal(isOutput({ word1: 0b100 << 21, word2: 0 }, PINS.relay), false)
  })

  it('a level that was driven into an input is nothing that the board drives', () => {
    const level = bitOf(PINS.relay)
    equal(drivesHigh(level, DAEMON, 'relay'), true)
    equal(drivesHigh(level, INPUTS_ALL, 'relay'), false)
    equal(drivesHigh(0, DAEMON, 'relay'), false)
  })

  it('every bit of a word can be read, the topmost too', () => {
    equal(isSet(0x8000_0000, 31), true)
    equal(isSet(0x7fff_ffff, 31), false)
    equal(isSet(0x0402_0000, 26), true)
  })

  it('only inputs that read otherwise than they should are set or cleared', () => {
    deepEqual(correction(0, INPUTS_ALL, REST), {
      set: bitOf(27) + bitOf(22) + bitOf(26) + bitOf(25),
      clear: 0
    })
    const settled = bitOf(27) + bitOf(22) + bitOf(26) + bitOf(25)
    deepEqual(correction(settled, DAEMON, REST), { set: 0, clear: 0 })
    deepEqual(correction(settled, DAEMON, { ...REST, sense: false, switchReadback: true }), {
      set: bitOf(24),
      clear: bitOf(27)
    })
  })

  it('a line that the board drives is never touched, whatever the harness wants of it', () => {
    const senseIsOutput: Functions = { word1: 0, word2: 1 << 21 }
    deepEqual(
      correction(bitOf(27), senseIsOutput, { ...REST, sense: false, loop: false, button: false, strap: false }),
      {
        set: 0,
        clear: 0
      }
    )
  })
})
