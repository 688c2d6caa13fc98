// The system disks of two emulated PCs, made for one run: the root from the cache, baton as it is in this working copy over it, and
// what tells the two apart. Called by pc-world.ts. Mounts in a namespace of its own, which ends with its program.
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { mergeOptions, type Options } from '../../../board/virtual/lab-config.js'
import { ADDRESS, BOARDS, perlFile } from '../../../board/virtual/names.js'
import { run } from '../../../board/virtual/shell.js'
import { nowMs } from '../../../board/virtual/time.js'
import { layTree } from '../../../provisioning/package/tree.js'
import type { BoardId } from '../../../src/core/types.js'
import { DATA_ADDRESS } from '../data-link.js'
import type { RigNames } from '../names.js'
import { makeSshKey } from '../ssh-key.js'
import { type GuestRoot, guestRoot } from './guest-root.js'
import { DATA, LAN, MOUNT_POINT, pcConfiguration, SERVICE_FILE } from './pc-configuration.js'

export interface PcBoards {
  readonly system: GuestRoot
  /** System disk of each board. */
  readonly roots: Readonly<Record<BoardId, string>>
  readonly sshKey: string
}

export interface PcBoardsOptions {
  /** On top of the ground's configuration. */
  readonly config: Options
  readonly paired: boolean
  readonly tell: (text: string) => void
}

const LAY_MS = 120_000
/** Files carry this date: nothing here is compared. */
const EPOCH = 1_700_000_000

/**
 * $1 the disk, $2 a mount point, $3 and $4 what is laid over it, $5 `paired` or not. Group, units and first record are made as an
 * operator and the package's own script would.
 */
const LAY = `set -e
mount -o loop,noatime "$1" "$2"
cp -a "$3/." "$2/"
cp -a "$4/." "$2/"
mount -t proc proc "$2/proc"
chroot "$2" systemd-sysusers baton.conf
for unit in batond baton-setup; do
  ln -sf "/usr/lib/systemd/system/$unit.service" "$2/etc/systemd/system/multi-user.target.wants/"
done
mkdir -p "$2/var/lib/baton" "$2${MOUNT_POINT}"
if [ "$5" = paired ]; then chroot "$2" /usr/bin/baton init >&2; fi
umount "$2/proc" "$2"`

const put = (folder: string, path: string, text: string, mode = 0o644): void => {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
}

const networkOrders = (board: BoardId): string =>
  [
    `addr add ${ADDRESS[board]}/24 dev ${LAN}`,
    `link set ${LAN} up`,
    `addr add ${DATA_ADDRESS[board]}/24 dev ${DATA}`,
    `link set ${DATA} up`,
    ''
  ].join('\n')

/** What only this board has. */
const layOwn = (
  folder: string,
  board: BoardId,
  configuration: string,
  authorized: string,
  key: string | null
): void => {
  put(folder, 'etc/hostname', `pc-${board}\n`)
  put(folder, 'etc/hosts', `127.0.0.1 localhost pc-${board}\n`)
  put(folder, 'etc/machine-id', `${randomBytes(16).toString('hex')}\n`)
  put(folder, 'etc/rig/network', networkOrders(board))
  put(folder, 'etc/baton/baton.yaml', configuration)
  put(folder, 'etc/baton/board', `${board}\n`)
  if (key !== null) put(folder, 'etc/baton/key', `${key}\n`, 0o600)
  put(folder, 'root/.ssh/authorized_keys', authorized, 0o600)
  for (const path of ['root', 'root/.ssh']) chmodSync(join(folder, path), 0o700)
  mkdirSync(join(folder, dirname(SERVICE_FILE)), { recursive: true })
  copyFileSync(perlFile('service'), join(folder, SERVICE_FILE))
}

/** Their place must be there. */
export const makePcBoards = async (names: RigNames, options: PcBoardsOptions): Promise<PcBoards> => {
  const { tell, paired } = options
  const startedAt = nowMs()
  const system = guestRoot()
  const tree = join(names.cards, 'tree')
  mkdirSync(tree)
  await layTree(tree, 'amd64', EPOCH)
  const laidAt = nowMs()
  const ssh = await makeSshKey(names.dir)
  const key = paired ? randomBytes(32).toString('hex') : null
  const configuration = stringify(mergeOptions(pcConfiguration(), options.config))
  const make = async (board: BoardId): Promise<string> => {
    const [own, mountPoint] = [join(names.cards, `own-${board}`), join(names.cards, `mnt-${board}`)]
    for (const folder of [own, mountPoint]) mkdirSync(folder)
    layOwn(own, board, configuration, ssh.authorized, key)
    const disk = join(names.cards, `root-${board}.img`)
    await run('cp', ['--sparse=always', '--reflink=auto', system.disk, disk], { timeoutMs: LAY_MS })
    const words = ['--mount', 'sh', '-c', LAY, 'sh', disk, mountPoint, tree, own, paired ? 'paired' : 'single']
    await run('unshare', words, { timeoutMs: LAY_MS })
    for (const folder of [own, mountPoint]) rmSync(folder, { recursive: true })
    return disk
  }
  const roots = { a: await make('a'), b: await make('b') }
  rmSync(tree, { recursive: true })
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
  tell(
    `baton bundled in ${seconds(startedAt, laidAt)} s, laid over ${BOARDS.length} disks in ${seconds(laidAt, nowMs())} s`
  )
  return { system, roots, sshKey: ssh.file }
}
