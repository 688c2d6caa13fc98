// Partitions and the card's image, made without loop mounts and the same from the same files. Called by build.ts.
import {
  chownSync,
  closeSync,
  lstatSync,
  lutimesSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import { run } from '../provisioning/package/place.js'
import { ALIGN_BYTES, DISK_ID, FAT, ROOT_SPARE, SECTOR, STATE_FS } from './plan.js'
import { runLong } from './workplace.js'

const MAKE_DEADLINE_MS = 20 * 60_000
const COPY_BYTES = 4 * 1024 * 1024
/** Block of the compressed file: fixed, so that the bytes do not depend on how many processors made it. */
const XZ_BLOCK = '24MiB'

const ROOT_INODE = 2

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN_BYTES) * ALIGN_BYTES

/** No file is younger than `epoch`; links too. */
export const clampTimes = (folder: string, epoch: number): void => {
  const visit = (path: string): void => {
    const about = lstatSync(path)
    if (about.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name))
    const time = Math.min(Math.floor(about.mtimeMs / 1000), epoch)
    lutimesSync(path, time, time)
  }
  visit(folder)
}

const emptyFile = (file: string, bytes: number): void => {
  rmSync(file, { force: true })
  writeFileSync(file, '')
  truncateSync(file, bytes)
}

/** The inodes that an ext4 uses, beside those reserved for itself. */
const usedInodes = (file: string): readonly number[] => {
  const facts = run('dumpe2fs', [file])
  const count = Number(/^Inode count: +(\d+)$/m.exec(facts)?.[1])
  const first = Number(/^First inode: +(\d+)$/m.exec(facts)?.[1])
  if (!Number.isInteger(count) || !Number.isInteger(first))
    throw new Error(`dumpe2fs does not tell the inodes of ${file}`)
  const free = new Set<number>()
  for (const [, ranges = ''] of facts.matchAll(/^ +Free inodes: *(.*)$/gm))
    for (const range of ranges.split(', ').filter(text => text !== '')) {
      const [from = 0, to = from] = range.split('-').map(Number)
      for (let inode = from; inode <= to; inode++) free.add(inode)
    }
  const rest = Array.from({ length: count - first + 1 }, (_, at) => first + at)
  return [ROOT_INODE, ...rest.filter(inode => !free.has(inode))]
}

/** mke2fs takes over when the folder's files were last changed and read on this machine: nothing of the card, and other in each build. */
const setTimes = async (file: string, epoch: number): Promise<void> => {
  const orders = usedInodes(file).flatMap(inode =>
    ['ctime', 'atime'].map(field => `set_inode_field <${inode}> ${field} @${epoch}\n`)
  )
  const said = await runLong('debugfs', ['-w', '-f', '-', file], {
    env: { E2FSPROGS_FAKE_TIME: String(epoch) },
    input: orders.join(''),
    deadlineMs: MAKE_DEADLINE_MS
  })
  const wrong = said.split('\n').find(line => line !== '' && !line.startsWith('debugfs: set_inode_field'))
  if (wrong !== undefined) throw new Error(`debugfs cannot set the times of ${file}: ${wrong}`)
}

/** ext4 from a folder. The hash seed, like the name, is fixed: it is the same on every card. */
export const makeExt4 = async (
  folder: string,
  file: string,
  fs: { readonly label: string; readonly uuid: string },
  bytes: number,
  epoch: number
): Promise<void> => {
  emptyFile(file, bytes)
  const extended = `hash_seed=${fs.uuid},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0`
  // The features of the release's own mke2fs that every kernel and e2fsck from Debian 12 on know.
  const words = [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-O',
    '^orphan_file,^metadata_csum_seed',
    '-m',
    '1',
    '-U',
    fs.uuid,
    '-L',
    fs.label
  ]
  await runLong('mke2fs', [...words, '-E', extended, '-d', folder, file], {
    env: { E2FSPROGS_FAKE_TIME: String(epoch), SOURCE_DATE_EPOCH: String(epoch) },
    deadlineMs: MAKE_DEADLINE_MS
  })
  await setTimes(file, epoch)
  run('e2fsck', ['-fn', file])
}

/** Bytes of a root partition that holds the folder, with room to install something. */
export const rootBytes = (folder: string): number => {
  const used = Number(run('du', ['-s', '--block-size=1', folder]).split('\t')[0])
  return aligned(used * (1 + ROOT_SPARE))
}

/** FAT32 from a folder; names in a fixed order, times of `epoch`. */
export const makeFat = async (folder: string, file: string, epoch: number): Promise<void> => {
  emptyFile(file, FAT.bytes)
  run('mkfs.vfat', ['--invariant', '-F', '32', '-i', FAT.id, '-n', FAT.label, file])
  const env = { SOURCE_DATE_EPOCH: String(epoch), TZ: 'UTC', MTOOLS_SKIP_CHECK: '1' }
  const names = readdirSync(folder).sort()
  await runLong('mcopy', ['-s', '-p', '-m', '-i', file, ...names.map(name => join(folder, name)), '::/'], {
    env,
    deadlineMs: MAKE_DEADLINE_MS
  })
  run('fsck.vfat', ['-n', file])
}

const copyInto = (from: string, target: number, startBytes: number): void => {
  const source = openSync(from, 'r')
  const buffer = Buffer.alloc(COPY_BYTES)
  try {
    for (let at = 0; ; ) {
      const count = readSync(source, buffer, 0, COPY_BYTES, at)
      if (count === 0) return
      const bytes = buffer.subarray(0, count)
      // Holes stay holes.
      if (!bytes.every(byte => byte === 0)) writeSync(target, bytes, 0, count, startBytes + at)
      at += count
    }
  } finally {
    closeSync(source)
  }
}

/** The image from its three partitions. */
export const assemble = async (file: string, fat: string, root: string, state: string): Promise<void> => {
  const starts = [FAT.startBytes, FAT.startBytes + FAT.bytes]
  starts.push(aligned((starts[1] ?? 0) + statSync(root).size))
  const parts = [fat, root, state]
  const total = aligned((starts[2] ?? 0) + STATE_FS.bytes)
  emptyFile(file, total)
  const lines = parts.map((part, at) => {
    const type = at === 0 ? 'type=c, bootable' : 'type=83'
    return `start=${(starts[at] ?? 0) / SECTOR}, size=${statSync(part).size / SECTOR}, ${type}`
  })
  const table = ['label: dos', `label-id: ${DISK_ID}`, ...lines, ''].join('\n')
  await runLong('sfdisk', ['--quiet', file], { input: table, deadlineMs: MAKE_DEADLINE_MS })
  const target = openSync(file, 'r+')
  try {
    for (const [at, part] of parts.entries()) copyInto(part, target, starts[at] ?? 0)
  } finally {
    closeSync(target)
  }
}

/** `FILE.xz` beside it: the same bytes on any number of processors. */
export const compress = async (file: string, onTick: () => void): Promise<string> => {
  await runLong('xz', ['--force', '--keep', '-6', '-T2', `--block-size=${XZ_BLOCK}`, file], {
    onTick,
    deadlineMs: MAKE_DEADLINE_MS
  })
  return `${file}.xz`
}

/** Files that a build as root makes belong to whoever started it by sudo. */
export const giveBack = (file: string): void => {
  const [user, group] = [process.env.SUDO_UID, process.env.SUDO_GID].map(Number)
  if (user !== undefined && group !== undefined && Number.isInteger(user) && Number.isInteger(group))
    chownSync(file, user, group)
}
