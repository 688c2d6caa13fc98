// The Ethernet link on loopback: datagrams, strangers, sizes, an address that comes later, a drain.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { openUdpLink, type UdpLink } from '../../src/driver/udp-link.js'
import { until } from './wait.js'

const now = (): number => performance.now()

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(resolve))
  return port
}

describe('Ethernet link', function () {
  this.timeout(20_000)
  const open: UdpLink[] = []
  const link = (address: string, peerAddress: string, port: number) => {
    const heard: number[][] = []
    const made = openUdpLink({ address, peerAddress, port }, { now, onBytes: bytes => heard.push([...bytes]) })
    open.push(made)
    return { port: made, heard }
  }
  const bothOpen = (...links: { port: UdpLink }[]): Promise<void> =>
    until('links open', () => links.every(each => each.port.describe().state === 'open'))

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })

  it('carries datagrams whole, in both directions', async () => {
    const port = await freePort()
    const a = link('127.0.0.1', '127.0.0.2', port)
    const b = link('127.0.0.2', '127.0.0.1', port)
    await bothOpen(a, b)
    a.port.send(Uint8Array.of(1, 2, 3))
    b.port.send(Uint8Array.of(4))
    await until('both heard', () => a.heard.length === 1 && b.heard.length === 1)
    assert.deepEqual([a.heard, b.heard], [[[4]], [[1, 2, 3]]])
  })

  it('speaks IPv6 too, whatever way the peer address is spelled', async function () {
    const port = await freePort()
    const a = link('::1', '0:0:0:0:0:0:0:1', port)
    await until('open or no IPv6', () => !a.port.describe().detail.startsWith('not tried'))
    if (a.port.describe().state !== 'open') return this.skip()
    a.port.send(Uint8Array.of(9))
    await until('heard', () => a.heard.length === 1)
  })

  it('drops and counts datagrams of strangers and datagrams longer than 256 bytes', async () => {
    const port = await freePort()
    const a = link('127.0.0.1', '127.0.0.2', port)
    const b = link('127.0.0.2', '127.0.0.1', port)
    const stranger = link('127.0.0.3', '127.0.0.1', port)
    await bothOpen(a, b, stranger)
    stranger.port.send(Uint8Array.of(1))
    b.port.send(new Uint8Array(257))
    await until('both dropped', () => {
      const { foreignDropped, oversizeDropped } = a.port.describe()
      return foreignDropped === 1 && oversizeDropped === 1
    })
    assert.deepEqual(a.heard, [])
  })

  it('waits for an address that is not there yet, dropping frames meanwhile', async () => {
    // 192.0.2.0/24 is for documentation: no machine has it.
    const a = link('192.0.2.77', '192.0.2.78', await freePort())
    await until('refused', () => a.port.describe().detail.includes('EADDRNOTAVAIL'))
    a.port.send(Uint8Array.of(1))
    assert.equal(a.port.describe().framesDropped, 1)
  })

  it('refuses to share its port, and takes it when the other lets go', async () => {
    const port = await freePort()
    const first = link('127.0.0.1', '127.0.0.2', port)
    await bothOpen(first)
    const second = link('127.0.0.1', '127.0.0.2', port)
    await until('refused', () => second.port.describe().detail.includes('EADDRINUSE'))
    await first.port.close()
    await bothOpen(second)
  })

  it('counts a send that the system refuses and stays open', async () => {
    // 255.255.255.255 without the broadcast option: EACCES.
    const a = link('127.0.0.1', '255.255.255.255', await freePort())
    await bothOpen(a)
    a.port.send(Uint8Array.of(1))
    await until('counted', () => a.port.describe().framesDropped === 1)
    assert.match(a.port.describe().detail, /last send failed/)
    assert.equal(a.port.describe().state, 'open')
  })

  it('forgets on drain what waited in the socket, and hears what comes later', async () => {
    const port = await freePort()
    const a = link('127.0.0.1', '127.0.0.2', port)
    const b = link('127.0.0.2', '127.0.0.1', port)
    await bothOpen(a, b)
    const sender = createSocket('udp4')
    await new Promise<void>(resolve => sender.bind(0, '127.0.0.2', resolve))
    try {
      let sent = 0
      for (let i = 0; i < 40; i += 1) sender.send(Uint8Array.of(i), port, '127.0.0.1', () => (sent += 1))
      // Datagrams of another port of the peer count too; the drain begins in the turn in which they leave.
      await new Promise(resolve => setImmediate(resolve))
      a.heard.splice(0)
      await a.port.drain()
      assert.equal(sent, 40)
      assert.deepEqual(a.heard, [])
      b.port.send(Uint8Array.of(99))
      await until('the later one', () => a.heard.length > 0)
      assert.deepEqual(a.heard, [[99]])
    } finally {
      await new Promise<void>(resolve => sender.close(resolve))
    }
  })
})
