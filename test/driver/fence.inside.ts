// Relay and fence agents behind one port. Run by gpio.test.ts inside its namespace.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import type { Config, PinConfig } from '../../src/config/types.js'
import type { CoreEvent } from '../../src/core/event.js'
import { createClock } from '../../src/driver/clock.js'
import { createFence } from '../../src/driver/fence.js'
import type { FencePort } from '../../src/port/ports.js'
import { NO_PANEL_PINS } from './panel-pins.js'
import { until } from './wait.js'

const ROOT = '/sys/class/gpio'
const LABEL = 'pinctrl-bcm2835'
const PROGRAM = fileURLToPath(new URL('../../../test/driver/fixture/fence-plug', import.meta.url))
const PINS: PinConfig = {
  controller: LABEL,
  relay: 17,
  sense: 27,
  loop: null,
  switchSelect: null,
  switchReadback: null,
  panel: NO_PANEL_PINS,
  pollMs: 20
}

describe('fence of relay and agents', function () {
  this.timeout(20_000)
  let folder = ''
  let plug = ''
  let events: CoreEvent[] = []
  let port: FencePort | null = null

  /** Only what createFence reads. */
  const open = (pins: PinConfig | null, agentOptions: Record<string, string> | null, plugsOff = false): FencePort => {
    const agent = { path: PROGRAM, options: { plug_file: plug, ...agentOptions }, timeoutMs: 2000, statusEveryMs: 20 }
    const wiring = { fence: 'relay', sense: pins?.sense != null, loop: false, fingerprint: '' }
    const config = { pins, fenceAgents: agentOptions === null ? [] : [agent], settings: { wiring } }
    const opened = createFence(config as unknown as Config, event => events.push(event), createClock(), plugsOff)
    assert.ok(opened.ok, opened.ok ? '' : opened.reason)
    port = opened.value
    return port
  }
  const kinds = (): string[] => events.map(event => event.kind)
  const told = (count: number): Promise<void> => until(`${count} events`, () => events.length >= count)
  const relay = (): boolean => readGpioLevel(ROOT, 512, 17)
  const plugOff = (): boolean => existsSync(plug) && readFileSync(plug, 'latin1').startsWith('off')

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-fence-'))
    plug = join(folder, 'plug')
    writeFileSync(plug, 'on\n')
    rmSync(join(ROOT, 'gpio529'), { recursive: true, force: true })
    rmSync(join(ROOT, 'gpio539'), { recursive: true, force: true })
    makeGpioTree(ROOT, {
      label: LABEL,
      base: 512,
      ngpio: 54,
      lines: { 17: { direction: 'in', level: false }, 27: { direction: 'in', level: true } }
    })
    events = []
  })
  afterEach(() => {
    port?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  it('drives both at once: one answer from the relay, the confirmation of the agent when it has it', async () => {
    open(PINS, {}).drive(true, 1)
    assert.deepEqual(events, [{ kind: 'relayDriven', on: true, order: 1 }])
    await told(2)
    assert.deepEqual(events[1], { kind: 'agentConfirmed', order: 1 })
    assert.ok(relay() && plugOff())
  })

  it('cuts by the relay alone where the agent fails', async () => {
    const fence = open(PINS, { fail: 'off' })
    fence.drive(true, 1)
    await until('the failure is known', () => /action off/.test(fence.describe().detail))
    assert.deepEqual(kinds(), ['relayDriven'])
  })

  it('is restored only when both let go', async () => {
    const fence = open(PINS, { late: '2' })
    fence.drive(true, 1)
    await told(2)
    fence.drive(false, 2)
    assert.equal(relay(), false)
    assert.equal(events.length, 2)
    await told(3)
    assert.deepEqual(events[2], { kind: 'relayDriven', on: false, order: 2 })
    assert.equal(plugOff(), false)
  })

  it('says that a release failed where a plug stays off', async () => {
    open(PINS, { fail: 'on' }).drive(false, 3)
    await told(1)
    assert.deepEqual(kinds(), ['relayFailed'])
    assert.equal(relay(), false)
  })

  it('cuts by an agent and watches the sense wire where no relay is fitted', async () => {
    const fence = open({ ...PINS, relay: null }, {}, true)
    assert.deepEqual(fence.initial, { relayDriven: true, sense: true, loop: null })
    fence.drive(true, 1)
    await told(2)
    writeGpioLevel(ROOT, 512, 27, false)
    await told(3)
    assert.deepEqual(kinds(), ['relayDriven', 'agentConfirmed', 'senseChanged'])
  })

  it('fails every order with the reason where nothing is fitted', () => {
    const fence = open(null, null)
    fence.drive(true, 1)
    fence.drive(false, 2)
    assert.deepEqual(kinds(), ['relayFailed', 'relayFailed'])
    assert.match(events[0]?.kind === 'relayFailed' ? events[0].reason : '', /cannot cut the peer: neither a relay/)
  })
})
