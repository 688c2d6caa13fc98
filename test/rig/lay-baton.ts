// Lays baton as it is in this working copy over the root of a card that was made from an image: a change of the code is then on the
// boards without another image. What an image brings beside baton (packages, initramfs, firmware) stays as it is. Used by pair-cards.ts.
// Mounts in a namespace of its own, which ends with its program.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { repositoryRoot } from '../../board/virtual/names.js'
import { run } from '../../board/virtual/shell.js'
import { layTree } from '../../provisioning/package/tree.js'
import { type Card, rootOf } from './card.js'

const LAY_MS = 120_000
/** Files carry this date: nothing here is compared. */
const EPOCH = 1_700_000_000

/** $1 the card, $2 where on it, $3 a mount point, $4 baton's files, $5 what lays the card's own. A newer /usr would be updated at each boot. */
const LAY = `set -e
mount -o "loop,offset=$2,noatime" "$1" "$3"
cp -a "$4/usr/." "$3/usr/"
sh "$5" "$3"
touch -r "$3/usr" "$3/etc/.updated" "$3/var/.updated"
umount "$3"`

export interface Baton {
  layOver(card: Card): Promise<void>
  /** Nothing more is laid. */
  close(): Promise<void>
}

/** `dir`: a folder for its files. */
export const bundleBaton = async (dir: string): Promise<Baton> => {
  const [tree, mountPoint] = [join(dir, 'baton-tree'), join(dir, 'mnt')]
  for (const folder of [tree, mountPoint]) await mkdir(folder)
  await layTree(tree, 'arm64', EPOCH)
  return {
    layOver: async card => {
      const [path = '', offset = ''] = rootOf(card).split('?offset=')
      const own = join(repositoryRoot, 'provisioning/card/lay.sh')
      await run('unshare', ['--mount', 'sh', '-c', LAY, 'sh', path, offset, mountPoint, tree, own], {
        timeoutMs: LAY_MS
      })
    },
    close: async () => {
      for (const folder of [tree, mountPoint]) await rm(folder, { recursive: true })
    }
  }
}
