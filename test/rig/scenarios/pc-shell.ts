// Two emulated PCs to work with by hand: boots them, says how to come in, and waits until somebody ends it (Ctrl-C).
import { createInterface } from 'node:readline'
import { BOARDS } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import { carryOut, handHelp } from '../pc/hand.js'
import type { PcWorld } from '../pc/pc-world.js'
import type { PcScenario, RigContext } from '../scenario.js'

const BOOT_S = 600
const DAY_MINUTES = 24 * 60

/** Both boot; what a person waits for is told with its time. */
export const bootPcs = async ({ boards, world, waitFor, row }: RigContext<PcWorld>): Promise<void> => {
  const since = nowMs()
  const took = (): string => `${((nowMs() - since) / 1000).toFixed(1)} s`
  for (const board of BOARDS) boards[board].restorePower()
  await waitFor('both to let us in', () => BOARDS.every(board => world.remotes[board].connected), BOOT_S, 100)
  row('power on until both let us in (ssh)', took())
  for (const board of BOARDS)
    await waitFor(`the daemon of ${board} to answer`, () => boards[board].status(), BOOT_S, 1000)
  row('power on until both daemons answer', took())
}

export const pcShellScenario: PcScenario = {
  name: 'pc-shell',
  ground: 'pc',
  title: 'two emulated PCs for work by hand, until Ctrl-C',
  minutesMax: DAY_MINUTES,
  run: async context => {
    const { world, waitFor, say } = context
    await bootPcs(context)
    for (const board of BOARDS) {
      say(`board ${board}, as root:  ${world.remotes[board].shellWords}`)
      say(`  disk of the mirror: ${world.disks.device(board)} there, ${world.disks.file(board)} here`)
    }
    say('orders, one a line on standard input (they may also come through a pipe):')
    for (const line of handHelp()) say(`  ${line}`)
    createInterface({ input: process.stdin }).on('line', line => {
      if (line.trim() !== '') void carryOut(world, line).then(say)
    })
    await waitFor('Ctrl-C', () => false, DAY_MINUTES * 60)
  }
}
