// The serial link on real ptys: bytes, a cut cable, a stuck device, a silent one, a drain.
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { openSerialLink, type SerialLinkOptions } from '../../src/driver/serial-link.js'
import type { LinkPort } from '../../src/port/ports.js'
import { layCable, type PtyCable } from './pty-cable.js'
import { until } from './wait.js'

const now = (): number => performance.now()

describe('serial link', function () {
  this.timeout(20_000)
  let cable: PtyCable
  const open: LinkPort[] = []

  const link = (device: string, options: Partial<SerialLinkOptions> = {}) => {
    const heard: number[] = []
    const port = openSerialLink({ device, baud: 115_200 }, { now, onBytes: bytes => heard.push(...bytes), ...options })
    open.push(port)
    return { port, heard }
  }
  const isOpen = (port: LinkPort): boolean => port.describe().state === 'open'

  beforeEach(async () => {
    cable = await layCable()
  })
  afterEach(async () => {
    for (const port of open.splice(0)) await port.close()
    await cable.remove()
  })

  it('carries every byte value unchanged in both directions', async () => {
    const x = link(cable.x)
    const y = link(cable.y)
    await until('both open', () => isOpen(x.port) && isOpen(y.port))
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    x.port.send(all)
    y.port.send(all)
    await until('256 bytes each way', () => x.heard.length === 256 && y.heard.length === 256)
    assert.deepEqual(x.heard, [...all])
    assert.deepEqual(y.heard, [...all])
    assert.deepEqual(
      { ...x.port.describe(), detail: '' },
      { state: 'open', detail: '', bytesIn: 256, bytesOut: 256, framesDropped: 0 }
    )
  })

  it('drops frames while the device is not there, and opens it when it appears', async () => {
    const folder = dirname(cable.x)
    await cable.cut()
    const x = link(cable.x)
    await until('a failed attempt', () => x.port.describe().detail.includes('No such file'))
    x.port.send(Uint8Array.of(1))
    assert.equal(x.port.describe().state, 'closed')
    assert.equal(x.port.describe().framesDropped, 1)
    cable = await layCable(folder)
    await until('opened', () => isOpen(x.port))
  })

  it('notices a hang-up without spinning, and hears again when the device is back', async () => {
    const folder = dirname(cable.x)
    const x = link(cable.x)
    await until('opened', () => isOpen(x.port))
    await cable.cut()
    await until('closed', () => !isOpen(x.port))
    const before = process.cpuUsage()
    const began = now()
    await until('three more attempts', () => now() - began > 600)
    const used = process.cpuUsage(before)
    assert.ok((used.user + used.system) / 1000 < 0.5 * (now() - began), 'a closed link costs less than half a core')
    cable = await layCable(folder)
    const y = link(cable.y)
    await until('both open', () => isOpen(x.port) && isOpen(y.port))
    y.port.send(Uint8Array.of(7, 8, 9))
    await until('bytes again', () => x.heard.length === 3)
  })

  it('drops frames instead of queueing them when the device takes none, and goes on when it does', async () => {
    const x = link(cable.x)
    const y = link(cable.y)
    await until('both open', () => isOpen(x.port) && isOpen(y.port))
    cable.socat.kill('SIGSTOP')
    const frame = new Uint8Array(120).fill(0x55)
    await until('a frame is dropped', () => {
      for (let i = 0; i < 50; i += 1) x.port.send(frame)
      return x.port.describe().framesDropped > 0
    })
    cable.socat.kill('SIGCONT')
    await until('frames arrive again', () => {
      x.port.send(Uint8Array.of(0xaa))
      return y.heard.includes(0xaa)
    })
  })

  it('opens a silent device anew', async () => {
    const x = link(cable.x, { reopenSilentMs: 300 })
    await until('opened', () => isOpen(x.port))
    await until('closed for silence', () => x.port.describe().detail.includes('nothing received'))
    await until('opened again', () => isOpen(x.port))
  })

  it('forgets on drain what waited in the device, and hears what comes later', async () => {
    const x = link(cable.x)
    const y = link(cable.y)
    await until('both open', () => isOpen(x.port) && isOpen(y.port))
    const drained = x.port.drain()
    y.port.send(Uint8Array.of(1, 2, 3))
    // The process stalls here, as in R9: the bytes are in the device before anybody could read them.
    const end = now() + 30
    while (now() < end);
    await drained
    y.port.send(Uint8Array.of(4))
    await until('the later byte', () => x.heard.length > 0)
    assert.deepEqual(x.heard, [4])
  })

  it('refuses a second opener of the same device', async () => {
    const x = link(cable.x)
    await until('opened', () => isOpen(x.port))
    const second = link(cable.x)
    await until('refused', () => second.port.describe().detail.includes('Cannot lock'))
    assert.ok(isOpen(x.port))
  })
})
