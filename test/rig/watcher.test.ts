import { deepEqual } from 'node:assert/strict'
import { answeringBoards } from './watcher.js'

const REPLY = 'Unicast reply from 10.77.0.100'

describe('the judge of the emulated pair', () => {
  it('whoever answers for the address is known by the hardware address', () => {
    deepEqual(answeringBoards(`${REPLY} [40:27:EB:00:00:0A]  1.2ms\n`), ['a'])
    deepEqual(answeringBoards(`${REPLY} [40:27:EB:00:00:0B]  1.2ms\n${REPLY} [40:27:EB:00:00:0A]  3ms\n`), ['a', 'b'])
    deepEqual(answeringBoards('Sent 2 probes (2 broadcast(s))\nReceived 0 response(s)\n'), [])
  })
})
