import { deepEqual, throws } from 'node:assert/strict'
import { lineSplitter } from './line-socket.js'

describe('lines on a socket of the rig', () => {
  it('lines are whole wherever the stream was cut', () => {
    const stream = 'OK\r\nIRQ raise 17\nOK 0x10\n'
    for (let at = 0; at <= stream.length; at += 1) {
      const lines: string[] = []
      const split = lineSplitter(line => lines.push(line))
      split(stream.slice(0, at))
      split(stream.slice(at))
      deepEqual(lines, ['OK', 'IRQ raise 17', 'OK 0x10'])
    }
  })

  it('a line that never ends is refused', () => {
    const split = lineSplitter(() => undefined)
    throws(() => {
      for (let i = 0; i < 8; i += 1) split('x'.repeat(64 * 1024))
    }, /bytes/)
  })
})
