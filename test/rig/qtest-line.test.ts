import { deepEqual, equal } from 'node:assert/strict'
import { interceptOutputs, parseQtestLine, readWord, writeWord } from './qtest-line.js'

describe('the words of the test protocol', () => {
  it('an answer carries the value of a register, or none', () => {
    deepEqual(parseQtestLine('OK 0x0000000004020000'), { kind: 'ok', value: 0x0402_0000 })
    deepEqual(parseQtestLine('OK'), { kind: 'ok', value: null })
  })

  it('an edge is told by its line and direction', () => {
    deepEqual(parseQtestLine('IRQ raise 17'), { kind: 'edge', line: 17, high: true })
    deepEqual(parseQtestLine('IRQ lower 12'), { kind: 'edge', line: 12, high: false })
  })

  it('a refusal is an answer too, and keeps its words', () => {
    deepEqual(parseQtestLine('FAIL Unknown device'), { kind: 'failed', words: 'FAIL Unknown device' })
  })

  it('what is no word of the protocol is none', () => {
    for (const text of ['', 'OKAY', 'IRQ raise', 'IRQ raise x', '[R +0.1] readl 0x0']) equal(parseQtestLine(text), null)
  })

  it('orders are written with hexadecimal addresses and values', () => {
    equal(readWord(0x3f200034), 'readl 0x3f200034')
    equal(writeWord(0x3f20001c, 2 ** 26), 'writel 0x3f20001c 0x4000000')
    equal(interceptOutputs('/machine/soc'), 'irq_intercept_out /machine/soc')
  })
})
