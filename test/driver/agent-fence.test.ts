// Fence agents as real programs: what counts as cut, levels, replaced orders.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FenceAgentConfig } from '../../src/config/types.js'
import type { CoreEvent } from '../../src/core/event.js'
import { createAgentFence, readAgentPlugs } from '../../src/driver/agent-fence.js'
import { createClock } from '../../src/driver/clock.js'
import type { FencePort } from '../../src/port/ports.js'
import { until } from './wait.js'

const PROGRAM = fileURLToPath(new URL('../../../test/driver/fixture/fence-plug', import.meta.url))

describe('fence agent', function () {
  this.timeout(20_000)
  let folder = ''
  let events: CoreEvent[] = []
  let port: FencePort | null = null

  const agent = (name: string, options: Record<string, string> = {}, timeoutMs = 5000): FenceAgentConfig => {
    const file = join(folder, name)
    if (!existsSync(file)) writeFileSync(file, 'on\n')
    return { path: PROGRAM, options: { plug_file: file, ...options }, timeoutMs, statusEveryMs: 20 }
  }
  const plug = (name: string): string => readFileSync(join(folder, name), 'latin1').trim()
  const actions = (name: string): string[] =>
    existsSync(join(folder, `${name}.log`))
      ? readFileSync(join(folder, `${name}.log`), 'latin1')
          .trim()
          .split('\n')
          .filter(action => action !== 'monitor')
      : []
  const open = (...agents: FenceAgentConfig[]): FencePort => {
    port = createAgentFence(agents, event => events.push(event), createClock())
    return port
  }
  const told = (count: number): Promise<void> => until(`${count} events`, () => events.length >= count)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-agent-'))
    events = []
  })
  afterEach(async () => {
    port?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  it('confirms that power is cut only after its status said off', async () => {
    open(agent('p', { late: '3' })).drive(true, 7)
    await told(2)
    assert.deepEqual(events, [
      { kind: 'relayDriven', on: true, order: 7 },
      { kind: 'agentConfirmed', order: 7 }
    ])
    assert.deepEqual(actions('p'), ['off', 'status', 'status', 'status'])
    assert.equal(plug('p'), 'off')
    assert.equal(port?.describe().relay, true)
  })

  it('is not believed when it says done and the plug stays on', async () => {
    open(agent('p', { lie: '1' }, 400)).drive(true, 7)
    await told(1)
    const [event] = events
    assert.ok(event?.kind === 'relayFailed')
    assert.match(event.reason, /not confirmed within 400 ms: status still says on/)
  })

  it('leaves the work to the next agent where it fails', async () => {
    open(agent('p', { fail: 'off' }), agent('q')).drive(true, 1)
    await told(2)
    assert.deepEqual(
      events.map(event => event.kind),
      ['relayDriven', 'agentConfirmed']
    )
    assert.deepEqual([plug('p'), plug('q')], ['on', 'off'])
  })

  it('is ended when it hangs, and the order fails in its time with its action named', async () => {
    open(agent('p', { hang: 'off' }, 300)).drive(true, 1)
    await told(1)
    const [event] = events
    assert.ok(event?.kind === 'relayFailed')
    assert.match(event.reason, /fence-plug.*was not done after \d+ ms.*\(action off\)/)
  })

  it('switches every plug on again at a release', async () => {
    const fence = open(agent('p', { fail: 'off' }), agent('q'))
    fence.drive(true, 1)
    await told(2)
    fence.drive(false, 2)
    await told(3)
    assert.deepEqual(events[2], { kind: 'relayDriven', on: false, order: 2 })
    assert.deepEqual([plug('p'), plug('q')], ['on', 'on'])
  })

  it('drops an order that a newer one replaced, and ends as the newest says', async () => {
    const fence = open(agent('p', { lie: '1' }))
    fence.drive(true, 1)
    await until('off was tried', () => actions('p').includes('status'))
    fence.drive(true, 2)
    fence.drive(false, 3)
    await told(1)
    assert.deepEqual(events, [{ kind: 'relayDriven', on: false, order: 3 }])
  })

  it('tells a person that it cannot reach its switch, before it is needed', async () => {
    const fence = open(agent('p', { fail: 'monitor' }))
    await until('detail', () => /cannot reach the switch \(action monitor\)/.test(fence.describe().detail))
    assert.deepEqual(events, [])
  })

  it('tells at start which way the plugs are', async () => {
    assert.equal(await readAgentPlugs([agent('p')]), 'on')
    writeFileSync(join(folder, 'q'), 'off\n')
    assert.equal(await readAgentPlugs([agent('p'), agent('q')]), 'off')
    assert.equal(await readAgentPlugs([agent('p', { fail: 'status' })]), 'unknown')
  })

  it('gets no option that a line break smuggled in', async () => {
    open(agent('p', { fail: 'nothing\naction=on' })).drive(true, 1)
    await told(2)
    assert.equal(plug('p'), 'off')
  })
})
