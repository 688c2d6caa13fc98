// The program of the button as a card starts it, twice: each in a mount namespace with a GPIO tree of plain files, one pty cable.
import { deepEqual, equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeGpioTree, readGpioLevel, writeGpioLevel } from '../../board/virtual/gpio-tree.js'
import { boardKind } from '../../src/config/board-kind.js'
import { LEDS } from '../../src/core/panel-table.js'
import { openSerialLink } from '../../src/driver/serial-link.js'
import { codePanel, SLOT_MS } from '../../src/pairing/code-lights.js'
import { createKeyStore } from '../../src/pairing/key-store.js'
import type { Outcome } from '../../src/pairing/outcome.js'
import { pairBoards } from '../../src/pairing/pair-boards.js'
import { packParcel } from '../../src/pairing/parcel.js'
import { SEED_BYTES } from '../../src/pairing/secret.js'
import { PLAIN } from '../../src/pairing/traits.js'
import { DEFAULT } from '../config/mistakes.js'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { until } from '../driver/wait.js'

const PROGRAM = fileURLToPath(new URL('../../src/pairing/pair-button.js', import.meta.url))
const BASE = 512
const { gpio, models, pins } = boardKind('rpi-3b')
/** That of every fresh card: kind and port are found out. */
const CONFIG = DEFAULT
const DEADLINE_MS = 60_000

describe('the program of the button', function () {
  this.timeout(3 * DEADLINE_MS)
  let directory = ''
  let cable: PtyCable
  const children = new Set<ChildProcess>()
  const gpioOf = (board: string): string => join(directory, board, 'class/gpio')
  const etcOf = (board: string): string => join(directory, board, 'etc')
  const press = (board: string, down: boolean): void => writeGpioLevel(gpioOf(board), BASE, pins.panel.button, !down)
  const lightsOf = (board: string): string =>
    LEDS.map(led => (readGpioLevel(gpioOf(board), BASE, pins.panel[led]) ? '#' : '.')).join('')

  const start = (board: 'a' | 'b') => {
    const seat = { said: '', code: null as number | null }
    const script = 'mount --bind "$1" /sys/class && mount -t tmpfs tmpfs /run && shift && exec "$@"'
    const device = board === 'a' ? cable.x : cable.y
    const program = [
      process.execPath,
      PROGRAM,
      '--config',
      join(etcOf(board), 'baton.yaml'),
      '--serial',
      device,
      '--device-tree',
      join(directory, board)
    ]
    const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', join(directory, board, 'class')]
    const child = spawn('unshare', [...words, ...program, etcOf(board)], { stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        seat.said += chunk
      })
    child.once('close', code => {
      seat.code = code
      children.delete(child)
    })
    return seat
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'baton-button-'))
    cable = await layCable()
    for (const board of ['a', 'b']) {
      mkdirSync(etcOf(board), { recursive: true })
      const places = ['stateDir: state', 'keyFile: etc/key', 'boardFile: etc/board'].map(place =>
        place.replace(': ', `: ${directory}/${board}/`)
      )
      writeFileSync(join(etcOf(board), 'baton.yaml'), `${places.join('\n')}\n${CONFIG}`)
      writeFileSync(join(etcOf(board), 'board'), `${board}\n`)
      writeFileSync(join(directory, board, 'compatible'), `${models[0]?.compatible}\0`)
      const output = { direction: 'in', level: false } as const
      const lines = Object.fromEntries(LEDS.map(led => [pins.panel[led], output]))
      // The relay's line is there, too: it must stay as it is.
      makeGpioTree(gpioOf(board), {
        label: gpio.controller,
        base: BASE,
        ngpio: gpio.lines,
        lines: { ...lines, [pins.relay]: output, [pins.panel.button]: { direction: 'in', level: true } }
      })
    }
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await until('all ended', () => children.size === 0)
    await cable.remove()
    rmSync(directory, { recursive: true, force: true })
  })

  it('pairs two boards: both buttons held, one code on both panels, a short press on each', async () => {
    const seats = { a: start('a'), b: start('b') }
    const boards = ['a', 'b'] as const
    for (const board of boards)
      await until(
        `${board} watches`,
        () => seats[board].code !== null || /held for 10 s/.test(seats[board].said),
        DEADLINE_MS
      )
    deepEqual(
      boards.map(board => seats[board].code),
      [null, null],
      `${seats.a.said}${seats.b.said}`
    )
    deepEqual(boards.map(lightsOf), ['....', '....'])
    for (const board of boards) press(board, true)
    for (const board of boards)
      await until(`${board} seeks`, () => /looks for the other one/.test(seats[board].said), DEADLINE_MS)
    for (const board of boards) press(board, false)
    await until(
      'all four flicker: the code begins',
      () => boards.every(board => lightsOf(board) === '####'),
      DEADLINE_MS
    )
    const codes = boards.map(board => /the code is (\d{3}) (\d{3})/.exec(seats[board].said)?.slice(1).join('') ?? '')
    match(codes[0] ?? '', /^\d{6}$/)
    equal(codes[0], codes[1])
    // What stands for half a second is a step of the code; the mark flickers.
    const wanted = [1, 2, 3, 4, 5, 6].map(slot => {
      const panel = codePanel(codes[0] ?? '', 0, slot * SLOT_MS)
      return LEDS.map(led => (panel[led].includes('#') ? '#' : '.')).join('')
    })
    for (const board of boards) {
      const steps: string[] = []
      let [last, since] = ['', performance.now()]
      await until(
        `three steps of the code on ${board}`,
        () => {
          const [lights, at] = [lightsOf(board), performance.now()]
          if (lights === last) return steps.length >= 3
          if (at - since > 500 && last !== '....' && last !== '') steps.push(last)
          last = lights
          since = at
          return false
        },
        DEADLINE_MS
      )
      deepEqual(
        steps.filter(step => !wanted.includes(step)),
        [],
        `${codes[0]}: ${wanted}`
      )
    }
    for (const board of boards) {
      press(board, true)
      const from = performance.now()
      await until('a short press', () => performance.now() - from > 300)
      press(board, false)
    }
    for (const board of boards)
      await until(`${board} is paired`, () => /Paired: both boards/.test(seats[board].said), DEADLINE_MS)
    await until('all four are lit', () => boards.every(board => lightsOf(board) === '####'), DEADLINE_MS)
    for (const board of boards) await until(`${board} ends`, () => seats[board].code !== null, DEADLINE_MS)
    deepEqual(
      boards.map(board => seats[board].code),
      [0, 0]
    )
    const keys = boards.map(board => readFileSync(join(etcOf(board), 'key'), 'utf8'))
    match(keys[0] ?? '', /^[0-9a-f]{64}\n$/)
    equal(keys[0], keys[1])
    deepEqual(boards.map(lightsOf), ['....', '....'])
    for (const board of boards)
      equal(readFileSync(join(gpioOf(board), `gpio${BASE + pins.relay}/direction`), 'utf8'), 'in\n')
  })

  it('takes what a board that goes on alone hands over, held and pressed as ever', async () => {
    const mine = readFileSync(join(etcOf('b'), 'baton.yaml'), 'utf8')
    // What its kind is would be found out on a Pi only.
    const handed = `# of the board that serves\n${mine.replaceAll('kind: auto', 'kind: rpi-3b')}`
    const b = start('b')
    await until('b watches', () => /held for 10 s/.test(b.said), DEADLINE_MS)
    const now = (): number => performance.now()
    const survivor = pairBoards({
      board: 'a',
      seed: randomBytes(SEED_BYTES),
      traits: { ...PLAIN, handsOver: true },
      parcel: packParcel({ configuration: handed, secrets: null }),
      openLine: onBytes => openSerialLink({ device: cable.x, baud: 115_200 }, { now, onBytes }),
      store: createKeyStore(join(etcOf('a'), 'key')),
      now,
      tell: () => {},
      compare: async () => true,
      signal: new AbortController().signal
    })
    press('b', true)
    await until('b seeks', () => /looks for the other one/.test(b.said), DEADLINE_MS)
    press('b', false)
    await until('b shows the code', () => /the code is \d/.test(b.said), DEADLINE_MS)
    match(b.said, /board a hands over its configuration/)
    // A button that was never seen up is still held.
    const wait = (ms: number, from = now()): Promise<void> => until('some time', () => now() - from > ms)
    await wait(1500)
    press('b', true)
    await wait(300)
    press('b', false)
    let outcome: Outcome | null = null
    void survivor.then(each => {
      outcome = each
    })
    await until('both have ended', () => outcome !== null && b.code !== null, DEADLINE_MS).catch(() => {})
    match(b.said, /Paired: both boards have the same new key/)
    await until(`b ends: ${b.said}`, () => b.code !== null, DEADLINE_MS)
    equal(b.code, 0)
    equal(readFileSync(join(etcOf('b'), 'baton.yaml'), 'utf8'), handed)
    equal(readFileSync(join(etcOf('b'), 'baton.yaml.previous'), 'utf8'), mine)
    equal(readFileSync(join(etcOf('b'), 'key'), 'utf8'), readFileSync(join(etcOf('a'), 'key'), 'utf8'))
  })

  it('touches no light of a board that has a key, and opens no button that a configuration gives to the relay', async () => {
    writeFileSync(join(etcOf('a'), 'key'), `${'c0ffee11'.repeat(8)}\n`, { mode: 0o600 })
    const seat = start('a')
    const before = readdirSync(gpioOf('a')).map(name => name)
    await until('it watches', () => /held for 10 s/.test(seat.said), DEADLINE_MS)
    press('a', true)
    await until('it refuses', () => /has a key: it is changed at the consoles only/.test(seat.said), DEADLINE_MS)
    press('a', false)
    for (const led of LEDS)
      equal(readFileSync(join(gpioOf('a'), `gpio${BASE + pins.panel[led]}/direction`), 'utf8'), 'in\n')
    deepEqual(readdirSync(gpioOf('a')), before)
    writeFileSync(join(etcOf('b'), 'baton.yaml'), `${CONFIG}\nrelay: ${pins.panel.button}\n`)
    const none = start('b')
    await until('it ends', () => none.code !== null, DEADLINE_MS)
    equal(none.code, 4)
    match(none.said, /no button is known/)
  })
})
