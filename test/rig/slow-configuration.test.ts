import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { perlFile, repositoryRoot } from '../../board/virtual/names.js'
import { formatConfigError } from '../../src/config/issue.js'
import { loadConfig } from '../../src/config/load.js'
import { until } from '../driver/wait.js'
import { slowConfiguration } from './slow-configuration.js'

/** As a fresh card has it, with the kinds named: this machine is no Pi. */
const FRESH = `# the same file on both boards
pair: baton
groups:
  - name: main
    home: a
    addresses:
      - address: 192.168.77.10/24   # where your users find it
        interface: eth0
    disk:
      kind: shared
      device: LABEL=baton-data
      mountPoint: /srv/data
      attach:
        by: usbSwitch
    services:
      - name: web
        command: [/usr/bin/busybox, httpd, -f, -h, /srv/data/www]
        probe: {kind: tcp, target: '127.0.0.1:80'}
boards:
  a: {kind: rpi-3b, serial: /dev/ttyUSB0, ethernet: 192.168.77.1, lan: eth0, watchdog: /dev/watchdog, pins: {standard: true}}
  b: {kind: rpi-3b, serial: /dev/ttyUSB0, ethernet: 192.168.77.2, lan: eth0, watchdog: /dev/watchdog, pins: {standard: true}}
`
const SHIPPED = join(repositoryRoot, 'provisioning/package/files/baton.yaml.default')
const LAN = { a: 'eth0', b: 'eth0' }
const logger = readFileSync(perlFile('service'), 'utf8')

describe('the configuration of a fresh card, for slow boards', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-slow-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const problemsOf = (text: string, board: 'a' | 'b'): readonly string[] => {
    const file = join(directory, 'baton.yaml')
    writeFileSync(file, text)
    const loaded = loadConfig(file, { board, env: {} })
    return loaded.ok ? [] : loaded.errors.map(formatConfigError)
  }

  it('it is accepted on both boards, and keeps what a shop owner reads in it', () => {
    const text = slowConfiguration(FRESH, { lan: LAN, logger })
    for (const board of ['a', 'b'] as const) deepEqual(problemsOf(text, board), [])
    match(text, /# where your users find it/)
    const { groups, boards, token } = parse(text)
    equal(groups[0].addresses[0].address, '192.168.77.10/24')
    equal(groups[0].disk.device, 'LABEL=baton-data')
    deepEqual(
      groups[0].services.map(({ name }: { readonly name: string }) => name),
      ['web', 'logger']
    )
    equal(groups[0].services[1].command[2], logger)
    equal(groups[0].services[0].probe.timeoutMs, 20_000)
    equal(token.deadMs, 40_000)
    deepEqual([boards.a.watchdog, boards.b.watchdog, boards.b.ethernet], [undefined, undefined, '192.168.77.2'])
  })

  it('the file that is shipped can be slowed down, too', function () {
    if (!existsSync(SHIPPED)) this.skip()
    const shipped = readFileSync(SHIPPED, 'utf8')
    const text = slowConfiguration(shipped.replaceAll('kind: auto', 'kind: rpi-3b'), { lan: LAN, logger })
    for (const board of ['a', 'b'] as const) deepEqual(problemsOf(text, board), [])
  })

  it('adapters with other names are named, on each board its own one', () => {
    const text = slowConfiguration(FRESH, { lan: { a: 'enxaa', b: 'enxbb' }, logger })
    for (const board of ['a', 'b'] as const) deepEqual(problemsOf(text, board), [])
    const { groups, boards } = parse(text)
    deepEqual(groups[0].addresses[0].interface, { a: 'enxaa', b: 'enxbb' })
    deepEqual([boards.a.lan, boards.b.lan], ['enxaa', 'enxbb'])
  })

  it('a card whose file holds nothing, or no disk, is no fresh card', () => {
    throws(() => slowConfiguration('# only words\n', { lan: LAN, logger }), /holds nothing/)
    throws(() => slowConfiguration('', { lan: LAN, logger }), /holds nothing/)
    throws(() => slowConfiguration('pair: x\n', { lan: LAN, logger }), /no group/)
    throws(() => slowConfiguration('groups: [{name: main}]\n', { lan: LAN, logger }), /no disk/)
  })

  it('the data logger runs from its text alone, and acknowledges what it wrote', async () => {
    const file = join(directory, 'numbers')
    const { groups } = parse(slowConfiguration(FRESH, { lan: LAN, logger }))
    const [program, option, text] = groups[0].services[1].command
    const port = 20_000 + (process.pid % 10_000)
    const child = spawn(program, [option, text, file, String(port)], { env: { BATON_EPOCH: '3-a', BATON_BOARD: 'a' } })
    try {
      let answer = ''
      await until('an acknowledgement', () => {
        if (answer.includes('"n":7')) return true
        const socket = connect(port, '127.0.0.1', () => socket.write('POST /7 HTTP/1.1\r\n\r\n'))
        socket.on('error', () => undefined)
        socket.on('data', bytes => {
          answer += bytes.toString('latin1')
          socket.destroy()
        })
        return false
      })
      ok(readFileSync(file, 'utf8').includes('7 3-a a\n'))
    } finally {
      child.kill('SIGKILL')
    }
  })
})
