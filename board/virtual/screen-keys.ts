// What the keys of the live screen do. Each key toggles one thing of the world; pressing it again mends it.
import type { BoardId } from '../../src/core/types.js'
import type { OperatorRequest } from '../../src/runtime/status.js'
import type { BoardHandle } from './board-handle.js'
import { BOARDS, GROUP } from './names.js'
import type { World } from './world.js'

export interface Keys {
  press(key: string): void
  /** Lines that name the keys. */
  readonly help: readonly string[]
}

const HELP: readonly string[] = [
  '1 2  mains plug of a, b        3 4  hang or wake a, b         5 6  Ethernet cable of a, b',
  's    serial cable              e    Ethernet between boards   7 8  harness of a, b',
  'w    switchover                m    manual or auto            c    confirm (on the standby)',
  'f    fence on (power back)     r    mend everything           k    kill the active daemon    q  quit'
]

export const makeKeys = (
  world: World,
  boards: Readonly<Record<BoardId, BoardHandle>>,
  tell: (text: string) => void
): Keys => {
  const { cables, faults, wires } = world
  const hung: Record<BoardId, boolean> = { a: false, b: false }
  const guarded = (what: string, work: Promise<unknown> | undefined): void => {
    tell(what)
    work?.catch((error: unknown) => tell(`${what}: ${error instanceof Error ? error.message : String(error)}`))
  }
  const plug = (board: BoardId): void => {
    faults[board].mains = !faults[board].mains
    tell(`mains plug of ${board} ${faults[board].mains ? 'put in' : 'pulled'}`)
    hung[board] = false
    wires.refresh()
  }
  const hang = (board: BoardId): void => {
    hung[board] = !hung[board]
    tell(`board ${board} ${hung[board] ? 'hangs' : 'wakes'}`)
    if (hung[board]) boards[board].hang()
    else boards[board].resume()
  }
  const harness = (board: BoardId): void => {
    faults[board].harness = !faults[board].harness
    tell(`harness of ${board} ${faults[board].harness ? 'pushed in' : 'pulled'}`)
    wires.refresh()
  }
  const serial = async (on: boolean): Promise<void> => {
    for (const board of BOARDS) await cables.serialCarries(board, on)
  }
  const order = async (what: OperatorRequest, pick: (role: string | undefined) => boolean): Promise<void> => {
    for (const board of BOARDS) {
      if (!pick((await boards[board].group())?.role)) continue
      await boards[board].order(what)
      return
    }
    tell('nobody is there to take the order')
  }
  const isActive = (role: string | undefined): boolean => role === 'active'
  const mode = async (): Promise<void> => {
    const now = (await boards.a.status())?.core.mode ?? (await boards.b.status())?.core.mode
    await order({ order: 'mode', mode: now === 'auto' ? 'manual' : 'auto', forMs: 0 }, role => role !== undefined)
  }
  const mend = async (): Promise<void> => {
    for (const board of BOARDS) {
      Object.assign(faults[board], { mains: true, harness: true, relay: 'works', relayLateMs: 0, sense: 'works' })
      if (hung[board]) hang(board)
      await cables.ethernetPlugged(board, true)
      await cables.ethernetHears(board, true)
    }
    await serial(true)
    await cables.ethernetBetween(true)
    wires.refresh()
    await order({ order: 'recover' }, isActive)
  }
  const kill = (): void => {
    for (const board of BOARDS) if (boards[board].holdings().services) boards[board].signalDaemon('SIGKILL')
  }
  const actions: Readonly<Record<string, () => void>> = {
    '1': () => plug('a'),
    '2': () => plug('b'),
    '3': () => hang('a'),
    '4': () => hang('b'),
    '5': () => guarded('Ethernet cable of a', cables.ethernetPlugged('a', !cables.state.plugged.a)),
    '6': () => guarded('Ethernet cable of b', cables.ethernetPlugged('b', !cables.state.plugged.b)),
    '7': () => harness('a'),
    '8': () => harness('b'),
    s: () => guarded('serial cable', serial(!cables.state.serial.a)),
    e: () => guarded('Ethernet between the boards', cables.ethernetBetween(!cables.state.between)),
    w: () => guarded('switchover', order({ order: 'switchover', group: GROUP }, isActive)),
    m: () => guarded('mode', mode()),
    c: () =>
      guarded(
        'confirm',
        order({ order: 'confirm' }, role => role === 'standby')
      ),
    f: () => guarded('fence on', order({ order: 'fenceOn' }, isActive)),
    r: () => guarded('everything is mended', mend()),
    k: () => guarded('kill -9 of the active daemon', Promise.resolve().then(kill))
  }
  return { press: key => actions[key]?.(), help: HELP }
}
