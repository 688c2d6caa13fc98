import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { AddressConfig } from '../../src/config/types.js'
import type { ActionOutcome } from '../../src/core/event.js'
import { canonical, parseCidr } from '../../src/driver/address-table.js'
import { sh, until } from './group-lab.js'

const FIXTURE = fileURLToPath(new URL('./address-fixture.js', import.meta.url))

interface Told {
  readonly outcomes: readonly (ActionOutcome & { readonly value?: readonly unknown[]; readonly reason?: string })[]
  readonly notes: readonly string[]
  readonly states: readonly { readonly address: string; readonly state: string }[]
}

describe('the addresses of a group', function () {
  this.timeout(20_000)
  const ours = `baton-o-${process.pid}`
  const theirs = `baton-t-${process.pid}`
  const four: AddressConfig = { address: '10.77.0.50/24', interface: 'lan' }
  const six: AddressConfig = { address: 'FD77::0050/64', interface: 'lan' }

  beforeEach(() => {
    for (const name of [ours, theirs]) sh('ip', 'netns', 'add', name)
    sh('ip', 'link', 'add', 'lan', 'netns', ours, 'type', 'veth', 'peer', 'name', 'lan', 'netns', theirs)
    for (const name of [ours, theirs]) for (const link of ['lo', 'lan']) sh('ip', '-n', name, 'link', 'set', link, 'up')
  })

  afterEach(() => {
    for (const name of [ours, theirs]) spawnSync('ip', ['netns', 'del', name])
  })

  const run = (addresses: readonly AddressConfig[], ...actions: readonly string[]): Told =>
    JSON.parse(sh('ip', 'netns', 'exec', ours, process.execPath, FIXTURE, JSON.stringify(addresses), ...actions))

  const reasons = (told: Told): string => told.outcomes.map(({ reason }) => reason ?? 'ok').join()

  it('sets several at once, finds and clears them, each twice without harm', () => {
    const told = run([four, six], 'set', 'set', 'find', 'clear', 'clear', 'find')
    assert.equal(reasons(told), 'ok,ok,ok,ok,ok,ok')
    assert.equal(told.outcomes[2]?.value?.length, 2)
    assert.equal(told.outcomes[5]?.value?.length, 0)
  })

  it('announces them to neighbours that still know the other board', async () => {
    const wrong = ['lladdr', '02:00:00:00:00:01', 'dev', 'lan', 'nud', 'stale']
    sh('ip', '-n', theirs, 'addr', 'add', '10.77.0.1/24', 'dev', 'lan')
    for (const address of ['10.77.0.50', 'fd77::50']) sh('ip', '-n', theirs, 'neigh', 'add', address, ...wrong)
    run([four, six], 'set')
    const mac = sh('ip', 'netns', 'exec', ours, 'cat', '/sys/class/net/lan/address')
    const known = (address: string) => sh('ip', '-n', theirs, 'neigh', 'show', address)
    await until('both are learnt', () => ['10.77.0.50', 'fd77::50'].every(address => known(address).includes(mac)))
  })

  it('does not set an address that another machine has, when it may look first', () => {
    sh('ip', '-n', theirs, 'addr', 'add', '10.77.0.50/24', 'dev', 'lan')
    sh('ip', '-n', theirs, 'addr', 'add', 'fd77::50/64', 'dev', 'lan', 'nodad')
    const told = run([four, six], 'checkAndSet', 'find')
    assert.match(
      reasons(told),
      /another machine on lan \([0-9a-f:]+\) has the address 10\.77\.0\.50.*fd77::50 is not set: another machine/i
    )
    assert.equal(told.outcomes[1]?.value?.length, 0)
  })

  it('sets an address after nobody answered for it', () => {
    const told = run([four, six], 'checkAndSet', 'find')
    assert.equal(reasons(told), 'ok,ok')
    assert.equal(told.outcomes[1]?.value?.length, 2)
  })

  it('sets at once after a fencing and tells afterwards that another machine has it', () => {
    sh('ip', '-n', theirs, 'addr', 'add', '10.77.0.50/24', 'dev', 'lan')
    const told = run([four], 'set')
    assert.equal(reasons(told), 'ok')
    assert.match(told.notes.join(), /another machine on lan .* has the address 10\.77\.0\.50/)
    assert.match(told.states[0]?.state ?? '', /another machine answers/)
  })

  it('refuses an address that is set on another interface, and an interface that is not there', () => {
    sh('ip', '-n', ours, 'addr', 'add', '10.77.0.50/32', 'dev', 'lo')
    assert.match(reasons(run([four], 'set')), /already set on lo, not on lan/)
    assert.match(
      reasons(run([{ ...six, interface: 'wan' }], 'set')),
      /setting FD77::0050\/64 on wan failed: .*Cannot find device/
    )
  })

  it('clears an address also from another interface and with another prefix', () => {
    sh('ip', '-n', ours, 'addr', 'add', '10.77.0.50/32', 'dev', 'lo')
    assert.equal(reasons(run([four], 'clear')), 'ok')
    assert.doesNotMatch(sh('ip', '-n', ours, 'addr'), /10\.77\.0\.50/)
  })

  it('knows the spellings of one address', () => {
    assert.equal(canonical('FD77:0::0050'), 'fd77::50')
    assert.deepEqual(parseCidr('10.1.2.3'), { address: '10.1.2.3', prefix: 32, v6: false })
  })
})
