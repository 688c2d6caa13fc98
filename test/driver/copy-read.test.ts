// A copy of a mirrored disk is read, listed and archived without a byte of it being changed, also while somebody holds the disk. Real loop devices.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archiveFiles, changedFiles, hasOpenJournal, roomFor } from '../../src/driver/copy-read.js'
import { sh } from './group-lab.js'

const PARTED = 1_780_000_000

describe('a copy that is read', function () {
  this.timeout(60_000)
  let folder = ''
  let image = ''
  let path = ''
  let mnt = ''
  let held = -1
  const place = () => ({ path, runDir: join(folder, 'run') })
  const hash = (): string => createHash('sha256').update(readFileSync(image)).digest('hex')
  /** As the mirror does. Another program's namespace may hold a mount that was for a moment. */
  const hold = (): number => {
    for (let left = 50; ; left -= 1)
      try {
        return openSync(path, constants.O_RDONLY | constants.O_EXCL)
      } catch (error) {
        if (left === 0) throw error
        sh('sleep', '0.2')
      }
  }
  const loops = (): string => sh('sh', '-c', 'losetup -a | grep -c "($1)" || :', 'loops', path)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-read-'))
    image = join(folder, 'disk.img')
    mnt = join(folder, 'mnt')
    mkdirSync(mnt)
    mkdirSync(join(folder, 'out'))
    sh('truncate', '-s', '32M', image)
    path = sh('losetup', '-f', '--show', image)
    sh('mke2fs', '-q', '-F', '-t', 'ext4', path, '30M')
    sh('drbdmeta', '--force', '73', 'v08', path, 'internal', 'create-md')
    sh('mount', '-t', 'ext4', path, mnt)
    sh(
      'sh',
      '-c',
      'cd "$1"; mkdir d; echo old >old; echo 12345 >d/new; echo x >"$(printf "two\\nlines")"; >.baton-probe',
      'fill',
      mnt
    )
    // What was there before the parting has old instants in all that is said about it.
    sh('umount', mnt)
    for (const [file, at] of [
      ['old', PARTED - 3600],
      ['d/new', PARTED + 60],
      ['d', PARTED + 60]
    ] as const)
      for (const field of ['mtime', 'ctime'])
        sh('debugfs', '-w', '-R', `set_inode_field /${file} ${field} @${at}`, path)
    held = hold()
  })
  afterEach(() => {
    if (held >= 0) closeSync(held)
    held = -1
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('lists what changed since the copies parted, newest first, and changes nothing', async () => {
    const before = hash()
    const files = await changedFiles(place(), PARTED)
    ok(typeof files !== 'string', String(files))
    deepEqual(
      files.map(({ path: name, bytes, folder: isFolder }) => [name, bytes, isFolder]),
      [
        ['two?lines', 2, false],
        ['d', 0, true],
        ['d/new', 6, false]
      ]
    )
    equal(Math.floor(files[2]?.changed ?? 0), PARTED + 60)
    equal(hash(), before)
    equal(loops(), '0')
    equal(await hasOpenJournal(place()), false)
  })

  it('takes a file that changed in the very second of the parting for changed', async () => {
    const files = await changedFiles(place(), PARTED + 60)
    ok(typeof files !== 'string' && files.some(({ path: name }) => name === 'd/new'))
  })

  it('packs just those files, whatever they are called, and leaves no draft', async () => {
    const before = hash()
    const tar = join(folder, 'out', 'data-a.tar')
    equal(await archiveFiles(place(), PARTED, tar), null)
    deepEqual(readdirSync(join(folder, 'out')), ['data-a.tar'])
    const names = sh('tar', '--list', '--quoting-style=escape', '--file', tar).split('\n').sort()
    deepEqual(names, ['.baton-probe', 'd/new', 'two\\nlines'])
    equal(sh('tar', '--extract', '--to-stdout', '--file', tar, 'd/new'), '12345')
    equal(hash(), before)
    match((await archiveFiles(place(), PARTED, join(folder, 'nowhere', 'x.tar'))) ?? '', /tar|No such file/)
    ok((await roomFor(join(folder, 'out'))) > 0)
    equal(await roomFor(join(folder, 'nowhere')), 0)
  })

  it('reads a copy whose journal was cut off, without replaying it', async () => {
    closeSync(held)
    sh('mount', '-t', 'ext4', path, mnt)
    sh('sh', '-c', 'echo late >"$1/late"; sync', 'late', mnt)
    // As a power cut does: nothing that is dirty reaches the disk any more.
    sh('perl', '-e', 'open(my $d, "<", $ARGV[0]); my $f = pack("L", 2); ioctl($d, 0x8004587D, $f) or die', mnt)
    sh('umount', mnt)
    held = hold()
    const before = hash()
    ok(typeof (await changedFiles(place(), PARTED)) !== 'string')
    equal(await hasOpenJournal(place()), true)
    equal(hash(), before)
  })

  it('says so where there is nothing to be mounted, and leaves nothing behind', async () => {
    closeSync(held)
    sh('wipefs', '-a', '-f', path)
    held = hold()
    match(String(await changedFiles(place(), PARTED)), /cannot be mounted read-only/)
    equal(loops(), '0')
    equal(spawnSync('sh', ['-c', `grep -c ${folder} /proc/mounts`], { encoding: 'utf8' }).stdout.trim(), '0')
  })
})
