import { deepEqual, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BootFiles, checkBoot, readBootFiles } from './boot-check.js'

const sh = (file: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}${stdout}`)
  return stdout
}

describe('the boot partition after a power cut', () => {
  let folder: string
  let image: string
  let before: BootFiles

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-boot-'))
    image = join(folder, 'fat.img')
    sh('truncate', '-s', '40M', image)
    sh('mkfs.vfat', '-F', '32', image)
    sh('mmd', '-i', image, '::/overlays')
    for (const name of ['config.txt', 'overlays/uart3.dtbo']) {
      writeFileSync(join(folder, 'file'), `${name} `.repeat(500))
      sh('mcopy', '-i', image, join(folder, 'file'), `::/${name}`)
    }
    before = await readBootFiles(image, join(folder, 'files'))
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const check = (changing: readonly string[] = []) => checkBoot(image, before, changing, join(folder, 'files'))
  const put = (at: number, bytes: readonly number[]): void => {
    const descriptor = openSync(image, 'r+')
    writeSync(descriptor, Buffer.from(bytes), 0, bytes.length, at)
    closeSync(descriptor)
  }

  it('is fit as it was flashed, and with a new page on it', async () => {
    deepEqual([...before.keys()].sort(), ['config.txt', 'overlays/uart3.dtbo'])
    deepEqual(await check(), [])
    sh('mcopy', '-i', image, join(folder, 'file'), '::/baton-errors.txt')
    deepEqual(await check(), [])
  })

  it('is fit where it was open for a write: the dirty bit is set, in one boot sector, and clusters belong to nobody', async () => {
    put(65, [1])
    deepEqual(await check(), [])
    // Cluster 100 is taken, in the first table only.
    const sector = readFileSync(image)
    const table = sector.readUInt16LE(14) * 512
    put(table + 400, [0xff, 0xff, 0xff, 0x0f])
    deepEqual(await check(), [])
  })

  it('is unfit where a file that the firmware reads is gone or changed, whatever the check of it says', async () => {
    sh('mdel', '-i', image, '::/overlays/uart3.dtbo')
    match((await check()).join(), /overlays\/uart3\.dtbo of the boot partition is gone/)
    deepEqual(await check(['overlays/uart3.dtbo']), [])
    writeFileSync(join(folder, 'file'), 'other')
    sh('mcopy', '-o', '-i', image, join(folder, 'file'), '::/config.txt')
    match((await check()).join(), /config\.txt of the boot partition is changed/)
  })

  it('is unfit where two files share a cluster', async () => {
    const sector = readFileSync(image)
    const table = sector.readUInt16LE(14) * 512
    const tableBytes = sector.readUInt32LE(36) * 512
    // The chain of the second file of the root's own clusters runs into that of the first one.
    const first = sector.subarray(table).readUInt32LE(4 * 4)
    for (const at of [table, table + tableBytes])
      for (let cluster = 5; cluster < 64; cluster++)
        if (sector.readUInt32LE(at + cluster * 4) >= 0x0ffffff8) {
          const target = Buffer.alloc(4)
          target.writeUInt32LE(first >= 0x0ffffff8 ? 4 : first)
          put(at + cluster * 4, [...target])
        }
    match((await check()).join(), /`fsck\.vfat -n` of the boot partition ended with 1: /)
  })
})
