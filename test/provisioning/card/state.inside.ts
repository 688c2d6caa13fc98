// What a board makes of a state partition that fails, and of a daemon that stays away. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ALL, closeBench, GOOD, makeWorld, type World } from './world.js'

const FAULT = 'systemctl start --no-block baton-fault.service'
const RECORD = '/var/lib/baton/state.json'
const PROBLEM = '/run/baton-card/problem'

describe('the state of a card', function () {
  this.timeout(240_000)
  let world: World

  beforeEach(() => {
    world = makeWorld(ALL)
    world.boot()
    assert.equal(world.import().status, 0)
  })
  afterEach(() => {
    world.close()
  })
  after(closeBench)

  const ready = () => world.exec(['/usr/lib/baton/card/ready'])
  /** Nothing was made up in RAM that could be taken for a record or a configuration. */
  const nothingInRam = (): void => {
    for (const folder of ['/var/lib/baton', '/etc/baton'])
      assert.deepEqual(
        readdirSync(world.at(folder)).filter(name => name !== 'baton.yaml'),
        [],
        folder
      )
  }
  const stopped = (words: RegExp): void => {
    rmSync(world.at('/run/asked'), { force: true })
    assert.equal(world.import().status, 1)
    for (const text of [world.read(PROBLEM), world.consoleText(), world.read('/boot/firmware/baton-errors.txt')])
      assert.match(text, words)
    assert.match(world.read(PROBLEM), /takes over nothing[\s\S]*flash a new card/)
    assert.equal(world.read('/run/baton-card/lights'), 'stopped\n')
    assert.ok(world.asked().includes(FAULT))
    assert.ok(!world.asked().some(line => line.startsWith('baton ')), 'Node was started')
    assert.equal(ready().status, 1)
  }
  /** Overwrites a piece of the partition: `block` of 1 KiB. */
  const spoil = (block: number, count: number): void => {
    const words = [
      'if=/dev/urandom',
      `of=${world.stateLoop}`,
      'bs=1k',
      `seek=${block}`,
      `count=${count}`,
      'conv=notrunc,fsync'
    ]
    execFileSync('dd', words, { stdio: 'ignore' })
  }

  it('a corrupt superblock: no daemon, no record, and words on console, login, command and card', () => {
    world.halt()
    spoil(0, 4)
    world.boot()
    stopped(/^(baton: )?The card's state cannot be read: partition 3|\nThe card's state cannot be read/m)
    nothingInRam()
    assert.match(world.exec(['baton', 'status']).words, /The card says:\n {2}The card's state cannot be read/)
  })

  it('damage that the automatic repair leaves to a person: not repaired on a guess, and what it is is said', () => {
    // What a power cut leaves the check repairs by itself. A table that says where the inodes are, and is wrong, is something else.
    world.halt()
    const damage = ['-w', '-R', 'set_bg 0 inode_table 5000', world.stateLoop]
    execFileSync('debugfs', damage, { stdio: 'ignore' })
    world.boot()
    stopped(/The card's state cannot be read: partition 3/)
    assert.match(world.read(PROBLEM), /What the check finds:\n.+/)
    nothingInRam()
  })

  it('a state that the kernel made read-only: no daemon', () => {
    world.exec(['mount', '-o', 'remount,ro', '/state'])
    stopped(/cannot be written: \/dev\/\S+ is read-only, as the kernel makes it after an error/)
    assert.match(world.read(RECORD), /"board": "a"/)
  })

  it('another file system at its place is not taken for it', () => {
    world.halt()
    execFileSync('e2label', [world.stateLoop, 'other'])
    world.boot()
    stopped(/\/state is \/dev\/loop\d+ \(ext4\), not the partition baton-state/)
  })

  it('folders that are not those of the state partition are RAM, whatever else is well', () => {
    world.exec(['umount', '/var/lib/baton'])
    assert.equal(ready().status, 1, 'the daemon would run with its record in RAM')
    stopped(/\/var\/lib\/baton is not the folder lib of/)
    assert.deepEqual(readdirSync(world.at('/var/lib/baton')), [])
  })

  it('a full partition is told, what was stored stays whole, and nothing half is left', () => {
    // A long write gives up while short ones still find a place: those that root may have.
    const fill =
      'cat /dev/zero >/state/full; n=0; while [ $n -lt 300 ] && dd if=/dev/zero of=/state/$n bs=8k count=1 conv=fsync; do n=$((n + 1)); done'
    world.exec(['sh', '-c', `{ ${fill}; } 2>/dev/null`])
    world.put('baton.yaml', GOOD.replace('pair: my-pair', 'pair: other'))
    assert.equal(world.import().status, 0)
    assert.match(world.read(PROBLEM), /^The card's state partition is full: \/dev\/loop\d+\./)
    assert.match(world.consoleText(), /is full/)
    assert.match(world.read(PROBLEM), /cannot be stored: the card is full/)
    assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
    const stored = readdirSync(world.at('/etc/baton')).filter(name => name !== 'baton.yaml.previous')
    assert.deepEqual(stored.sort(), ['baton.yaml', 'board', 'key', 'lan-a.network', 'replication-a.network'])
    if (world.has('/etc/baton/baton.yaml.previous')) assert.equal(world.read('/etc/baton/baton.yaml.previous'), GOOD)
    // The daemon knows by itself what it must not do when it cannot store (R5); the peer hears of it.
    assert.equal(ready().status, 0)
  })

  it('a board that cannot read its state lets in who has a key of the card, with a host key for this boot', () => {
    world.put('authorized_keys', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+ me@pc')
    world.halt()
    spoil(0, 4)
    world.boot()
    assert.equal(world.import().status, 1)
    assert.ok(world.asked().includes('systemctl start --no-block ssh.service'))
    assert.ok(world.has('/run/baton-card/ssh_host_ed25519_key') && !world.has('/state/ssh'))
    assert.equal(world.read('/etc/hostname'), 'my-pair-a\n')
  })

  it('when the daemon refuses its configuration that is told and lit; a crash is not, and its next start takes the words back', () => {
    const ended = (result: string, status: string): void => {
      const done = world.exec(['/usr/lib/baton/card/after-daemon'], { SERVICE_RESULT: result, EXIT_STATUS: status })
      assert.equal(done.status, 0, done.words)
    }
    const before = world.asked().length
    for (const [result, status] of [
      ['exit-code', '70'],
      ['signal', 'KILL'],
      ['success', '0'],
      ['exit-code', '10']
    ] as const)
      ended(result, status)
    assert.equal(world.asked().length, before)
    ended('exit-code', '4')
    assert.deepEqual(world.asked().slice(before), [FAULT])
    assert.match(world.read(PROBLEM), /^The daemon refuses to run \(exit code 4\)/)
    assert.equal(world.read('/run/baton-card/lights'), 'stopped\n')
    execFileSync('mkdir', [world.at('/run/baton-fault')])
    assert.equal(ready().status, 0)
    assert.equal(world.has(PROBLEM), false)
    assert.equal(world.asked().at(-1), 'systemctl stop baton-fault.service')
    ended('exec-condition', '1')
    assert.equal(world.asked().at(-1), FAULT)
  })

  it('a clock that has run stays: what timesyncd remembers lies on the card', () => {
    world.exec(['sh', '-c', 'echo >/var/lib/systemd/timesync/clock && sync'])
    world.halt()
    world.boot()
    assert.ok(world.has('/var/lib/systemd/timesync/clock'))
  })

  it('units and lines of fstab are what systemd understands', () => {
    const units = world.at('/usr/lib/systemd/system')
    for (const unit of ['baton-card.service', 'baton-fault.service']) {
      const done = spawnSync('systemd-analyze', ['verify', '--man=no', join(units, unit)], {
        encoding: 'utf8',
        timeout: 30_000
      })
      const ours = done.stderr
        .split('\n')
        .filter(line => line.includes('baton') && !/is not executable|not found/.test(line))
      assert.deepEqual(ours, [])
    }
    world.exec(['mkdir', '-p', '/tmp/units'])
    const made = world.exec([
      '/lib/systemd/system-generators/systemd-fstab-generator',
      '/tmp/units',
      '/tmp/units',
      '/tmp/units'
    ])
    assert.equal(made.status, 0, made.words)
    const lib = readFileSync(world.at('/tmp/units/var-lib-baton.mount'), 'utf8')
    assert.match(lib, /^What=\/state\/lib$/m)
    assert.match(lib, /^RequiresMountsFor=\/state$/m)
    assert.match(
      readFileSync(world.at('/tmp/units/state.mount'), 'utf8'),
      /^Requires=systemd-fsck@dev-disk-by\\x2dlabel-baton\\x2dstate\.service$/m
    )
    assert.deepEqual(
      readdirSync(world.at('/tmp/units')).filter(name => name === 'local-fs.target.requires'),
      [],
      'a partition that cannot be had would stop the boot'
    )
  })
})
