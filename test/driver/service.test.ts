import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ProbeConfig, ServiceConfig } from '../../src/config/types.js'
import type { ActionOutcome } from '../../src/core/event.js'
import { createGroupRunner } from '../../src/driver/group-command.js'
import { processState } from '../../src/driver/process-table.js'
import { createServices, type Services } from '../../src/driver/service.js'
import { LOG_BYTES_MAX } from '../../src/driver/service-log.js'
import { probeService } from '../../src/driver/service-probe.js'
import { createLab, DEADLINES, EPOCH, type Lab, serviceConfig, until } from './group-lab.js'

const reasonOf = (outcome: ActionOutcome): string => (outcome.ok ? 'ok' : outcome.reason)

describe('the services of a group', function () {
  this.timeout(20_000)
  let lab: Lab
  let made: Services[]

  beforeEach(() => {
    lab = createLab()
    made = []
  })

  afterEach(async () => {
    for (const services of made) {
      services.watch(false)
      await services.stop()
    }
    lab.end()
  })

  const make = (...services: readonly ServiceConfig[]): Services => {
    const result = createServices({
      runner: createGroupRunner('files'),
      board: 'a',
      runDir: lab.folder,
      services,
      deadlines: { ...DEADLINES, startMs: 1500, stopMs: 400 },
      emit: event => lab.events.push(event),
      log: text => lab.notes.push(text)
    })
    made.push(result)
    return result
  }

  const script = (name: string, text: string, change: Partial<ServiceConfig> = {}) =>
    serviceConfig(name, ['sh', '-c', text], change)
  const record = (name: string) => JSON.parse(readFileSync(join(lab.folder, 'services', `files.${name}.json`), 'utf8'))
  const log = (name: string) => readFileSync(join(lab.folder, 'services', `files.${name}.log`), 'utf8')
  const failures = () =>
    lab.events.flatMap(event => (event.kind === 'serviceFailed' ? [`${event.service}: ${event.reason}`] : []))

  it('start with board, group, epoch and name in their environment, and not with the mark of a child', async () => {
    const services = make(script('envy', 'env; exec sleep 600'))
    assert.equal(reasonOf(await services.start(EPOCH)), 'ok')
    await until('it has printed', () => /BATON_SERVICE/.test(log('envy')))
    for (const line of ['BATON_GROUP=files', 'BATON_BOARD=a', 'BATON_EPOCH=7-a', 'BATON_SERVICE=files/envy']) {
      assert.ok(log('envy').split('\n').includes(line), line)
    }
    assert.doesNotMatch(log('envy'), /BATON_CHILD/)
  })

  it('are adopted by a later life, but not when another process has the number', async () => {
    const config = script('sleeper', 'exec sleep 600')
    await make(config).start(EPOCH)
    const { pid } = record('sleeper')
    const later = make(config)
    assert.deepEqual(await later.alive(500), ['sleeper'])
    await later.start(EPOCH)
    assert.equal(record('sleeper').pid, pid)
    const file = join(lab.folder, 'services', 'files.sleeper.json')
    writeFileSync(file, JSON.stringify({ ...record('sleeper'), startTime: '1' }))
    assert.deepEqual(await make(config).alive(500), [])
  })

  it('are ready with the first answer of their probe', async () => {
    const flag = join(lab.folder, 'flag')
    const probe: ProbeConfig = { kind: 'command', target: ['test', '-e', flag], everyMs: 1000, timeoutMs: 500 }
    const services = make(script('slow', `sleep 0.1; touch ${flag}; exec sleep 600`, { probe }))
    assert.equal(reasonOf(await services.start(EPOCH)), 'ok')
    assert.ok(statSync(flag).isFile())
  })

  it('that die while they start are told with their last words, at once', async () => {
    const probe: ProbeConfig = { kind: 'tcp', target: ['127.0.0.1:9'], everyMs: 1000, timeoutMs: 500 }
    const services = make(script('broken', 'echo no such database >&2; exit 3', { probe }))
    assert.match(
      reasonOf(await services.start(EPOCH)),
      /did not become ready: it exited with 3 \(its last words: no such database\)/
    )
    assert.match(
      reasonOf(await make(serviceConfig('absent', ['/nowhere/daemon'])).start(EPOCH)),
      /could not be started: .*ENOENT/
    )
  })

  it('that never answer are told at the deadline', async () => {
    const probe: ProbeConfig = { kind: 'tcp', target: ['127.0.0.1:9'], everyMs: 1000, timeoutMs: 200 }
    const services = make(script('deaf', 'exec sleep 600', { probe }))
    assert.match(
      reasonOf(await services.start(EPOCH)),
      /not become ready within 1500 ms: no connection to 127\.0\.0\.1:9/
    )
  })

  it('are killed where they ignore their stop signal, with all their children', async () => {
    const services = make(script('stubborn', 'trap "" TERM; sleep 600 & echo $!; while :; do sleep 1; done'))
    await services.start(EPOCH)
    await until('the child runs', () => /\d+/.test(log('stubborn')))
    const child = Number(log('stubborn'))
    const { pid } = record('stubborn')
    assert.equal(reasonOf(await services.stop()), 'ok')
    assert.deepEqual([processState(pid), processState(child)], [null, null])
  })

  it('are ended also where a part of them left the session', async () => {
    const services = make(script('daemon', 'setsid sleep 600 & echo $!; exec sleep 600'))
    await services.start(EPOCH)
    await until('the child runs', () => /\d+/.test(log('daemon')))
    const child = Number(log('daemon'))
    await until('it has its own session', () => processState(child)?.group === child)
    assert.equal(reasonOf(await services.stop()), 'ok')
    assert.equal(processState(child), null)
  })

  it('are told as failed when their process dies or their probe fails twice in a row', async () => {
    const flag = join(lab.folder, 'flag')
    writeFileSync(flag, '')
    const probe: ProbeConfig = { kind: 'command', target: ['rm', flag], everyMs: 50, timeoutMs: 500 }
    const services = make(script('mortal', 'exec sleep 600'), script('ill', 'exec sleep 600', { probe }))
    await services.start(EPOCH)
    services.watch(true)
    await until('the ill one is told', () => failures().some(words => /^ill: `rm .*exited with 1/.test(words)))
    process.kill(record('mortal').pid, 'SIGKILL')
    await until('the dead one is told', () => failures().some(words => /^mortal: .*ended by SIGKILL/.test(words)))
    const { pid } = record('ill')
    writeFileSync(flag, '')
    assert.equal(reasonOf(await services.restart(EPOCH)), 'ok')
    assert.deepEqual(await services.alive(500), ['mortal', 'ill'])
    assert.equal(record('ill').pid, pid)
  })

  it('have their log bounded while they write', async () => {
    const services = make(script('chatty', 'yes | head -c 700000; echo; echo end; exec sleep 600'))
    await services.start(EPOCH)
    await until('all is written', () => /end/.test(log('chatty').slice(-10)))
    services.watch(true)
    await until('it is cut', () => statSync(join(lab.folder, 'services', 'files.chatty.log')).size < LOG_BYTES_MAX)
  })

  it('run as their user', async () => {
    const services = make(script('modest', 'id -un; exec sleep 600', { user: 'nobody' }))
    assert.equal(reasonOf(await services.start(EPOCH)), 'ok')
    await until('it has told', () => /nobody/.test(log('modest')))
  })

  it('that are units are refused in clear words where systemd does not run', async function () {
    const unit = { ...serviceConfig('unit', []), command: null, unit: 'cron.service' }
    if (statSync('/run/systemd/system', { throwIfNoEntry: false }) !== undefined) this.skip()
    assert.match(reasonOf(await make(unit).start(EPOCH)), /systemd does not run here; give it a command/)
    assert.equal(reasonOf(await make(unit).stop()), 'ok')
  })
})

describe('a probe', () => {
  const runner = createGroupRunner('files')
  const look = (kind: ProbeConfig['kind'], ...target: string[]) =>
    probeService(runner, { kind, target, everyMs: 1000, timeoutMs: 200 }, 200, async () => null)
  let server: Server
  let port: number

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/hang') return
      response.statusCode = request.url === '/bad' ? 503 : 200
      response.end('x'.repeat(100_000))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('by TCP and HTTP succeeds with an answer and says what went wrong without one', async () => {
    const base = `http://127.0.0.1:${port}`
    assert.equal(await look('tcp', `127.0.0.1:${port}`), null)
    assert.equal(await look('http', `${base}/`), null)
    assert.match((await look('http', `${base}/bad`)) ?? '', /answered with status 503/)
    assert.match((await look('http', `${base}/hang`)) ?? '', /no answer from .* within 200 ms/)
    assert.match((await look('http', 'no url')) ?? '', /cannot be run/)
    assert.match((await look('command', 'sleep', '5')) ?? '', /was not done after/)
  })
})
