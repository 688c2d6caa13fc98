// Run by console-login.test.ts inside a mount namespace: /etc, /home, /run and /opt are copies or empty there.
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startOnLine } from '../../board/virtual/serial-line.js'
import { createTypist, type Typist } from '../../board/virtual/typist.js'
import { type ControlHandlers, serveControl } from '../../src/runtime/control.js'
import type { OperatorRequest } from '../../src/runtime/status.js'
import { NORMAL } from '../console/fixture-status.js'

const run = (file: string, ...words: string[]): string => execFileSync(file, words, { encoding: 'utf8' })
const INSTALL = join(process.cwd(), 'provisioning/console/install.sh')
const UNIT = '/etc/systemd/system/serial-getty@ttyS7.service.d/baton.conf'
const SOCKET = '/run/baton/baton.sock'

const makeWorld = (): void => {
  const copy = mkdtempSync(join(tmpdir(), 'baton-etc-'))
  run('mount', '-t', 'tmpfs', 'none', copy)
  run('cp', '-a', '/etc/.', copy)
  run('mount', '--move', copy, '/etc')
  rmSync(copy, { recursive: true })
  // /run may hold the places of this machine's name resolution and locks: nobody here needs them.
  for (const folder of ['/run', '/home', '/opt', '/var/log', '/var/mail', '/usr/local/sbin']) {
    mkdirSync(folder, { recursive: true })
    run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', folder)
  }
  // Where the repository and Node stand may be closed to other users.
  mkdirSync('/opt/baton')
  run('mount', '--bind', process.cwd(), '/opt/baton')
  writeFileSync('/opt/node', '')
  run('mount', '--bind', process.execPath, '/opt/node')
  writeFileSync('/usr/local/sbin/baton', '#!/bin/sh\nexec /opt/node /opt/baton/dist/src/console/baton.js "$@"\n')
  chmodSync('/usr/local/sbin/baton', 0o755)
  writeFileSync('/run/utmp', '')
  mkdirSync('/etc/sudoers.d', { recursive: true })
}

describe('the console of the user operator', function () {
  this.timeout(60_000)
  const orders: OperatorRequest[] = []

  /** What getty does on a serial port, here on a pty at 115200 baud; the command is that of the unit's drop-in. */
  const atGetty = async (work: (typist: Typist) => Promise<unknown>): Promise<void> => {
    const start = /^ExecStart=-(.+)$/m.exec(readFileSync(UNIT, 'utf8'))?.[1] ?? ''
    const words = start.match(/'[^']*'|\S+/g) ?? []
    const command = words.map(word => word.replace(/^'|'$/g, '').replaceAll('\\\\', '\\'))
    const line = startOnLine(command, { bytesPerSecond: 11_520, env: { PATH: process.env.PATH } })
    try {
      const typist = createTypist(line)
      await typist.expect(/login: $/)
      await work(typist)
    } finally {
      line.hangUp()
      await line.ended
    }
  }

  before(async () => {
    makeWorld()
    for (let time = 0; time < 2; time += 1) run('sh', INSTALL, '--speed', '9600', '/dev/ttyS7')
    run('useradd', '--no-create-home', '--shell', '/bin/sh', 'guest')
    spawnSync('chpasswd', { input: 'operator:night\nguest:night\n' })
    const server = await serveControl({
      path: SOCKET,
      group: 'baton',
      handlers: {
        ...({} as ControlHandlers),
        status: () => NORMAL,
        order: (what, onAnswer) => {
          orders.push(what)
          onAnswer({ ok: true, final: true, text: 'it is done' })
          return () => {}
        },
        events: () => (NORMAL.lastEvent === null ? [] : [NORMAL.lastEvent]),
        follow: () => () => {}
      }
    })
    assert.ok(server.ok, JSON.stringify(server))
  })
  beforeEach(() => {
    orders.length = 0
    rmSync('/run/nologin', { force: true })
  })

  it("a login on the port is the console, which may give orders, without the day's message before it", async () => {
    await atGetty(async ({ answer, screen }) => {
      await answer('operator', /Password: $/)
      await answer('night', /Pair shop, board a\. NORMAL[\s\S]*board a> $/)
      await answer('fence on', /it is done[\s\S]*board a> $/)
      await answer('exit', /logged out/)
      assert.deepEqual(screen.strange, [])
      assert.doesNotMatch(screen.all().join('\n'), /WARRANTY|mail/)
    })
    assert.deepEqual(orders, [{ order: 'fenceOn' }])
  })

  it('a closed login gate keeps others out and lets the operator in', async () => {
    writeFileSync('/run/nologin', 'this board is the standby\n')
    await atGetty(async ({ answer }) => {
      await answer('guest', /this board is the standby/)
    })
    await atGetty(async ({ answer }) => {
      await answer('operator', /Password: $/)
      await answer('night', /board a> $/)
    })
  })

  it('a wrong password is refused', async () => {
    await atGetty(async ({ answer }) => {
      await answer('operator', /Password: $/)
      await answer('day', /incorrect/i)
    })
  })

  it('shutting down as the operator leaves in order, and says what to do where no systemd runs', async () => {
    await atGetty(async ({ answer }) => {
      await answer('operator', /Password: $/)
      await answer('night', /board a> $/)
      await answer('8', /BOARD A \(this one\) OFF[\s\S]*Type yes to do it: $/)
      await answer('yes', /it is safe to pull its\s+plug[\s\S]*board a> $/)
    })
    assert.deepEqual(orders, [{ order: 'leave' }])
  })

  it('where systemd runs the last step is its poweroff, by the one rule of sudo', async () => {
    mkdirSync('/run/systemd/system', { recursive: true })
    writeFileSync('/usr/local/sbin/systemctl', '#!/bin/sh\necho "$@" >/run/asked\n')
    chmodSync('/usr/local/sbin/systemctl', 0o755)
    const path = `/usr/local/sbin:${process.env.PATH ?? ''}`
    const done = await promisify(execFile)('baton', ['shutdown', '--yes'], { env: { PATH: path } })
    rmSync('/run/systemd', { recursive: true })
    assert.match(done.stdout, /switches itself off now/)
    assert.equal(readFileSync('/run/asked', 'utf8'), 'poweroff\n')
    assert.match(readFileSync('/etc/sudoers.d/baton-operator', 'utf8'), /^operator .*NOPASSWD: \S+systemctl poweroff$/m)
    assert.equal(statSync('/etc/sudoers.d/baton-operator').mode & 0o777, 0o440)
  })

  it('has no shell: a command is refused', () => {
    const done = spawnSync('su', ['operator', '-c', 'id'], { encoding: 'utf8' })
    assert.equal(done.status, 1)
    assert.match(done.stderr, /has the console of baton and no shell/)
  })

  it('is laid down once, however often, and never on the link between the boards', () => {
    assert.equal(readFileSync('/etc/pam.d/login', 'utf8').match(/baton: the operator/g)?.length, 1)
    assert.match(readFileSync(UNIT, 'utf8'), /--keep-baud 9600,115200/)
    assert.ok(existsSync('/etc/systemd/system/getty.target.wants/serial-getty@ttyS7.service'))
    writeFileSync('/etc/link.yaml', 'boards:\n  a:\n    serial: /dev/ttyS8\n')
    const refused = spawnSync('sh', [INSTALL, '--config', '/etc/link.yaml', 'ttyS8'], { encoding: 'utf8' })
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /is the link to the other board/)
    writeFileSync('/etc/link.yaml', 'boards:\n  a:\n    serial: auto   # the only one\n')
    const second = spawnSync('sh', [INSTALL, '--config', '/etc/link.yaml', 'ttyUSB1'], { encoding: 'utf8' })
    assert.equal(second.status, 1)
    assert.match(second.stderr, /takes the only USB serial adapter, and ttyUSB1 would be a second one/)
  })
})
