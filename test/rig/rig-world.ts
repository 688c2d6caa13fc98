// The world of the rig: two emulated boards, their cards, the wires between them, LAN, disk and client's place. Made by run.ts.
// Everything it makes carries its id and is swept by the lab's reaper, also when the rig dies.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { noFaults } from '../../board/virtual/faults.js'
import { BOARDS, WORLD_MARK } from '../../board/virtual/names.js'
import { nowMs } from '../../board/virtual/time.js'
import type { BoardId } from '../../src/core/types.js'
import type { Card } from './card.js'
import { makeConsoleLine } from './console-line.js'
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.js'
import type { GroundWorld, MirrorWorld } from './ground-world.js'
import { type Harness, makeHarness } from './harness.js'
import { type Machine, makeMachine } from './machine.js'
import { HARDWARE_ADDRESS, type RigNames, tapOf } from './names.js'
import { startDhcp } from './network.js'
import type { PairCards } from './pair-cards.js'
import { type DiskPlace, mirroredDisk, type PiDisk, sharedDisk } from './pi-disk.js'
import { inPlace, type OnClose, putAway } from './place.js'
import { makeRemote, type Remote } from './remote.js'
import { makeSerialCable } from './serial-cable.js'
import { parkSpareCores } from './spare-cores.js'
import type { UsbPlug } from './usb-plug.js'

export interface PiWorld extends GroundWorld {
  readonly harness: Harness
  readonly machines: Readonly<Record<BoardId, Machine>>
  /** To be touched only while their boards have no power. */
  readonly cards: Readonly<Record<BoardId, Card>>
}

/** One disk, which the USB switch moves. */
export interface RigWorld extends PiWorld {
  readonly usb: UsbPlug
}

/** A disk on each board, and a data link between the two. */
export type MirrorRigWorld = PiWorld & MirrorWorld

/** Sshd of a board that has just got power would only be asked in vain. */
const SSH_AFTER_MS = 60_000

export interface RigWorldOptions {
  readonly names: RigNames
  /** Makes cards and disk; called when there is a place for them. */
  readonly cards: (names: RigNames) => Promise<PairCards>
  /** The rig's time, as in the progress lines. */
  readonly at: () => string
  readonly tell: (text: string) => void
}

type MakeDisk<Own extends object> = (place: DiskPlace) => Promise<PiDisk<Own>>

const makeWorld = <Own extends object>(
  options: RigWorldOptions,
  onClose: OnClose,
  makeDisk: MakeDisk<Own>
): Promise<PiWorld & Own> =>
  inPlace(options.names, onClose, async sweep => furnish(options, await options.cards(options.names), makeDisk, sweep))

/** Make it; no board has power yet. `diskAt`: where the USB switch points before anybody selected the disk; null = nowhere. */
export const makeRigWorld = (
  { diskAt, ...options }: RigWorldOptions & { readonly diskAt: BoardId | null },
  onClose: OnClose
): Promise<RigWorld> => makeWorld(options, onClose, sharedDisk(diskAt))

/** The same for a mirror. */
export const makeMirrorRigWorld = (options: RigWorldOptions, onClose: OnClose): Promise<MirrorRigWorld> =>
  makeWorld(options, onClose, mirroredDisk)

const furnish = async <Own extends object>(
  options: RigWorldOptions,
  cards: PairCards,
  makeDisk: MakeDisk<Own>,
  sweep: () => Promise<void>
): Promise<PiWorld & Own> => {
  const { names, tell, at } = options
  const env: NodeJS.ProcessEnv = { ...process.env, [WORLD_MARK]: names.id }
  const dhcp = startDhcp(names, env)
  const faults = noFaults()
  for (const board of BOARDS) faults[board].mains = false
  let broken: string | null = null
  let closing = false
  const crashed = (why: string): void => {
    if (closing) return
    broken ??= why
    tell(why)
  }
  dhcp.on('exit', code => crashed(`the DHCP server of the rig ended with ${code}; see dhcp.log`))
  dhcp.on('error', error => crashed(`the DHCP server of the rig does not run: ${error.message}`))
  const both = <T>(make: (board: BoardId) => T): Record<BoardId, T> => ({ a: make('a'), b: make('b') })
  const cable = makeSerialCable()
  const consoles = both(board => makeConsoleLine(join(names.out, `console-${board}.txt`), at))
  let machines: Record<BoardId, Machine>
  const disk = await makeDisk({
    names,
    emulator: board => machines[board].emulator,
    remote: board => remotes[board],
    tell
  })
  const harness = makeHarness({ machines: () => machines, usb: () => disk.usb, faults, tell })
  const emulatorOf = (board: BoardId): Omit<EmulatorOptions, 'onEvent'> => ({
    ...cards.boot[board],
    dir: join(names.dir, board),
    netns: names.netns,
    env,
    card: cards.cards[board].path,
    ...disk.parts(board),
    tap: tapOf(board),
    hardwareAddress: HARDWARE_ADDRESS[board],
    log: join(names.out, `emulator-${board}.log`),
    onEdge: (line, high) => harness.edge(board, line, high)
  })
  machines = both(board => {
    const emulator = emulatorOf(board)
    const sayOf = (text: string): void => tell(`board ${board}: ${text}`)
    return makeMachine<Emulator>({
      board,
      dir: emulator.dir,
      log: emulator.log,
      console: consoles[board],
      cable,
      start: onEvent => startEmulator({ ...emulator, onEvent }),
      settle: async mine => {
        await harness.settle(board, mine)
        if (!(await parkSpareCores(mine.qtest))) sayOf('its spare cores cannot be sent to sleep: it will be slow')
        await disk.booting(board, mine)
      },
      onEvent: (name, data) => {
        if (name === 'DEVICE_DELETED') disk.left(board, data.device)
      },
      // The emulator has laid its boot code anew, and three cores wait in it again.
      restarted: mine => void parkSpareCores(mine.qtest).catch(() => undefined),
      disk: () => (disk.isAt(board) ? 'was here' : 'was not here'),
      died: () => remotes[board].drop(),
      tell: sayOf,
      crashed
    })
  })
  if (cards.sshKey !== null) chmodSync(cards.sshKey, 0o600)
  const remotes: Record<BoardId, Remote> = both(board =>
    makeRemote({
      names,
      board,
      key: cards.sshKey ?? '/dev/null',
      env,
      ready: () => {
        const { emulator, bootedAt } = machines[board]
        return cards.sshKey !== null && emulator !== null && bootedAt !== null && nowMs() - bootedAt > SSH_AFTER_MS
      },
      tell
    })
  )
  const close = async (): Promise<void> => {
    if (closing) return
    closing = true
    dhcp.kill('SIGKILL')
    await putAway({ names, faults, harness, remotes, cable })
    await sweep()
  }
  return {
    names,
    env,
    faults,
    harness,
    cable,
    machines,
    consoles,
    remotes,
    cards: cards.cards,
    get broken() {
      return broken
    },
    haveDisk: disk.haveDisk,
    judgeDisk: disk.judgeDisk,
    ...disk.own,
    close
  }
}
