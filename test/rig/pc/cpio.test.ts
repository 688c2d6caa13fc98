import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../board/virtual/shell.js'
import { cpioArchive } from './cpio.js'

describe('the archive of an initramfs', () => {
  it('every part of it begins at a multiple of four', () => {
    for (const size of [0, 1, 2, 3, 4, 5])
      equal(cpioArchive([{ path: 'a'.repeat(size + 1), mode: 0o100644, content: Buffer.alloc(size) }]).length % 4, 0)
  })

  it('sizes, modes and device numbers stand where the kernel reads them', () => {
    const archive = cpioArchive([{ path: 'dev/console', mode: 0o20600, device: [5, 1] }])
    equal(archive.subarray(0, 6).toString(), '070701')
    const field = (at: number): number => Number.parseInt(archive.subarray(6 + at * 8, 14 + at * 8).toString(), 16)
    deepEqual([field(1), field(6), field(9), field(10), field(11)], [0o20600, 0, 5, 1, 'dev/console'.length + 1])
  })

  it('a program that knows the form reads the same folders and bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-cpio-'))
    try {
      const file = join(folder, 'archive')
      writeFileSync(
        file,
        cpioArchive([
          { path: 'bin', mode: 0o40755 },
          { path: 'bin/hello', mode: 0o100755, content: Buffer.from('hello\n') },
          { path: 'odd', mode: 0o100644, content: Buffer.from('odd') }
        ])
      )
      const busybox = (words: string): Promise<string> =>
        run('sh', ['-c', `busybox cpio ${words} <"${file}" 2>/dev/null`])
      equal(await busybox('-t'), 'bin\nbin/hello\nodd\n')
      await run('sh', ['-c', `cd "${folder}" && busybox cpio -i -d <"${file}" 2>/dev/null`])
      equal(await run('sh', ['-c', `cat "${folder}/bin/hello" "${folder}/odd"`]), 'hello\nodd')
      equal(await run('stat', ['-c', '%a', join(folder, 'bin/hello')]), '755\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
