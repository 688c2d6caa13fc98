// The board test against wires made of files and a peer on a pty. Run by board-test.test.ts inside its namespace; never on a
// machine's own /sys.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { gpioLineDir, makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import { GPIO } from '../../board/virtual/names.js'
import type { Part, PartResult } from '../../src/board-test/result.js'
import { runTest, type TestOptions } from '../../src/board-test/run-test.js'
import type { Config } from '../../src/config/types.js'
import { runBoard } from '../../src/console/board.js'
import type { Terminal } from '../../src/console/terminal.js'
import { LEDS } from '../../src/core/panel-table.js'
import { openSerialDevice } from '../../src/driver/serial-device.js'
import { createCodec } from '../../src/link/codec.js'
import { lockBoard } from '../../src/runtime/single.js'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { KEY, makeConfig, tokenOf } from './bench-fixture.js'

const ROOT = '/sys/class/gpio'
const { base, label, ngpio } = GPIO
const LINES = [...(['relay', 'sense', 'loop', 'switchSelect', 'switchReadback', 'strap', 'button'] as const), ...LEDS]

describe('the board test', function () {
  this.timeout(30_000)
  let cable: PtyCable
  let config: Config
  let remove = (): void => {}
  const ends: (() => unknown)[] = []
  const level = (bcm: number): boolean => readGpioLevel(ROOT, base, bcm)
  const put = (bcm: number, high: boolean): void => writeGpioLevel(ROOT, base, bcm, high)

  /** What a wire does, every two milliseconds: from the relay as it is driven, and for how long it has been. */
  const wire = (bcm: number, high: (driven: boolean, forMs: number) => boolean): void => {
    let driven = false
    let since = 0
    const timer = setInterval(() => {
      const now = level(GPIO.relay)
      if (now !== driven) since = performance.now()
      driven = now
      put(bcm, high(driven, performance.now() - since))
    }, 2)
    ends.push(() => clearInterval(timer))
  }
  /** Board b: it speaks while it has power, and its power follows our relay. */
  const peer = async (role: 'standby' | 'active', speaks: () => boolean = () => !level(GPIO.relay)): Promise<void> => {
    const codec = createCodec({ key: KEY, groups: 1 })
    const device = await openSerialDevice({ device: cable.y, baud: 115_200 })
    let sequence = 0
    const timer = setInterval(() => {
      if (speaks()) device.write(codec.encode(tokenOf(config, role, 'maintenance', ++sequence)))
    }, 50)
    ends.push(() => clearInterval(timer), device.close)
  }
  const run = async (only: readonly Part[] | null, over: Partial<TestOptions> = {}) => {
    const end = await runTest(config, {
      only,
      answering: false,
      yes: true,
      cut: null,
      tell: () => {},
      ask: null,
      signal: new AbortController().signal,
      show: () => {},
      ...over
    })
    const results = end.kind === 'done' ? end.results : []
    const of = (part: Part): PartResult => {
      const one = results.find(result => result.part === part)
      ok(one !== undefined, `${part} was not tested`)
      return one
    }
    return { end, results, of }
  }

  beforeEach(async () => {
    cable = await layCable()
    const made = makeConfig(cable.x)
    config = made.config
    remove = made.remove
    const high: readonly string[] = ['strap', 'button', 'loop', 'sense']
    makeGpioTree(ROOT, {
      label,
      base,
      ngpio,
      lines: Object.fromEntries(LINES.map(name => [GPIO[name], { direction: 'in', level: high.includes(name) }]))
    })
  })
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
    remove()
    await cable.remove()
    for (const name of LINES) rmSync(gpioLineDir(ROOT, base, GPIO[name]), { recursive: true, force: true })
  })

  it('finds right wiring right, and leaves relay and lights low', async () => {
    await peer('standby')
    wire(GPIO.sense, (driven, forMs) => (driven ? forMs < 30 : true))
    const lit = new Set<string>()
    const eye = setInterval(() => lit.add(LEDS.filter(led => level(GPIO[led])).join('+')), 20)
    ends.push(() => clearInterval(eye))
    const tell = (text: string): void => {
      if (/press the button/.test(text)) put(GPIO.button, false)
      if (/\.\.\. pressed/.test(text)) put(GPIO.button, true)
    }
    const { results, of } = await run(null, { tell })
    deepEqual(
      results.filter(({ finding }) => finding !== 'ok').map(({ part, finding }) => `${part} ${finding}`),
      ['ethernet skipped', 'lights unsure']
    )
    match(of('relay').text, /went off after \d+ ms and came back/)
    equal(level(GPIO.relay), false)
    // Each by itself, and dark between.
    deepEqual([...lit].sort(), ['', ...LEDS].sort())
  })

  it('leaves a relay alone that it finds driven, and tells of it', async () => {
    rmSync(gpioLineDir(ROOT, base, GPIO.relay), { recursive: true })
    makeGpioTree(ROOT, { label, base, ngpio, lines: { [GPIO.relay]: { direction: 'out', level: true } } })
    put(GPIO.sense, false)
    const { of } = await run(['relay'], { yes: false, cut: 'b' })
    equal(of('relay').finding, 'refused')
    match(of('relay').text, /driven already.*left alone/)
    equal(level(GPIO.relay), true)
  })

  it('does nothing while a daemon holds the board, and keeps one from starting meanwhile', async () => {
    const running = run(['strap'])
    await new Promise(resolve => setTimeout(resolve, 200))
    equal((await lockBoard(config.stateDir, 'a')).ok, false)
    equal((await running).end.kind, 'done')
    const daemon = await lockBoard(config.stateDir, 'a')
    ok(daemon.ok, 'the lock is let go of at the end: a console goes on to live')
    const { end } = await run(['strap'])
    equal(end.kind, 'refused')
    match(end.kind === 'refused' ? end.wayOut : '', /mode maintenance.*systemctl stop batond/)
    daemon.value.release()
  })

  it('cuts no peer that is silent on --yes alone, and never drives the line', async () => {
    let drove = false
    wire(GPIO.sense, driven => {
      drove ||= driven
      return !driven
    })
    const { of } = await run(['relay'])
    equal(of('relay').finding, 'refused')
    equal(drove, false)
  })

  it('tells a peer that speaks on although its sense went off', async () => {
    await peer('standby', () => true)
    wire(GPIO.sense, driven => !driven)
    const { of } = await run(['relay'])
    match(of('relay').text, /sense went off, and board b went on to speak/)
    equal(level(GPIO.relay), false)
  })

  it('tells a supply that holds up for longer than the configuration allows, with the value to set', async () => {
    await peer('standby')
    wire(GPIO.sense, (driven, forMs) => (driven ? forMs < 700 : true))
    const { of } = await run(['relay'])
    match(of('relay').text, /went off after \d{3,4} ms, later than/)
    match(of('relay').remedy ?? '', /set fence\.holdUpMs to \d{3,4} or more/)
  })

  it('tells a power that does not come back', async () => {
    await peer('standby')
    let ever = false
    wire(GPIO.sense, driven => {
      ever ||= driven
      return !ever
    })
    const { of } = await run(['relay'])
    match(of('relay').text, /did not come back within/)
  })

  it('tells a line that flickers, and one that no controller has', async () => {
    let count = 0
    wire(GPIO.loop, () => ++count % 3 > 0)
    match((await run(['loop'])).of('loop').text, /flickers: \d+ changes/)
  })

  it('releases the relay at once where it is broken off', async () => {
    await peer('standby')
    const abort = new AbortController()
    // Sense stays on: without the abort it would be driven for seconds.
    let drivenAt = 0
    let releasedAt = 0
    wire(GPIO.sense, driven => {
      if (driven && drivenAt === 0) {
        drivenAt = performance.now()
        setTimeout(() => abort.abort(), 100)
      }
      if (!driven && drivenAt > 0 && releasedAt === 0) releasedAt = performance.now()
      return true
    })
    const { of } = await run(['relay'], { signal: abort.signal })
    equal(of('relay').finding, 'skipped')
    ok(drivenAt > 0 && releasedAt - drivenAt < 1500, `driven for ${releasedAt - drivenAt} ms`)
    equal(level(GPIO.relay), false)
  })

  it('asks the person, and believes what is said about the lights', async () => {
    const asked: string[] = []
    const ask = async (question: string): Promise<string> => {
      asked.push(question)
      return /`sync`/.test(question) ? 'n' : ''
    }
    const { of } = await run(['lights'], { yes: false, ask })
    equal(asked.length, 4)
    equal(of('lights').finding, 'wrong')
    match(of('lights').text, /not as it should be: sync$/)
  })

  it('ends with its lights dark when a question is left, and asks no other one', async () => {
    const asked: string[] = []
    const complained: string[] = []
    const terminal: Terminal = {
      say: () => {},
      complain: text => complained.push(text),
      write: () => {},
      screen: true,
      askable: true,
      ask: async question => {
        asked.push(question)
        return null
      },
      wallSeconds: () => 0,
      env: {}
    }
    const options = {
      only: 'lights,relay',
      json: false,
      yes: false,
      cut: undefined,
      answering: false,
      pipe: false,
      board: 'a'
    } as const
    const code = await runBoard(
      { ...options, file: config.file },
      '/nobody.sock',
      terminal,
      new AbortController().signal
    )
    equal(code, 1)
    equal(asked.length, 1)
    match(complained.join('\n'), /broken off/)
    for (const led of LEDS) equal(level(GPIO[led]), false, led)
  })

  it('tells a button that is down all the time, and a strap that says the other letter', async () => {
    put(GPIO.button, false)
    put(GPIO.strap, false)
    const { of } = await run(['button', 'strap'])
    match(of('button').text, /reads pressed all the time/)
    equal(of('strap').finding, 'unsure')
    match(of('strap').text, /to ground: board b, and the configuration says board a/)
  })

  it('says that a line of another controller cannot be read, and where to look', async () => {
    rmSync(join(ROOT, `gpiochip${base}`), { recursive: true })
    const { of } = await run(['loop', 'relay'], { yes: false, cut: 'b' })
    match(of('loop').text, /no controller "pinctrl-bcm2835"/)
    equal(of('relay').finding, 'wrong')
  })
})
