// A partition from a folder is the same bytes whenever it is made: what the image's proof (`--twice`) rests on.
import { ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { clampTimes, makeExt4 } from '../../image/filesystem.js'

const EPOCH = 1_700_000_000
const FS = { label: 'probe', uuid: '0ba70009-ba70-4000-8000-000000000009' }
const BYTES = 16 * 1024 * 1024
const FILES = 300

describe('partitions of the image', function () {
  this.timeout(60_000)
  const directory = mkdtempSync(join(tmpdir(), 'baton-image-test-'))
  after(() => rmSync(directory, { recursive: true, force: true }))

  const lay = (name: string): string => {
    const folder = join(directory, name)
    mkdirSync(join(folder, 'sub'), { recursive: true })
    for (let at = 0; at < FILES; at++) writeFileSync(join(folder, 'sub', `file-${at}`), `${at}\n`)
    symlinkSync('sub/file-1', join(folder, 'link'))
    clampTimes(folder, EPOCH)
    return folder
  }

  it('are the same bytes when their files were written at another time', async () => {
    const [one, other] = ['one.img', 'other.img'].map(name => join(directory, name)) as [string, string]
    await makeExt4(lay('one'), one, FS, BYTES, EPOCH)
    await delay(1100)
    await makeExt4(lay('other'), other, FS, BYTES, EPOCH)
    ok(readFileSync(one).equals(readFileSync(other)), 'made twice, the partition differs')
  })
})
