// What the keys of the live screen do. Each key toggles one thing of the world; pressing it again mends it.
import { type BoardId, otherBoard } from '../../src/core/types.js'
import type { OperatorRequest } from '../../src/runtime/status.js'
import type { BoardHandle } from './board-handle.js'
import { holdsAnything } from './holdings.js'
import { BOARDS, GROUP } from './names.js'
import { leftToDo } from './screen-left.js'
import type { World } from './world.js'

export interface Keys {
  press(key: string): void
  /** Lines that name the keys, each at most 79 columns wide. */
  readonly help: readonly string[]
}

const HELP: readonly string[] = [
  'of a, b: 1 2 mains plug   3 4 hang or wake   5 6 Ethernet cable   7 8 harness',
  's serial cable   e Ethernet between the boards   k kill the serving daemon',
  'w switchover   m manual or auto   c confirm   p prove the fence   f fence on',
  'r mend everything   9 0 button   i o hold it for 5 s   q quit'
]

/** A fence proof cuts the peer and waits until it is back. */
const PROOF_MS = 40_000
/** A finger on the button: shortly, or long enough for what the panel offers. */
const PRESS_MS = 250
const HOLD_MS = 5000

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
  const button = (board: BoardId, forMs: number, how: string): void =>
    guarded(`the button of ${board} is ${how}`, boards[board].pressButton(forMs))
  const failed = (error: unknown): void => tell(error instanceof Error ? error.message : String(error))
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
  const ethernet = (board: BoardId): void => {
    const on = !cables.state.plugged[board]
    guarded(`Ethernet cable of ${board} ${on ? 'put in' : 'pulled'}`, cables.ethernetPlugged(board, on))
  }
  const order = async (what: OperatorRequest, pick: (role: string | undefined) => boolean): Promise<void> => {
    for (const board of BOARDS) {
      if (!pick((await boards[board].group())?.role)) continue
      await boards[board].order(what)
      return
    }
    tell('no board is there that could take the order')
  }
  const isActive = (role: string | undefined): boolean => role === 'active'
  const mode = async (): Promise<void> => {
    const now = (await boards.a.status())?.core.mode ?? (await boards.b.status())?.core.mode
    const wanted = now === 'auto' ? 'manual' : 'auto'
    tell(`mode ${wanted} is asked for`)
    await order({ order: 'mode', mode: wanted, forMs: 0 }, role => role !== undefined)
  }
  // Only a board whose peer holds nothing may cut it to prove the relay.
  const prove = async (): Promise<void> => {
    for (const board of BOARDS) {
      if ((await boards[board].status()) === null) tell(`board ${board} does not answer: it proves nothing`)
      else if (holdsAnything(boards[otherBoard(board)].holdings()))
        tell(`board ${board} can prove it when it serves: w, then p`)
      else await boards[board].order({ order: 'fenceProve' }, PROOF_MS)
    }
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
    const left = leftToDo({ a: await boards.a.status(), b: await boards.b.status() })
    tell(`cables, plugs and harnesses are whole${left.length === 0 ? '; nothing is left to do' : '. Left:'}`)
    for (const one of left) tell(`  ${one}`)
  }
  const kill = (): void => {
    const serving = BOARDS.filter(board => boards[board].holdings().services)
    if (serving.length === 0) tell('no board serves: no daemon is killed')
    for (const board of serving) {
      tell(`kill -9 of the daemon of ${board}`)
      boards[board].signalDaemon('SIGKILL')
    }
  }
  const cutSerial = (): void => {
    const on = !cables.state.serial.a
    guarded(`serial cable ${on ? 'put in' : 'pulled'}`, serial(on))
  }
  const cutBetween = (): void => {
    const on = !cables.state.between
    guarded(`Ethernet between the boards ${on ? 'joined again' : 'cut'}`, cables.ethernetBetween(on))
  }
  const isStandby = (role: string | undefined): boolean => role === 'standby'
  const actions: Readonly<Record<string, () => void>> = {
    '1': () => plug('a'),
    '2': () => plug('b'),
    '3': () => hang('a'),
    '4': () => hang('b'),
    '5': () => ethernet('a'),
    '6': () => ethernet('b'),
    '7': () => harness('a'),
    '8': () => harness('b'),
    '9': () => button('a', PRESS_MS, 'pressed'),
    '0': () => button('b', PRESS_MS, 'pressed'),
    i: () => button('a', HOLD_MS, 'held for 5 s'),
    o: () => button('b', HOLD_MS, 'held for 5 s'),
    s: cutSerial,
    e: cutBetween,
    w: () => guarded('switchover is ordered', order({ order: 'switchover', group: GROUP }, isActive)),
    m: () => void mode().catch(failed),
    c: () => guarded('the standby is told that its peer is off', order({ order: 'confirm' }, isStandby)),
    p: () => guarded('the fence is to be proved', prove()),
    f: () => guarded('fence on is ordered', order({ order: 'fenceOn' }, isActive)),
    r: () => guarded('everything is being mended …', mend()),
    k: () => void Promise.resolve().then(kill).catch(failed)
  }
  return { press: key => actions[key]?.(), help: HELP }
}
