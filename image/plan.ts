// What the card is made of: packages, sizes, names. Data that the other files of this folder share; does nothing.
import { join } from 'node:path'
import { DEPENDS } from '../provisioning/package/control.js'
import { BUILD, CACHE, VERSION } from '../provisioning/package/place.js'

export const ARCHITECTURE = 'arm64'

/** Beside what baton's own package depends on; each with the reason why it is on the card. */
export const WANTED: readonly string[] = [
  ...DEPENDS.map(each => each.split(' ')[0] ?? ''),
  'linux-image-arm64',
  'raspi-firmware', // what the Pi's first boot stages read, and the hook that fills the FAT partition
  'initramfs-tools', // makes the initramfs: root read-only below a layer in memory
  'busybox', // its shell and mount in the initramfs; the web server of the default configuration
  'systemd-sysv',
  'systemd-resolved', // names of mail servers and brokers
  'systemd-timesyncd', // a Pi has no clock that outlives a power cut
  'login', // behind the getty of a console; no longer part of every system
  'kmod',
  'zstd', // packs the initramfs
  'fdisk', // a blank disk gets its partition
  'dosfstools', // check of the FAT partition
  'drbd-utils', // mirrored disks
  'gpiod', // looking at GPIO lines by hand
  'openssh-server', // off until somebody puts a key on the FAT partition
  'sudo', // one order of the console: the last step of `baton shutdown`
  'ca-certificates', // mail, MQTT and webhooks over TLS
  'bash-completion',
  'iputils-ping',
  'less',
  'nano'
]

/** Not on a card: manuals, translations and documentation, licences aside. */
export const DPKG_OPTIONS: readonly string[] = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-include=/usr/share/doc/baton/*'
]

export const SECTOR = 512
const MIB = 1024 * 1024
/** Partitions in order. Names and sizes: the daemon's units, the card's scripts and the rig know them. */
export const FAT = { label: 'BATON', startBytes: 4 * MIB, bytes: 256 * MIB, id: '0ba70001' } as const
export const ROOT_FS = { label: 'baton-root', uuid: '0ba70002-ba70-4000-8000-000000000002' } as const
/** Room for what `baton-card-edit` installs, in parts of what is there. */
export const ROOT_SPARE = 0.35
export const STATE_FS = {
  label: 'baton-state',
  uuid: '0ba70003-ba70-4000-8000-000000000003',
  bytes: 128 * MIB
} as const
export const DISK_ID = '0x0ba70000'
export const ALIGN_BYTES = 4 * MIB

export const IMAGE_CACHE = join(CACHE, 'image')
export const NAME = `baton-${VERSION}-rpi-${ARCHITECTURE}`
export const IMAGE = join(BUILD, `${NAME}.img`)
