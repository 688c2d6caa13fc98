// What the lab sees of a process from outside: the sockets by which it could say something on a network.
import { deepEqual, match } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { networkSockets } from '../../board/virtual/processes.js'

describe('the network sockets of a process', () => {
  it('are seen as soon as they are open, and no longer, and pipes are none', async () => {
    // Other tests of this process may have some.
    const before = networkSockets(process.pid)
    const own = () => networkSockets(process.pid).filter(each => !before.includes(each))
    const udp = createSocket('udp4')
    await new Promise<void>(resolve => udp.bind(0, '127.0.0.1', resolve))
    match(own().join(' '), /^udp \d+$/)
    await new Promise<void>(resolve => udp.close(resolve))
    const tcp = createServer()
    await new Promise<void>(resolve => tcp.listen(0, '127.0.0.1', resolve))
    match(own().join(' '), /^tcp \d+$/)
    await new Promise(resolve => tcp.close(resolve))
    deepEqual(own(), [])
  })
})
