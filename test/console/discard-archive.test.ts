// `discard-copy` from the question to the archive: a real copy on a loop device, a real control socket, the pipe's end without root's own words.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDiscard } from '../../src/console/discard-copy.js'
import { type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { OperatorRequest } from '../../src/runtime/status.js'
import { RIGHT } from '../config/fixture.js'
import { sh } from '../driver/group-lab.js'
import { NORMAL } from './fixture-status.js'
import { type Person, person } from './person.js'
import { takesOrders } from './takes-orders.js'

const SHARED = / {6}kind: shared\n {6}device: .*\n {6}mountPoint: .*\n {6}attach:\n(?: {8}.*\n){3}/
const PARTED = '2026-11-20 19:00'

describe('discard-copy with an archive', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'baton-archive-'))
  const socket = join(folder, 'baton.sock')
  const file = join(folder, 'baton.yaml')
  const archive = join(folder, 'state', 'archive')
  const orders: OperatorRequest[] = []
  let server: ControlServer | null = null
  let path = ''

  before(async () => {
    const image = join(folder, 'disk.img')
    sh('truncate', '-s', '16M', image)
    path = sh('losetup', '-f', '--show', image)
    sh('mke2fs', '-q', '-F', '-t', 'ext4', path)
    mkdirSync(join(folder, 'mnt'))
    mkdirSync(join(folder, 'state'))
    sh('mount', '-t', 'ext4', path, join(folder, 'mnt'))
    writeFileSync(join(folder, 'mnt', 'order.txt'), 'three loaves\n')
    sh('umount', join(folder, 'mnt'))
    const mirrored = `      kind: mirrored\n      device: ${path}\n      mountPoint: /srv/data\n`
    writeFileSync(
      file,
      `stateDir: ${folder}/state\nrunDir: ${folder}\nsocket: ${socket}\nkeyFile: ${folder}/key\n${RIGHT.replace(SHARED, mirrored)}`
    )
    writeFileSync(join(folder, 'key'), '0'.repeat(64), { mode: 0o600 })
    const [group] = NORMAL.core.groups
    const copies = { here: 'alone', there: 'unknown' } as const
    const groups = group === undefined ? [] : [{ ...group, role: 'standby' as const, copies }]
    const handlers = takesOrders(
      orders,
      () => ({ ...NORMAL, core: { ...NORMAL.core, groups } }),
      'this copy is given up'
    )
    const result = await serveControl({ path: socket, group: 'no-such-group', handlers })
    ok(result.ok, JSON.stringify(result))
    server = result.value
  })
  after(async () => {
    await server?.close()
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    orders.splice(0)
    rmSync(archive, { recursive: true, force: true })
  })

  const discard = (who: Person) => {
    const wish = { group: '', archive: undefined, since: null, yes: false, pipe: true, file, board: 'a' as const }
    return runDiscard(socket, wish, who, new AbortController().signal, async () => null)
  }

  it('asks since when and where to, packs, and only then has the copy given up', async () => {
    const who = person(['files', 'yes', PARTED, ''])
    equal(await discard(who), 0, who.said.join('\n'))
    const [tar = ''] = readdirSync(archive)
    match(tar, /^files-a-\d{8}-\d{6}\.tar$/)
    match(sh('tar', '--extract', '--to-stdout', '--file', join(archive, tar), 'order.txt'), /three loaves/)
    deepEqual(orders, [{ order: 'discardCopy', group: 'files' }])
    ok(who.said.includes(`packed: ${join(archive, tar)}`), who.said.join('\n'))
    equal(who.asked.length, 4)
  })

  it('does nothing where the place is not answered, and packs nothing by "none" but with a second yes', async () => {
    equal(await discard(person(['files', 'yes', PARTED, null])), 1)
    equal(await discard(person(['files', 'yes', PARTED, '/etc'])), 1)
    equal(await discard(person(['files', 'yes', PARTED, 'none', 'no'])), 1)
    equal(await discard(person(['files', 'yes', '', 'no'])), 1)
    deepEqual(orders, [])
    equal(await discard(person(['files', 'yes', PARTED, 'none', 'yes'])), 0)
    deepEqual(orders, [{ order: 'discardCopy', group: 'files' }])
    deepEqual(
      readdirSync(join(folder, 'state')).filter(name => name === 'archive'),
      []
    )
  })
})
