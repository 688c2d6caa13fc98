import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CoreEvent } from '../../src/core/event.js'
import type { Durable } from '../../src/core/types.js'
import { createStateFile, writeFirstState } from '../../src/driver/state-file.js'
import { encodeDurable } from '../../src/driver/state-format.js'
import { clock, until } from './group-lab.js'

const RECORD: Durable = {
  board: 'a',
  groups: { files: { epoch: { number: 7, board: 'b' }, grant: 0 } },
  mode: 'manual',
  modeNumber: 3,
  modeForMs: 0,
  proof: { wiring: 'w', wallSeconds: 1_700_000_000, bySense: true },
  startFences: 1,
  mustReset: { bootId: 'x', reason: 'r' },
  evidence: { files: 'two holders' },
  relay: { purpose: 'takeover', bootId: 'x' }
}

describe('the state file', () => {
  let folder: string
  let events: CoreEvent[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-state-'))
    events = []
  })

  afterEach(() => {
    spawnSync('umount', [join(folder, 'small')])
    rmSync(folder, { recursive: true, force: true })
  })

  const open = (dir = folder, groups = ['files']) =>
    createStateFile(dir, 'a', groups, event => events.push(event), clock)
  const file = () => join(folder, 'state.json')

  const refused = async (text: string, reason: RegExp): Promise<void> => {
    writeFileSync(file(), text, { mode: 0o600 })
    const loaded = await open().load()
    assert.equal(loaded.kind, 'bad', text)
    assert.match('reason' in loaded ? loaded.reason : '', reason)
  }

  it('gives back what it stored', async () => {
    open().store(1, RECORD)
    await until('stored', () => events.length > 0)
    assert.deepEqual(events, [{ kind: 'stateStored', store: 1, wallSeconds: 1_700_000_000 }])
    assert.deepEqual(await open().load(), { kind: 'ok', durable: RECORD })
  })

  it('skips orders that a newer one replaced, and tells the newest', async () => {
    const state = open()
    for (let store = 1; store <= 50; store += 1) state.store(store, { ...RECORD, modeNumber: store })
    await until('the newest is stored', () => events.some(event => event.kind === 'stateStored' && event.store === 50))
    assert.equal(events.length, 2)
    const loaded = await open().load()
    assert.equal(loaded.kind === 'ok' && loaded.durable.modeNumber, 50)
  })

  it('calls a record missing where there is none', async () => {
    const loaded = await open().load()
    assert.equal(loaded.kind, 'missing')
    assert.match('reason' in loaded ? loaded.reason : '', /never set up/)
  })

  it('refuses a record cut off at any byte', async () => {
    const text = encodeDurable(RECORD)
    for (let length = 0; length < text.length; length += 1)
      await refused(text.slice(0, length), /empty|truncated|checksum/)
  })

  it('refuses a record with any byte changed', async () => {
    const bytes = Buffer.from(encodeDurable(RECORD))
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      await refused(changed.toString('latin1'), /truncated|checksum/)
    }
  })

  it('refuses records of another board, with wrong types, with unknown fields, or without a group', async () => {
    await refused(encodeDurable({ ...RECORD, board: 'b' }), /belongs to board b, but this is board a/)
    await refused(encodeDurable({ ...RECORD, modeNumber: -1 }), /field `modeNumber`/)
    await refused(
      encodeDurable({ ...RECORD, groups: { files: { epoch: { number: 1.5, board: 'a' }, grant: 0 } } }),
      /`groups`/
    )
    await refused(encodeDurable({ ...RECORD, extra: 1 } as Durable), /unknown field `extra`/)
    await refused(encodeDurable({ ...RECORD, groups: {} }), /nothing of the group `files`/)
  })

  it('R7: reads records from before there were mirrors, and those that say what a copy is, and no other word', async () => {
    const epoch = { number: 7, board: 'a' } as const
    const of = (mirror: unknown): Durable => ({ ...RECORD, groups: { files: { epoch, grant: 0, mirror } } }) as Durable
    for (const record of [
      RECORD,
      of(null),
      of({ says: 'alone', epoch }),
      of({ says: 'outdated', epoch }),
      of({ says: 'alone', epoch, copy: '0123456789abcdef' })
    ]) {
      await writeFirstState(folder, record)
      assert.deepEqual(await open().load(), { kind: 'ok', durable: record })
    }
    await refused(encodeDurable(of({ says: 'current', epoch })), /`groups`/)
    await refused(encodeDurable(of({ says: 'alone' })), /`groups`/)
    await refused(encodeDurable(of({ says: 'alone', epoch, copy: 7 })), /`groups`/)
  })

  it('refuses a record that everybody may write', async () => {
    await writeFirstState(folder, RECORD)
    chmodSync(file(), 0o666)
    const loaded = await open().load()
    assert.match(loaded.kind === 'bad' ? loaded.reason : '', /everybody may write/)
  })

  it('removes the temporary file of a power cut and loads the record before it', async () => {
    await writeFirstState(folder, RECORD)
    writeFileSync(`${file()}.tmp`, '{"half')
    assert.equal((await open().load()).kind, 'ok')
    assert.equal(existsSync(`${file()}.tmp`), false)
  })

  it('says what to do about a full and about a read-only filesystem, and keeps the old record', async () => {
    const small = join(folder, 'small')
    mkdirSync(small)
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=0700', 'tmpfs', small]).status, 0)
    await writeFirstState(small, RECORD)
    spawnSync('dd', ['if=/dev/zero', `of=${join(small, 'fill')}`, 'bs=4k'])
    const state = open(small)
    state.store(4, { ...RECORD, modeNumber: 4 })
    await until('failed', () => events.length === 1)
    spawnSync('mount', ['-o', 'remount,ro', small])
    state.store(5, { ...RECORD, modeNumber: 5 })
    await until('failed again', () => events.length === 2)
    const reasons = events.map(event => (event.kind === 'stateStoreFailed' ? `${event.store} ${event.reason}` : ''))
    assert.match(reasons[0] ?? '', /^4 .*small\/state\.json failed: ENOSPC.*make room/)
    assert.match(reasons[1] ?? '', /^5 .*EROFS.*mount it writable/)
    assert.deepEqual(await open(small).load(), { kind: 'ok', durable: RECORD })
    assert.match(readFileSync(join(small, 'state.json'), 'utf8'), /sha256/)
  })
})
