// The place of one run: folders, network and a reaper that sweeps them, before there are boards; and the order in which boards are
// put away. Used by rig-world.ts and pc/pc-world.ts.
import { mkdirSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BOARDS } from '../../board/virtual/names.js'
import { startReaper } from '../../board/virtual/reaper.js'
import { run } from '../../board/virtual/shell.js'
import type { GroundWorld } from './ground-world.js'
import type { RigNames } from './names.js'
import { makeNetwork } from './network.js'

export type OnClose = (close: () => Promise<void>) => void

const mountHome = async (names: RigNames): Promise<void> => {
  mkdirSync(names.dir, { mode: 0o755 })
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=755', 'tmpfs', names.dir])
  for (const board of BOARDS) mkdirSync(join(names.dir, board))
}

/** Make the place, then the world in it. `onClose` is given as soon as there is something to close. */
export const inPlace = async <World extends GroundWorld>(
  names: RigNames,
  onClose: OnClose,
  build: (sweep: () => Promise<void>) => Promise<World>
): Promise<World> => {
  rmSync(names.out, { recursive: true, force: true })
  for (const dir of [names.out, names.cards]) mkdirSync(dir, { recursive: true })
  const reaper = startReaper(names.world)
  onClose(reaper.sweep)
  try {
    await mountHome(names)
    await makeNetwork(names)
    const world = await build(reaper.sweep)
    onClose(world.close)
    return world
  } catch (error) {
    await reaper.sweep()
    throw error
  }
}

/** Both boards lose their power, and what looked at them ends. */
export const putAway = async ({
  names,
  faults,
  harness,
  remotes,
  cable
}: Pick<GroundWorld, 'names' | 'faults' | 'harness' | 'remotes' | 'cable'>): Promise<void> => {
  for (const board of BOARDS) faults[board].mains = false
  harness.refresh()
  await Promise.all(BOARDS.map(board => remotes[board].close()))
  await Promise.all(BOARDS.map(board => harness.supplies[board].idle()))
  await harness.close()
  await appendFile(join(names.out, 'serial.txt'), `bytes over the serial cable: a ${cable.sent.a}, b ${cable.sent.b}\n`)
}
