// The system of an emulated PC, before anything of baton: root disk, kernel and initramfs, made from the archive's packages and
// kept in the cache under a name of all that went in. Called by pc-boards.ts. Needs root; leaves nothing but the cache.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { CACHE, ROOT, run, say } from '../../../provisioning/package/place.js'
import { rootArchive } from '../../../provisioning/package/root-archive.js'
import { type CpioEntry, cpioArchive } from './cpio.js'
import { BOOTSTRAP_WORDS, DISK_MODULES, ENABLED, LAID, MASKED, NO_GENERATORS, PACKAGES } from './guest-plan.js'
import { moduleOrder } from './module-order.js'

export interface GuestRoot {
  /** ext4, to be copied for each machine. */
  readonly disk: string
  readonly kernel: string
  readonly initrd: string
}

const FILES = join(ROOT, 'test/rig/pc/files')
const ROOT_BYTES = 1024 * 1024 * 1024
/** Changes of how it is made that the files here do not show. */
const RECIPE = 1

/** All that goes in beside the packages' own files. */
const digest = (): string => {
  const hash = createHash('sha256').update(JSON.stringify([RECIPE, PACKAGES, BOOTSTRAP_WORDS, DISK_MODULES]))
  hash.update(JSON.stringify([LAID, ENABLED, MASKED, NO_GENERATORS]))
  for (const name of readdirSync(FILES).sort()) hash.update(name).update(readFileSync(join(FILES, name)))
  return hash.digest('hex').slice(0, 12)
}

const unpack = (file: string): Buffer => {
  const result = spawnSync('xz', ['--decompress', '--stdout', file], { maxBuffer: 64 * 1024 * 1024 })
  if (result.status !== 0) throw new Error(`${file} cannot be unpacked: ${result.stderr}`)
  return result.stdout
}

/** Modules as they are loaded: an emulated machine would unpack each at every boot. */
const unpackModules = (modules: string): void => {
  const packed = run('find', [modules, '-name', '*.ko.xz']).split('\n').filter(Boolean)
  if (packed.length > 0) run('xz', ['--decompress', '--threads=0', ...packed])
}

const initramfs = (root: string, modules: string): Buffer => {
  const files = moduleOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'), DISK_MODULES)
  const read = (file: string): Buffer => (file.endsWith('.xz') ? unpack(file) : readFileSync(file))
  const folder = (path: string): CpioEntry => ({ path, mode: 0o40755 })
  return cpioArchive([
    ...['bin', 'dev', 'modules', 'root'].map(folder),
    // The kernel opens it for the first program before anything is mounted.
    { path: 'dev/console', mode: 0o20600, device: [5, 1] },
    { path: 'bin/busybox', mode: 0o100755, content: readFileSync(join(root, 'usr/bin/busybox')) },
    { path: 'init', mode: 0o100755, content: readFileSync(join(FILES, 'init')) },
    {
      path: 'modules/order',
      mode: 0o100644,
      content: Buffer.from(`${files.map(file => basename(file)).join('\n')}\n`)
    },
    ...files.map(file => ({
      path: `modules/${basename(file)}`,
      mode: 0o100644,
      content: read(join(modules, file))
    }))
  ])
}

const enable = (root: string, unit: string, target: string): void => {
  const link = join(root, 'etc/systemd/system', target)
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(unit, link)
}

const furnish = (root: string): void => {
  mkdirSync(join(root, 'dev'), { recursive: true })
  for (const name of NO_GENERATORS) enable(root, '/dev/null', `../system-generators/${name}`)
  for (const [name, { path, mode }] of Object.entries(LAID)) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    cpSync(join(FILES, name), file)
    chmodSync(file, mode)
  }
  for (const unit of MASKED) enable(root, '/dev/null', unit)
  for (const unit of ENABLED) enable(root, `/etc/systemd/system/${unit}`, `multi-user.target.wants/${unit}`)
  writeFileSync(join(root, 'etc/fstab'), '')
  for (const folder of ['var/lib/apt/lists', 'var/cache/apt'])
    rmSync(join(root, folder), { recursive: true, force: true })
  // One key for all: who comes in checks none, and a new one takes each machine seconds.
  for (const name of readdirSync(join(root, 'etc/ssh')).filter(each => each.startsWith('ssh_host_')))
    rmSync(join(root, 'etc/ssh', name))
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rig', '-f', join(root, 'etc/ssh/ssh_host_ed25519_key')])
  // Nothing is older than its sources: no boot begins with making caches anew.
  for (const folder of ['etc', 'var']) writeFileSync(join(root, folder, '.updated'), '')
}

const make = (home: string): void => {
  const archive = rootArchive({
    architecture: 'amd64',
    packages: PACKAGES,
    words: BOOTSTRAP_WORDS,
    // The initramfs is ours.
    env: { INITRD: 'No', DEBIAN_FRONTEND: 'noninteractive' }
  })
  say('making the root of the emulated PCs …')
  const root = mkdtempSync(join(tmpdir(), 'baton-pc-'))
  const draft = `${home}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    run('tar', ['-C', root, '-xf', archive])
    const version = readdirSync(join(root, 'usr/lib/modules'))[0]
    if (version === undefined) throw new Error(`${archive} brings no kernel`)
    const modules = join(root, 'usr/lib/modules', version)
    unpackModules(modules)
    run('chroot', [root, 'depmod', version])
    furnish(root)
    writeFileSync(join(draft, 'initrd'), initramfs(root, modules))
    cpSync(join(root, `boot/vmlinuz-${version}`), join(draft, 'vmlinuz'))
    rmSync(join(root, 'boot'), { recursive: true })
    mkdirSync(join(root, 'boot'))
    const disk = join(draft, 'root.img')
    run('truncate', ['-s', String(ROOT_BYTES), disk])
    run('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '^orphan_file,^metadata_csum_seed', '-m', '0', '-d', root, disk])
    rmSync(home, { recursive: true, force: true })
    renameSync(draft, home)
  } finally {
    rmSync(root, { recursive: true, force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Made now if it is not there: two minutes; later nothing. */
export const guestRoot = (): GuestRoot => {
  const home = join(CACHE, `pc-${digest()}`)
  if (!existsSync(home)) make(home)
  return { disk: join(home, 'root.img'), kernel: join(home, 'vmlinuz'), initrd: join(home, 'initrd') }
}
