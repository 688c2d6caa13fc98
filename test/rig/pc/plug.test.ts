import { deepEqual, equal } from 'node:assert/strict'
import { askPlug, PLUGGED_IN, type PlugFault, type PlugState, parseQuestion } from './plug.js'

const ask = (state: PlugState, action: string, fault: PlugFault = 'works') =>
  askPlug(state, { number: '7', action }, fault)

describe('the outlet of an emulated PC', () => {
  it('a question is a number and an action, and nothing else is one', () => {
    deepEqual(parseQuestion('42 off\r'), { number: '42', action: 'off' })
    for (const noise of ['', 'off', '42', '42 off now', '-1 off', '42 OFF', '12345678901 off'])
      equal(parseQuestion(noise), null, noise)
  })

  it('off takes the power away, on brings it back, and status says which', () => {
    const off = ask(PLUGGED_IN, 'off')
    deepEqual(off, { state: { says: 'off', gives: false }, answer: '7 done' })
    equal(ask(off.state, 'status').answer, '7 off')
    deepEqual(ask(off.state, 'on').state, PLUGGED_IN)
  })

  it('a silent one answers nothing and does nothing', () => {
    deepEqual(ask(PLUGGED_IN, 'off', 'silent'), { state: PLUGGED_IN, answer: null })
    equal(ask(PLUGGED_IN, 'status', 'silent').answer, null)
  })

  it('one that lies says off and goes on giving power', () => {
    const { state } = ask(PLUGGED_IN, 'off', 'lies')
    deepEqual(state, { says: 'off', gives: true })
    equal(ask(state, 'status', 'lies').answer, '7 off')
  })

  it('a stuck one takes the order, and its status betrays it', () => {
    const { state, answer } = ask(PLUGGED_IN, 'off', 'stuck')
    deepEqual([state, answer], [PLUGGED_IN, '7 done'])
    equal(ask(state, 'status', 'stuck').answer, '7 on')
  })

  it('what it does not know it refuses, in words', () => {
    equal(ask(PLUGGED_IN, 'reboot').answer?.startsWith('7 refused '), true)
  })
})
