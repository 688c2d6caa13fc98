import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHandled } from '../../src/notice/follow.js'
import { add, begin, EMPTY } from '../../src/notice/queue.js'
import { createStore, FILE, loadMemory, type Memory, QUICK_FILE } from '../../src/notice/store.js'
import { notice } from './fixture.js'
import { isNoted, makeNotifyLab, type NotifyLab } from './notify-lab.js'
import { type Hook, makeHook, until } from './servers.js'

const MEMORY: Memory = {
  handled: { abcd0123: 7 },
  channels: { mail: { queue: add(begin(add(EMPTY, notice(6))), notice(7)), sentAgoMs: [5, 10] } }
}

describe('the queue on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-store-'))
  })
  afterEach(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  it('comes back as it was, and counts for nothing what a power cut left half written', async () => {
    assert.deepEqual(await loadMemory(folder), { memory: { handled: null, channels: {} }, written: 0, problem: null })
    const store = createStore(
      folder,
      () => MEMORY,
      () => undefined
    )
    await store.keep()
    writeFileSync(join(folder, `${FILE}.tmp`), '{"handled":{"abcd')
    assert.deepEqual(await loadMemory(folder), { memory: MEMORY, written: 1, problem: null })
    await store.close()
    rmSync(join(folder, QUICK_FILE))
    for (const torn of ['', '{"handled":{"abcd', '[]', '\0\0\0\0']) {
      writeFileSync(join(folder, FILE), torn)
      const { memory, problem } = await loadMemory(folder)
      assert.deepEqual(memory, { handled: null, channels: {} })
      assert.match(problem ?? '', /was damaged: what waited in it is lost, see `baton events`/)
    }
  })

  it('keeps what was durable where a power cut spoilt the quick writes after it', async () => {
    const later: Memory = { ...MEMORY, handled: { abcd0123: 9 } }
    let now = MEMORY
    const { written } = await loadMemory(folder)
    const store = createStore(
      folder,
      () => now,
      () => undefined,
      written
    )
    await store.keep()
    now = later
    await store.keep()
    assert.deepEqual((await loadMemory(folder)).memory, later)
    await store.close()
    // What ext4 leaves of a file that was replaced without fsync: its length, and zeros.
    for (const spoilt of ['', '\0'.repeat(200)]) {
      writeFileSync(join(folder, QUICK_FILE), spoilt)
      assert.deepEqual(await loadMemory(folder), { memory: MEMORY, written: 1, problem: null })
    }
  })

  it('goes on in memory while the disk is full, says so once, and says when it is kept again', async () => {
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status, 0)
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'fill')}`, 'bs=4k'])
    const said: (string | null)[] = []
    const store = createStore(
      folder,
      () => MEMORY,
      words => said.push(words)
    )
    await store.keep()
    await store.keep()
    assert.equal(said.length, 1)
    assert.match(said[0] ?? '', /cannot be kept in .*notices\.json: ENOSPC.*; make room on that filesystem$/)
    rmSync(join(folder, 'fill'))
    await store.keep()
    assert.deepEqual(said.slice(1), [null])
    await store.close()
  })

  it('knows which entries it looked at, also where a power cut makes a number come again', () => {
    const handled = createHandled({ abcd0123: 7 })
    assert.deepEqual([notice(7), notice(8), notice(8)].map(handled.take), [false, true, false])
    assert.equal(handled.take({ ...notice(8), life: 'ffff0000' }), true)
    for (let life = 0; life < 700; life += 1) handled.take({ ...notice(9), life: String(life) })
    assert.equal(Object.keys(handled.snapshot()).length, 600)
  })
})

describe('the process that sends', function () {
  this.timeout(20_000)
  let folder: string
  let hook: Hook
  let lab: NotifyLab

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-notify-'))
    mkdirSync(join(folder, 'lab'))
    hook = await makeHook(join(folder, 'hook'))
    const quick = { level: 'notice', gatherMs: 20, retryMs: 100, retryMsMax: 200, perHour: 3 }
    const url = `http://127.0.0.1:${hook.port}/in`
    const channels = [{ ...quick, name: 'hook', kind: 'webhook', webhook: { url } }]
    lab = makeNotifyLab(join(folder, 'lab'), { channels })
    await hook.start()
  })
  after(async () => {
    await lab.close()
    await hook.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const texts = (): readonly string[] =>
    hook.requests().flatMap(({ body }) => JSON.parse(body).events.map((event: { text: string }) => event.text))

  it('sends nothing of earlier lives when it is new, or its queue was damaged, and says that it was', async () => {
    await lab.startDaemon('00000001')
    lab.report('alarm', 'two-holders', 'long ago')
    await lab.endDaemon()
    await lab.startDaemon('00000002')
    lab.report('alarm', 'two-holders', 'in this life')
    writeFileSync(join(lab.state, FILE), '{"handled":')
    lab.startNotify()
    await until('it arrived', () => texts().length > 0)
    assert.deepEqual(texts(), ['in this life'])
    assert.match(lab.said(), /"code":"notices-lost"/)
  })

  it('gathers what is more than a channel may say in an hour; an alarm takes all of it along', async () => {
    for (let round = 2; round <= 3; round += 1) {
      lab.report('notice', 'moving', `round ${round}`)
      await until(`round ${round} arrived`, () => texts().includes(`round ${round}`))
    }
    // What arrived a moment before a kill may come twice, under the same number.
    await until('that was noted', () => isNoted(lab))
    for (let round = 4; round <= 9; round += 1) lab.report('notice', 'moving', `round ${round}`)
    await lab.killNotify()
    lab.startNotify()
    lab.report('alarm', 'two-holders', 'now listen')
    await until('the alarm arrived', () => texts().includes('now listen'))
    const last = JSON.parse(hook.requests().at(-1)?.body ?? '{}')
    assert.equal(last.events.length, 7)
    assert.equal(hook.requests().length, 4)
  })
})
