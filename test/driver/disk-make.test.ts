// Making a filesystem on real loop devices: what is blank, what is not, what is never touched, and what a cut leaves.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlockDevice, blockDevice, sizeText } from '../../src/driver/block-device.js'
import { contentOf } from '../../src/driver/disk-content.js'
import { seeDevice } from '../../src/driver/disk-device.js'
import { judgeDisk, type MakeWish, makeFilesystem } from '../../src/driver/disk-make.js'
import { sh } from './group-lab.js'

describe('making a filesystem on a disk', function () {
  this.timeout(120_000)
  let folder = ''
  let image = ''
  let stateDir = ''
  let path = ''
  const path0 = process.env.PATH ?? ''
  const said: string[] = []
  const hash = (): string => createHash('sha256').update(readFileSync(image)).digest('hex')
  const device = (): BlockDevice => {
    const found = blockDevice(seeDevice(path)?.number ?? '')
    ok(found !== null)
    return found
  }
  const write = async (at: number, bytes: Buffer): Promise<void> => {
    const handle = await open(image, 'r+')
    await handle.write(bytes, 0, bytes.length, at)
    await handle.sync()
    await handle.close()
  }
  const make = (more: Partial<MakeWish> = {}): Promise<string | null> =>
    makeFilesystem({ device: device(), name: null, stateDir, serial: null, tell: text => said.push(text), ...more })
  /** A program of that name in front of the real one. */
  const standIn = (name: string, script: string): void => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
    process.env.PATH = `${bin}:${path0}`
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-disk-'))
    image = join(folder, 'disk.img')
    stateDir = join(folder, 'state')
    mkdirSync(stateDir)
    sh('truncate', '-s', '64M', image)
    path = sh('losetup', '-f', '--show', image)
    said.length = 0
  })
  afterEach(() => {
    process.env.PATH = path0
    sh('losetup', '-d', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('makes an ext4 that is whole, has its label, and is not filled in later by the kernel', async () => {
    deepEqual(await judgeDisk(device(), stateDir), { kind: 'blank', halfMade: false })
    equal(await make({ name: { by: 'label', value: 'baton-data' } }), null, said.join('\n'))
    equal(sh('blkid', '-p', '-s', 'LABEL', '-o', 'value', path), 'baton-data')
    match(sh('dumpe2fs', '-h', path), /has_journal/)
    ok(/Group 0:.*ITABLE_ZEROED/.test(sh('dumpe2fs', path)))
    sh('e2fsck', '-f', '-n', path)
    deepEqual(readdirSync(stateDir), [])
  })

  it('gives it the UUID that the configuration names', async () => {
    const value = '0ba70000-0000-4000-8000-000000000001'
    equal(await make({ name: { by: 'uuid', value } }), null, said.join('\n'))
    equal(sh('blkid', '-p', '-s', 'UUID', '-o', 'value', path), value)
  })

  for (const [what, fill, words] of [
    ['a filesystem', () => sh('mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'photos', image), /ext4 labelled photos/],
    ['a swap signature', () => sh('mkswap', image), /swap/],
    ['a partition table', () => sh('sh', '-c', `echo ,, | sfdisk -q ${image}`), /partition table \(dos\)/],
    ['bytes in its first mebibyte', () => write(70_001, Buffer.from([1])), /data of an unknown kind/],
    ['bytes at its very end', () => write(64 * 1_048_576 - 1, Buffer.from([7])), /data of an unknown kind/],
    ['data in its middle', () => write(32 * 1_048_576, Buffer.alloc(1_048_576, 'x')), /data of an unknown kind/]
  ] as const)
    it(`leaves a disk with ${what} as it is, byte for byte, without its serial number`, async () => {
      await fill()
      const before = hash()
      match((await make()) ?? '', words)
      match((await make({ serial: 'another' })) ?? '', words)
      equal(hash(), before)
      equal(await make({ serial: device().serial }), null, said.join('\n'))
      equal((await contentOf(path, device().bytes)).kind, 'ext4')
    })

  it('takes a disk of ones for blank', async () => {
    await write(0, Buffer.alloc(64 * 1_048_576, 0xff))
    deepEqual(await judgeDisk(device(), stateDir), { kind: 'blank', halfMade: false })
  })

  it('never touches a disk that is mounted, also elsewhere, is read-only, or is too small', async () => {
    sh('mke2fs', '-q', '-F', '-t', 'ext4', image)
    const mnt = join(folder, 'mnt')
    mkdirSync(mnt)
    sh('mount', path, mnt)
    const named = { ...device(), used: null }
    try {
      equal(device().used, `it is mounted at ${mnt}`)
      match((await make({ device: named, serial: named.serial })) ?? '', /in use/)
    } finally {
      sh('umount', mnt)
    }
    sh('blockdev', '--setro', path)
    match((await make({ serial: device().serial })) ?? '', /read-only/)
    sh('blockdev', '--setrw', path)
    sh('truncate', '-s', '32M', image)
    sh('losetup', '-c', path)
    match((await make({ serial: device().serial })) ?? '', /at least 67 MB/)
  })

  it('refuses a device that is another disk by now', async () => {
    match((await make({ device: { ...device(), serial: 'former' } })) ?? '', /is another disk/)
  })

  it('begins anew where it was cut off, and only on that disk', async () => {
    // The power goes when a part is written.
    standIn('mke2fs', `yes | dd of=${path} bs=1M seek=9 count=3 iflag=fullblock conv=fsync 2>/dev/null; exit 1`)
    match((await make()) ?? '', /mke2fs/)
    process.env.PATH = path0
    ok(existsSync(join(stateDir, 'disk-being-made.json')))
    deepEqual(await judgeDisk(device(), stateDir), { kind: 'blank', halfMade: true })
    equal((await judgeDisk({ ...device(), serial: 'another' }, stateDir)).kind, 'content')
    equal((await judgeDisk({ ...device(), serial: null }, stateDir)).kind, 'content')
    equal(await make(), null, said.join('\n'))
    deepEqual(readdirSync(stateDir), [])
  })

  it('does not take for its own what came onto the disk after a try that wrote nothing', async () => {
    standIn('mke2fs', 'exit 1')
    match((await make()) ?? '', /mke2fs/)
    process.env.PATH = path0
    await write(0, Buffer.alloc(4096, 'x'))
    equal((await judgeDisk(device(), stateDir)).kind, 'content')
  })

  it('says sizes as they stand on the box', () => {
    deepEqual([512, 67_108_864, 1.5e9, 2e12].map(sizeText), ['512 B', '67 MB', '1.5 GB', '2.0 TB'])
  })
})
