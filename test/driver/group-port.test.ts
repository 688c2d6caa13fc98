import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GroupConfig } from '../../src/config/types.js'
import type { ActionOutcome, GroupAction } from '../../src/core/event.js'
import { createGroupPort, type GroupContext } from '../../src/driver/group-port.js'
import { mountAt } from '../../src/driver/mount-table.js'
import type { GroupPort } from '../../src/port/ports.js'
import {
  clock,
  createLab,
  DEADLINES,
  diskConfig,
  EPOCH,
  groupConfig,
  type Lab,
  serviceConfig,
  until
} from './group-lab.js'

const NOTHING_HELD = { mounted: false, addresses: false, services: 'none', leftovers: [] }

describe('a group on this board', () => {
  let lab: Lab
  let ports: GroupPort[]

  beforeEach(() => {
    lab = createLab()
    ports = []
  })

  afterEach(async () => {
    for (const port of ports) {
      port.close()
      await port.run('stopServices', EPOCH)
    }
    lab.end()
  })

  const make = (config: GroupConfig, change: Partial<GroupContext> = {}): GroupPort => {
    const port = createGroupPort(config, {
      board: 'a',
      runDir: lab.folder,
      emit: event => lab.events.push(event),
      clock,
      log: text => lab.notes.push(text),
      ...change
    })
    ports.push(port)
    return port
  }

  const ok = async (port: GroupPort, ...actions: readonly GroupAction[]): Promise<ActionOutcome> => {
    let outcome: ActionOutcome = { ok: true }
    for (const action of actions) {
      outcome = await port.run(action, EPOCH)
      assert.equal(outcome.ok, true, `${action}: ${outcome.ok ? '' : outcome.reason}`)
    }
    return outcome
  }

  const full = (device: string): GroupConfig =>
    groupConfig({
      disk: diskConfig(lab, device),
      addresses: [{ address: '127.77.3.9/32', interface: 'lo' }],
      services: [serviceConfig('sleeper', ['sleep', '600'])]
    })

  it('takes disk, address and service, and gives all of them back', async () => {
    const port = make(full(lab.loop()))
    assert.deepEqual((await ok(port, 'inspect')).findings, NOTHING_HELD)
    await ok(port, 'attach', 'check', 'mount', 'setAddresses', 'startServices')
    const held = await ok(port, 'inspect')
    assert.deepEqual(held.findings, { mounted: true, addresses: true, services: 'all', leftovers: [] })
    await ok(port, 'stopServices', 'clearAddresses', 'unmount', 'detach')
    assert.deepEqual((await ok(port, 'inspect')).findings, NOTHING_HELD)
  })

  it('does each action a second time without harm', async () => {
    const port = make(full(lab.loop()))
    for (const action of ['attach', 'check', 'mount', 'setAddresses', 'startServices'] as const)
      await ok(port, action, action)
    for (const action of ['stopServices', 'clearAddresses', 'unmount', 'detach'] as const)
      await ok(port, action, action)
    assert.deepEqual((await ok(port, 'inspect')).findings, NOTHING_HELD)
  })

  it('adopts in a later life what an earlier one left running', async () => {
    const config = full(lab.loop())
    await ok(make(config), 'attach', 'check', 'mount', 'setAddresses', 'startServices')
    const later = make(config)
    assert.deepEqual((await ok(later, 'inspect')).findings, {
      mounted: true,
      addresses: true,
      services: 'all',
      leftovers: []
    })
    await ok(later, 'stopServices', 'clearAddresses', 'unmount', 'detach')
    assert.deepEqual((await ok(later, 'inspect')).findings, NOTHING_HELD)
  })

  it('counts a command of an earlier life that still runs as a leftover (R6)', async () => {
    const child = spawn('sleep', ['600'], { env: { ...process.env, BATON_CHILD: 'files/earlier/1/act' } })
    lab.later(() => child.kill('SIGKILL'))
    const other = spawn('sleep', ['600'], { env: { ...process.env, BATON_CHILD: 'mail/earlier/1/act' } })
    lab.later(() => other.kill('SIGKILL'))
    const looking = spawn('sleep', ['600'], { env: { ...process.env, BATON_CHILD: 'files/earlier/2/look' } })
    lab.later(() => looking.kill('SIGKILL'))
    const { findings } = await ok(make(groupConfig({})), 'inspect')
    assert.equal(findings?.leftovers.length, 1)
    assert.match(findings?.leftovers[0] ?? '', new RegExp(`sleep \\(process ${child.pid}\\)`))
  })

  it('counts a stray process of a service as a leftover, and ends it with the service (R6)', async () => {
    const stray = spawn('sleep', ['600'], { detached: true, env: { ...process.env, BATON_SERVICE: 'files/sleeper' } })
    lab.later(() => stray.kill('SIGKILL'))
    const port = make(groupConfig({ services: [serviceConfig('sleeper', ['sleep', '600'])] }))
    const { findings } = await ok(port, 'inspect')
    assert.match(findings?.leftovers[0] ?? '', /sleep \(process \d+ of files\/sleeper\)/)
    await ok(port, 'stopServices')
    assert.deepEqual((await ok(port, 'inspect')).findings, NOTHING_HELD)
  })

  it('says that a lazily unmounted disk is still held (R6)', async () => {
    const device = lab.loop()
    const port = make(groupConfig({ disk: diskConfig(lab, device) }))
    await ok(port, 'attach', 'check', 'mount')
    const user = spawn('sleep', ['600'], { cwd: lab.mountPoint })
    lab.later(() => user.kill('SIGKILL'))
    await until('the user runs', () => user.pid !== undefined && existsSync(`/proc/${user.pid}/cwd`))
    spawnSync('umount', ['-l', lab.mountPoint])
    const { findings } = await ok(port, 'inspect')
    assert.equal(findings?.mounted, false)
    assert.match(findings?.leftovers[0] ?? '', /cannot be opened exclusively/)
  })

  it('finds its disk mounted at another place', async () => {
    const device = lab.loop()
    spawnSync('mkdir', [join(lab.folder, 'other')])
    spawnSync('mount', [device, join(lab.folder, 'other')])
    lab.later(() => spawnSync('umount', [join(lab.folder, 'other')]))
    const { findings } = await ok(make(groupConfig({ disk: diskConfig(lab, device) })), 'inspect')
    assert.match(findings?.leftovers[0] ?? '', /also mounted at .*other/)
  })

  it('abandons without writing another byte and leaves the mount as evidence (R15)', async () => {
    const port = make(full(lab.loop()))
    await ok(port, 'attach', 'check', 'mount', 'setAddresses', 'startServices', 'abandon')
    assert.notEqual(mountAt(lab.mountPoint), null)
    assert.throws(() => writeFileSync(join(lab.mountPoint, 'late'), 'x'))
    const { findings } = await ok(port, 'inspect')
    assert.deepEqual({ ...findings, leftovers: [] }, { ...NOTHING_HELD, mounted: true })
  })

  it('sets addresses while the disk is still on its way, and looks only when both are done', async () => {
    const gate = join(lab.folder, 'gate')
    const attach = ['sh', '-c', `until test -e ${gate}; do sleep 0.01; done`]
    const disk = diskConfig(lab, lab.loop(), { attach: { by: 'command', attach, detach: [] } })
    const port = make(groupConfig({ disk, addresses: [{ address: '127.77.3.9/32', interface: 'lo' }] }))
    const attached = port.run('attach', EPOCH)
    const inspected = Promise.race([port.run('inspect', EPOCH), attached.then(() => 'attached first')])
    writeFileSync(gate, '')
    assert.equal(await inspected, 'attached first')
    rmSync(gate)
    const second = port.run('attach', EPOCH)
    await ok(port, 'setAddresses')
    writeFileSync(gate, '')
    assert.equal((await second).ok, true)
    await ok(port, 'clearAddresses')
  })

  it('drops what waits when it is abandoned, and stops what was under way (R15)', async () => {
    const port = make(full(lab.loop()))
    const mounting = port.run('mount', EPOCH)
    const starting = port.run('startServices', EPOCH)
    const waiting = port.run('startServices', EPOCH)
    await port.run('abandon', EPOCH)
    assert.match(
      await waiting.then(outcome => (outcome.ok ? '' : outcome.reason)),
      /dropped: group files was abandoned/
    )
    await Promise.all([mounting, starting])
    await until('nothing runs', async () => (await port.run('inspect', EPOCH)).findings?.services === 'none')
    await until('nothing can be written', () => spawnSync('touch', [join(lab.mountPoint, 'late')]).status !== 0)
  })

  it('unmounts a disk that is being probed all the time', async () => {
    const port = make(groupConfig({ disk: diskConfig(lab, lab.loop(), { probeEveryMs: 1 }) }))
    for (let round = 0; round < 5; round += 1) {
      await ok(port, 'attach', 'check', 'mount')
      port.watch(true)
      await until('it is probed', () => /answered/.test(port.describe().disk))
      port.watch(false)
      await ok(port, 'unmount')
    }
    assert.deepEqual(
      lab.events.filter(event => event.kind === 'diskFailed'),
      []
    )
  })

  it('tells that its disk is in reach, and that an attach failed', async () => {
    const port = make(
      groupConfig({
        disk: diskConfig(lab, '/dev/nowhere', { attach: { by: 'command', attach: ['false'], detach: [] } })
      })
    )
    await until('seen', () => lab.events.some(event => event.kind === 'diskSeenChanged' && event.seen))
    const outcome = await port.run('attach', EPOCH)
    assert.equal(outcome.ok, false)
    assert.match(outcome.ok ? '' : outcome.reason, /bringing the disk here failed: `false` exited with 1/)
    assert.deepEqual(lab.events.at(-1), { kind: 'diskSeenChanged', group: 'files', seen: false })
  })

  it('brings the disk by the USB switch, and believes its read-back', async () => {
    const disk = diskConfig(lab, lab.loop(), { attach: { by: 'usbSwitch' } })
    let ours = true
    const usbSwitch = { select: () => lab.notes.push('selected'), readback: () => ours }
    const port = make(groupConfig({ disk, deadlines: { ...DEADLINES, attachMs: 200 } }), { usbSwitch })
    await ok(port, 'attach')
    assert.deepEqual(lab.notes, ['selected'])
    ours = false
    const outcome = await port.run('attach', EPOCH)
    assert.match(outcome.ok ? '' : outcome.reason, /read-back says that it does not/)
  })
})
