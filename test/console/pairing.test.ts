// `baton pair` and `baton unpair` as people meet them: the real command on both ends of a pty cable.
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startOnLine } from '../../board/virtual/serial-line.js'
import { createTypist } from '../../board/virtual/typist.js'
import { firstState } from '../../src/config/first-state.js'
import { loadConfig } from '../../src/config/load.js'
import { writeFirstState } from '../../src/driver/state-file.js'
import { lockBoard } from '../../src/runtime/single.js'
import { RIGHT } from '../config/fixture.js'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { until } from '../driver/wait.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
const DEADLINE_MS = 60_000
const ASKED = /same code\? yes \/ no: /
const OLD_KEY = `${'c0ffee11'.repeat(8)}\n`

interface Seat {
  seen: string
  code: number | null
  type(text: string): void
  expect(what: RegExp): Promise<RegExpExecArray>
  ended(): Promise<number | null>
}

describe('pairing two boards at their consoles', function () {
  this.timeout(2 * DEADLINE_MS)
  const directory = mkdtempSync(join(tmpdir(), 'baton-pairing-'))
  const children = new Set<ChildProcess>()
  let cable: PtyCable
  const of = (board: string, name: string): string => join(directory, board, name)
  const keyOf = (board: string): string | null =>
    existsSync(of(board, 'etc/key')) ? readFileSync(of(board, 'etc/key'), 'utf8') : null

  const sit = (program: string, words: readonly string[]): Seat => {
    const child = spawn(program, words, { env: { PATH: process.env.PATH, TZ: 'UTC' }, stdio: ['pipe', 'pipe', 'pipe'] })
    children.add(child)
    const seat: Seat = {
      seen: '',
      code: null,
      type: text => child.stdin?.write(text),
      expect: async what => {
        await until(`${what} in: ${seat.seen}`, () => what.test(seat.seen) || seat.code !== null, DEADLINE_MS)
        const found = what.exec(seat.seen)
        if (found === null) throw new Error(`${what} was not seen: ${seat.seen}`)
        return found
      },
      ended: async () => {
        await until(`the end of: ${seat.seen}`, () => seat.code !== null, DEADLINE_MS)
        return seat.code
      }
    }
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        seat.seen += chunk
      })
    child.once('close', code => {
      seat.code = code ?? -1
      children.delete(child)
    })
    return seat
  }
  const line = (...words: string[]): string[] => [process.execPath, BATON, ...words]
  const atTerminal = (...words: string[]): Seat => sit('script', ['-qec', line(...words).join(' '), '/dev/null'])
  const pairAt = (board: 'a' | 'b', ...more: string[]): Seat =>
    atTerminal('pair', '--config', of(board, 'baton.yaml'), '--serial', board === 'a' ? cable.x : cable.y, ...more)
  const withoutTerminal = (...words: string[]): Seat => sit(process.execPath, line(...words).slice(1))
  const sitAtBoth = (): readonly [Seat, Seat] => [pairAt('a', '--board', 'a'), pairAt('b', '--board', 'b')]
  const record = async (board: 'a' | 'b', mode: 'auto' | 'maintenance', number: number): Promise<void> => {
    const config = loadConfig(of(board, 'baton.yaml'), { board })
    ok(config.ok)
    const first = firstState(config.config)
    mkdirSync(of(board, 'state'), { recursive: true })
    await writeFirstState(of(board, 'state'), {
      ...first,
      mode,
      groups: { files: { epoch: { number, board: 'b' }, grant: 0 } }
    })
  }

  beforeEach(async () => {
    cable = await layCable()
    for (const board of ['a', 'b']) {
      rmSync(join(directory, board), { recursive: true, force: true })
      mkdirSync(join(directory, board))
      const places = `stateDir: ${of(board, 'state')}\nkeyFile: ${of(board, 'etc/key')}\nboardFile: ${of(board, 'board')}\n`
      writeFileSync(of(board, 'baton.yaml'), `${places}${RIGHT}`)
    }
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await cable.remove()
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('shows both persons one code, and gives both boards one key when both say yes', async () => {
    const [a, b] = sitAtBoth()
    await Promise.all([a.expect(ASKED), b.expect(ASKED)])
    const codes = [a, b].map(({ seen }) => /\* +(\d \d \d {3}\d \d \d) +\*/.exec(seen)?.[1])
    match(codes[0] ?? '', /^\d/)
    equal(codes[0], codes[1])
    deepEqual([keyOf('a'), keyOf('b')], [null, null])
    a.type('yes\n')
    await b.expect(/board a: its person has agreed/)
    deepEqual([keyOf('a'), keyOf('b')], [null, null])
    b.type('yes\n')
    deepEqual([await a.ended(), await b.ended()], [0, 0], `${a.seen}\n${b.seen}`)
    match(keyOf('a') ?? '', /^[0-9a-f]{64}\n$/)
    equal(keyOf('a'), keyOf('b'))
    for (const board of ['a', 'b']) {
      equal(statSync(of(board, 'etc/key')).mode & 0o777, 0o600)
      deepEqual(readdirSync(of(board, 'etc')), ['key'])
    }
    const fingerprints = [a, b].map(({ seen }) => /fingerprint is ([0-9a-f]{8})/.exec(seen)?.[1])
    equal(fingerprints[0], fingerprints[1])
    match(a.seen, /Next, on both boards:\r?\n +baton init[\s\S]*baton fence prove/)
    ok(!a.seen.includes((keyOf('a') ?? '').trim()), 'the key is on the screen')
  })

  it('changes nothing on either board when one person says no', async () => {
    const [a, b] = sitAtBoth()
    await Promise.all([a.expect(ASKED), b.expect(ASKED)])
    a.type('yes\n')
    b.type('no\n')
    deepEqual([await a.ended(), await b.ended()], [1, 1])
    match(a.seen, /Not paired: it was refused at the other board[\s\S]*Nothing was changed on either board/)
    match(b.seen, /Not paired: it was not agreed to here/)
    deepEqual([existsSync(of('a', 'etc/key.new')), keyOf('a'), keyOf('b')], [false, null, null])
  })

  it('ends by itself, also in the middle of the question, when the cable is pulled', async () => {
    const [a, b] = sitAtBoth()
    await Promise.all([a.expect(ASKED), b.expect(ASKED)])
    await cable.cut()
    deepEqual([await a.ended(), await b.ended()], [1, 1])
    // Silence, or a port that is gone with its adapter: whichever this board notices first.
    match(a.seen, /(the other board fell silent.*serial cable|serial port cannot be opened)[\s\S]*Nothing was changed/)
    deepEqual([keyOf('a'), keyOf('b')], [null, null])
  })

  it('is told to the other board when somebody presses Ctrl-C', async () => {
    const [a, b] = sitAtBoth()
    await Promise.all([a.expect(ASKED), b.expect(ASKED)])
    a.type('\u0003')
    deepEqual([await a.ended(), await b.ended()], [1, 1])
    match(b.seen, /it was (ended|refused) at the other board/)
  })

  it('finds out that both boards say a', async () => {
    const seats = [pairAt('a', '--board', 'a'), pairAt('b', '--board', 'a')]
    for (const seat of seats) {
      equal(await seat.ended(), 1)
      match(seat.seen, /both boards say that they are board a: make one of them a and the other one b/)
    }
  })

  it('puts a new key in the place of one that is there only after a yes, and keeps no old one', async () => {
    for (const board of ['a', 'b'] as const) {
      mkdirSync(of(board, 'etc'))
      writeFileSync(of(board, 'etc/key'), OLD_KEY, { mode: 0o600 })
      await record(board, 'maintenance', 7)
    }
    const [a, b] = [pairAt('a', '--board', 'a'), pairAt('b', '--board', 'b', '--yes')]
    await a.expect(
      /has a key already \(fingerprint [0-9a-f]{8}\)[\s\S]*proof of the fence becomes void[\s\S]*Type yes to do it/
    )
    a.type('yes\n')
    for (const seat of [a, b]) {
      await seat.expect(ASKED)
      seat.type('yes\n')
    }
    deepEqual([await a.ended(), await b.ended()], [0, 0])
    equal(keyOf('a'), keyOf('b'))
    notEqual(keyOf('a'), OLD_KEY)
    deepEqual(readdirSync(of('a', 'etc')), ['key'])
    match(a.seen, /baton mode auto/)
    ok(!a.seen.includes('baton init'))
  })

  it('is done at the serial console, too, which holds off no daemon afterwards', async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: of('a', ''),
      TZ: 'UTC',
      TERM: 'vt100',
      BATON_CONFIG: of('a', 'baton.yaml')
    }
    const socket = join(directory, 'nobody.sock')
    const seat = startOnLine(line('console', '--socket', socket), { bytesPerSecond: 100_000, env })
    const b = pairAt('b', '--board', 'b')
    const typist = createTypist(seat)
    try {
      await typist.expect(/baton> $/, DEADLINE_MS)
      await typist.answer(`pair --board a --serial ${cable.x}`, ASKED, DEADLINE_MS)
      match(typist.screen.screen().join('\n'), /\* +\d \d \d {3}\d \d \d +\*/)
      await b.expect(ASKED)
      b.type('yes\n')
      await typist.answer('yes', /Paired: both boards[\s\S]*baton> $/, DEADLINE_MS)
      equal(await b.ended(), 0)
      equal(keyOf('a'), keyOf('b'))
      const lock = await lockBoard(of('a', 'state'), 'a')
      ok(lock.ok, 'the console holds the daemon off')
      lock.value.release()
      // A question that is over is taken back there, too.
      const again = pairAt('b', '--board', 'b', '--yes')
      await typist.answer(`pair --board a --serial ${cable.x} --yes`, ASKED, DEADLINE_MS)
      await again.expect(ASKED)
      again.type('no\n')
      await typist.expect(/it was refused at the other board[\s\S]*baton> $/, DEADLINE_MS)
      equal(await again.ended(), 1)
    } finally {
      seat.hangUp()
      await seat.ended
    }
  })

  it('is refused beside a daemon, in a pair that has served and is not in maintenance, and with a record that is bad', async () => {
    const words = (verb: string): string[] => [verb, '--config', of('a', 'baton.yaml'), '--board', 'a', '--yes']
    const refused = async (verb: string, why: RegExp): Promise<void> => {
      const seat = withoutTerminal(...words(verb))
      equal(await seat.ended(), 1, seat.seen)
      match(seat.seen, why)
      equal(keyOf('a'), OLD_KEY)
    }
    mkdirSync(of('a', 'etc'))
    writeFileSync(of('a', 'etc/key'), OLD_KEY, { mode: 0o600 })
    const lock = await lockBoard(of('a', 'state'), 'a')
    ok(lock.ok)
    await refused('pair', /the daemon of this board runs.*`baton mode maintenance`; then the same command again/)
    lock.value.release()
    await record('a', 'auto', 7)
    await refused('unpair', /has served \(files, tenure 7b\), and its mode is auto: first/)
    writeFileSync(of('a', 'state/state.json'), 'half a rec')
    await refused('pair', /it is truncated/)
    await record('a', 'maintenance', 7)
    // Everything is well, but nobody is there to compare.
    await refused('pair', /somebody must compare the code/)
  })

  it('is undone by unpair: after a yes there is no key, and the record stays', async () => {
    mkdirSync(of('a', 'etc'))
    for (const name of ['key', 'key.new', 'key.previous'])
      writeFileSync(of('a', `etc/${name}`), OLD_KEY, { mode: 0o600 })
    await record('a', 'maintenance', 7)
    const words = ['unpair', '--config', of('a', 'baton.yaml'), '--board', 'a']
    const asked = atTerminal(...words)
    await asked.expect(/SERVES NOTHING[\s\S]*Type yes to do it: /)
    asked.type('no\n')
    equal(await asked.ended(), 1)
    equal(keyOf('a'), OLD_KEY)
    const done = withoutTerminal(...words, '--yes')
    equal(await done.ended(), 0)
    deepEqual(readdirSync(of('a', 'etc')), [])
    ok(existsSync(of('a', 'state/state.json')))
    const again = withoutTerminal(...words)
    equal(await again.ended(), 0)
    match(again.seen, /has no key .*nothing is to be done/)
  })
})
