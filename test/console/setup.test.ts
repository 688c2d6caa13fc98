// `baton setup` on two machines where only the package is installed: the real command on terminals, each in a mount namespace with an /etc and
// a /var/lib of its own, one pty cable. No daemon can be started there: that is where it ends.
import { equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { until } from '../driver/wait.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
const DEADLINE_MS = 60_000
const DEFAULT = fileURLToPath(new URL('../../../provisioning/package/files/baton.yaml.default', import.meta.url))
const SCRIPT =
  'mount --bind "$1/default" "$2" && mount --bind "$1/etc" /etc && mount --bind "$1/lib" /var/lib && mount -t tmpfs tmpfs /run && shift 2 && exec "$@"'

describe('setting up two installed boards', function () {
  this.timeout(3 * DEADLINE_MS)
  let directory = ''
  let cable: PtyCable
  const children = new Set<ChildProcess>()
  const of = (board: string, name: string): string => join(directory, board, name)
  const read = (board: string, name: string): string => readFileSync(of(board, name), 'utf8')

  const sit = (board: 'a' | 'b', terminal = true, command = 'setup') => {
    const baton = [process.execPath, BATON, command, '--serial', board === 'a' ? cable.x : cable.y]
    const program = terminal ? ['script', '-qec', baton.join(' '), '/dev/null'] : baton
    const words = [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      SCRIPT,
      'sh',
      join(directory, board),
      DEFAULT,
      ...program
    ]
    const child = spawn('unshare', words, {
      env: { PATH: process.env.PATH, TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    children.add(child)
    let seen = ''
    let at = 0
    let code: number | null = null
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        seen += chunk
      })
    child.once('close', ended => {
      code = ended ?? -1
      children.delete(child)
    })
    return {
      seen: () => seen,
      /** What comes behind what was answered last. */
      expect: async (what: RegExp): Promise<void> => {
        await until(`${what} in: ${seen.slice(at)}`, () => what.test(seen.slice(at)) || code !== null, DEADLINE_MS)
        match(seen.slice(at), what)
      },
      answer: (text: string): void => {
        at = seen.length
        child.stdin.write(`${text}\n`)
      },
      ended: async (): Promise<number | null> => {
        await until(`the end of: ${seen}`, () => code !== null, DEADLINE_MS)
        return code
      }
    }
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'baton-setup-'))
    cable = await layCable()
    for (const board of ['a', 'b']) {
      mkdirSync(of(board, 'lib'), { recursive: true })
      // This machine is no Pi, and could not tell what it is.
      writeFileSync(of(board, 'default'), readFileSync(DEFAULT, 'utf8').replaceAll('kind: auto', 'kind: rpi-4b'))
      equal(spawnSync('cp', ['-a', '/etc', of(board, 'etc')]).status, 0)
      rmSync(of(board, 'etc/baton'), { recursive: true, force: true })
    }
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await cable.remove()
    rmSync(directory, { recursive: true, force: true })
  })

  type Seat = ReturnType<typeof sit>
  const answerAll = async (board: 'a' | 'b', seat: Seat = sit(board)): Promise<Seat> => {
    await seat.expect(/Which board is this.*: /)
    seat.answer('c')
    await seat.expect(/"c" is neither a nor b[\s\S]*: /)
    seat.answer(board)
    await seat.expect(/1\. Where do your users find the service.*: /)
    seat.answer('10.0.0.7')
    await seat.expect(/the prefix of 10\.0\.0\.7 is missing[\s\S]*: /)
    seat.answer('10.0.0.7/24')
    await seat.expect(/2\. What is to run.*: /)
    seat.answer('smbd.service')
    await seat.expect(/TCP port.*: /)
    seat.answer('445')
    await seat.expect(/3\. Who gets a mail.*: /)
    seat.answer('')
    await seat.expect(/configuration\s+written to \/etc\/baton\/baton\.yaml/)
    return seat
  }

  /** From the code to the end: no daemon can be started here. */
  const pairedBy = async (seats: readonly Seat[]): Promise<void> => {
    for (const seat of seats) await seat.expect(/same code\? yes \/ no: /)
    for (const seat of seats) seat.answer('yes')
    for (const seat of seats) {
      await seat.expect(/is ready: first record/)
      equal(await seat.ended(), 3, seat.seen())
      match(seat.seen(), /the daemon does not run/)
    }
    for (const board of ['a', 'b'] as const) {
      equal(read(board, 'etc/baton/board'), `${board}\n`)
      match(read(board, 'etc/baton/baton.yaml'), /10\.0\.0\.7\/24[\s\S]*smbd\.service/)
      equal(statSync(of(board, 'etc/baton/baton.yaml')).mode & 0o777, 0o644)
      for (const name of ['setup', 'state.json']) ok(existsSync(of(board, `lib/baton/${name}`)), name)
    }
    equal(read('a', 'etc/baton/key'), read('b', 'etc/baton/key'))
    equal(read('a', 'etc/baton/baton.yaml'), read('b', 'etc/baton/baton.yaml'))
  }

  it('asks what is missing, bad answers again, pairs, makes mark and record; the next time it skips all that', async () => {
    const first = await answerAll('a')
    // Who comes second is asked nothing but for the code, not even for the letter.
    const second = sit('b')
    await second.expect(/board a is at the other end of the serial cable: this is board b/)
    await pairedBy([first, second])
    ok(!/Which board is this|Where do your users|What is to run/.test(second.seen()), second.seen())
    const before = read('a', 'etc/baton/baton.yaml')
    const again = sit('a')
    equal(await again.ended(), 3)
    for (const words of [/this is board a/, /is there and stays/, /fingerprint [0-9a-f]{8}/, /state\.json is there/])
      match(again.seen(), words)
    equal(read('a', 'etc/baton/baton.yaml'), before)
  })

  it('writes nothing and says what is missing where nobody can be asked', async () => {
    const seat = sit('a', false)
    equal(await seat.ended(), 1)
    match(seat.seen(), /this board has no letter.*nobody can be asked here/)
    ok(!existsSync(of('a', 'etc/baton')))
  })

  it('never writes over a configuration, and says what is wrong with it', async () => {
    mkdirSync(of('a', 'etc/baton'))
    writeFileSync(of('a', 'etc/baton/board'), 'a\n')
    writeFileSync(of('a', 'etc/baton/baton.yaml'), 'pair: mine\nno-such-option: 1\n')
    const seat = sit('a')
    equal(await seat.ended(), 4)
    match(seat.seen(), /no-such-option/)
    equal(read('a', 'etc/baton/baton.yaml'), 'pair: mine\nno-such-option: 1\n')
  })

  it('takes its questions back when the other board was answered first, and gets its passwords, too', async () => {
    mkdirSync(of('b', 'etc/baton'))
    writeFileSync(of('b', 'etc/baton/secrets'), "mail: 'told once'\n", { mode: 0o600 })
    const waiting = sit('a')
    await waiting.expect(/Which board is this.*: /)
    waiting.answer('a')
    await waiting.expect(/1\. Where do your users.*: /)
    waiting.answer('10.99.99.99/24')
    await waiting.expect(/2\. What is to run.*: /)
    const first = await answerAll('b')
    await waiting.expect(/board b is further: what it was told comes with the key/)
    await pairedBy([first, waiting])
    ok(!/10\.99/.test(read('a', 'etc/baton/baton.yaml')))
    equal(read('a', 'etc/baton/secrets'), read('b', 'etc/baton/secrets'))
    equal(statSync(of('a', 'etc/baton/secrets')).mode & 0o777, 0o600)
  })

  it('keeps to what each was told where both have a configuration', async () => {
    mkdirSync(of('a', 'etc/baton'))
    writeFileSync(of('a', 'etc/baton/secrets'), "mail: 'not told twice'\n", { mode: 0o600 })
    const first = await answerAll('a')
    mkdirSync(of('b', 'etc/baton'))
    writeFileSync(of('b', 'etc/baton/board'), 'b\n')
    writeFileSync(of('b', 'etc/baton/baton.yaml'), read('a', 'etc/baton/baton.yaml'))
    const second = sit('b')
    await pairedBy([first, second])
    match(second.seen(), /baton\.yaml is there and stays/)
    ok(!/hands over/.test(second.seen()) && !existsSync(of('b', 'etc/baton/secrets')))
  })

  it('asks all the same where the other board pairs and has no configuration either', async () => {
    mkdirSync(of('a', 'etc/baton'))
    writeFileSync(of('a', 'etc/baton/board'), 'a\n')
    const plain = sit('a', true, 'pair')
    await plain.expect(/Looking for the other board/)
    const seat = sit('b')
    for (const each of [plain, seat]) await each.expect(/same code\? yes \/ no: /)
    for (const each of [plain, seat]) each.answer('yes')
    equal(await plain.ended(), 0, plain.seen())
    await seat.expect(/the other board has none either[\s\S]*1\. Where do your users.*: /)
  })

  it('goes on from where a person left it', async () => {
    const seat = sit('a')
    await seat.expect(/Which board is this.*: /)
    seat.answer('a')
    await seat.expect(/1\. Where do your users.*: /)
    seat.answer('\u0003')
    equal(await seat.ended(), 1, seat.seen())
    ok(!existsSync(of('a', 'etc/baton/baton.yaml')))
    const again = sit('a')
    await again.expect(/this is board a[\s\S]*1\. Where do your users.*: /)
  })
})
