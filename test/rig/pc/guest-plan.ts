// What the root of an emulated PC is made of: packages, what is left out of them, what is laid beside them. Data; read by guest-root.ts.
import { DEPENDS } from '../../../provisioning/package/control.js'

/** What a pair needs beside baton's own dependencies: a kernel, a mirror, a way in. */
const ALSO = [
  'systemd-sysv',
  'dbus',
  'kmod',
  'linux-image-amd64',
  'drbd-utils',
  'openssh-server',
  // The first program of the initramfs: it may lean on no library.
  'busybox-static',
  'iputils-ping'
] as const

export const PACKAGES: readonly string[] = [...DEPENDS.map(each => each.split(' ')[0] ?? ''), ...ALSO]

/** What no machine here has a use for: each run copies what is left, and each boot loads the drivers of what it finds. */
const LEFT_OUT = [
  ...['doc', 'man', 'locale', 'info', 'lintian'].map(name => `/usr/share/${name}/*`),
  ...[
    'sound',
    'arch/x86/kvm',
    'drivers/ata',
    'drivers/cpufreq',
    'drivers/crypto',
    'drivers/gpu',
    'drivers/i2c',
    'drivers/iio',
    'drivers/infiniband',
    'drivers/input',
    'drivers/media',
    'drivers/net/ethernet',
    'drivers/net/wireless',
    'drivers/staging'
  ].map(name => `/usr/lib/modules/*/kernel/${name}/*`)
] as const

export const BOOTSTRAP_WORDS: readonly string[] = [
  '--mode=root',
  ...LEFT_OUT.map(path => `--dpkgopt=path-exclude=${path}`),
  '--aptopt=APT::Install-Recommends "false"',
  '--aptopt=Acquire::Languages "none"',
  '--dpkgopt=force-unsafe-io'
]

/** Modules of the initramfs, by name; what they lean on is found. */
export const DISK_MODULES = ['virtio_blk', 'crc32c_generic', 'ext4'] as const

/** File of `files/` -> where it stands. */
export const LAID: Readonly<Record<string, { readonly path: string; readonly mode: number }>> = {
  fence_rig: { path: 'usr/sbin/fence_rig', mode: 0o755 },
  'serial-raw.rules': { path: 'etc/udev/rules.d/70-rig-serial.rules', mode: 0o644 },
  'rig-network.service': { path: 'etc/systemd/system/rig-network.service', mode: 0o644 },
  'serial-getty.conf': { path: 'etc/systemd/system/serial-getty@ttyS0.service.d/rig.conf', mode: 0o644 },
  'journald.conf': { path: 'etc/systemd/journald.conf.d/rig.conf', mode: 0o644 },
  'batond.conf': { path: 'etc/systemd/system/batond.service.d/rig.conf', mode: 0o644 },
  'sshd.conf': { path: 'etc/ssh/sshd_config.d/rig.conf', mode: 0o644 }
}

/** Beside those that the packages enable. */
export const ENABLED = ['rig-network.service'] as const

/** An emulated machine boots as fast as it has little to do: what serves no test here is not started. */
export const MASKED: readonly string[] = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'drbd.service',
  'getty@tty1.service',
  'getty-static.service',
  'ldconfig.service',
  'sshd-keygen.service',
  'systemd-binfmt.service',
  'systemd-boot-random-seed.service',
  'systemd-firstboot.service',
  'systemd-hibernate-clear.service',
  'systemd-hwdb-update.service',
  'systemd-journal-catalog-update.service',
  'systemd-journal-flush.service',
  'systemd-machine-id-commit.service',
  'systemd-network-generator.service',
  'systemd-pcrmachine.service',
  'systemd-pcrphase-sysinit.service',
  'systemd-pcrphase.service',
  'systemd-pstore.service',
  'systemd-random-seed.service',
  'systemd-remount-fs.service',
  'systemd-sysusers.service',
  'systemd-tpm2-setup-early.service',
  'systemd-tpm2-setup.service',
  'systemd-update-done.service',
  'systemd-logind.service',
  'tmp.mount',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-fs-fuse-connections.mount',
  'sys-kernel-config.mount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount'
]

/** They look for what no emulated machine here has. */
export const NO_GENERATORS: readonly string[] = [
  'debug',
  'gpt-auto',
  'hibernate-resume',
  'rc-local',
  'run',
  'ssh',
  'system-update',
  'sysv',
  'tpm2'
].map(name => `systemd-${name}-generator`)
