import { equal } from 'node:assert/strict'
import { LEDS, namesOf, WHOLE, type Whole } from '../../src/core/panel-table.js'
import { type Lights, lightsInWords } from './lights-in-words.js'

const DARK: Lights = { active: 'dark', peer: 'dark', sync: 'dark', fault: 'dark' }

describe('the lights in words', () => {
  it('whatever takes all four lights has its name, and no two have the same lights', () => {
    for (const whole of Object.keys(WHOLE) as Whole[]) equal(lightsInWords(WHOLE[whole].leds), whole)
  })

  it('a running light is known by any of its four places, as the reader of patterns tells them', () => {
    equal(lightsInWords({ active: 'run1', peer: 'run1', sync: 'run1', fault: 'run1' }), 'starting')
  })

  it('else each light speaks for itself', () => {
    const view = { whole: null, active: 'serving', peer: 'limping', sync: 'none', fault: 'warning' } as const
    equal(lightsInWords(namesOf(view)), 'active serving, peer limping, sync none, fault warning')
    equal(lightsInWords({ ...DARK, active: null }), 'active ?, peer gone, sync none, fault none')
    equal(lightsInWords(DARK), 'dark')
    equal(LEDS.length, 4)
  })
})
