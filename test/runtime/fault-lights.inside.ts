// The very program on plain files of a GPIO tree. Run by fault-lights.test.ts inside its namespace; never on a machine's own /sys.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeGpioTree, readGpioLevel } from '../../board/virtual/gpio-tree.js'
import { boardKind } from '../../src/config/board-kind.js'
import { LEDS, type Led, PATTERNS, STEP_MS, STEPS, WHOLE, type Whole } from '../../src/core/panel-table.js'
import { until } from '../driver/wait.js'

const ROOT = '/sys/class/gpio'
const PROGRAM = 'dist/src/runtime/fault-lights.js'
const { pins: STANDARD, gpio } = boardKind('rpi-3b')
const { button: _, ...LIGHTS } = STANDARD.panel
const OTHERS = [
  STANDARD.relay,
  STANDARD.sense,
  STANDARD.loop,
  STANDARD.switchSelect,
  STANDARD.switchReadback,
  STANDARD.strap
]
/** All but the panel, line by line. */
const LINES = ['relay: 17', 'sense: 27', 'loop: 22', 'switchSelect: 23', 'switchReadback: 24']
  .map(line => `      ${line}`)
  .join('\n')
const example = (): string => {
  const lines = readFileSync('provisioning/package/files/baton.yaml', 'utf8').split('\n')
  return lines
    .slice(lines.indexOf('# pair: my-pair'))
    .map(line => line.replace(/^# /, ''))
    .join('\n')
    .replaceAll('kind: rpi-4b', 'kind: rpi-3b')
    .replaceAll('      standard: true', LINES)
}
const withPanel = (panel: string): string =>
  example().replaceAll('      relay: 17', `      panel: ${panel}\n      relay: 17`)

describe('the lights of a board without a daemon', function () {
  this.timeout(60_000)
  let base: string
  let child: ChildProcess | null = null
  let words = ''

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'baton-fault-'))
    for (const name of ['tree', 'etc', 'firmware']) mkdirSync(join(base, name))
    writeFileSync(join(base, 'tree/compatible'), 'raspberrypi,3-model-b\0brcm,bcm2837\0')
    rmSync(ROOT, { recursive: true, force: true })
    mkdirSync(ROOT)
    const lines = Object.fromEntries(
      Array.from({ length: 28 }, (_, bcm) => [bcm, { direction: 'in', level: false } as const])
    )
    makeGpioTree(ROOT, { label: gpio.controller, base: 512, ngpio: 54, lines })
  })
  afterEach(async () => {
    await end()
    rmSync(base, { recursive: true })
  })

  const start = (): ChildProcess => {
    words = ''
    const started = spawn(
      process.execPath,
      [
        PROGRAM,
        '--word',
        join(base, 'word'),
        '--device-tree',
        join(base, 'tree'),
        join(base, 'etc'),
        join(base, 'firmware')
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] }
    )
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', chunk => {
        words += chunk
      })
    child = started
    return started
  }
  /** Exit code; null = a signal. */
  const ended = (one: ChildProcess): Promise<number | null> =>
    one.exitCode !== null
      ? Promise.resolve(one.exitCode)
      : new Promise(resolve => one.once('close', code => resolve(code)))
  const end = async (): Promise<number | null> => {
    if (child === null) return null
    const one = child
    child = null
    if (one.exitCode === null) one.kill('SIGTERM')
    return ended(one)
  }
  const says = (whole: Whole): Promise<void> =>
    until(`it says ${whole}`, () => words.includes(`the lights say ${whole}`), 20_000)
  const lit = (bcm: number): boolean => readGpioLevel(ROOT, 512, bcm)
  const direction = (bcm: number): string => readFileSync(join(ROOT, `gpio${512 + bcm}`, 'direction'), 'utf8').trim()
  const touched = (): number[] => Array.from({ length: 28 }, (_, bcm) => bcm).filter(bcm => direction(bcm) !== 'in')

  /** Both levels of each light that its pattern has, and no other, within two rounds and what a busy machine costs. */
  const blinks = async (whole: Whole, lights: Readonly<Partial<Record<Led, number>>>): Promise<void> => {
    const seen = new Map<Led, Set<boolean>>(LEDS.map(led => [led, new Set()]))
    const wanted = (led: Led): boolean[] => (PATTERNS[WHOLE[whole].leds[led]].includes('#') ? [false, true] : [false])
    const begun = performance.now()
    await until(
      `each light shows ${whole}`,
      () => {
        for (const [led, bcm] of Object.entries(lights)) seen.get(led as Led)?.add(lit(bcm))
        const all = LEDS.every(
          led => lights[led] === undefined || wanted(led).every(level => seen.get(led)?.has(level))
        )
        return all && performance.now() - begun > 2 * STEPS * STEP_MS
      },
      20_000
    )
    for (const led of LEDS)
      if (lights[led] !== undefined) assert.deepEqual([...(seen.get(led) ?? [])].sort(), wanted(led), led)
  }

  it('without any configuration blinks the standard lights of the kind, and opens no other line', async () => {
    writeFileSync(join(base, 'word'), 'unconfigured\n')
    start()
    await says('unconfigured')
    await blinks('unconfigured', LIGHTS)
    assert.deepEqual(
      touched(),
      Object.values(LIGHTS).sort((x, y) => x - y)
    )
    for (const bcm of OTHERS) assert.equal(direction(bcm), 'in', `GPIO ${bcm}`)
    writeFileSync(join(base, 'word'), 'stopped\n')
    await says('stopped')
    await blinks('stopped', LIGHTS)
  })

  it('ends with all lights dark, so that the daemon finds them so', async () => {
    start()
    await says('stopped')
    await until('a light is lit', () => lit(LIGHTS.fault))
    assert.equal(await end(), 0)
    for (const bcm of Object.values(LIGHTS)) assert.equal(lit(bcm), false, `GPIO ${bcm}`)
  })

  it('takes the lights of the configuration in use, also where the one on the card is wrong', async () => {
    const panel = '{ active: 5, peer: 6, sync: 13, fault: 19 }'
    writeFileSync(join(base, 'etc/baton.yaml'), withPanel(panel))
    writeFileSync(join(base, 'etc/board'), 'b\n')
    writeFileSync(join(base, 'firmware/baton.yaml'), `${withPanel(panel)}\nnonsense: 1\n`)
    start()
    await says('stopped')
    await blinks('stopped', { active: 5, peer: 6, sync: 13, fault: 19 })
    assert.deepEqual(touched(), [5, 6, 13, 19])
  })

  it('knows the lights of the default configuration of a card, whatever its comments say', async () => {
    writeFileSync(
      join(base, 'firmware/baton.yaml'),
      readFileSync('provisioning/package/files/baton.yaml.default', 'utf8')
    )
    start()
    await says('stopped')
    assert.match(words, /pins: \S+firmware\/baton\.yaml\)/)
    await blinks('stopped', LIGHTS)
  })

  it('leaves a line alone that a wrong configuration gives to the relay: blinking it would cut the peer', async () => {
    const wrong = `${example().replaceAll('relay: 17', `relay: ${LIGHTS.sync}`)}\nnonsense: 1\n`
    writeFileSync(join(base, 'firmware/baton.yaml'), wrong)
    start()
    await says('stopped')
    await blinks('stopped', { active: LIGHTS.active, peer: LIGHTS.peer, fault: LIGHTS.fault })
    assert.equal(direction(LIGHTS.sync), 'in')
    assert.ok(!touched().includes(LIGHTS.sync))
  })

  for (const [what, text] of [
    ['a relay that is no number', example().replaceAll('relay: 17', 'relay: 0x15')],
    ['a configuration that wires no lights', example()]
  ] as const)
    it(`${what}: no light on a guess`, async () => {
      writeFileSync(join(base, 'etc/baton.yaml'), text)
      writeFileSync(join(base, 'etc/board'), 'a\n')
      assert.equal(await ended(start()), 4)
      assert.match(words, /no lights/)
      assert.deepEqual(touched(), [])
    })

  it('on a machine that is no known board it lights nothing and says what it looked at', async () => {
    writeFileSync(join(base, 'tree/compatible'), 'acme,anvil\0')
    assert.equal(await ended(start()), 4)
    assert.match(words, /no right configuration in .*names no known board/)
    assert.deepEqual(touched(), [])
  })

  it('writes nothing to a line that it does not light', async () => {
    const before = new Map(OTHERS.map(bcm => [bcm, statSync(join(ROOT, `gpio${512 + bcm}`, 'value')).mtimeMs]))
    start()
    await says('stopped')
    await until('a light is lit', () => lit(LIGHTS.fault))
    for (const [bcm, at] of before) {
      assert.equal(statSync(join(ROOT, `gpio${512 + bcm}`, 'value')).mtimeMs, at, `GPIO ${bcm}`)
      assert.deepEqual(readdirSync(join(ROOT, `gpio${512 + bcm}`)).length, 4)
    }
  })
})
