import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEventLog, type EventLog } from '../../src/driver/event-log.js'
import type { LogEntry } from '../../src/port/log.js'
import { clock } from './group-lab.js'

describe('the event log', () => {
  let folder: string
  const busy = false
  const options = { life: 'life', isBusy: () => busy }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-log-'))
  })

  afterEach(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  const report = (text: string) => ({ level: 'notice', code: 'a-code', text, group: 'files' }) as const

  it('numbers its entries on across lives, also after a torn last line', async () => {
    const first = createEventLog(folder, clock, options)
    first.append(report('one'))
    first.append(report('two'))
    await first.flush()
    appendFileSync(join(folder, 'events.log'), '{"sequence":3,"te')
    const second = createEventLog(folder, clock, options)
    assert.equal(second.append(report('three')).sequence, 3)
    await second.flush()
    const texts = createEventLog(folder, clock, options)
      .recent(10)
      .map(entry => `${entry.sequence} ${entry.text}`)
    assert.deepEqual(texts, ['1 one', '2 two', '3 three'])
  })

  it('tells each listener until it leaves', () => {
    const log = createEventLog(folder, clock, options)
    const heard: LogEntry[] = []
    const leave = log.subscribe(entry => heard.push(entry))
    log.append(report('heard'))
    leave()
    log.append(report('not heard'))
    assert.deepEqual(
      heard.map(entry => entry.text),
      ['heard']
    )
  })

  it('keeps 500 entries in memory and two bounded files', async () => {
    const log = createEventLog(folder, clock, options)
    for (let round = 0; round < 40; round += 1) {
      for (let index = 0; index < 20; index += 1) log.append(report('x'.repeat(900)))
      await log.flush()
    }
    assert.equal(log.recent(10_000).length, 500)
    assert.equal(log.recent(1)[0]?.sequence, 800)
    assert.equal(existsSync(join(folder, 'events.log.1')), true)
    assert.ok(statSync(join(folder, 'events.log')).size < 300 * 1024)
    assert.ok(statSync(join(folder, 'events.log.1')).size < 300 * 1024)
    assert.equal(createEventLog(folder, clock, options).recent(500).at(-1)?.sequence, 800)
  })

  it('goes on in memory while the disk is full, and in the file when there is room again', async () => {
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status, 0)
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'fill')}`, 'bs=4k'])
    const told: string[] = []
    const log: EventLog = createEventLog(folder, clock, {
      ...options,
      onTrouble: trouble => {
        told.push(`${trouble.code} ${trouble.text}`)
        log.append(trouble)
      }
    })
    log.append(report('lost'))
    await log.flush()
    log.append(report('lost, too'))
    await log.flush()
    assert.equal(log.lost.count, 3)
    assert.match(
      told.join('\n'),
      /^log-not-stored the event log in .* cannot be written: ENOSPC: [^\n]*; make room on that filesystem\. What/
    )
    assert.equal(told.length, 1)
    assert.match(log.lost.reason ?? '', /ENOSPC/)
    rmSync(join(folder, 'fill'))
    log.append(report('kept'))
    await log.flush()
    assert.deepEqual(
      log.recent(5).map(entry => entry.code),
      ['a-code', 'log-not-stored', 'a-code', 'a-code', 'log-stored']
    )
    assert.deepEqual(
      createEventLog(folder, clock, options)
        .recent(5)
        .map(entry => entry.code),
      ['a-code', 'log-stored']
    )
  })
})
