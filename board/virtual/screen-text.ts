// Draws the live screen as text: two boards side by side, wires, client, news, keys. Pure: state in, lines out.
import { clip, wrap } from '../../src/console/screen.js'
import { LEDS, type Led } from '../../src/core/panel-table.js'
import type { BoardId } from '../../src/core/types.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import type { BoardHandle } from './board-handle.js'
import type { Checker } from './checker.js'
import type { ClientView } from './client-view.js'
import { BOARDS } from './names.js'
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
  /** Unix seconds of the proofs that the lab laid down itself. */
  readonly laidDown: readonly number[]
}

const COLOURS = { green: 32, red: 31, yellow: 33, bold: 1, dim: 2 } as const
const paint = (colour: keyof typeof COLOURS, text: string): string => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`
const good = (truth: boolean, yes: string, no: string): string => (truth ? paint('green', yes) : paint('red', no))
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const ESCAPES = /\x1b\[[0-9]*m/g
/** Cut to a width as it shows: … stands where something is missing, and what was cut has lost its colours. */
const clipped = (text: string, width: number): string => {
  const shown = text.replace(ESCAPES, '')
  return shown.length > width ? clip(shown, width) : text
}
const pad = (text: string, width: number): string => {
  const cut = clipped(text, width)
  return cut + ' '.repeat(width - cut.replace(ESCAPES, '').length)
}
/** From this height on there is room for more of the warnings. */
const TALL_ROWS = 30

/** The first warnings, wrapped, in exactly `room` lines; what is left out is counted. */
const warningLines = (warnings: readonly string[], width: number, room: number): string[] => {
  const lines: string[] = []
  warnings.forEach((warning, at) => {
    const left = room - lines.length
    if (left <= 0) return
    const others = warnings.length - at - 1
    const more = others === 0 ? '' : `(+${others} more) `
    const last = left <= 2
    lines.push(...wrap(`! ${last ? more : ''}${warning}`, width, last ? left : 2))
    if (last) lines.push(...Array<string>(Math.max(0, room - lines.length)).fill(''))
  })
  return Array.from({ length: room }, (_, at) => paint('yellow', lines[at] ?? ''))
}

const proofText = (view: ScreenView, status: DaemonStatus): string => {
  const { proved } = status.core.fence
  if (proved === null) return paint('yellow', 'not proved')
  return view.laidDown.includes(proved.wallSeconds) ? 'proved beforehand' : paint('green', 'proved')
}

const LED_COLOURS: Readonly<Record<Led, keyof typeof COLOURS>> = {
  active: 'green',
  peer: 'green',
  sync: 'yellow',
  fault: 'red'
}

/** The panel as its files show it, also where no daemon answers: that is when it matters. */
const lightsText = (world: World, board: BoardId): string => {
  const lights = world.wires.lights(board)
  const lamp = (led: Led): string => (lights[led] ? paint(LED_COLOURS[led], `● ${led}`) : paint('dim', `○ ${led}`))
  return LEDS.map(lamp).join('  ')
}

const boardLines = (view: ScreenView, board: BoardId, width: number, warningRoom: number): string[] => {
  const { world, statuses } = view
  const status = statuses[board]
  const levels = world.wires.levels(board)
  const { disk, addresses, services } = view.boards[board].holdings()
  const held = [disk && 'disk', addresses && 'addresses', services && 'service'].filter(Boolean).join(', ') || 'nothing'
  const power = good(levels.rail, 'power on', 'NO POWER')
  // Without power it drives and reads nothing.
  const wires = !levels.rail
    ? paint('dim', 'relay -, sense -, loop -')
    : `relay ${levels.relay ? paint('red', 'DRIVEN') : 'released'}, sense ${levels.sense ? 'on' : paint('yellow', 'off')}, loop ${levels.loop ? 'whole' : paint('yellow', 'open')}`
  if (status === null) {
    const why = levels.rail ? 'its daemon does not answer' : ''
    const blank = Array<string>(2 + warningRoom).fill('')
    const lines = [power, lightsText(world, board), `holds ${held}`, wires]
    return [paint('bold', `BOARD ${board}`), ...lines, paint('yellow', why), ...blank]
  }
  const { core } = status
  const group = core.groups[0]
  const role = group?.role ?? '?'
  const epoch = group === undefined ? '' : `, epoch ${group.epoch.number}-${group.epoch.board}`
  const links = Object.entries(core.peer.links).map(
    ([name, link]) => `${name} ${good(link.state === 'two-way', link.state, link.state)}`
  )
  return [
    paint('bold', `BOARD ${board}  `) + (role === 'active' ? paint('green', 'ACTIVE') : role),
    `${power}, ${core.pair}, mode ${core.mode}`,
    lightsText(world, board),
    `holds ${held}`,
    wires,
    links.join(', '),
    `fence ${core.fence.phase}, ${proofText(view, status)}`,
    `${group?.doing ?? ''}${epoch}`,
    ...warningLines(core.warnings, width, warningRoom)
  ]
}

const widthOf = (columns: number): number => Math.max(1, Math.floor((columns - 4) / 2))
/** Below the title, the board's name and its power. */
const LIGHTS_ROW = 4

const sideBySide = (a: string, b: string, width: number): string => `${pad(a, width)} | ${clipped(b, width)}`

/** The line of the lights alone, in its place on the screen of `renderScreen`: they change faster than the rest. */
export const renderLights = (world: World, columns: number, rows: number): string => {
  if (rows < LIGHTS_ROW) return ''
  const line = sideBySide(lightsText(world, 'a'), lightsText(world, 'b'), widthOf(columns))
  return `\x1b[${LIGHTS_ROW};1H${clipped(line, columns - 1)}\x1b[K`
}

const worldLines = ({ client, checker, world }: ScreenView): string[] => {
  const [number = 0, epoch = '-', board = '-'] = client.last ?? []
  const since = Math.round(client.sinceMs)
  const { plugged, between, serial } = world.cables.state
  // The wait for the first number of all is no gap.
  const first = client.acks[0]?.[3] ?? nowMs()
  const gapMs = Math.round(client.longestGapMs(first))
  const lateGapMs = Math.round(client.longestGapMs(Math.max(first, nowMs() - 10_000)))
  const twice = checker.heldTwice.length
  return [
    `cables  serial ${good(serial.a && serial.b, 'in', 'CUT')}, Ethernet a ${good(plugged.a, 'in', 'PULLED')}, b ${good(plugged.b, 'in', 'PULLED')}, between ${good(between, 'joined', 'CUT')}; USB switch at ${world.usb.at ?? 'nobody'}`,
    `client  number ${paint('bold', String(number))} acknowledged by ${board}, epoch ${epoch}, ${good(since < 300, `${since} ms ago`, `${since} ms AGO`)}`,
    `        longest gap ${gapMs} ms, in the last 10 s ${lateGapMs} ms`,
    `judge   held twice ${twice === 0 ? paint('green', 'never') : paint('red', `${twice} times`)} in ${checker.looks} looks`
  ]
}

const askText = ({ world }: ScreenView): string =>
  `(in another terminal)  npm run lab -- baton ${world.names.id}:b console`

/** The whole screen for a terminal of that size: never wider or higher. 80 x 24 is enough for all of it and some news. */
export const renderScreen = (view: ScreenView, columns: number, rows: number): string => {
  const width = widthOf(columns)
  const warningRoom = rows >= TALL_ROWS ? 6 : 3
  const [a, b] = [boardLines(view, 'a', width, warningRoom), boardLines(view, 'b', width, warningRoom)]
  const boards = a.map((line, i) => sideBySide(line, b[i] ?? '', width))
  const laidDown = BOARDS.some(board =>
    view.laidDown.includes(view.statuses[board]?.core.fence.proved?.wallSeconds ?? -1)
  )
  const lines = [
    `${paint('bold', 'baton: two virtual boards')}   ${paint('bold', 'q quit')}   ${paint('dim', `lab ${view.world.names.id}`)}`,
    ...boards,
    ...worldLines(view),
    `ask     ${paint('dim', askText(view))}`,
    ...(laidDown ? ['fence   proved beforehand by the lab; p proves it for real'] : []),
    ...view.keys.map(line => paint('dim', line))
  ]
  const room = Math.max(0, rows - lines.length)
  const news = room === 0 ? [] : view.news.slice(-room)
  return [...lines, ...news]
    .slice(0, rows)
    .map(line => `${clipped(line, columns - 1)}\x1b[K`)
    .join('\r\n')
}
