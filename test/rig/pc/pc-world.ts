// The world of two emulated PCs: machines, null-modem cable, LAN, data link, disks of a mirror, outlets. Made by run.ts.
// Everything it makes carries its id and is swept by the lab's reaper, also when the rig dies.
import { join } from 'node:path'
import { noFaults } from '../../../board/virtual/faults.js'
import type { Options } from '../../../board/virtual/lab-config.js'
import { BOARDS, WORLD_MARK } from '../../../board/virtual/names.js'
import { nowMs } from '../../../board/virtual/time.js'
import type { BoardId } from '../../../src/core/types.js'
import { makeConsoleLine } from '../console-line.js'
import { DATA_ID, makeDataDisks, serialOf } from '../data-disks.js'
import { DATA_HARDWARE_ADDRESS, dataTapOf, makeDataLink } from '../data-link.js'
import type { MirrorWorld } from '../ground-world.js'
import { type Machine, makeMachine } from '../machine.js'
import { mirrorJudge } from '../mirror-judge.js'
import { HARDWARE_ADDRESS, type RigNames, tapOf } from '../names.js'
import { inPlace, type OnClose, putAway } from '../place.js'
import { makeRemote, type Remote } from '../remote.js'
import { makeSerialCable } from '../serial-cable.js'
import { makePcBoards, type PcBoards } from './pc-boards.js'
import { type PcEmulator, type PcOptions, SCSI_DISK, startPc } from './pc-emulator.js'
import { makePlugWires, type PlugWires } from './plug-wires.js'

export interface PcWorld extends MirrorWorld {
  readonly harness: PlugWires
  readonly machines: Readonly<Record<BoardId, Machine<PcEmulator>>>
}

export interface PcWorldOptions {
  readonly names: RigNames
  /** On top of the ground's configuration. */
  readonly config: Options
  readonly kernelWords: readonly string[]
  readonly paired: boolean
  /** The rig's time, as in the progress lines. */
  readonly at: () => string
  readonly tell: (text: string) => void
}

/** Sshd of a machine that has just got power would only be asked in vain. */
const SSH_AFTER_MS = 5000
const SSH_RETRY_MS = 1000

/** Make it; no machine has power yet. */
export const makePcWorld = (options: PcWorldOptions, onClose: OnClose): Promise<PcWorld> =>
  inPlace(options.names, onClose, async sweep => furnish(options, await makePcBoards(options.names, options), sweep))

const furnish = async (options: PcWorldOptions, boards: PcBoards, sweep: () => Promise<void>): Promise<PcWorld> => {
  const { names, tell, at } = options
  const env: NodeJS.ProcessEnv = { ...process.env, [WORLD_MARK]: names.id }
  const faults = noFaults()
  for (const board of BOARDS) faults[board].mains = false
  let broken: string | null = null
  let closing = false
  const crashed = (why: string): void => {
    if (closing) return
    broken ??= why
    tell(why)
  }
  const both = <T>(make: (board: BoardId) => T): Record<BoardId, T> => ({ a: make('a'), b: make('b') })
  const cable = makeSerialCable()
  const consoles = both(board => makeConsoleLine(join(names.out, `console-${board}.txt`), at))
  let machines: Record<BoardId, Machine<PcEmulator>>
  const emulatorOf = (board: BoardId): PcEmulator | null => machines[board].emulator
  const link = await makeDataLink(names, emulatorOf)
  const disks = await makeDataDisks(names, SCSI_DISK, emulatorOf, tell)
  const harness = makePlugWires({ machines: () => machines, faults, tell })
  const optionsOf = (board: BoardId): Omit<PcOptions, 'onEvent'> => ({
    dir: join(names.dir, board),
    netns: names.netns,
    env,
    kernel: boards.system.kernel,
    initrd: boards.system.initrd,
    kernelWords: options.kernelWords,
    root: boards.roots[board],
    data: disks.file(board),
    diskSerial: serialOf(board),
    taps: { lan: tapOf(board), data: dataTapOf(board) },
    hardwareAddresses: { lan: HARDWARE_ADDRESS[board], data: DATA_HARDWARE_ADDRESS[board] },
    log: join(names.out, `emulator-${board}.log`)
  })
  machines = both(board => {
    const own = optionsOf(board)
    return makeMachine<PcEmulator>({
      board,
      dir: own.dir,
      log: own.log,
      console: consoles[board],
      cable,
      start: onEvent => startPc({ ...own, onEvent }),
      settle: async mine => {
        harness.listen(board, mine)
        await disks.booting(board, mine)
      },
      onEvent: (name, data) => {
        if (name === 'DEVICE_DELETED' && data.device === DATA_ID) disks.pulled(board)
      },
      disk: () => (disks.isIn(board) ? 'was here' : 'was not here'),
      died: () => remotes[board].drop(),
      tell: text => tell(`board ${board}: ${text}`),
      crashed
    })
  })
  const remotes: Record<BoardId, Remote> = both(board =>
    makeRemote({
      names,
      board,
      key: boards.sshKey,
      env,
      retryMs: SSH_RETRY_MS,
      ready: () => {
        const { emulator, bootedAt } = machines[board]
        return emulator !== null && bootedAt !== null && nowMs() - bootedAt > SSH_AFTER_MS
      },
      tell
    })
  )
  const close = async (): Promise<void> => {
    if (closing) return
    closing = true
    await putAway({ names, faults, harness, remotes, cable })
    await sweep()
  }
  return {
    names,
    env,
    faults,
    harness,
    link,
    disks,
    cable,
    machines,
    consoles,
    remotes,
    get broken() {
      return broken
    },
    ...mirrorJudge(names, disks, board => remotes[board]),
    close
  }
}
