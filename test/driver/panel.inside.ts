// Lights and button on plain files of a GPIO tree. Run by gpio.test.ts inside its namespace; never on a machine's own /sys.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import type { Report } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import { type Panel, panelOf } from '../../src/core/panel-table.js'
import { createClock } from '../../src/driver/clock.js'
import { openPanel } from '../../src/driver/panel.js'
import type { PanelPort } from '../../src/port/ports.js'
import { until } from './wait.js'

const ROOT = '/sys/class/gpio'
const LABEL = 'pinctrl-bcm2835'
const PINS = {
  controller: LABEL,
  relay: null,
  sense: null,
  loop: null,
  switchSelect: null,
  switchReadback: null,
  panel: { active: 5, peer: 6, sync: 13, fault: 19, button: 26 },
  pollMs: 20
}
const LINES = { active: 5, peer: 6, sync: 13, fault: 19 } as const
const WELL: Panel = panelOf({ whole: null, active: 'serving', peer: 'well', sync: 'none', fault: 'none' })
const COUNTS: Panel = panelOf({ whole: 'armed', active: 'serving', peer: 'well', sync: 'none', fault: 'none' })

describe('panel', function () {
  this.timeout(20_000)
  let port: PanelPort | null = null
  let events: CoreEvent[] = []
  let reports: Report[] = []
  const clock = createClock()

  const open = (pins = PINS): PanelPort => {
    port = openPanel(
      pins,
      event => events.push(event),
      clock,
      report => reports.push(report)
    )
    return port
  }
  const lit = (led: keyof typeof LINES): boolean => readGpioLevel(ROOT, 512, LINES[led])
  const button = (down: boolean): void => writeGpioLevel(ROOT, 512, PINS.panel.button, !down)
  const kinds = (): string[] => events.map(({ kind }) => kind)
  /** Levels of all lights, looked at often for so long; the instants at which they changed. */
  const changesFor = async (forMs: number, each: () => void = () => undefined): Promise<number[]> => {
    const end = clock.now() + forMs
    const changes: number[] = []
    let before = ''
    await until('the time is over', () => {
      each()
      const now = Object.keys(LINES)
        .map(led => lit(led as keyof typeof LINES))
        .join()
      if (before !== '' && now !== before) changes.push(clock.now())
      before = now
      return clock.now() >= end
    })
    return changes
  }

  beforeEach(() => {
    events = []
    reports = []
    for (const line of [512 + 5, 512 + 6, 512 + 13, 512 + 19, 512 + 26])
      rmSync(join(ROOT, `gpio${line}`), { recursive: true, force: true })
    const output = { direction: 'in', level: false } as const
    makeGpioTree(ROOT, {
      label: LABEL,
      base: 512,
      ngpio: 54,
      lines: { 5: output, 6: output, 13: output, 19: output, 26: { direction: 'in', level: true } }
    })
  })
  afterEach(() => {
    port?.close()
    port = null
  })

  it('repeats a pattern by itself, and stands still when nobody says it any more', async () => {
    const panel = open()
    panel.show(COUNTS)
    await until('it has flickered', () => lit('active'))
    await until('it has flickered', () => !lit('active'))
    panel.show(COUNTS)
    const changes = await changesFor(4500)
    const since = changes.at(-1) ?? 0
    assert.ok(changes.length >= 10, `${changes.length} changes`)
    assert.ok(clock.now() - since > 1500, 'it went on although nobody said so')
    panel.show(COUNTS)
    assert.ok((await changesFor(1000)).length >= 4, 'it goes on when it is said again')
  })

  it('writes no light that does not change, and a new pattern at once', async () => {
    const panel = open()
    panel.show(WELL)
    await until('active is lit', () => lit('active') && lit('peer'))
    assert.deepEqual([lit('sync'), lit('fault')], [false, false])
    const changes = await changesFor(4100, () => panel.show(WELL))
    assert.ok(changes.length >= 3 && changes.length <= 5, `${changes.length} changes in two rounds`)
    panel.show({ ...WELL, fault: '####################' })
    assert.equal(lit('fault'), true)
  })

  it('a planned end leaves all lights dark', async () => {
    const panel = open()
    panel.show(WELL)
    await until('active is lit', () => lit('active'))
    panel.close()
    for (const led of ['active', 'peer', 'sync', 'fault'] as const) assert.equal(lit(led), false, led)
  })

  it('tells a press and its time', async () => {
    open()
    button(true)
    await until('it is down', () => kinds().includes('buttonDown'))
    const downAt = clock.now()
    assert.deepEqual(events, [{ kind: 'buttonDown', found: false }])
    await until('a while passes', () => clock.now() - downAt > 300)
    button(false)
    await until('it is up', () => kinds().includes('buttonUp'))
    const last = events.at(-1)
    assert.ok(last?.kind === 'buttonUp' && last.heldMs !== null && last.heldMs >= 200, JSON.stringify(last))
  })

  it('a contact that bounces is one press', async () => {
    open()
    for (const down of [true, false, true, false]) {
      button(down)
      await changesFor(6)
    }
    button(true)
    await until('it is down', () => kinds().includes('buttonDown'))
    for (const down of [false, true, false, true]) {
      button(down)
      await changesFor(5)
    }
    await changesFor(150)
    for (const down of [false, true, false, true]) {
      button(down)
      await changesFor(6)
    }
    button(false)
    await until('it is up', () => kinds().includes('buttonUp'))
    await changesFor(150)
    assert.deepEqual(kinds(), ['buttonDown', 'buttonUp'])
  })

  it('pressed when the driver first looks is told as found', async () => {
    button(true)
    open()
    await until('it is told', () => events.length > 0)
    assert.deepEqual(events, [{ kind: 'buttonDown', found: true }])
  })

  it('a line that cannot be read in the middle of a press ends it without a time', async () => {
    const panel = open()
    button(true)
    await until('it is down', () => kinds().includes('buttonDown'))
    execFileSync('sh', ['-c', `printf x | dd of=${ROOT}/gpio${512 + 26}/value conv=notrunc status=none`])
    await until('it is over', () => kinds().includes('buttonUp'))
    assert.deepEqual(events.at(-1), { kind: 'buttonUp', heldMs: null })
    assert.match(panel.describe(), /button: .*neither 0 nor 1/)
    button(true)
    await until('it is told again', () => events.length === 3)
    assert.deepEqual(events.at(-1), { kind: 'buttonDown', found: true })
  })

  it('what cannot be had is told once and left out; the rest works', async () => {
    const panel = open({ ...PINS, panel: { ...PINS.panel, sync: 44 as never } })
    panel.show(WELL)
    panel.show(WELL)
    await until('active is lit', () => lit('active'))
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['panel-broken']
    )
    assert.match(panel.describe(), /^3 lights.*light sync/)
  })

  it('without any pin of it does nothing and says so', () => {
    const none = { active: null, peer: null, sync: null, fault: null, button: null }
    const panel = openPanel(
      { ...PINS, panel: none },
      event => events.push(event),
      clock,
      report => reports.push(report)
    )
    panel.show(WELL)
    assert.equal(panel.describe(), 'not fitted')
    assert.deepEqual([events, reports], [[], []])
  })
})
