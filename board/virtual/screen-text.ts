// Draws the live screen as text: two boards side by side, wires, client, news, keys. Pure: state in, lines out.
import type { BoardId } from '../../src/core/types.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import type { BoardHandle } from './board-handle.js'
import type { Checker } from './checker.js'
import type { ClientView } from './client-view.js'
import { nowMs } from './time.js'
import type { World } from './world.js'

export interface ScreenView {
  readonly world: World
  readonly statuses: Readonly<Record<BoardId, DaemonStatus | null>>
  readonly boards: Readonly<Record<BoardId, BoardHandle>>
  readonly client: ClientView
  readonly checker: Checker
  readonly news: readonly string[]
  readonly keys: readonly string[]
}

const COLOURS = { green: 32, red: 31, yellow: 33, bold: 1, dim: 2 } as const
const paint = (colour: keyof typeof COLOURS, text: string): string => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`
const good = (truth: boolean, yes: string, no: string): string => (truth ? paint('green', yes) : paint('red', no))
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const ESCAPES = /\x1b\[[0-9]*m/g
/** Pad to a width as it shows. */
const pad = (text: string, width: number): string => {
  const shown = text.replace(ESCAPES, '').length
  return shown > width ? text.replace(ESCAPES, '').slice(0, width) : text + ' '.repeat(width - shown)
}

const boardLines = (view: ScreenView, board: BoardId): string[] => {
  const { world, statuses } = view
  const status = statuses[board]
  const levels = world.wires.levels(board)
  const { disk, addresses, services } = view.boards[board].holdings()
  const held = [disk && 'disk', addresses && 'addresses', services && 'service'].filter(Boolean).join(', ') || 'nothing'
  const power = good(levels.rail, 'power on', 'NO POWER')
  const wires = `relay ${levels.relay ? paint('red', 'DRIVEN') : 'released'}, sense ${levels.sense ? 'on' : paint('yellow', 'off')}, loop ${levels.loop ? 'whole' : paint('yellow', 'open')}`
  if (status === null) {
    const why = levels.rail ? 'daemon does not answer' : ''
    return [paint('bold', `BOARD ${board}`), power, `holds ${held}`, wires, paint('yellow', why), '', '', '']
  }
  const { core } = status
  const group = core.groups[0]
  const role = group?.role ?? '?'
  const epoch = group === undefined ? '' : `${group.epoch.number}-${group.epoch.board}`
  const links = Object.entries(core.peer.links).map(
    ([name, link]) => `${name} ${good(link.state === 'two-way', link.state, link.state)}`
  )
  return [
    paint('bold', `BOARD ${board}  `) + (role === 'active' ? paint('green', 'ACTIVE') : role),
    `${power}, ${core.pair}, mode ${core.mode}`,
    `holds ${held}; epoch ${epoch}`,
    wires,
    links.join(', '),
    `fence ${core.fence.phase}, ${core.fence.proved === null ? paint('yellow', 'not proved') : 'proved'}`,
    group?.doing ?? '',
    core.warnings[0] === undefined ? '' : paint('yellow', core.warnings[0])
  ]
}

/** The whole screen for a terminal of that size. */
export const renderScreen = (view: ScreenView, columns: number, rows: number): string => {
  const width = Math.max(30, Math.floor((columns - 3) / 2))
  const { client, checker, world } = view
  const a = boardLines(view, 'a')
  const b = boardLines(view, 'b')
  const boards = a.map((line, i) => `${pad(line, width)} | ${pad(b[i] ?? '', width)}`)
  const [number = 0, epoch = '-', board = '-'] = client.last ?? []
  const since = client.sinceMs
  const gaps = `longest gap ${Math.round(client.longestGapMs(client.acks[0]?.[3] ?? nowMs()))} ms, in the last 10 s ${Math.round(client.longestGapMs(nowMs() - 10_000))} ms`
  const cables = world.cables.state
  const serial = cables.serial.a && cables.serial.b
  const lines = [
    paint('bold', 'baton: two virtual boards'),
    '',
    ...boards,
    '',
    `cables: serial ${good(serial, 'in', 'CUT')}, Ethernet of a ${good(cables.plugged.a, 'in', 'PULLED')}, of b ${good(cables.plugged.b, 'in', 'PULLED')}, between the boards ${good(cables.between, 'carried', 'CUT')}; USB switch at ${world.usb.at ?? 'nobody'}`,
    `client: number ${paint('bold', String(number))} by board ${board}, epoch ${epoch}, ${good(since < 300, `${Math.round(since)} ms ago`, `${Math.round(since)} ms AGO`)}; ${gaps}`,
    `judge:  ${checker.looks} looks, held twice ${checker.heldTwice.length === 0 ? paint('green', 'never') : paint('red', String(checker.heldTwice.length))}`,
    '',
    ...view.keys.map(line => paint('dim', line)),
    ''
  ]
  const room = Math.max(0, rows - lines.length - 1)
  return [...lines, ...view.news.slice(-room)].map(line => `${pad(line, columns - 1).trimEnd()}\x1b[K`).join('\r\n')
}
