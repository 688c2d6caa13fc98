// From the root of the release to the root of a card: baton's package, the card's own files, initramfs, the FAT partition's
// files. Called by build.ts; `root` is an unpacked root that may be changed.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { FILES as PACKAGE_FILES, ROOT, run, say } from '../provisioning/package/place.js'
import { BOARD_FACTS } from '../src/config/board-facts.js'
import { runInside } from './workplace.js'

const HERE = join(ROOT, 'image/files')
/** One for each spare UART of a board kind. */
const OVERLAYS = BOARD_FACTS['rpi-4b'].spareUarts.map(({ overlay }) => overlay)
const PACKAGE_DEADLINE_MS = 10 * 60_000
const INITRAMFS_DEADLINE_MS = 20 * 60_000

/** File of this folder -> where it stands on the card. */
const LAID: Readonly<Record<string, string>> = {
  'initramfs.conf': 'etc/initramfs-tools/conf.d/baton',
  'initramfs-hook': 'etc/initramfs-tools/hooks/baton',
  'initramfs-overlay': 'etc/initramfs-tools/scripts/init-bottom/baton',
  'journald.conf': 'etc/systemd/journald.conf.d/baton.conf',
  'networkd.conf': 'etc/systemd/networkd.conf.d/baton.conf',
  'dhcp.network': 'etc/systemd/network/80-baton-dhcp.network',
  'sysctl.conf': 'etc/sysctl.d/90-baton.conf',
  'modprobe.conf': 'etc/modprobe.d/baton-card.conf',
  'modules-load.conf': 'etc/modules-load.d/baton.conf',
  'getty-tty1.conf': 'etc/systemd/system/getty@tty1.service.d/baton.conf',
  'getty-serial.conf': 'etc/systemd/system/serial-getty@ttyS1.service.d/zz-card.conf',
  'raspi-firmware': 'etc/default/raspi-firmware',
  'raspi-extra-cmdline': 'etc/default/raspi-extra-cmdline',
  'sources.list': 'etc/apt/sources.list',
  issue: 'etc/issue'
}
const EXECUTABLE = ['initramfs-hook', 'initramfs-overlay']

/** Units that run on a card, beside those that packages enable. */
const ENABLED = ['systemd-networkd.service', 'systemd-resolved.service', 'systemd-timesyncd.service']
/** Nothing changes by itself on a card, and nothing waits for a network. */
const MASKED = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'drbd.service',
  'systemd-networkd-wait-online.service',
  'systemd-rfkill.socket',
  'systemd-firstboot.service',
  'systemd-remount-fs.service'
]

const put = (root: string, path: string, content: string | Buffer, mode = 0o644): void => {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

/** What the firmware reads beside what Debian's hook writes: the lines that the boards' wiring wants. */
export const firmwareText = (): string => {
  const wanted = (kind: 'rpi-3b' | 'rpi-4b'): string => BOARD_FACTS[kind].configTxt.join('\n')
  return [
    '# Pull resistors of the standard wiring (board/WIRING.md), by the kind of board. No line for the relay.',
    '[pi3]',
    wanted('rpi-3b'),
    '[pi4]',
    wanted('rpi-4b'),
    '# The mini UART is the console: its clock must stand still (raspi-firmware says 360).',
    'core_freq=360',
    '# A spare UART for the token link: take away one #.',
    ...OVERLAYS.map(name => `#dtoverlay=${name}`),
    '[all]',
    '# Boot without waiting, also without a screen.',
    'boot_delay=0',
    'disable_splash=1',
    ''
  ].join('\n')
}

const layFiles = (root: string): void => {
  for (const [name, path] of Object.entries(LAID))
    put(root, path, readFileSync(join(HERE, name)), EXECUTABLE.includes(name) ? 0o755 : 0o644)
  put(root, 'etc/default/raspi-firmware-custom', firmwareText())
  put(root, 'etc/hostname', 'baton\n')
  put(root, 'etc/hosts', '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n')
  rmSync(join(root, 'etc/resolv.conf'), { force: true })
  symlinkSync('../run/systemd/resolve/stub-resolv.conf', join(root, 'etc/resolv.conf'))
}

const setUnits = (root: string): void => {
  run('systemctl', [`--root=${root}`, '--quiet', 'enable', ...ENABLED])
  for (const unit of MASKED) {
    const file = join(root, 'etc/systemd/system', unit)
    rmSync(file, { force: true })
    symlinkSync('/dev/null', file)
  }
}

/** The package, installed by the card's own dpkg, so that its database knows it. */
const installPackage = async (root: string, deb: string, env: NodeJS.ProcessEnv): Promise<void> => {
  say('installing baton on the card …')
  const inside = `var/cache/${basename(deb)}`
  copyFileSync(deb, join(root, inside))
  await runInside(root, ['dpkg', '-i', `/${inside}`], env, PACKAGE_DEADLINE_MS)
  rmSync(join(root, inside))
  await runInside(
    root,
    ['sh', '/usr/lib/baton/console/install.sh', '--speed', '115200', 'ttyS1'],
    env,
    PACKAGE_DEADLINE_MS
  )
  run('sh', [join(ROOT, 'provisioning/card/lay.sh'), root])
}

/** Kernel, initramfs, firmware and its configuration, by Debian's own hook. */
const fillFirmware = async (root: string, env: NodeJS.ProcessEnv): Promise<void> => {
  say('making the initramfs …')
  await runInside(root, ['update-initramfs', '-c', '-k', 'all'], env, INITRAMFS_DEADLINE_MS)
  const firmware = join(root, 'boot/firmware')
  if (!existsSync(join(firmware, 'config.txt'))) throw new Error('the hook of raspi-firmware wrote no config.txt')
  const overlays = join(firmware, 'overlays')
  mkdirSync(overlays, { recursive: true })
  for (const name of OVERLAYS) {
    const file = join(overlays, `${name}.dtbo`)
    run('dtc', ['-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', file, join(ROOT, 'image/overlays', `${name}.dts`)])
    // An overlay that does not fit the kernel's tree would stop the boot of whoever asks for it.
    run('fdtoverlay', ['-i', join(firmware, 'bcm2711-rpi-4-b.dtb'), '-o', '/dev/null', file])
  }
  put(firmware, 'README.txt', readFileSync(join(HERE, 'fat-readme.txt'), 'utf8').replaceAll('\n', '\r\n'))
  // Two fresh cards are a pair without anybody writing a line.
  put(firmware, 'baton.yaml', readFileSync(join(PACKAGE_FILES, 'baton.yaml.default')))
  put(firmware, 'baton.yaml.example', readFileSync(join(PACKAGE_FILES, 'baton.yaml')))
}

/** What no two cards may share, what only the build knew, and what would differ from build to build. */
const forget = (root: string): void => {
  const gone = [
    'var/lib/dbus/machine-id',
    'var/lib/systemd/random-seed',
    'var/cache/ldconfig/aux-cache',
    'var/cache/apt/pkgcache.bin',
    'var/cache/apt/srcpkgcache.bin',
    'etc/apt/sources.list.d/0000archive.list',
    'etc/.pwd.lock',
    'usr/sbin/policy-rc.d'
  ]
  for (const path of gone) rmSync(join(root, path), { force: true })
  for (const folder of ['var/log', 'var/cache/debconf', 'var/lib/apt/lists', 'var/backups', 'tmp', 'run'])
    run('find', [join(root, folder), '-mindepth', '1', '-type', 'f', '-delete'])
  run('find', [join(root, 'etc'), '(', '-name', '*-', '-o', '-name', '*.dpkg-old', ')', '-type', 'f', '-delete'])
  // Empty: systemd makes one up, or the initramfs brings the card's own. Missing or "uninitialized" would make systemd enable
  // every unit that Debian's presets name, at each boot.
  put(root, 'etc/machine-id', '', 0o444)
  // All that a new /usr asks for was done here: else systemd would do it again at each boot, in memory, for half a minute.
  for (const path of ['etc/.updated', 'var/.updated']) put(root, path, '')
}

/** Change the root and move what belongs onto the FAT partition to `firmware`. */
export const makeCard = async (root: string, firmware: string, deb: string, epoch: number): Promise<void> => {
  const env = { SOURCE_DATE_EPOCH: String(epoch) }
  layFiles(root)
  await installPackage(root, deb, { ...env, INITRD: 'No' })
  setUnits(root)
  await fillFirmware(root, env)
  mkdirSync(dirname(firmware), { recursive: true })
  cpSync(join(root, 'boot/firmware'), firmware, { recursive: true })
  rmSync(join(root, 'boot/firmware'), { recursive: true })
  mkdirSync(join(root, 'boot/firmware'))
  forget(root)
}

/** The state partition as it is flashed: folders, and the marker that lets a first record be made once. */
export const layState = (folder: string): void => {
  for (const name of ['lib', 'etc', 'timesync']) mkdirSync(join(folder, name), { recursive: true, mode: 0o755 })
  chmodSync(join(folder, 'lib'), 0o700)
  writeFileSync(join(folder, 'fresh'), '')
}
