// A card on which there is little room: what the daemon keeps beside its state must not take the last of it (R5).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CoreEvent } from '../../src/core/event.js'
import { createEventLog } from '../../src/driver/event-log.js'
import { createReportFile } from '../../src/driver/report-file.js'
import { createStateFile } from '../../src/driver/state-file.js'
import { EMPTY } from '../../src/notice/queue.js'
import { createStore } from '../../src/notice/store.js'
import type { TakeoverReport } from '../../src/port/takeover-report.js'
import { clock, until } from './group-lab.js'

describe('a card that gets full', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-room-'))
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', folder]).status, 0)
  })
  afterEach(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  const storesState = async (): Promise<void> => {
    const events: CoreEvent[] = []
    const durable = {
      board: 'a',
      groups: { files: { epoch: { number: 7, board: 'b' }, grant: 0 } },
      mode: 'auto',
      modeNumber: 3,
      modeForMs: 0,
      proof: null,
      startFences: 0,
      mustReset: null,
      evidence: {},
      relay: null
    } as const
    createStateFile(folder, 'a', ['files'], event => events.push(event), clock).store(1, durable)
    await until('the store has ended', () => events.length > 0)
    assert.equal(events[0]?.kind, 'stateStored', JSON.stringify(events))
  }

  it('keeps its last room for the state, whatever happens and however many orders come', async () => {
    const log = createEventLog(folder, clock, { life: 'life', isBusy: () => false })
    for (let n = 0; n < 300; n += 1) {
      log.append({ level: n % 2 ? 'alarm' : 'notice', code: `code-${n}`, text: 'x'.repeat(500) })
      if (n % 10 === 0) await log.flush()
    }
    await log.flush()
    await storesState()
    assert.match(log.lost.reason ?? '', /ENOSPC: less than 32 KiB are left in .*they are for the durable state/)
  })

  it('keeps it from reports and from what waits to be told, too', async () => {
    writeFileSync(join(folder, 'of-others'), Buffer.alloc(112 * 1024))
    const said: (string | null)[] = []
    const lives = Object.fromEntries(Array.from({ length: 500 }, (_, life) => [`abcdef${life}`, life]))
    const memory = { handled: lives, channels: { mail: { queue: EMPTY, sentAgoMs: [] } } }
    const store = createStore(
      folder,
      () => memory,
      words => said.push(words)
    )
    await store.keep()
    await store.close()
    assert.match(said[0] ?? '', /cannot be kept in .*: ENOSPC: .*; make room on that filesystem$/)
    const reports = createReportFile(folder)
    reports.put({ kind: 'takeover', outcome: 'done', notes: ['x'.repeat(9000)] } as unknown as TakeoverReport, null)
    await reports.flush()
    assert.match(reports.problem ?? '', /ENOSPC/)
    await storesState()
  })
})
