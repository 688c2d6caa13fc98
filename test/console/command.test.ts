// The `baton` command as a process of its own, against a real control socket: what it prints, asks and exits with.
import { strict as assert } from 'node:assert'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ControlHandlers, type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { LogEntry, OperatorRequest } from '../../src/runtime/status.js'
import { NORMAL } from './fixture-status.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
const DEADLINE_MS = 10_000

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const entry = (sequence: number): LogEntry => ({
  sequence,
  wallSeconds: 0,
  atMs: 0,
  level: 'alarm',
  code: 'link-lost',
  text: `entry ${sequence}`
})

// More than a client may leave unread.
const TRACE = ['{"trace":1}', ...Array.from({ length: 40 }, (_, n) => String(n).repeat(20_000))]

describe('the baton command', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baton-command-'))
  const socket = join(directory, 'baton.sock')
  const children = new Set<ChildProcess>()
  const orders: OperatorRequest[] = []
  let answer: { ok: boolean; text: string } | null = { ok: true, text: 'done' }
  let follow: (each: LogEntry) => void = () => {}
  let server: ControlServer
  const handlers: ControlHandlers = {
    status: () => NORMAL,
    order: (what, onAnswer) => {
      orders.push(what)
      onAnswer({ ok: true, final: false, text: 'under way' })
      if (answer !== null) onAnswer({ ...answer, final: true })
      // null: a daemon that dies in the middle of an order.
      else setImmediate(() => server.close())
      return () => {}
    },
    trace: () => TRACE,
    reports: () => [],
    peer: (_what, _recent, onMessage) => onMessage({ kind: 'error', text: 'no peer' }, true),
    events: recent => [entry(1), entry(2)].slice(2 - Math.min(2, recent)),
    follow: onEntry => {
      follow = onEntry
      return () => {}
    }
  }

  const start = (program: string, words: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } => {
    const child = spawn(program, words, {
      env: { PATH: process.env.PATH, TZ: 'UTC', BATON_SOCKET: socket },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: DEADLINE_MS
    })
    children.add(child)
    let out = ''
    let err = ''
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      err += chunk
    })
    const ended = new Promise<Ended>(resolve => child.once('close', code => resolve({ code, out, err })))
    void ended.then(() => children.delete(child))
    return { child, ended }
  }
  const baton = (...words: string[]): Promise<Ended> => {
    const { child, ended } = start(process.execPath, [BATON, ...words])
    child.stdin?.end()
    return ended
  }
  // The same with a terminal on all three streams; `typed` is entered when the question is on the screen.
  const atTerminal = (typed: string, ...words: string[]): Promise<Ended> => {
    const line = [process.execPath, BATON, ...words].join(' ')
    const { child, ended } = start('script', ['-qec', line, '/dev/null'])
    let seen = ''
    child.stdout?.on('data', chunk => {
      seen += chunk
      if (seen.includes('Type yes')) {
        seen = ''
        child.stdin?.write(`${typed}\n`)
      }
    })
    return ended
  }

  beforeEach(async () => {
    orders.length = 0
    answer = { ok: true, text: 'done' }
    const result = await serveControl({ path: socket, group: 'no-such-group', handlers })
    assert.ok(result.ok, JSON.stringify(result))
    server = result.value
  })
  afterEach(() => server.close())
  after(() => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  it('shows the status as one screen, and as JSON that a program reads', async () => {
    const shown = await baton('status')
    assert.equal(shown.code, 0)
    assert.match(shown.out, /^pair shop, this is board a\. NORMAL/)
    const json = await baton('status', '--json')
    assert.deepEqual(JSON.parse(json.out), NORMAL)
  })

  it('prints each answer to an order and exits with 0 when it was done', async () => {
    const ended = await baton('fence', 'on')
    assert.deepEqual([ended.code, ended.err], [0, ''])
    assert.match(ended.out, /^ +\d\.\d s {2}under way\ndone\n$/)
    assert.deepEqual(orders, [{ order: 'fenceOn' }])
  })

  it('saves a trace into a new file, line for line, and never over another one', async () => {
    const file = join(directory, 'saved.trace')
    const saved = await baton('trace', file)
    assert.deepEqual([saved.code, saved.err], [0, ''])
    assert.equal(readFileSync(file, 'utf8'), `${TRACE.join('\n')}\n`)
    const again = await baton('trace', file)
    assert.deepEqual(again, {
      code: 1,
      out: '',
      err: `baton: cannot write ${file}: it exists already; give another name\n`
    })
  })

  it('leaves no file where no daemon gives a trace', async () => {
    const file = join(directory, 'none.trace')
    const ended = await baton('trace', file, '--socket', join(directory, 'nobody.sock'))
    assert.equal(ended.code, 3)
    assert.ok(!existsSync(file))
  })

  it('exits with 1 and the reason when the daemon refuses', async () => {
    answer = { ok: false, text: 'the peer is heard: pull its plug first' }
    const ended = await baton('confirm', '--yes')
    assert.deepEqual([ended.code, ended.err], [1, 'baton: refused: the peer is heard: pull its plug first\n'])
  })

  it('exits with 3 when the daemon goes away before its last answer', async () => {
    answer = null
    const ended = await baton('recover')
    assert.equal(ended.code, 3)
    assert.match(ended.err, /before it gave its last answer; see `baton status`/)
  })

  for (const words of [
    ['switchover', 'files'],
    ['fence', 'off'],
    ['fence', 'prove'],
    ['confirm'],
    ['mode', 'maintenance']
  ]) {
    it(`refuses ${words.join(' ')} without a terminal and without --yes, says what it would do, and sends nothing`, async () => {
      const ended = await baton(...words)
      assert.equal(ended.code, 1)
      assert.match(ended.err, /^(This|You|In) .*\nbaton: refused: there is no terminal to ask; add --yes/)
      assert.deepEqual(orders, [])
    })
  }

  it('asks at a terminal, and does it only for a whole yes', async () => {
    const no = await atTerminal('y', 'fence', 'off')
    assert.equal(no.code, 1)
    assert.match(no.out, /CUTS THE POWER[\s\S]*nothing was done/)
    assert.deepEqual(orders, [])
    const yes = await atTerminal('yes', 'fence', 'off')
    assert.equal(yes.code, 0)
    assert.deepEqual(orders, [{ order: 'fenceOff' }])
  })

  it('takes Ctrl-C at a question for a no, and ends as refused', async () => {
    const left = await atTerminal('\u0003', 'switchover', 'files')
    assert.equal(left.code, 1)
    assert.match(left.out, /nothing was done/)
    assert.deepEqual(orders, [])
  })

  it('lists events, follows them, and ends in order on Ctrl-C', async () => {
    const listed = await baton('events', '-n', '1')
    assert.deepEqual(listed, { code: 0, out: '(clock not set yet) ALARM   entry 2 [link-lost]\n', err: '' })
    const { child, ended } = start(process.execPath, [BATON, 'events', '-f', '-n', '1'])
    child.stdout?.once('data', () => follow(entry(3)))
    child.stdout?.on('data', chunk => String(chunk).includes('entry 3') && child.kill('SIGINT'))
    const followed = await ended
    assert.equal(followed.code, 0)
    assert.match(followed.out, /entry 2.*\n.*entry 3/)
  })

  it('watches until Ctrl-C', async () => {
    const { child, ended } = start(process.execPath, [BATON, 'status', '--watch', '--json'])
    let lines = 0
    child.stdout?.on('data', chunk => {
      lines += String(chunk).split('\n').length - 1
      if (lines >= 2) child.kill('SIGINT')
    })
    const watched = await ended
    assert.equal(watched.code, 0)
    assert.ok(watched.out.trim().split('\n').length >= 2)
  })

  it('ends quietly when its reader goes away', async () => {
    const { child, ended } = start(process.execPath, [BATON, 'events', '-f', '-n', '1'])
    child.stdout?.once('data', () => {
      child.stdout?.destroy()
      // The pipe breaks at the next write but one, whenever the kernel knows.
      const writing = setInterval(() => follow(entry(3)), 20)
      child.once('exit', () => clearInterval(writing))
    })
    const { code, err } = await ended
    assert.deepEqual([code, err], [0, ''])
  })

  it('exits with 3 when no daemon answers, and names what to try', async () => {
    await server.close()
    const ended = await baton('status')
    assert.equal(ended.code, 3)
    assert.match(ended.err, /cannot reach the daemon at .*baton\.sock.*systemctl status batond/)
    assert.equal((await baton('status', '--socket', join(directory, 'other'))).code, 3)
  })

  it('exits with 2 for a wrong command line, and 0 for help and version', async () => {
    assert.deepEqual(await baton('stauts'), { code: 2, out: '', err: (await baton('stauts')).err })
    assert.match((await baton('help')).out, /exit code: 0 done, 1 refused/)
    assert.match((await baton('--version')).out, /^baton \d+\.\d+\.\d+\n$/)
  })
})
