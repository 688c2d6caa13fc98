// Relay, sense and loop on a GPIO tree that lies on an ext4 of its own, so that it can really fail. Run by gpio.test.ts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import type { CoreEvent } from '../../src/core/event.js'
import { createClock } from '../../src/driver/clock.js'
import { openRelayFence } from '../../src/driver/relay-fence.js'
import type { FencePort } from '../../src/port/ports.js'
import { NO_PANEL_PINS } from './panel-pins.js'
import { until } from './wait.js'

const ROOT = '/sys/class/gpio'
const LABEL = 'pinctrl-bcm2835'
const PINS = {
  controller: LABEL,
  relay: 17,
  sense: 27,
  loop: 22,
  switchSelect: null,
  switchReadback: null,
  panel: NO_PANEL_PINS,
  pollMs: 20
}
const BOTH = { sense: true, loop: true }

/** What a dying disk answers: every later read and write of this filesystem fails (ext4's shutdown, flag 2). */
const breakFilesystem = (path: string): void => {
  const script = 'open(my $d, "<", $ARGV[0]) or die; my $f = pack("L", 2); ioctl($d, 0x8004587D, $f) or die $!'
  execFileSync('perl', ['-e', script, path])
}

describe('relay fence', function () {
  this.timeout(20_000)
  let folder = ''
  let port: FencePort | null = null
  let events: CoreEvent[] = []

  const open = (fitted = BOTH): FencePort => {
    const opened = openRelayFence(PINS, fitted, event => events.push(event), createClock())
    assert.ok(opened.ok, opened.ok ? '' : opened.reason)
    port = opened.value
    return port
  }
  const put = (bcm: number, level: boolean): void => writeGpioLevel(ROOT, 512, bcm, level)

  beforeEach(() => {
    events = []
    folder = mkdtempSync(join(tmpdir(), 'baton-gpio-'))
    const image = join(folder, 'image')
    execFileSync('truncate', ['-s', '4M', image])
    execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', image])
    execFileSync('mount', ['-o', 'loop', image, ROOT])
    makeGpioTree(ROOT, {
      label: LABEL,
      base: 512,
      ngpio: 54,
      lines: {
        17: { direction: 'in', level: false },
        22: { direction: 'in', level: true },
        27: { direction: 'in', level: true }
      }
    })
  })
  afterEach(() => {
    port?.close()
    port = null
    // onoff keeps its descriptors for the life of the process: detach now, the namespace's end does the rest.
    execFileSync('umount', ['-l', ROOT])
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells the levels that it found, and a driven relay stays driven from life to life', () => {
    assert.deepEqual(open().initial, { relayDriven: false, sense: true, loop: true })
    port?.drive(true, 1)
    port?.close()
    assert.equal(readGpioLevel(ROOT, 512, 17), true)
    assert.deepEqual(open().initial, { relayDriven: true, sense: true, loop: true })
    assert.equal(readGpioLevel(ROOT, 512, 17), true)
  })

  it('answers an order with the level that it read back', () => {
    const fence = open()
    fence.drive(true, 41)
    fence.drive(false, 42)
    assert.deepEqual(events, [
      { kind: 'relayDriven', on: true, order: 41 },
      { kind: 'relayDriven', on: false, order: 42 }
    ])
    assert.equal(readGpioLevel(ROOT, 512, 17), false)
  })

  it('tells each change of sense and loop once, the loop first', async () => {
    open()
    put(22, false)
    put(27, false)
    await until('both told', () => events.length >= 2)
    put(27, true)
    await until('sense told again', () => events.length >= 3)
    assert.deepEqual(events, [
      { kind: 'loopChanged', whole: false },
      { kind: 'senseChanged', on: false },
      { kind: 'senseChanged', on: true }
    ])
  })

  it('looks at once when it is asked to', () => {
    const fence = open()
    put(27, false)
    fence.poll()
    assert.deepEqual(events, [{ kind: 'senseChanged', on: false }])
    assert.equal(fence.describe().sense, false)
  })

  it('does not look at wires that are not fitted', () => {
    const fence = open({ sense: false, loop: false })
    assert.deepEqual(fence.initial, { relayDriven: false, sense: null, loop: null })
    put(27, false)
    fence.poll()
    assert.deepEqual(events, [])
  })

  it('never takes lines that cannot be read for a peer without power or a whole harness', () => {
    put(27, false)
    const fence = open()
    assert.deepEqual(fence.initial, { relayDriven: false, sense: false, loop: true })
    breakFilesystem(ROOT)
    fence.poll()
    assert.deepEqual(events, [
      { kind: 'loopChanged', whole: false },
      { kind: 'senseChanged', on: true }
    ])
    assert.match(fence.describe().detail, /sense GPIO 27 .*cannot read/)
  })

  it('says that an order failed where the relay cannot be written', () => {
    const fence = open()
    breakFilesystem(ROOT)
    fence.drive(true, 5)
    const [event] = events
    assert.ok(event?.kind === 'relayFailed')
    assert.equal(event.order, 5)
    assert.match(event.reason, /relay GPIO 17 .*cannot write high/)
  })

  it('refuses a line that is not there, naming the part and what was seen', () => {
    const refused = openRelayFence({ ...PINS, sense: 60 }, BOTH, () => {}, createClock())
    assert.match(refused.ok ? '' : refused.reason, /^sense: GPIO 60.*seen: pinctrl-bcm2835/)
  })
})
