import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SCRIPT = 'provisioning/card/state-superblock'
const SECTOR = 512
/** The superblock is the third and the fourth sector; its checksum is at the end of the fourth. */
const FIRST = 2 * SECTOR
const SECOND = 3 * SECTOR

const call = (file: string, ...args: string[]) => spawnSync(file, args, { encoding: 'utf8' })
const mend = (image: string) => call('sh', SCRIPT, image)

const put = (file: string, at: number, bytes: Buffer): void => {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, at)
  closeSync(descriptor)
}

describe('a superblock that a power cut has torn', () => {
  let folder: string
  let before: string
  let after: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-superblock-'))
    before = join(folder, 'before')
    after = join(folder, 'after')
    // One block group: there is no second superblock to go back to.
    equal(call('truncate', '-s', '40M', before).status, 0)
    equal(call('mkfs.ext4', '-q', '-F', '-b', '4096', '-L', 'baton-state', before).status, 0)
    writeFileSync(join(folder, 'state.json'), 'the record')
    call('debugfs', '-w', '-R', `write ${join(folder, 'state.json')} state.json`, before)
    copyFileSync(before, after)
    // What a mount changes there: times, counts, the state.
    for (const change of ['mtime 20300101000000', 'mnt_count 7', 'state 0'])
      call('debugfs', '-w', '-R', `set_super_value ${change}`, after)
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const tear = (newSector: number): string => {
    const torn = join(folder, 'torn')
    copyFileSync(before, torn)
    put(torn, newSector, readFileSync(after).subarray(newSector, newSector + SECTOR))
    return torn
  }

  for (const [name, sector] of [
    ['first', FIRST],
    ['second', SECOND]
  ] as const)
    it(`is mended where only its ${name} half was written, and what is on the partition is still there`, () => {
      const torn = tear(sector)
      equal(call('e2fsck', '-f', '-p', torn).status, 8)
      const { status, stdout } = mend(torn)
      equal(status, 0)
      match(stdout, /the superblock of .* was torn by a power cut: it has a new checksum, and is checked in full now/)
      equal((call('e2fsck', '-p', torn).status ?? 8) <= 1, true)
      equal(call('e2fsck', '-f', '-n', torn).status, 0)
      equal(call('debugfs', '-R', 'cat state.json', torn).stdout, 'the record')
    })

  it('is left alone where it can be read', () => {
    const bytes = readFileSync(before)
    const { status, stdout } = mend(before)
    deepEqual([status, stdout], [0, ''])
    deepEqual(readFileSync(before), bytes)
  })

  it('is left alone where it is not one of ours', () => {
    for (const [at, word] of [
      [1144, 'baton-data\0'],
      [1080, 'xx']
    ] as const) {
      const torn = tear(FIRST)
      put(torn, at, Buffer.from(word))
      const bytes = readFileSync(torn)
      equal(mend(torn).status, 0)
      deepEqual(readFileSync(torn), bytes)
    }
  })

  it('is told where a new checksum is not enough', () => {
    const torn = tear(FIRST)
    // A block size that is none.
    put(torn, FIRST + 24, Buffer.from([0xff, 0xff, 0xff, 0xff]))
    const { status, stdout } = mend(torn)
    notEqual(status, 0)
    match(stdout, /is damaged, and a new checksum did not mend it/)
  })
})
