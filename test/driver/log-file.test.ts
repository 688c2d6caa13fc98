// What of the event log survives: a true power cut of its filesystem (ext4 shutdown), loops of orders, alarms that repeat.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEventLog, type EventLog } from '../../src/driver/event-log.js'
import { createReportFile, KEPT, REPORT_FILE } from '../../src/driver/report-file.js'
import type { TakeoverReport } from '../../src/port/takeover-report.js'
import { clock } from './group-lab.js'
import { until } from './wait.js'

const sh = (file: string, ...words: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(file, words, { encoding: 'utf8' })
  assert.equal(status, 0, `${file} ${words.join(' ')}: ${stderr}`)
  return stdout.trim()
}

const REPORT: Omit<TakeoverReport, 'id'> = {
  board: 'b',
  kind: 'takeover',
  outcome: 'done',
  reason: null,
  wallSeconds: 1_795_202_043,
  zeroAtMs: 1000,
  life: 'life',
  beganMs: 150,
  endedMs: 500,
  decision: { code: 'sense-fell', rules: ['R9', 'R3'], text: 'power sense fell' },
  seen: null,
  confirmedBy: 'sense and loop',
  steps: [],
  groups: [],
  notes: []
}

describe('the log on the card', function () {
  this.timeout(20_000)
  const folder = mkdtempSync(join(tmpdir(), 'baton-card-'))
  const image = join(folder, 'card.img')
  const mount = join(folder, 'card')
  let busy = false
  const options = { life: 'life', isBusy: () => busy }
  const read = (): EventLog => createEventLog(mount, clock, options)
  const note = (log: EventLog, text: string): void => void log.append({ level: 'notice', code: 'a-code', text })
  const alarm = (log: EventLog, code: string, text: string): void => void log.append({ level: 'alarm', code, text })

  const insert = (): void => void sh('mount', '-o', 'loop', image, mount)
  /** What the kernel had not written is gone, as with the power. */
  const cutPower = async (): Promise<void> => {
    const words = 'open my $f, "<", $ARGV[0] or die; my $n = pack "L", 2; ioctl($f, 0x8004587D, $n) or die "$!"'
    sh('perl', '-e', words, mount)
    // A handle of the write that was under way is closed in a moment.
    await until('unmounted', () => spawnSync('umount', [mount]).status === 0)
    insert()
  }

  beforeEach(() => {
    busy = false
    sh('mkdir', '-p', mount)
    sh('truncate', '-s', '16M', image)
    sh('mkfs.ext4', '-q', '-F', image)
    insert()
  })
  afterEach(() => {
    spawnSync('umount', [mount])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps what was told more than two seconds before a power cut', async () => {
    const log = read()
    note(log, 'first')
    await until('on the card', () => log.settled, 3000)
    for (let n = 0; n < 50; n += 1) note(log, `burst ${n}`)
    alarm(log, 'an-alarm', 'in the burst')
    await until('on the card', () => log.settled, 3000)
    note(log, 'too young')
    await until('in the file', () => readFileSync(join(mount, 'events.log'), 'utf8').includes('too young'))
    await cutPower()
    const again = read()
    assert.equal(again.recent(500).length, 52)
    assert.equal(again.recent(1)[0]?.text, 'in the burst')
    assert.equal(again.alarms(10).length, 1)
  })

  it('leaves the card alone while a takeover is under way, and writes down afterwards', async () => {
    const log = read()
    busy = true
    note(log, 'taking')
    await until('in the file', () => statSync(join(mount, 'events.log'), { throwIfNoEntry: false })?.size !== undefined)
    // Longer than an idle card would wait.
    const since = performance.now()
    await until('the time is over', () => performance.now() - since > 1200)
    assert.equal(log.settled, false)
    busy = false
    await until('on the card', () => log.settled, 3000)
    await cutPower()
    assert.equal(read().recent(1)[0]?.text, 'taking')
  })

  it('keeps an alarm through a loop of ten thousand orders, and counts alarms that repeat', async () => {
    const log = read()
    alarm(log, 'fencing-failed', 'the one of last night')
    for (let n = 0; n < 10_000; n += 1) {
      note(log, `order ${n} ${'x'.repeat(200)}`)
      if (n % 2 === 0) alarm(log, 'harness-open', `flap ${n}`)
      if (n % 500 === 0) await log.flush()
    }
    await log.flush()
    const again = read()
    assert.ok(!again.recent(500).some(({ code }) => code === 'fencing-failed'))
    const alarms = again.alarms(100)
    assert.ok(alarms.some(({ text }) => text === 'the one of last night'))
    const flaps = alarms.filter(({ code }) => code === 'harness-open')
    assert.ok(flaps.length < 50)
    assert.equal(
      flaps.reduce((sum, { times }) => sum + (times ?? 1), 0),
      5000
    )
    for (const name of ['events.log', 'events.log.1']) assert.ok(statSync(join(mount, name)).size < 512 * 1024)
    assert.ok(statSync(join(mount, 'alarms.log')).size < 64 * 1024)
  })

  it('keeps takeovers, fencings and planned moves apart, also through a power cut and a full card', async () => {
    const store = createReportFile(mount)
    store.put(REPORT, null)
    for (let n = 0; n < 30; n += 1) store.put({ ...REPORT, kind: 'switchover' }, null)
    const open = store.put({ ...REPORT, kind: 'fencing', outcome: 'under-way' }, null)
    await store.flush()
    await cutPower()
    const again = createReportFile(mount)
    assert.equal(again.list().length, 1 + KEPT.planned + 1)
    assert.equal(again.list()[0]?.kind, 'takeover')
    assert.equal(again.list().at(-1)?.outcome, 'cut-short')
    assert.equal(again.put({ ...REPORT, kind: 'fencing' }, open), open)
    spawnSync('dd', ['if=/dev/zero', `of=${join(mount, 'fill')}`, 'bs=64k'])
    assert.equal(again.put(REPORT, null), open + 1)
    await again.flush()
    if (again.problem !== null) assert.match(again.problem, /ENOSPC/)
    assert.equal(again.list().at(-1)?.id, open + 1)
    const kept = createReportFile(mount).list()
    assert.ok(kept.length >= 1 + KEPT.planned + 1, 'what was kept before is whole')
    sh('truncate', '-s', '-30', join(mount, REPORT_FILE))
    assert.equal(createReportFile(mount).list().length, kept.length - 1)
  })
})
