// A disk made ready to carry a copy, on real loop devices with real drbdmeta: what is found, what is refused, what a cut leaves. Needs no module.
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlockDevice, blockDevice } from '../../src/driver/block-device.js'
import { seeDevice } from '../../src/driver/disk-device.js'
import { metadataBytes, readCopyName, readMetadata, usableBytes } from '../../src/driver/drbd-meta.js'
import { type Backing, partitionNameOf, seeBacking } from '../../src/driver/mirror-backing.js'
import { makeCopy } from '../../src/driver/mirror-make.js'
import { sh } from './group-lab.js'

const MIB = 1_048_576
const BYTES = 72 * MIB
/** A path that no disk of this machine has. */
const BY_NAME = '/dev/disk/by-partlabel/baton-no-such-group'
const MINOR = 71

describe('a disk made ready to carry a copy', function () {
  this.timeout(60_000)
  let folder = ''
  let image = ''
  let stateDir = ''
  let path = ''
  const path0 = process.env.PATH ?? ''
  const said: string[] = []
  const device = (of = path): BlockDevice => {
    const found = blockDevice(seeDevice(of)?.number ?? '')
    ok(found !== null)
    return found
  }
  const hash = (): string => createHash('sha256').update(readFileSync(image)).digest('hex')
  const write = async (at: number, bytes: Buffer): Promise<void> => {
    const handle = await open(image, 'r+')
    await handle.write(bytes, 0, bytes.length, at)
    await handle.sync()
    await handle.close()
  }
  const see = (backing = path, serial: string | null = null): Promise<Backing> =>
    seeBacking({ backing, minor: MINOR }, stateDir, serial, () => [device()])
  const make = (backing = path, serial: string | null = null): Promise<string | null> =>
    makeCopy({
      mirror: { backing, minor: MINOR },
      stateDir,
      serial,
      tell: text => said.push(text),
      devices: () => [device()]
    })
  const standIn = (name: string, script: string): void => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
    process.env.PATH = `${bin}:${path0}`
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-copy-'))
    image = join(folder, 'disk.img')
    stateDir = join(folder, 'state')
    mkdirSync(stateDir)
    sh('truncate', '-s', String(BYTES), image)
    path = sh('losetup', '-P', '-f', '--show', image)
    said.length = 0
  })
  afterEach(() => {
    process.env.PATH = path0
    sh('sh', '-c', 'partx --delete "$1" 2>/dev/null; losetup -d "$1"', 'end', path)
    rmSync(folder, { recursive: true, force: true })
  })

  it('counts the room of the notes as DRBD does, with a little to spare', () => {
    equal(metadataBytes(100 * MIB), 80 * 512)
    equal(metadataBytes(4 * 2 ** 40), 262_216 * 512)
    equal(usableBytes(100 * MIB), 98 * MIB)
  })

  it('writes fresh notes on a blank disk that the configuration names, once', async () => {
    const before = await see()
    equal(before.told.kind, 'blank')
    equal(before.partition, null)
    equal(await make(), null, said.join('\n'))
    deepEqual(await readMetadata(MINOR, path), { kind: 'there', fresh: true, upToDate: false })
    const { told } = await see()
    deepEqual([told.kind, told.fresh, told.ext4, told.attached], ['made', true, false, null])
    deepEqual(readdirSync(stateDir), [])
    const whole = hash()
    equal(await make(), null)
    equal(hash(), whole)
  })

  it('names each copy by chance; a disk without notes, or without such a name, has none', async () => {
    const nameOf = (): Promise<string | null> => readCopyName(path, device().bytes)
    equal(await nameOf(), null)
    sh('drbdmeta', '--force', String(MINOR), 'v08', path, 'internal', 'create-md')
    equal(await nameOf(), null)
    const wipe = (): string => sh('dd', 'if=/dev/zero', `of=${path}`, 'bs=1M', 'count=72', 'conv=fsync', 'status=none')
    wipe()
    equal(await make(), null, said.join('\n'))
    const first = (await nameOf()) ?? ''
    match(first, /^[0-9a-f]{16}$/)
    match(sh('drbdmeta', String(MINOR), 'v08', path, 'internal', 'dump-md'), new RegExp(`device-uuid 0x${first};`, 'i'))
    wipe()
    equal(await make(), null, said.join('\n'))
    notEqual(await nameOf(), first)
  })

  it('makes one partition of a blank disk, aligned to a mebibyte, and names it last', async () => {
    equal((await see(BY_NAME)).partition, 'baton-no-such-group')
    // The name is the last that is written.
    standIn('sfdisk', `case "$*" in *part-label*) exit 7;; esac; exec ${sh('sh', '-c', 'command -v sfdisk')} "$@"`)
    match((await make(BY_NAME)) ?? '', /exited with 7/)
    ok(!/name=/.test(sh('sfdisk', '--dump', path)))
    deepEqual(await readMetadata(MINOR, `${path}p1`), { kind: 'there', fresh: true, upToDate: false })
    process.env.PATH = path0
    // What was cut off is begun anew, on this disk alone.
    deepEqual((await see(BY_NAME)).told.kind, 'blank')
    equal(await make(BY_NAME), null, said.join('\n'))
    const table = sh('sfdisk', '--dump', path)
    match(table, /start= *2048, size= *143360, .*name="baton-no-such-group"/)
    deepEqual(await readMetadata(MINOR, `${path}p1`), { kind: 'there', fresh: true, upToDate: false })
    deepEqual(readdirSync(stateDir), [])
    sh('sfdisk', '--verify', path)
  })

  for (const [what, fill, words] of [
    ['an ext4', () => sh('mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'photos', image), /ext4 labelled photos/],
    ['a partition table', () => sh('sh', '-c', `echo ,, | sfdisk -q ${image}`), /partition table \(dos\)/],
    ['data in its middle', () => write(32 * MIB, Buffer.alloc(MIB, 'x')), /data of an unknown kind/]
  ] as const)
    for (const backing of ['named', BY_NAME])
      it(`leaves a disk with ${what} as it is, byte for byte, without its serial number (${backing})`, async () => {
        await fill()
        const at = backing === 'named' ? path : backing
        const before = hash()
        const { told } = await see(at)
        equal(told.kind, 'content')
        match(told.words, words)
        match((await make(at)) ?? '', words)
        ok(((await make(at, 'another')) ?? '') !== '')
        equal(hash(), before)
        deepEqual(readdirSync(stateDir), [])
        equal(await make(at, told.name), null, said.join('\n'))
        const place = backing === 'named' ? path : `${path}p1`
        deepEqual(await readMetadata(MINOR, place), { kind: 'there', fresh: true, upToDate: false })
        // Nothing finds what was there.
        equal(sh('sh', '-c', 'wipefs --no-act --parsable "$1" | grep -c ext || :', 'look', place), '0')
      })

  it('never touches a disk that is mounted, nor one that somebody holds', async () => {
    sh('mke2fs', '-q', '-F', '-t', 'ext4', image)
    const mnt = join(folder, 'mnt')
    mkdirSync(mnt)
    sh('mount', path, mnt)
    try {
      const { told } = await see()
      deepEqual([told.kind, /mounted at/.test(told.words)], ['never', true])
      match((await make(path, told.name)) ?? '', /in use/)
    } finally {
      sh('umount', mnt)
    }
  })

  it('tells of an ext4 below the notes of a mirror, which could be kept', async () => {
    sh('mke2fs', '-q', '-F', '-t', 'ext4', image, '70M')
    sh('drbdmeta', '--force', String(MINOR), 'v08', path, 'internal', 'create-md')
    const { told } = await see()
    deepEqual([told.kind, told.fresh, told.ext4], ['made', true, true])
  })

  it('asks which one where several could be meant, and takes the one that is named', async () => {
    const second = join(folder, 'second.img')
    sh('truncate', '-s', String(BYTES), second)
    const other = sh('losetup', '-f', '--show', second)
    try {
      const both = (): readonly BlockDevice[] => [device(), device(other)]
      const look = (serial: string | null) => seeBacking({ backing: BY_NAME, minor: MINOR }, stateDir, serial, both)
      const { told } = await look(null)
      deepEqual([told.kind, /2 disks are blank/.test(told.words)], ['absent', true])
      const chosen = await look(device(other).serial)
      deepEqual([chosen.told.kind, chosen.device?.path], ['blank', other])
      match(
        (await look('no such number')).told.words,
        /no free disk on USB has the serial number no such number; there is /
      )
    } finally {
      sh('losetup', '-d', other)
    }
  })

  it('knows the path of a partition by its name, and no other', () => {
    equal(partitionNameOf('/dev/disk/by-partlabel/baton-data'), 'baton-data')
    equal(partitionNameOf('/dev/disk/by-partlabel/two\\x20words'), 'two words')
    equal(partitionNameOf('/dev/disk/by-id/usb-x'), null)
    notEqual(partitionNameOf(BY_NAME), null)
  })
})
