// The control part of the package (what dpkg reads and runs) and the archive itself. Called by package.ts.
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, lutimesSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Architecture, FILES, packageFile, run, VERSION } from './place.js'
import { MAINTAINER, UNITS } from './tree.js'

/** Each with the reason why it is needed. */
export const DEPENDS: readonly string[] = [
  'nodejs (>= 20.19)', // runs the programs
  'libc6 (>= 2.34)', // the addons
  'libstdc++6 (>= 12)',
  'libgcc-s1',
  'e2fsprogs', // the check of the data disk
  'mount', // mount, umount
  'util-linux (>= 2.38)', // blkid, blockdev, setpriv, flock
  'iproute2', // addresses, carrier
  'iputils-arping', // announcement and conflict check, IPv4
  'libndp-tools', // announcement, IPv6
  'procps',
  'systemd (>= 252)', // units, readiness, the group
  'udev'
]

const controlText = (architecture: Architecture, installedKiB: number): string => `Package: baton
Version: ${VERSION}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${installedKiB}
Depends: ${DEPENDS.join(', ')}
Recommends: busybox, ca-certificates, drbd-utils, fdisk, sudo
Suggests: fence-agents, bash-completion
Section: admin
Priority: optional
Description: two Raspberry Pis, one dependable box
 The boards pass a signed token to each other over a serial cable and over
 Ethernet. When one board stops answering, the other cuts its power with a
 relay, proves that the power is gone, checks and mounts the data disk, takes
 over the addresses, starts the services, and tells people. When the failed
 board is repaired, the pair returns to normal.
`

/** Every path below, folders before what is in them, in a fixed order. */
const walk = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .flatMap(name => {
      const path = join(folder, name)
      return lstatSync(path).isDirectory() ? [path, ...walk(path)] : [path]
    })

const digestLines = (root: string, files: readonly string[]): string =>
  files.map(file => `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${relative(root, file)}\n`).join('')

export const SCRIPTS = ['postinst', 'prerm', 'postrm'] as const

/** A maintainer script as dpkg will run it. */
export const scriptText = (name: (typeof SCRIPTS)[number]): string =>
  readFileSync(join(FILES, name), 'utf8').replaceAll('#UNITS#', UNITS.join(' '))

/** Pack the laid-out tree `root`; the path of the package. Owners, order and times are fixed. */
export const packTree = (root: string, architecture: Architecture, epoch: number): string => {
  const all = walk(root)
  const files = all.filter(path => lstatSync(path).isFile())
  // Counted as dpkg does: whole KiB per file, one per folder or link.
  const kiB = all.reduce((sum, path) => {
    const about = lstatSync(path)
    return sum + (about.isFile() ? Math.ceil(about.size / 1024) : 1)
  }, 0)
  const debian = join(root, 'DEBIAN')
  mkdirSync(debian)
  const put = (name: string, text: string, mode = 0o644): void => {
    writeFileSync(join(debian, name), text)
    chmodSync(join(debian, name), mode)
  }
  put('control', controlText(architecture, kiB))
  put('md5sums', digestLines(root, files))
  put('conffiles', '/etc/baton/baton.yaml\n')
  for (const script of SCRIPTS) put(script, scriptText(script), 0o755)
  for (const path of [root, ...walk(root)]) {
    if (lstatSync(path).isDirectory()) chmodSync(path, 0o755)
    lutimesSync(path, epoch, epoch)
  }
  const file = packageFile(architecture)
  // One thread: the bytes of xz depend on the number of blocks.
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z6', '--threads-max=1', '--build', root, file], {
    env: { SOURCE_DATE_EPOCH: String(epoch) }
  })
  return file
}
