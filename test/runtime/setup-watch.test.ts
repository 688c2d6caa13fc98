// What a board knows of its own set-up: the mark, and the words of a lead that runs now.
import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SAID_MS_MAX, SETUP_SAID } from '../../src/config/setup-files.js'
import { asSetupView, createSetupWatch } from '../../src/runtime/setup-watch.js'
import { bootMs, endSetup, isMarked, markNew, markSetup, sayView } from '../../src/setup/mark.js'
import { until } from '../driver/wait.js'

describe('the watch on a set-up', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baton-watch-'))
  const place = { stateDir: directory, runDir: directory }
  after(() => rmSync(directory, { recursive: true, force: true }))

  it('knows nothing before it has looked, then mark and words, each new word as an event', async function () {
    this.timeout(20_000)
    equal(await markSetup(directory), null)
    await sayView(directory, { words: 'preparing', disks: { files: { kind: 'blank', words: 'blank' } } })
    const events: string[] = []
    const watch = createSetupWatch(place, ({ text }) => events.push(text))
    equal(watch.view(), null)
    await until('the first look', () => watch.view() !== null)
    const disks = { files: { kind: 'blank', words: 'blank' } }
    deepEqual(watch.view(), { marked: true, words: 'preparing', disks })
    await sayView(directory, { words: 'ready', disks: {} })
    await until('the next word', () => watch.view()?.words === 'ready')
    const old = { words: 'old', disks: {}, atMs: bootMs() - SAID_MS_MAX - 1 }
    writeFileSync(join(directory, SETUP_SAID), JSON.stringify(old))
    equal(await endSetup(directory), null)
    await until('the end', () => watch.view()?.marked === false)
    deepEqual(watch.view(), { marked: false, words: null, disks: {} })
    deepEqual(events, ['set-up: preparing', 'set-up: ready'])
    watch.close()
  })

  it('takes the mark of a pairing that failed away again, and no other', async () => {
    const undo = await markNew(directory)
    equal(await isMarked(directory), true)
    equal(await markNew(directory), null)
    if (typeof undo === 'function') await undo()
    equal(await isMarked(directory), false)
  })

  it('takes only what has its shape, bounded, from the other board', () => {
    for (const bad of [null, 1, 'x', [], {}, { marked: 1, words: null }, { marked: true, words: 7 }])
      equal(asSetupView(bad), null, JSON.stringify(bad))
    const disks = { files: { kind: 'blank', words: 'w'.repeat(5000) }, x: { kind: 'wipe', words: '' }, y: 3 }
    const view = asSetupView({ marked: true, words: 'w'.repeat(5000), disks })
    equal(view?.words?.length, 800)
    deepEqual(Object.keys(view?.disks ?? {}), ['files'])
    equal(view?.disks.files?.words.length, 800)
  })
})
