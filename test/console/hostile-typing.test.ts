// What a broken cable, a wrong speed or a cat on the keyboard sends to the console: one line of error, nothing done, nothing grown.
import { strict as assert } from 'node:assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlHandlers, type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { LogEntry, OperatorRequest } from '../../src/runtime/status.js'
import { until } from '../driver/wait.js'
import { NORMAL, NOW_SECONDS } from './fixture-status.js'
import { type AtConsole, sitAtConsole } from './typing.js'

const MIB = 1_048_576
const FAST = 20 * MIB

// The same bytes in every run.
const noise = (count: number): Buffer => {
  let seed = 12_345
  return Buffer.from(
    Array.from({ length: count }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return (seed >> 16) & 0xff
    })
  )
}

const entry = (sequence: number): LogEntry => ({
  sequence,
  wallSeconds: NOW_SECONDS,
  atMs: 0,
  level: 'alarm',
  code: 'link-lost',
  text: `entry ${sequence} ${'long '.repeat(20)}`
})

describe('hostile typing at the serial console', function () {
  this.timeout(30_000)
  const directory = mkdtempSync(join(tmpdir(), 'baton-hostile-'))
  const socket = join(directory, 'baton.sock')
  const orders: OperatorRequest[] = []
  let follow: ((each: LogEntry) => void) | null = null
  let asked = 0
  let server: ControlServer
  let seat: AtConsole
  const handlers: ControlHandlers = {
    ...({} as ControlHandlers),
    status: () => NORMAL,
    order: (what, onAnswer) => {
      orders.push(what)
      onAnswer({ ok: true, final: true, text: 'done' })
      return () => {}
    },
    events: recent => {
      if (recent === 1000) asked += 1
      return Array.from({ length: recent }, (_, at) => entry(at + 1))
    },
    follow: onEntry => {
      follow = onEntry
      return () => {
        follow = null
      }
    }
  }
  const memoryMiB = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${seat.pid()}/status`, 'utf8'))?.[1]) / 1024
  const stillWorks = async (): Promise<void> => {
    await seat.typist.quiet(200)
    const before = orders.length
    await seat.typist.answer('fence on', /done\n[\s\S]*board a> $/)
    assert.deepEqual(orders.slice(before), [{ order: 'fenceOn' }])
    assert.deepEqual(seat.typist.screen.strange, [])
  }
  /** Everything that was said since, without the prompt. */
  const errorsOf = (text: string): string[] =>
    text
      .split('\n')
      .map(line => line.replace(/^(board a> )+/, '').trim())
      .filter(line => line !== '')

  before(async () => {
    const result = await serveControl({ path: socket, group: 'no-such-group', handlers })
    assert.ok(result.ok)
    server = result.value
  })
  after(async () => {
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
  beforeEach(async () => {
    orders.length = 0
    seat = sitAtConsole(socket, { bytesPerSecond: FAST })
    await seat.typist.expect(/board a> $/)
    await until('the console follows the events', () => follow !== null)
  })
  afterEach(() => seat.end())

  const FLOODS: readonly (readonly [string, Buffer])[] = [
    [
      'binary noise with orders in its midst',
      Buffer.concat([noise(50_000), Buffer.from('\rfence off --yes\r'), noise(50_000)])
    ],
    ['a line of one megabyte', Buffer.alloc(MIB, 'x')],
    ['a flood of escape sequences', Buffer.from('\u001b[31;99m\u001b]0;title\u0007\u001b[?1049h'.repeat(20_000))],
    ['a sequence without an end', Buffer.from(`\u001b[${'1;'.repeat(100_000)}`)],
    ['a BREAK', Buffer.from([0])],
    ['letters outside ASCII', Buffer.from('fence öff --yes\r')]
  ]
  for (const [name, bytes] of FLOODS) {
    it(`${name}: one line of error, nothing is done, and the console works on`, async () => {
      const before = memoryMiB()
      seat.typist.type(bytes)
      const said = await seat.typist.expect(/[\s\S]*bytes ignored, nothing done\n[\s\S]*board a> $/)
      assert.equal(errorsOf(said).filter(line => line.includes('ignored')).length, 1, said)
      assert.deepEqual(orders, [])
      assert.ok(memoryMiB() < before + 40, `${before} MiB before, ${memoryMiB()} MiB after`)
      await stillWorks()
    })
  }

  it('many short lines at once are orders that do not exist, and only some of them are looked at', async () => {
    seat.typist.type('nonsense\r'.repeat(5000))
    await seat.typist.expect(/no command "nonsense"/)
    // Long: on a busy machine it stands still between two lines, too.
    await seat.typist.quiet(2000)
    seat.typist.type('\u0015')
    assert.ok(seat.typist.received < 100_000, `${seat.typist.received} bytes`)
    await stillWorks()
  })

  it('an answer that is garbage is no yes', async () => {
    await seat.typist.answer('fence off', /Type yes to do it: $/)
    seat.typist.type(Buffer.concat([Buffer.from('yes'), noise(500), Buffer.from('\r')]))
    await seat.typist.expect(/nothing done\n[\s\S]*Type yes to do it: $/)
    await seat.typist.answer('no', /baton: nothing was done\n[\s\S]*board a> $/)
    assert.deepEqual(orders, [])
  })

  it('what was typed before a question stood on the screen does not answer it', async () => {
    seat.typist.type('fence off\ryes\r')
    await seat.typist.expect(/Type yes to do it: $/)
    assert.deepEqual(orders, [])
    await seat.typist.answer('no', /board a> $/)
  })

  it('a terminal that stopped reading costs no memory, holds nothing, and is told what it missed', async () => {
    const { typist } = seat
    const before = memoryMiB()
    typist.type('events -n 1000\r\u0013')
    await until('the events were asked for', () => asked > 0)
    for (let count = 0; count < 20_000; count += 1) {
      follow?.(entry(2000 + count))
      if (count % 100 === 0) await new Promise(resolve => setImmediate(resolve))
    }
    await until('the daemon keeps its client', () => follow !== null)
    assert.ok(memoryMiB() < before + 60, `${before} MiB before, ${memoryMiB()} MiB after`)
    typist.type('\u0011')
    await typist.expect(/lines were left out: this terminal is too slow/)
    await stillWorks()
  })

  it('an XOFF holds the output and any key goes on', async () => {
    const { typist } = seat
    typist.type('\u0013')
    // It may still be on its way while the first entry passes.
    let sequence = 9000
    let before = 0
    do {
      before = typist.received
      sequence += 1
      assert.ok(sequence < 9010, 'an XOFF holds nothing')
      follow?.(entry(sequence))
      await typist.quiet(300)
    } while (typist.received !== before)
    typist.type('f')
    await typist.expect(new RegExp(`entry ${sequence}[\\s\\S]*board a> f$`))
    typist.type('\u0015')
    await stillWorks()
  })

  it('ends with the line, and leaves no process', async () => {
    const pid = seat.pid()
    seat.line.hangUp()
    await seat.line.ended
    await until('the process is gone', () => {
      try {
        process.kill(pid, 0)
        return false
      } catch {
        return true
      }
    })
  })

  it('is quiet when nothing happens', async () => {
    await seat.typist.quiet(100)
    const before = seat.typist.received
    await seat.typist.quiet(1500)
    assert.equal(seat.typist.received, before)
  })
})
