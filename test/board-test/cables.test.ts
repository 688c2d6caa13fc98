// Probes and tokens over a cable of two ptys: what the ears hear, and when they have heard enough.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { judgeSerial, listenOnCables } from '../../src/board-test/cables.js'
import { openEars } from '../../src/board-test/ears.js'
import { createProbeReader, type Probe, probeLine } from '../../src/board-test/probe.js'
import type { Config } from '../../src/config/types.js'
import { openSerialDevice } from '../../src/driver/serial-device.js'
import { createCodec } from '../../src/link/codec.js'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { KEY, makeBench, makeConfig, tokenOf } from './bench-fixture.js'

const now = (): number => performance.now()

describe('a probe', () => {
  const probe: Probe = { board: 'a', nonce: '0123456789abcdef', heard: '-' }

  it('is read out of its bytes at every split, and out of noise before it', () => {
    const noise = Uint8Array.from({ length: 40 }, (_, at) => (at * 37) % 256)
    const bytes = Buffer.concat([noise, probeLine(probe)])
    for (let at = 0; at <= bytes.length; at += 1) {
      const read = createProbeReader()
      deepEqual([...read(bytes.subarray(0, at)), ...read(bytes.subarray(at))], [probe], `split at ${at}`)
    }
  })

  it('is not read out of anything else, however long it is', () => {
    const read = createProbeReader()
    for (let more = 0; more < 1000; more += 1) deepEqual(read(Buffer.alloc(4096, 0x41)), [])
    for (const line of ['baton-test c 0123456789abcdef -', 'baton-test a 0123 -', 'baton-test a 0123456789abcdef'])
      deepEqual(read(Buffer.from(`\n${line}\n`)), [], line)
  })

  it('spoils no more than one frame of a daemon at the other end, and is none itself', () => {
    const { config, remove } = makeConfig()
    const codec = createCodec({ key: KEY, groups: 1 })
    const frame = codec.encode(tokenOf(config, 'standby', 'auto', 7))
    remove()
    deepEqual(codec.decode(probeLine(probe)), [])
    equal(codec.decode(frame).length, 1)
  })
})

describe('the serial cable', function () {
  this.timeout(20_000)
  let cable: PtyCable
  let config: Config
  let remove = (): void => {}

  beforeEach(async () => {
    cable = await layCable()
    const made = makeConfig(cable.x)
    config = made.config
    remove = made.remove
  })
  afterEach(async () => {
    remove()
    await cable.remove()
  })
  const listen = async () => {
    const { bench } = makeBench(config)
    const ears = await openEars(config, 'b', KEY, now)
    await listenOnCables(bench, ears, 'once')
    await ears.close()
    return { ears, result: judgeSerial(bench, ears.heard.serial, false) }
  }
  /** Something at the other end that writes `bytes` every 50 ms. */
  const speaker = async (bytes: () => Uint8Array) => {
    const device = await openSerialDevice({ device: cable.y, baud: 115_200 })
    const timer = setInterval(() => device.write(bytes()), 50)
    return async (): Promise<void> => {
      clearInterval(timer)
      await device.close()
    }
  }

  it('is well where tokens of the peer arrive that the key signed, and its newest one is known', async () => {
    const codec = createCodec({ key: KEY, groups: 1 })
    let sequence = 0
    const stop = await speaker(() => codec.encode(tokenOf(config, 'standby', 'maintenance', ++sequence)))
    const { ears, result } = await listen()
    await stop()
    equal(result.finding, 'ok')
    equal(ears.last?.token.mode, 'maintenance')
    ok((ears.heard.serial?.tokens ?? 0) >= 3)
  })

  it('believes no token of another key', async () => {
    const codec = createCodec({ key: new Uint8Array(32).fill(1), groups: 1 })
    const stop = await speaker(() => codec.encode(tokenOf(config, 'standby', 'maintenance', 1)))
    const { ears, result } = await listen()
    await stop()
    equal(result.finding, 'unsure')
    match(result.text, /another key/)
    equal(ears.last, null)
  })

  it('is proved by a loop plug: what is sent comes back', async () => {
    const device = await openSerialDevice({ device: cable.y, baud: 115_200 })
    const timer = setInterval(() => {
      const bytes = device.read()
      if (bytes !== null && typeof bytes !== 'string') device.write(bytes)
    }, 5)
    const { result } = await listen()
    clearInterval(timer)
    await device.close()
    equal(result.finding, 'ok')
    match(result.text, /comes back/)
  })

  it('is proved in both directions by two tests that hear each other', async () => {
    const other = { ...config, board: 'b' as const, serial: { device: cable.y, baud: 115_200 } }
    const ears = await openEars(other, 'a', KEY, now)
    const answering = listenOnCables({ ...makeBench(other).bench, peer: 'a' }, ears, 'answering')
    const { result } = await listen()
    await answering
    await ears.close()
    equal(result.finding, 'ok')
    match(result.text, /both directions/)
    const back = judgeSerial({ ...makeBench(other).bench, peer: 'a' }, ears.heard.serial, false)
    match(back.text, /board a answers .*both directions/)
  })

  it('is told to be silent where nothing is at its other end', async () => {
    const { result } = await listen()
    equal(result.finding, 'unsure')
    match(result.remedy ?? '', /null-modem.*loop plug.*--answer/)
  })

  it('is no port where the device is not there', async () => {
    config = { ...config, serial: { device: '/dev/no-such-port', baud: 115_200 } }
    const { result } = await listen()
    equal(result.finding, 'wrong')
    match(result.text, /\/dev\/no-such-port cannot be used: .*No such file/i)
  })
})
