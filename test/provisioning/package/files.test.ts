// What the package brings beside the programs: unit, default configuration, watchdog, scripts. Looked at, not installed:
// `npm run package -- --check` installs it.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SCRIPTS, scriptText } from '../../../provisioning/package/control.js'
import { formatConfigError } from '../../../src/config/issue.js'
import { loadConfig } from '../../../src/config/load.js'
import { watchdogSection } from '../../../src/config/schema-timing.js'

const FILES = 'provisioning/package/files'
const textOf = (name: string): string => readFileSync(join(FILES, name), 'utf8')

/** Settings of the unit; one that stands there twice has both values. */
const unit = (): ReadonlyMap<string, string> => {
  const settings = new Map<string, string>()
  for (const [, name = '', value = ''] of textOf('batond.service').matchAll(/^([A-Za-z]+)=(.*)$/gm))
    settings.set(name, [settings.get(name), value].filter(Boolean).join(' '))
  return settings
}

describe('the unit of the daemon', () => {
  it('puts no mount namespace around it: what it mounts, all must see (R1, R6)', () => {
    // Each of these makes systemd give the unit a namespace of its own (systemd.exec).
    const makers =
      /^(Private(Tmp|Devices|Mounts|IPC)|Protect(System|Home|Kernel\w+|ControlGroups|Proc|Hostname|Clock)|ProcSubset|(ReadOnly|ReadWrite|Inaccessible|Exec|NoExec)Paths|Bind(ReadOnly)?Paths|TemporaryFileSystem|Root\w+|MountFlags|DynamicUser|Mount(API)?\w*|\w*Credential\w*)$/
    const set = [...unit()].filter(([name, value]) => makers.test(name) && value !== 'no').map(([name]) => name)
    assert.deepEqual(set, [])
  })

  it('leaves services alone when the daemon ends, and their records where the next life finds them', () => {
    const settings = unit()
    assert.equal(settings.get('KillMode'), 'process')
    assert.equal(settings.get('OOMPolicy'), 'continue')
    assert.equal(settings.get('RuntimeDirectoryPreserve'), 'yes')
  })

  it('makes the daemon real-time and protected, and lets the kernel reset the class of its children', () => {
    const settings = unit()
    assert.equal(settings.get('CPUSchedulingPolicy'), 'rr')
    assert.equal(settings.get('CPUSchedulingResetOnFork'), 'yes')
    assert.ok(Number(settings.get('OOMScoreAdjust')) < 0)
  })

  it('starts it again after a crash, and not after a wrong command line, a wrong configuration or an ordered shutdown', () => {
    assert.equal(unit().get('Restart'), 'always')
    assert.equal(unit().get('RestartPreventExitStatus'), '2 4 10')
    assert.match(readFileSync('src/runtime/batond.ts', 'utf8'), /usage: 2, configuration: 4,/)
  })

  it('lists capabilities, and none of those that load modules, touch ports or set the clock', () => {
    const words = (unit().get('CapabilityBoundingSet') ?? '').split(' ')
    assert.ok(words.includes('CAP_SYS_ADMIN') && words.includes('CAP_NET_ADMIN'))
    for (const none of ['CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_SYS_TIME', 'CAP_MAC_ADMIN', 'CAP_BPF'])
      assert.ok(!words.includes(none), none)
  })
})

describe('the default configuration', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-package-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const ask = (file: string) => spawnSync(join(FILES, 'configured'), [file], { encoding: 'utf8' })

  it('is only comments, so that nothing runs and the reason is told', () => {
    const { status, stdout } = ask(join(FILES, 'baton.yaml'))
    assert.equal(status, 1)
    assert.match(stdout, /not configured yet: .* holds only comments/)
  })

  it('counts as not there when it is not there, and as there with its first line', () => {
    const file = join(folder, 'baton.yaml')
    assert.match(ask(file).stdout, /there is no/)
    writeFileSync(file, '# only words\n\n   # and more\n')
    assert.equal(ask(file).status, 1)
    writeFileSync(file, '# only words\n  pair: x\n')
    assert.deepEqual([ask(file).status, ask(file).stdout], [0, ''])
  })

  it('is a right one for both boards once the comment signs are taken away', () => {
    const lines = textOf('baton.yaml').split('\n')
    const example = lines.slice(lines.indexOf('# pair: my-pair')).map(line => line.replace(/^# /, ''))
    const file = join(folder, 'baton.yaml')
    writeFileSync(file, example.join('\n'))
    for (const board of ['a', 'b'] as const) {
      const loaded = loadConfig(file, { board, env: {} })
      assert.equal(loaded.ok ? '' : loaded.errors.map(formatConfigError).join('\n'), '')
    }
  })
})

describe('the watchdog', () => {
  it('has the same time in the kernel as in the configuration', () => {
    const seconds = Number(/^options bcm2835_wdt heartbeat=(\d+)$/m.exec(textOf('baton-watchdog.modprobe'))?.[1])
    const option = watchdogSection.inside.find(([name]) => name === 'timeoutMs')?.[1]
    assert.equal(seconds * 1000, option?.fallback)
  })

  it("is not systemd's", () => {
    assert.match(textOf('baton-watchdog.system'), /^\[Manager\]\nRuntimeWatchdogSec=off$/m)
  })
})

describe('the scripts of the package', () => {
  it('are understood by the shell', () => {
    for (const text of [...SCRIPTS.map(scriptText), textOf('configured')])
      assert.equal(spawnSync('sh', ['-n'], { encoding: 'utf8', input: text }).stderr, '', text)
    assert.equal(spawnSync('bash', ['-n', 'provisioning/package/trial/trial.sh'], { encoding: 'utf8' }).stderr, '')
  })

  it('remove nothing but what the package is asked to forget', () => {
    const removes = textOf('postrm').match(/\brm .*/g)
    assert.deepEqual(removes, [
      'rm -rf /var/lib/baton',
      'rm -f /etc/baton/key /etc/baton/key.new /etc/baton/key.previous /etc/baton/board /etc/baton/secrets'
    ])
    assert.ok(!/\brm\b/.test(textOf('prerm') + textOf('postinst')))
  })
})
