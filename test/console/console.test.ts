// The serial console as a person meets it: the real program on a pty, against a real control socket.
import { strict as assert } from 'node:assert'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlHandlers, type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { LogEntry, OperatorRequest } from '../../src/runtime/status.js'
import { until } from '../driver/wait.js'
import { NORMAL, NOW_SECONDS } from './fixture-status.js'
import { type AtConsole, sitAtConsole } from './typing.js'

const entry = (sequence: number, rest: Partial<LogEntry> = {}): LogEntry => ({
  sequence,
  wallSeconds: NOW_SECONDS,
  atMs: 0,
  level: 'alarm',
  code: 'link-lost',
  text: `entry ${sequence}`,
  ...rest
})

describe('the serial console', function () {
  this.timeout(20_000)
  const directory = mkdtempSync(join(tmpdir(), 'baton-console-socket-'))
  const socket = join(directory, 'baton.sock')
  const orders: OperatorRequest[] = []
  let follow: (each: LogEntry) => void = () => {}
  let following = false
  let looks = 0
  let finish: () => void = () => {}
  let server: ControlServer | null = null
  let seat: AtConsole
  const handlers: ControlHandlers = {
    ...({} as ControlHandlers),
    status: () => {
      looks += 1
      return { ...NORMAL, moveMsMax: { files: 29_000 } }
    },
    order: (what, onAnswer) => {
      orders.push(what)
      onAnswer({ ok: true, final: false, text: 'under way' })
      finish = () => onAnswer({ ok: true, final: true, text: 'it is done' })
      if (what.order !== 'recover') finish()
      return () => {}
    },
    trace: () => [],
    events: recent => [entry(1), entry(2)].slice(2 - Math.min(2, recent)),
    follow: onEntry => {
      follow = onEntry
      following = true
      return () => {
        following = false
      }
    }
  }
  const serve = async (): Promise<void> => {
    const result = await serveControl({ path: socket, group: 'no-such-group', handlers })
    assert.ok(result.ok, JSON.stringify(result))
    server = result.value
  }

  beforeEach(async () => {
    orders.length = 0
    looks = 0
    await serve()
    seat = sitAtConsole(socket)
    await seat.typist.expect(/board a> $/)
    await until('the console follows the events', () => following)
  })
  afterEach(async () => {
    await seat.end()
    await server?.close()
    server = null
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('greets with what matters and a menu that fits the screen, and sends nothing that is no VT100', async () => {
    const { screen } = seat.typist
    assert.match(screen.screen()[0] ?? '', /^Pair shop, board a\. NORMAL: both boards fit\. Mode auto\./)
    assert.match(screen.screen().join('\n'), /\n {2}2 {2}Switch over .*\n[\s\S]*\n {2}0 {2}Log out\n/)
    await seat.typist.answer('1', /last event[\s\S]*board a> $/)
    await seat.typist.answer('help', /enough $/)
    await seat.typist.answer('q', /board a> $/)
    assert.deepEqual(screen.strange, [])
  })

  it('asks before a dangerous order, says which board and how long, and does it after yes only', async () => {
    const { answer } = seat.typist
    const asked = await answer('2', /This moves files[\s\S]*Type yes to do it: $/)
    assert.match(asked, /from board a \(this one\) to board b/)
    assert.match(asked.replace(/\s+/g, ' '), /as it may: 29 s/)
    await answer('y', /type yes, the whole word[\s\S]*Type yes to do it: $/)
    await answer('', /nothing was done[\s\S]*board a> $/)
    assert.deepEqual(orders, [])
    await answer('baton switchover files', /Type yes to do it: $/)
    await answer('yes', /it is done[\s\S]*board a> $/)
    assert.deepEqual(orders, [{ order: 'switchover', group: 'files' }])
  })

  it('puts an alarm above the line that is being typed, and the line stays as it was', async () => {
    const { type, expect, screen } = seat.typist
    type('fence pro')
    await expect(/fence pro$/)
    follow(entry(3, { text: 'the serial cable is dead' }))
    await expect(/the serial cable is dead\n[\s\S]*fence pro$/)
    type('\t')
    await expect(/ve $/)
    const rows = screen.screen().filter(row => row !== '')
    assert.match(rows.at(-2) ?? '', /^\*\* ALARM 19:14:03: the serial cable is dead$/)
    assert.equal(rows.at(-1), 'board a> fence prove')
    assert.equal(screen.bells, 1)
    type('\u0015events -n 1\r')
    await expect(/entry 2 \[link-lost\]\n[\s\S]*board a> $/)
  })

  it('shows the line again after an alarm, for `wall` may have written over it', async () => {
    const { type, expect, screen } = seat.typist
    type('fence o')
    await expect(/fence o$/)
    follow(entry(4, { text: 'an alarm' }))
    await expect(/an alarm\n[\s\S]*fence o$/)
    const tty = readlinkSync(`/proc/${seat.pid()}/fd/0`)
    writeFileSync(tty, '\r\nBroadcast message from root\r\nan alarm\r\n')
    await expect(/Broadcast message from root\nan alarm\n[\s\S]*board a> fence o$/)
    assert.equal(
      screen
        .screen()
        .filter(row => row !== '')
        .at(-1),
      'board a> fence o'
    )
  })

  it('says when the daemon goes and when it is back, and then tells what is new', async () => {
    await server?.close()
    await seat.typist.expect(/the daemon of this board ended; waiting for it/)
    await seat.typist.answer('1', /cannot reach the daemon[\s\S]*board a> $/)
    await serve()
    await seat.typist.expect(/the daemon of this board answers again/)
    await until('the console follows the events', () => following)
    follow(entry(9, { text: 'a new alarm' }))
    await seat.typist.expect(/a new alarm/)
  })

  it('Ctrl-C clears the line, and takes the eyes off an order that goes on; the console stays', async () => {
    const { type, expect, answer } = seat.typist
    type('fence off\u0003')
    await expect(/\^C\n[\s\S]*board a> $/)
    await answer('recover', /0\.\d s {2}under way/)
    type('\u0003')
    await expect(/you see no more of this order; it goes on[\s\S]*board a> $/)
    finish()
    await answer('status', /last event[\s\S]*board a> $/)
    assert.deepEqual(orders, [{ order: 'recover', home: false }])
  })

  it('Ctrl-C and Ctrl-D at a question of the menu are no Enter: nothing is done', async () => {
    const { type, expect, answer } = seat.typist
    for (const key of ['\u0003', '\u0004']) {
      await answer('4', /Number .*: $/)
      await answer('3', /For how long\?.*: $/)
      type(key)
      await expect(/nothing was done\n[\s\S]*board a> $/)
    }
    assert.deepEqual(orders, [])
  })

  it('ends paging with Ctrl-C, and takes a word typed there for the next order', async () => {
    const { type, expect, answer } = seat.typist
    await answer('help', /enough $/)
    type('\u0003')
    await expect(/\^C\n[\s\S]*board a> $/)
    await answer('help', /enough $/)
    await answer('events -n 1', /entry 2[\s\S]*board a> $/)
  })

  it('says what to try for a word that is none, and logs out for exit alone', async () => {
    const { answer } = seat.typist
    await answer('stauts', /did you mean status\?\n`help` lists[\s\S]*board a> $/)
    await answer('exit now', /"now" is one word too many for exit[\s\S]*board a> $/)
    await answer('switchover foo', /refused: there is no group "foo"[\s\S]*board a> $/)
  })

  it('a watch paints what changed and nothing else, holds alarms back, and Ctrl-C ends it', async () => {
    const { type, answer, expect, quiet, screen } = seat.typist
    await answer('status --watch', /last event/)
    await quiet(300)
    const before = seat.typist.received
    follow(entry(5, { text: 'meanwhile' }))
    // The age of nothing changes in this status: a second look paints not one line.
    await until('it looked twice more', () => looks >= 4)
    assert.ok(seat.typist.received - before < 100, `${seat.typist.received - before} bytes`)
    assert.match(screen.screen()[0] ?? '', /^pair shop/)
    type('\u0003')
    await expect(/1 more happened meanwhile: events[\s\S]*board a> $/)
    assert.deepEqual(screen.strange, [])
  })

  it('brings back earlier orders, also in the next visit', async () => {
    const { type, expect, answer } = seat.typist
    await answer('events -n 2', /entry 2[\s\S]*board a> $/)
    type('\u001b[A')
    await expect(/events -n 2$/)
    assert.equal(readFileSync(join(seat.home, '.baton_history'), 'utf8'), 'events -n 2\n')
  })

  it('keeps what is typed while an order runs for the next order', async () => {
    await seat.typist.answer('network\rfence on\revents -n 1', /it is done[\s\S]*entry 2[\s\S]*board a> $/)
    assert.deepEqual(orders, [{ order: 'fenceOn' }])
  })

  it('ends when the line hangs up, and with exit', async () => {
    await seat.typist.answer('exit', /logged out/)
    await seat.line.ended
  })
})
