// The daemon's clocks.
import assert from 'node:assert/strict'
import { createClock } from '../../src/driver/clock.js'

describe('clock', () => {
  it('never goes back and has fractions of a millisecond', () => {
    const { now } = createClock()
    const instants = Array.from({ length: 1000 }, now)
    assert.ok(instants.every((at, index) => index === 0 || at >= (instants[index - 1] ?? 0)))
    assert.ok(instants.some(at => !Number.isInteger(at)))
  })

  it('labels with whole seconds of the wall clock', () => {
    assert.ok(Number.isInteger(createClock().wallSeconds()))
  })
})
