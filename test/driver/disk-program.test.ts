// The program that looks at a disk for the other board's console, as the daemon starts it: the real one, on a real loop device.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastObject, runDiskProgram } from '../../src/driver/disk-program.js'
import type { CopyTold } from '../../src/port/copy-told.js'
import { sh } from './group-lab.js'

describe('the program for the disk of a mirror', function () {
  this.timeout(60_000)
  let folder = ''
  let path = ''
  let file = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-program-'))
    const image = join(folder, 'disk.img')
    sh('truncate', '-s', '80M', image)
    path = sh('losetup', '-f', '--show', image)
    file = join(folder, 'baton.yaml')
    mkdirSync(join(folder, 'state'))
    const boards = { a: { kind: 'virtual', ethernet: '127.0.0.1' }, b: { kind: 'virtual', ethernet: '127.0.0.2' } }
    const disk = { kind: 'mirrored', device: path, mountPoint: join(folder, 'mnt') }
    const group = { name: 'data', disk, addresses: [], services: [] }
    const config = { pair: 'try', stateDir: join(folder, 'state'), boards, groups: [group], fence: { by: 'none' } }
    writeFileSync(file, JSON.stringify(config))
  })
  afterEach(() => {
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells of the disk in one line, and that nothing can be mirrored without the kernel’s part', async () => {
    const wish = { doing: 'look', group: 'data', serial: null, since: null } as const
    const said = await runDiskProgram({ board: 'a', file }, wish)
    ok(typeof said !== 'string', String(said))
    const told = said.told as CopyTold
    match(told.words, new RegExp(`^${path}, 84 MB, loop device`))
    if (existsSync('/proc/drbd')) return equal(told.kind, 'blank')
    deepEqual([said.ok, told.kind], [true, 'never'])
    match(told.words, /: blank; the kernel has no DRBD/)
    const made = await runDiskProgram({ board: 'a', file }, { ...wish, doing: 'make' })
    ok(typeof made !== 'string' && made.ok === false)
    equal(sh('sh', '-c', 'wipefs --no-act --parsable "$1" | wc -l', 'look', path), '0')
  })

  it('is a failure in words where it says nothing', async () => {
    const wish = { doing: 'look', group: 'data', serial: null, since: null } as const
    match(
      String(await runDiskProgram({ board: 'a', file: join(folder, 'none.yaml') }, wish)),
      /disk answer data.*exited/
    )
    equal(lastObject('words\n'), null)
    deepEqual(lastObject('words\n{"ok":true}\n'), { ok: true })
  })
})
