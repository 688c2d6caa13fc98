// Carrier of a real interface. Run by lan.test.ts inside a network namespace of its own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { CoreEvent } from '../../src/core/event.js'
import { type LanWatch, watchLan } from '../../src/driver/lan.js'
import { until } from './wait.js'

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'ignore' })
const tryIp = (...args: string[]): void => {
  try {
    ip(...args)
  } catch {
    // Not there: nothing to remove.
  }
}

/** Process ids of the `ip` children of this process. */
const monitors = (): number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes('monitor link'))
    .map(line => Number.parseInt(line, 10))

describe('LAN carrier', function () {
  this.timeout(20_000)
  let events: CoreEvent[] = []
  let lan: LanWatch | null = null

  const watch = (iface: string | null): LanWatch => {
    lan = watchLan(iface, event => events.push(event))
    return lan
  }
  beforeEach(() => {
    events = []
    ip('link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'cable0')
    ip('link', 'set', 'lan0', 'up')
    ip('link', 'set', 'cable0', 'up')
  })
  afterEach(() => {
    lan?.close()
    tryIp('link', 'del', 'lan0')
  })

  it('is known after the first look', async () => {
    const here = watch('lan0')
    await here.ready
    assert.equal(here.up, true)
    assert.deepEqual(events, [{ kind: 'lanChanged', up: true }])
  })

  it('falls with the cable and comes back with it, told once each', async () => {
    const here = watch('lan0')
    await here.ready
    ip('link', 'set', 'cable0', 'down')
    await until('down', () => !here.up)
    assert.match(here.describe(), /no carrier/)
    ip('link', 'set', 'cable0', 'up')
    await until('up', () => here.up)
    assert.deepEqual(
      events.map(event => event.kind === 'lanChanged' && event.up),
      [true, false, true]
    )
  })

  it('is down while the interface does not exist, and follows one that is made again', async () => {
    const here = watch('lan0')
    await here.ready
    ip('link', 'del', 'lan0')
    await until('down', () => !here.up)
    assert.match(here.describe(), /does not exist/)
    ip('link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'cable0')
    ip('link', 'set', 'lan0', 'up')
    ip('link', 'set', 'cable0', 'up')
    await until('up', () => here.up)
  })

  it('is still watched after the monitor died', async () => {
    const here = watch('lan0')
    await here.ready
    await until('a monitor', () => monitors().length === 1)
    const [first = 0] = monitors()
    process.kill(first, 'SIGKILL')
    await until('another monitor', () => monitors().some(pid => pid !== first))
    ip('link', 'set', 'cable0', 'down')
    await until('down', () => !here.up)
  })

  it('leaves no child behind', async () => {
    const here = watch('lan0')
    await here.ready
    here.close()
    await until('no monitor', () => monitors().length === 0)
  })

  it('is up without a look where no interface is watched', () => {
    assert.equal(watch(null).up, true)
  })
})
