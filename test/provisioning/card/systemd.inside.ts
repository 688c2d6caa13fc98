// The units of a card under a real systemd, in namespaces of its own, with a daemon whose end the test chooses. Run by card.test.ts.
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { until } from '../../driver/wait.js'
import { ALL, closeBench, GOOD, makeWorld, type World } from './world.js'

const UNITS = '/usr/lib/systemd/system'
/** Ends once as the file says (`70`: then it stays, as after a crash), or stays. */
const BATOND = `#!/bin/sh
how=$(cat /run/how 2>/dev/null || echo stay)
echo life >>/run/lives
case $how in
stay) systemd-notify --ready; exec sleep 1000 ;;
70) echo stay >/run/how; systemd-notify --ready ;;
esac
exit "$how"
`
const LIGHTS =
  '#!/bin/sh\necho on >>/run/lights\ntrap "echo off >>/run/lights; exit 0" TERM\nwhile :; do sleep 0.2; done\n'

describe('the units of a card', function () {
  this.timeout(180_000)
  let world: World
  let init: ChildProcess | null = null
  let first = 0
  let groups = ''

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(world.at(path)), { recursive: true })
    rmSync(world.at(path), { force: true })
    writeFileSync(world.at(path), text, { mode: 0o755 })
  }
  /** The units of the machine that the root comes from are not wanted here. */
  const onlyOurs = (): void => {
    for (const folder of [UNITS, '/etc/systemd/system'])
      for (const name of readdirSync(world.at(folder)))
        if (name.endsWith('.wants')) rmSync(world.at(`${folder}/${name}`), { recursive: true })
    for (const folder of [
      `/usr/lib/systemd/system-generators`,
      '/etc/systemd/system-generators',
      '/etc/init.d',
      '/etc/fstab'
    ])
      rmSync(world.at(folder), { recursive: true, force: true })
    for (const target of ['sysinit', 'basic'])
      put(`/etc/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`)
    mkdirSync(world.at(`${UNITS}/multi-user.target.wants`))
    for (const unit of ['baton-card', 'batond'])
      symlinkSync(`../${unit}.service`, world.at(`${UNITS}/multi-user.target.wants/${unit}.service`))
    put(`${UNITS}/batond.service`, readFileSync('provisioning/package/files/batond.service', 'utf8'))
    put('/usr/lib/baton/configured', readFileSync('provisioning/package/files/configured', 'utf8'))
    put('/usr/bin/baton', '#!/bin/sh\nexec /opt/node /opt/baton/dist/src/console/baton.js "$@"\n')
    put('/usr/bin/batond', BATOND)
    put('/usr/lib/baton/dist/src/runtime/fault-lights.js', LIGHTS)
  }
  const start = (
    files: Readonly<Record<string, string>>,
    how: string,
    spoil: (world: World) => void = () => undefined
  ): void => {
    world = makeWorld(files)
    spoil(world)
    world.boot()
    onlyOurs()
    writeFileSync(world.at('/run/how'), how)
    const words = '--system --unit=multi-user.target --show-status=no --log-target=console'
    // A control group of its own, so that systemd leaves none of the machine's.
    groups = mkdtempSync(join(tmpdir(), 'baton-groups-'))
    execFileSync('mount', ['-t', 'cgroup2', 'cgroup2', groups])
    const own = `${groups}/baton-card-${process.pid}`
    mkdirSync(own)
    const inner = `mount -t proc proc ${world.at('/proc')} && mount -t cgroup2 cgroup2 ${world.at('/sys/fs/cgroup')} &&
      exec chroot ${world.at('/')} /lib/systemd/systemd ${words}`
    const outer = `echo $$ >${own}/cgroup.procs && exec unshare --pid --fork --cgroup --net --mount --kill-child sh -c "$0"`
    const started = spawn('sh', ['-c', outer, inner], {
      stdio: 'ignore',
      env: { container: 'test', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
    })
    init = started
    first = Number(
      execFileSync('sh', ['-c', `until pgrep -P ${started.pid}; do sleep 0.05; done`], { timeout: 10_000 })
    )
  }
  const systemctl = (...words: string[]) =>
    spawnSync(
      'nsenter',
      ['-t', String(first), '-m', '-p', '-C', '-n', '--root', '--', 'systemctl', '--no-pager', ...words],
      {
        encoding: 'utf8',
        timeout: 60_000
      }
    )
  const is = (unit: string): string => systemctl('is-active', unit).stdout.trim()
  const becomes = (unit: string, state: string): Promise<void> =>
    until(`${unit} is ${state}`, () => is(unit) === state, 90_000)
  const result = (): string => systemctl('show', 'batond.service', '--property', 'Result', '--value').stdout.trim()
  const lit = (): string => (existsSync(world.at('/run/lights')) ? world.read('/run/lights') : '')

  afterEach(async () => {
    if (init !== null) {
      const ended = new Promise(resolve => init?.once('exit', resolve))
      process.kill(first, 'SIGKILL')
      await ended
      init = null
      const own = `${groups}/baton-card-${process.pid}`
      await until(
        'its processes are gone',
        () =>
          spawnSync('find', [own, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']).status === 0 && !existsSync(own)
      )
      execFileSync('umount', [groups])
      rmSync(groups, { recursive: true })
    }
    world.close()
  })
  after(closeBench)

  it('a card in order: the daemon runs, nothing is lit for it', async () => {
    start(ALL, 'stay')
    await becomes('batond.service', 'active')
    assert.equal(is('baton-card.service'), 'active')
    assert.equal(is('baton-fault.service'), 'inactive')
    assert.equal(lit(), '')
  })

  it('a daemon that refuses its configuration lights the fault lights, and its next start puts them out first', async () => {
    start(ALL, '4')
    await becomes('baton-fault.service', 'active')
    assert.equal(is('batond.service'), 'failed')
    await until('the lights are on', () => lit() === 'on\n')
    writeFileSync(world.at('/run/how'), 'stay')
    assert.equal(systemctl('start', 'batond.service').status, 0)
    assert.equal(lit(), 'on\noff\n')
    assert.equal(is('baton-fault.service'), 'inactive')
    assert.equal(is('batond.service'), 'active')
    assert.equal(world.has('/run/baton-card/problem'), false)
  })

  it('a daemon that crashes is restarted, and no light gets in its way', async () => {
    start(ALL, '70')
    await until('its second life', () => world.has('/run/lives') && world.read('/run/lives') === 'life\nlife\n', 90_000)
    await becomes('batond.service', 'active')
    assert.equal(lit(), '')
  })

  it('without a configuration the daemon stays away without a failed unit, and lights say so', async () => {
    start({}, 'stay')
    await becomes('baton-fault.service', 'active')
    assert.equal(is('baton-card.service'), 'active')
    assert.equal(is('batond.service'), 'inactive')
    assert.equal(result(), 'exec-condition')
    assert.equal(world.has('/run/lives'), false)
    assert.equal(world.read('/run/baton-card/lights'), 'unconfigured\n')
  })

  it('the daemon steps aside for a command that wants its lines, and is started again when that ends, also by kill -9', async () => {
    start(ALL, 'stay')
    put('/usr/bin/batond', '#!/bin/sh\nexec /opt/node /opt/baton/dist/src/runtime/batond.js "$@"\n')
    const inside = (...words: string[]): readonly string[] => [
      ...['-t', String(first), '-m', '-p', '-C', '-n', '--root', '--', 'env', '--chdir=/'],
      ...words
    ]
    const begin = (): { said: string; readonly child: ChildProcess } => {
      // On a terminal: somebody must be there to compare the code.
      const child = spawn(
        'nsenter',
        [...inside('script', '-qec', 'baton pair --yes --serial /dev/ttyUSB0', '/dev/null')],
        {
          stdio: ['pipe', 'pipe', 'pipe']
        }
      )
      const seat = { said: '', child }
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', chunk => {
          seat.said += chunk
        })
      return seat
    }
    const running = (): boolean => is('batond.service') === 'active'
    await until('the real daemon answers', () => running() && world.has('/run/baton/baton.sock'), 90_000)
    // It ends by itself: there is no such port here.
    const whole = begin()
    await until(
      'it steps aside',
      () => /the daemon steps aside/.test(whole.said) || whole.child.exitCode !== null,
      30_000
    )
    assert.match(whole.said, /the daemon steps aside/)
    await until('the daemon has ended', () => is('batond.service') === 'inactive', 60_000)
    assert.equal(is('baton-fault.service'), 'inactive')
    await until(`the end of: ${whole.said}`, () => whole.child.exitCode !== null, 60_000)
    assert.match(whole.said, /serial port cannot be opened[\s\S]*the daemon starts again/)
    assert.equal(is('batond.service'), 'active')
    const killed = begin()
    await until('it steps aside once more', () => is('batond.service') === 'inactive', 60_000)
    const pid = spawnSync('nsenter', [...inside('pgrep', '-f', 'baton.js pair')], { encoding: 'utf8' }).stdout
    spawnSync('nsenter', [...inside('kill', '-9', ...pid.trim().split('\n'))])
    await becomes('batond.service', 'active')
    assert.doesNotMatch(killed.said, /the daemon starts again/)
  })

  it('with a state that cannot be read the daemon has no life, however often it is started', async () => {
    start(ALL, 'stay', ({ stateLoop }) => {
      execFileSync('dd', ['if=/dev/zero', `of=${stateLoop}`, 'bs=1k', 'count=8', 'conv=notrunc,fsync'], {
        stdio: 'ignore'
      })
    })
    // A configuration that lies in RAM, from an import of before or by hand, changes nothing.
    writeFileSync(world.at('/etc/baton/baton.yaml'), GOOD)
    await becomes('baton-fault.service', 'active')
    assert.equal(is('baton-card.service'), 'failed')
    for (let time = 0; time < 2; time++) systemctl('start', 'batond.service')
    assert.equal(world.has('/run/lives'), false)
    assert.equal(is('baton-fault.service'), 'active')
    assert.match(world.read('/run/baton-card/problem'), /The card's state cannot be read/)
  })
})
