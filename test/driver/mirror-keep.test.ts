// An ext4 that is kept: every file is there afterwards, the notes of the mirror are behind it, and a cut anywhere is gone on from. Real disks, no module.
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blockDevice } from '../../src/driver/block-device.js'
import { seeDevice } from '../../src/driver/disk-device.js'
import { readMetadata } from '../../src/driver/drbd-meta.js'
import { keepFilesystem } from '../../src/driver/mirror-keep.js'
import { sh } from './group-lab.js'

const MIB = 1_048_576
const MINOR = 72

describe('an ext4 that is kept for a mirror', function () {
  this.timeout(60_000)
  let folder = ''
  let path = ''
  let mnt = ''
  let sums = ''
  const path0 = process.env.PATH ?? ''
  const said: string[] = []
  const keep = (bytesMax = 1e12): Promise<string | null> => {
    const number = blockDevice(seeDevice(path)?.number ?? '')?.number ?? ''
    return keepFilesystem({ number, minor: MINOR, bytesMax, tell: text => said.push(text) })
  }
  const atMount = <T>(work: () => T): T => {
    // Another program's namespace may hold the former mount for a moment.
    sh(
      'sh',
      '-c',
      'for n in 1 2 3 4 5; do mount -t ext4 -o ro "$1" "$2" && exit; sleep 1; done; exit 1',
      'ro',
      path,
      mnt
    )
    try {
      return work()
    } finally {
      sh('umount', mnt)
    }
  }
  const sumsOf = (): string =>
    atMount(() => sh('sh', '-c', 'cd "$1" && find . -type f | sort | xargs sha256sum', 'sums', mnt))
  const standIn = (name: string, script: string): void => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    const real = sh('sh', '-c', `PATH=${path0} command -v ${name}`)
    writeFileSync(join(bin, name), `#!/bin/sh\nreal=${real}\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
    process.env.PATH = `${bin}:${path0}`
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-keep-'))
    mnt = join(folder, 'mnt')
    mkdirSync(mnt)
    const image = join(folder, 'disk.img')
    sh('truncate', '-s', '128M', image)
    path = sh('losetup', '-f', '--show', image)
    sh('mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-L', 'photos', path)
    sh('mount', path, mnt)
    // Files up to its very end, with holes between them: some have to be moved.
    const fill = 'for n in $(seq 90); do dd if=/dev/urandom of="$1/f$n" bs=1M count=1 status=none; done'
    sh('sh', '-c', `${fill}; sync; for n in $(seq 1 2 80); do rm "$1/f$n"; done`, 'fill', mnt)
    sh('umount', mnt)
    sums = sumsOf()
    said.length = 0
  })
  afterEach(() => {
    process.env.PATH = path0
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('is made smaller, checked, and has every file; the notes of the mirror are behind it', async () => {
    equal(await keep(), null, said.join('\n'))
    deepEqual(await readMetadata(MINOR, path), { kind: 'there', fresh: true, upToDate: false })
    match(said.join('\n'), /making it smaller, from 134 MB to 132 MB/)
    equal(sumsOf(), sums)
    sh('e2fsck', '-f', '-n', path)
  })

  it('is made to fit the other board, too', async () => {
    equal(await keep(100 * MIB), null, said.join('\n'))
    match(sh('dumpe2fs', '-h', path), /Block count: +25600\n/)
    equal(sumsOf(), sums)
  })

  it('is left as it was where it does not fit, and no notes are written', async () => {
    match((await keep(30 * MIB)) ?? '', /resize2fs/)
    deepEqual(await readMetadata(MINOR, path), { kind: 'none' })
    sh('e2fsck', '-f', '-n', path)
    equal(sumsOf(), sums)
  })

  it('is left alone while it is mounted', async () => {
    sh('mount', path, mnt)
    try {
      match((await keep()) ?? '', /it is mounted at/)
    } finally {
      sh('umount', mnt)
    }
    deepEqual(await readMetadata(MINOR, path), { kind: 'none' })
  })

  it('is not touched further where it is damaged', async () => {
    standIn('e2fsck', 'exit 4')
    match((await keep()) ?? '', /ended with 4: errors are left.*by hand/)
    deepEqual(await readMetadata(MINOR, path), { kind: 'none' })
  })

  for (const [when, name, script] of [
    ['after it was made smaller', 'resize2fs', '"$real" "$@"; exit 9'],
    ['before the notes were written', 'drbdmeta', 'case "$*" in *create-md*) exit 9;; esac; exec "$real" "$@"'],
    ['right after them', 'sync', 'exit 9']
  ] as const)
    it(`goes on where it was cut off ${when}`, async () => {
      standIn(name, script)
      notEqual(await keep(), null)
      process.env.PATH = path0
      equal(sumsOf(), sums)
      const found = await readMetadata(MINOR, path)
      if (name === 'sync') equal(found.kind, 'there')
      else {
        equal(found.kind, 'none')
        equal(await keep(), null, said.join('\n'))
        ok((await readMetadata(MINOR, path)).kind === 'there')
      }
      equal(sumsOf(), sums)
    })
})
