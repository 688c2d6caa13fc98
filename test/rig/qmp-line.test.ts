import { deepEqual, equal } from 'node:assert/strict'
import { parseQmpLine, qmpOrder } from './qmp-line.js'

describe('the words of the machine protocol', () => {
  it('greeting, return, error and event are told apart', () => {
    deepEqual(parseQmpLine('{"QMP": {"version": {}, "capabilities": ["oob"]}}'), { kind: 'greeting' })
    deepEqual(parseQmpLine('{"return": {}}'), { kind: 'return', value: {} })
    deepEqual(parseQmpLine('{"error": {"class": "GenericError", "desc": "no such device"}}'), {
      kind: 'error',
      words: 'no such device'
    })
    deepEqual(parseQmpLine('{"timestamp": {}, "event": "DEVICE_DELETED", "data": {"device": "disk"}}'), {
      kind: 'event',
      name: 'DEVICE_DELETED',
      data: { device: 'disk' }
    })
    deepEqual(parseQmpLine('{"event": "RESET"}'), { kind: 'event', name: 'RESET', data: {} })
  })

  it('what is no word of the protocol is none', () => {
    for (const text of ['', '{', '[]', 'null', '7', '{"id": 1}']) equal(parseQmpLine(text), null)
  })

  it('an order is one line', () => {
    equal(qmpOrder('cont'), '{"execute":"cont"}\n')
    equal(qmpOrder('device_del', { id: 'disk' }), '{"execute":"device_del","arguments":{"id":"disk"}}\n')
  })
})
