import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskConfig } from '../../src/config/types.js'
import type { ActionOutcome } from '../../src/core/event.js'
import { createDisk, type Disk } from '../../src/driver/disk.js'
import { judgeCheck } from '../../src/driver/disk-check.js'
import { createGroupRunner } from '../../src/driver/group-command.js'
import { mountAt, parseMountInfo } from '../../src/driver/mount-table.js'
import { scanHolders } from '../../src/driver/process-scan.js'
import { createLab, DEADLINES, diskConfig, type Lab, sh, until } from './group-lab.js'

const reasonOf = (outcome: ActionOutcome): string => (outcome.ok ? '' : outcome.reason)

describe('the disk of a group', () => {
  let lab: Lab

  beforeEach(() => {
    lab = createLab()
  })

  afterEach(() => lab.end())

  const make = (device: string, change: Partial<DiskConfig> = {}): Disk =>
    createDisk({
      runner: createGroupRunner('files'),
      config: diskConfig(lab, device, change),
      deadlines: { ...DEADLINES, attachMs: 300, unmountMs: 1500 },
      usbSwitch: undefined,
      environment: {},
      log: text => lab.notes.push(text)
    })

  const ok = async (outcome: Promise<ActionOutcome>): Promise<void> => assert.equal(reasonOf(await outcome), '')

  const user = async (program: string, ...args: string[]): Promise<ChildProcess> => {
    const child = spawn(program, args, { cwd: lab.mountPoint, stdio: ['ignore', 'pipe', 'ignore'] })
    lab.later(() => child.kill('SIGKILL'))
    await new Promise(resolve => child.stdout?.once('data', resolve))
    return child
  }

  it('finds a disk by its label and by its UUID', async () => {
    const device = lab.loop()
    const uuid = sh('blkid', '-c', '/dev/null', '-s', 'UUID', '-o', 'value', device)
    for (const name of ['LABEL=batonlab', `UUID=${uuid}`]) assert.equal((await make(name).find(2000))?.path, device)
  })

  it('waits for a disk that comes late, and says which one did not come', async () => {
    assert.match(
      reasonOf(await make('/dev/baton-nowhere').attach()),
      /\/dev\/baton-nowhere did not appear .* within 300 ms/
    )
    const free = sh('losetup', '-f')
    const attached = make(free, {
      attach: { by: 'command', attach: ['losetup', free, lab.image], detach: ['losetup', '-d', free] }
    })
    lab.later(() => sh('losetup', '-d', free))
    await ok(attached.attach())
    await ok(attached.detach())
  })

  it('corrects what e2fsck may correct, and tells it', async () => {
    sh('debugfs', '-w', '-R', 'set_super_value free_inodes_count 3', lab.image)
    sh('debugfs', '-w', '-R', 'set_super_value state 0', lab.image)
    await ok(make(lab.loop()).check())
    assert.match(lab.notes.join(), /errors were found and corrected/)
  })

  it('refuses a filesystem that e2fsck dares not repair', async () => {
    sh('debugfs', '-w', '-R', 'clri <2>', lab.image)
    sh('debugfs', '-w', '-R', 'set_super_value state 0', lab.image)
    assert.match(reasonOf(await make(lab.loop()).check()), /ended with 4: errors are left .*by hand/)
  })

  it('understands every exit bit of e2fsck', () => {
    assert.deepEqual(judgeCheck(0), { fit: true, corrected: false, words: 'clean' })
    for (const code of [1, 2, 3]) assert.equal(judgeCheck(code).fit, true)
    for (const code of [4, 5, 8, 12, 16, 32, 64, 128]) assert.equal(judgeCheck(code).fit, false)
    assert.equal(judgeCheck(5).corrected, true)
  })

  it('says that a disk which is not there cannot be checked', async () => {
    assert.match(reasonOf(await make('/dev/baton-nowhere').check()), /is not there to be checked/)
  })

  it('remembers the epoch of its latest tenure, and tells a later one instead of marking it over (R5)', async () => {
    const disk = make(lab.loop())
    const mark = join(lab.mountPoint, '.baton-epoch')
    assert.deepEqual(await disk.mount({ number: 7, board: 'b' }), { ok: true })
    assert.equal(readFileSync(mark, 'utf8'), '0000000007b\n')
    await ok(disk.unmount())
    assert.deepEqual(await disk.mount({ number: 7, board: 'a' }), { ok: true, stamp: { number: 7, board: 'b' } })
    assert.equal(readFileSync(mark, 'utf8'), '0000000007b\n')
    assert.deepEqual(await disk.stamp({ number: 8, board: 'a' }), { ok: true })
    assert.equal(readFileSync(mark, 'utf8'), '0000000008a\n')
    writeFileSync(mark, 'half a li')
    assert.deepEqual(await disk.stamp({ number: 9, board: 'a' }), { ok: true })
    assert.equal(readFileSync(mark, 'utf8').split('\n')[0], '0000000009a')
  })

  it('is served although it is too full for its first mark, and says so', async () => {
    const device = lab.loop()
    sh('mkdir', '-p', lab.mountPoint)
    sh('mount', device, lab.mountPoint)
    // Big files first, then single blocks, until not one is left.
    const fill =
      'for size in 1M 4K 1; do i=0; while head -c $size /dev/zero >"$1/$size.$i" 2>/dev/null; do i=$((i+1)); done; sync; done'
    sh('sh', '-c', fill, 'fill', lab.mountPoint)
    sh('umount', lab.mountPoint)
    await ok(make(device).mount({ number: 1, board: 'a' }))
    assert.match(lab.notes.join(), /is full: its epoch could not be written/)
  })

  it('says who keeps it busy, and stays mounted', async () => {
    const disk = make(lab.loop())
    await ok(disk.mount({ number: 1, board: 'a' }))
    const child = await user('sh', '-c', 'exec 3>held; echo; cd /; exec sleep 600')
    const words = new RegExp(`is busy and stays mounted: used by s\\w+ \\(process ${child.pid}, .*held\\); end it`)
    assert.match(reasonOf(await disk.unmount()), words)
    assert.notEqual(mountAt(lab.mountPoint), null)
  })

  it('finds the process whose mount namespace still has it', async () => {
    const device = lab.loop()
    const disk = make(device)
    await ok(disk.mount({ number: 1, board: 'a' }))
    const child = spawn('unshare', ['--mount', 'sh', '-c', 'echo; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore']
    })
    lab.later(() => child.kill('SIGKILL'))
    await new Promise(resolve => child.stdout?.once('data', resolve))
    await ok(disk.unmount())
    const number = (await disk.find(1000))?.number ?? ''
    const scan = await scanHolders(createGroupRunner('files'), number, device, 2000)
    const found = scan.ok ? scan.value.filter(holder => holder.pid === child.pid) : []
    assert.deepEqual(
      found.map(({ path }) => path),
      [`mount namespace with ${lab.mountPoint}`]
    )
  })

  it('ends those who keep it busy where that is allowed, even one that ignores SIGTERM', async () => {
    const disk = make(lab.loop(), { killUsers: true })
    await ok(disk.mount({ number: 1, board: 'a' }))
    await user('sh', '-c', 'trap "" TERM; echo; while :; do sleep 1; done')
    await ok(disk.unmount())
    assert.equal(mountAt(lab.mountPoint), null)
    assert.match(lab.notes.join(), /SIGTERM to .*SIGKILL to /)
  })

  it('mounts no other disk over its mount point and does not detach while mounted', async () => {
    const disk = make(lab.loop())
    await ok(disk.mount({ number: 1, board: 'a' }))
    assert.match(reasonOf(await disk.detach()), /still mounted/)
    const second = join(lab.folder, 'second.img')
    sh('truncate', '-s', '8M', second)
    sh('mkfs.ext4', '-q', '-F', second)
    const other = make(sh('losetup', '-f', '--show', second))
    lab.later(() => sh('losetup', '-d', other.see()?.path ?? ''))
    assert.match(reasonOf(await other.mount({ number: 1, board: 'a' })), /is mounted at .*, not \/dev\/loop/)
  })

  it('reads mountinfo with escaped names', () => {
    const line = '36 35 98:0 / /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/sd\\134x ro,errors=continue'
    assert.deepEqual(parseMountInfo(`${line}\nnonsense\n`), [
      { mountPoint: '/mnt/a b', device: '98:0', source: '/dev/sd\\x', type: 'ext4', readOnly: true }
    ])
  })
})

describe('a disk that hangs', function () {
  this.timeout(20_000)
  let lab: Lab

  beforeEach(() => {
    lab = createLab()
  })

  afterEach(() => lab.end())

  it('is told as failed in time, keeps no more than one probe, and holds its unmount (R6, R10)', async () => {
    const { createGroupPort } = await import('../../src/driver/group-port.js')
    const { clock, EPOCH, groupConfig } = await import('./group-lab.js')
    const under = join(lab.folder, 'under')
    sh('mkdir', under)
    const fuse = spawn('bindfs', ['-f', lab.folder, under], { stdio: 'ignore' })
    lab.later(() => fuse.kill('SIGTERM'))
    await until('bindfs is mounted', () => mountAt(under) !== null)
    const device = lab.loop(join(under, 'disk.img'))
    lab.later(() => fuse.kill('SIGCONT'))
    const disk = diskConfig(lab, device, { probeEveryMs: 50, probeTimeoutMs: 250 })
    const deadlines = { ...DEADLINES, unmountMs: 300, inspectMs: 1000 }
    const port = createGroupPort(groupConfig({ disk, deadlines }), {
      board: 'a',
      runDir: lab.folder,
      emit: event => lab.events.push(event),
      clock,
      log: text => lab.notes.push(text)
    })
    lab.later(() => port.close())
    for (const action of ['attach', 'check', 'mount'] as const) assert.equal((await port.run(action, EPOCH)).ok, true)
    port.watch(true)
    await until('the probe has answered', () => /answered/.test(port.describe().disk))
    fuse.kill('SIGSTOP')
    const failed = () => lab.events.flatMap(event => (event.kind === 'diskFailed' ? [event.reason] : []))
    await until('the hang is told', () => failed().length > 0)
    assert.match(failed()[0] ?? '', /did not answer within 250 ms/)
    await until('the child is known to hang', () => /cannot be killed/.test(port.describe().disk))
    assert.equal(failed().length, 1)
    const probes = sh(
      'sh',
      '-c',
      `grep -lzx '[i]f=${lab.mountPoint}/.baton-probe' /proc/[0-9]*/cmdline 2>/dev/null | wc -l`
    )
    assert.equal(probes, '1')
    port.watch(false)
    const unmounted = await port.run('unmount', EPOCH)
    assert.equal(unmounted.ok, false)
    const inspected = await port.run('inspect', EPOCH)
    assert.match(inspected.findings?.leftovers.join() ?? '', /dd/)
    fuse.kill('SIGCONT')
    await until('the disk is free again', async () => {
      await port.run('unmount', EPOCH)
      const { findings } = await port.run('inspect', EPOCH)
      return findings?.mounted === false && findings.leftovers.length === 0
    })
  })
})
