// The shared disk of the emulated pair: one ext4 file with the data logger's program on it, or a blank one as it comes from the shop.
import { copyFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { perlFile } from '../../board/virtual/names.js'
import { run } from '../../board/virtual/shell.js'
import { DISK_LABEL, SERVICE_FILE } from './configuration.js'

const SIZE_BYTES = 256 * 1024 * 1024

/** Nothing was ever written on it. */
export const makeBlankDisk = async (path: string): Promise<void> => {
  await writeFile(path, '')
  await truncate(path, SIZE_BYTES)
}

/** `dir`: a folder for what goes onto it; gone afterwards. */
export const makeDataDisk = async (path: string, dir: string): Promise<void> => {
  const content = join(dir, 'disk-content')
  await mkdir(content)
  await copyFile(perlFile('service'), join(content, SERVICE_FILE))
  await makeBlankDisk(path)
  const words = ['-q', '-F', '-t', 'ext4', '-L', DISK_LABEL, '-d', content, path]
  await run('mke2fs', words, { timeoutMs: 60_000 })
  await rm(content, { recursive: true })
}
