// What is handed over to a fresh board, on a real file system: in use with the key, or not there.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHandedStore } from '../../src/console/pairing-handed.js'
import { createKeyStore } from '../../src/pairing/key-store.js'
import { packParcel } from '../../src/pairing/parcel.js'
import { RIGHT } from '../config/fixture.js'

describe('what was handed over', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  const read = (name: string): string => readFileSync(at(name), 'utf8')
  const names = (): readonly string[] => readdirSync(folder).sort()
  const key = Uint8Array.from({ length: 32 }, (_, index) => index)
  const text = (stateDir = 'state'): string =>
    `stateDir: ${at(stateDir)}\nkeyFile: ${at('key')}\nboardFile: ${at('board')}\nnotices: {secretsFile: ${at('secrets')}}\n${RIGHT}`
  const parcel = (configuration: string, secrets: string | null = null): Uint8Array =>
    packParcel({ configuration, secrets }) ?? new Uint8Array()
  const store = (onCard = false) =>
    createHandedStore(
      createKeyStore(at('key')),
      { board: 'b', keyFile: at('key'), stateDir: at('state'), file: at('baton.yaml') },
      onCard
    )

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-handed-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('comes in the place of what is here with the key, and the former one stays beside it', async () => {
    writeFileSync(at('baton.yaml'), '# mine\n')
    const fresh = store()
    equal(await fresh.store(key, parcel(text(), 'mail: secret\n')), null)
    deepEqual(names(), ['baton.yaml', 'baton.yaml.new', 'key.new', 'secrets.new'])
    equal(await fresh.use(), null)
    equal(await fresh.finish(), null)
    deepEqual(names(), ['baton.yaml', 'baton.yaml.previous', 'key', 'secrets'])
    equal(read('baton.yaml'), text())
    equal(read('baton.yaml.previous'), '# mine\n')
    equal(statSync(at('secrets')).mode & 0o777, 0o600)
    equal(statSync(at('baton.yaml')).mode & 0o777, 0o644)
  })

  it('is left to the next boot on a card, whose first partition has a configuration of its own', async () => {
    writeFileSync(at('baton.yaml'), '# brought\n')
    const fresh = store(true)
    equal(await fresh.store(key, parcel(text())), null)
    equal(await fresh.use(), null)
    equal(read('baton.yaml'), '# brought\n')
    equal(read('baton.yaml.handed'), text())
    ok(existsSync(at('key')))
  })

  it('leaves nothing where the other board ends it', async () => {
    const fresh = store()
    equal(await fresh.store(key, parcel(text(), 'mail: x\n')), null)
    equal(await fresh.discard(), null)
    deepEqual(names(), [])
  })

  it('is refused with line, value and remedy where this board cannot run with it, and no key is stored', async () => {
    for (const [bytes, words] of [
      [parcel(text().replace('kind: rpi-4b', 'kind: rpi-9')), /refused here: .*:\d+: boards\..*rpi-9/],
      [parcel(text('elsewhere')), /keeps key and record elsewhere .*elsewhere/],
      [parcel('- no map\n'), /refused here/],
      [Buffer.from('{}'), /cannot be read: are both boards of one version/]
    ] as const) {
      const fresh = store()
      match((await fresh.store(key, bytes)) ?? '', words)
      equal(existsSync(at('key.new')), false)
      await fresh.discard()
      deepEqual(names(), [])
    }
  })

  it('is told when the card takes nothing', async () => {
    mkdirSync(at('sub'))
    // A file where a folder is wanted.
    writeFileSync(at('sub/etc'), '')
    const fresh = createHandedStore(
      createKeyStore(at('sub/etc/key')),
      { board: 'b', keyFile: at('sub/etc/key'), stateDir: at('state'), file: at('sub/etc/baton.yaml') },
      false
    )
    match((await fresh.store(key, parcel(text()))) ?? '', /storing .*baton\.yaml\.new failed: /)
    chmodSync(at('sub/etc'), 0o600)
  })

  it('is nothing where only a key was made', async () => {
    const fresh = store()
    equal(await fresh.store(key, null), null)
    equal(await fresh.use(), null)
    deepEqual(names(), ['key'])
  })
})
