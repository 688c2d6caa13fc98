import { equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../board/virtual/shell.js'
import { makeBlankDisk } from './data-disk.js'
import { labelOf, readLabel } from './disk-label.js'

describe('the file system on a disk, seen from outside', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-label-'))
  })
  after(() => rmSync(directory, { recursive: true }))

  it('a blank disk has none, and what mke2fs made has its label', async () => {
    const image = join(directory, 'disk.img')
    await makeBlankDisk(image)
    equal(await readLabel(image), null)
    await run('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', 'baton-data', image])
    equal(await readLabel(image), 'baton-data')
  })

  it('a file that ends early, and a superblock of something else, are none', async () => {
    const image = join(directory, 'short.img')
    await writeFile(image, 'no disk')
    equal(await readLabel(image), null)
    equal(labelOf(Buffer.alloc(1024)), null)
  })
})
