import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readKeyFile } from '../../src/config/key-file.js'
import { createKeyStore } from '../../src/pairing/key-store.js'

const NEW = Uint8Array.from({ length: 32 }, (_, at) => at)
const OLD = `${'c0ffee11'.repeat(8)}\n`

describe('the key on the card', () => {
  let folder = ''
  const inside = (name: string): string => join(folder, 'etc', name)
  const files = (): readonly string[] => readdirSync(join(folder, 'etc')).sort()
  const textOf = (name: string): string => readFileSync(inside(name), 'utf8')

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-key-store-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('comes into use in two acts, readable by its owner only, as the daemon reads it', async () => {
    const store = createKeyStore(inside('key'))
    equal(await store.store(NEW), null)
    deepEqual(files(), ['key.new'])
    deepEqual(await store.look(), { present: false, left: 'new' })
    const cutOff = readKeyFile(inside('key'))
    ok(!cutOff.ok)
    match(cutOff.error.remedy, /pairing was cut off.*`baton pair` again on both/)
    equal(await store.use(), null)
    deepEqual(files(), ['key'])
    equal(statSync(inside('key')).mode & 0o777, 0o600)
    const read = readKeyFile(inside('key'))
    ok(read.ok)
    deepEqual([...read.key], [...NEW])
    equal(await store.finish(), null)
    deepEqual(await store.look(), { present: true, left: null })
  })

  it('leaves the former one beside it until both boards have the new one', async () => {
    mkdirSync(join(folder, 'etc'))
    writeFileSync(inside('key'), OLD, { mode: 0o600 })
    const store = createKeyStore(inside('key'))
    equal(await store.store(NEW), null)
    equal(textOf('key'), OLD)
    equal(await store.use(), null)
    equal(textOf('key.previous'), OLD)
    equal(statSync(inside('key.previous')).mode & 0o777, 0o600)
    deepEqual(await store.look(), { present: true, left: 'previous' })
    equal(await store.finish(), null)
    deepEqual(files(), ['key'])
  })

  it('keeps the last key that both boards had, also when a second pairing does not end either', async () => {
    mkdirSync(join(folder, 'etc'))
    writeFileSync(inside('key'), OLD, { mode: 0o600 })
    const store = createKeyStore(inside('key'))
    for (const key of [NEW, NEW.map(byte => byte ^ 1)]) {
      equal(await store.store(key), null)
      equal(await store.use(), null)
    }
    equal(textOf('key.previous'), OLD)
    ok(textOf('key').startsWith('0100'))
  })

  it('is not touched by what is discarded, and goes with all that lies beside it when it is forgotten', async () => {
    mkdirSync(join(folder, 'etc'))
    writeFileSync(inside('key'), OLD, { mode: 0o600 })
    const store = createKeyStore(inside('key'))
    await store.store(NEW)
    equal(await store.discard(), null)
    deepEqual([files(), textOf('key')], [['key'], OLD])
    await store.store(NEW)
    await store.use()
    await store.store(NEW)
    writeFileSync(inside('key.new.tmp'), 'half')
    equal(await store.forget(), null)
    deepEqual(files(), [])
  })

  it('says what failed, on which file, and what to do', async () => {
    writeFileSync(join(folder, 'etc'), 'a file where a folder should be')
    const store = createKeyStore(inside('key'))
    match((await store.store(NEW)) ?? '', /storing .*key\.new failed: .*; /)
    match((await store.use()) ?? '', /putting the key into .*key failed: .*; make/)
  })
})
