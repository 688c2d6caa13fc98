// The tables of board/WIRING.md, from the data of the board kinds. Used by wiring.test.ts.
import { BOARD_KINDS, type BoardFacts, boardKind, headerPinOf } from '../../src/config/board-kind.js'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map(cells => row(...cells))].join('\n')
const code = (text: string): string => `\`${text}\``

/** The kinds that are hardware. */
export const REAL_KINDS: readonly BoardFacts[] = BOARD_KINDS.map(boardKind).filter(({ models }) => models.length > 0)

const SIGNALS: readonly (readonly [
  name: string,
  way: string,
  pick: (pins: BoardFacts['pins']) => number,
  what: string
])[] = [
  ['relay', 'out', pins => pins.relay, 'high: the other board has no power'],
  ['sense', 'in', pins => pins.sense, 'high: the other board has power'],
  ['loop', 'in', pins => pins.loop, 'high: the harness is whole'],
  ['switchSelect', 'out', pins => pins.switchSelect, 'a pulse of 100 ms points the USB switch to this board'],
  ['switchReadback', 'in', pins => pins.switchReadback, 'high: it points to this board'],
  ['panel.active', 'out', pins => pins.panel.active, 'light, lit when high'],
  ['panel.peer', 'out', pins => pins.panel.peer, 'light'],
  ['panel.sync', 'out', pins => pins.panel.sync, 'light'],
  ['panel.fault', 'out', pins => pins.panel.fault, 'light'],
  ['panel.button', 'in', pins => pins.panel.button, 'low: pressed'],
  ['strap', 'in', pins => pins.strap, 'open: board a; to ground: board b']
]

const pinCell = (bcm: number): string => `BCM ${bcm}, pin ${headerPinOf(bcm)}`

export const pinTable = (): string =>
  table(
    ['signal', '', ...REAL_KINDS.map(({ kind }) => code(kind)), 'meaning'],
    SIGNALS.map(([name, way, pick, what]) => [
      code(name),
      way,
      ...REAL_KINDS.map(({ pins }) => pinCell(pick(pins))),
      what
    ])
  )

const uartCell = ({ spareUarts }: BoardFacts): string =>
  spareUarts.length === 0
    ? 'none'
    : spareUarts
        .map(
          ({ name, overlay, address, tx, rx }) =>
            `${name}: ${code(`dtoverlay=${overlay}`)}, TX ${pinCell(tx)}, RX ${pinCell(rx)}, ${code(address)}`
        )
        .join('; ')

const consoleCell = ({ console }: BoardFacts): string =>
  console === null
    ? 'none'
    : `${code(console.device)} (Raspberry Pi OS: ${code(console.deviceRaspios)}), ${console.baud} baud, TX ${pinCell(console.tx)}, RX ${pinCell(console.rx)}`

const FACTS: readonly (readonly [string, (facts: BoardFacts) => string])[] = [
  ['covers', ({ models }) => models.map(({ name }) => name).join(', ')],
  ['proved', ({ proved }) => proved],
  ['device tree', ({ models }) => models.map(({ deviceTree }) => code(deviceTree)).join(', ')],
  ['GPIO controller', ({ gpio }) => `${code(gpio.controller)}, ${gpio.lines} lines`],
  ['console (mini UART)', consoleCell],
  ['spare UARTs', uartCell],
  [
    'watchdog',
    ({ watchdog }) => `${code(watchdog.device)} (${watchdog.module}), at most ${watchdog.timeoutMsMax / 1000} s`
  ],
  ['lines of config.txt', ({ configTxt }) => configTxt.map(code).join(', ')]
]

export const kindTable = (): string =>
  table(
    ['', ...REAL_KINDS.map(({ kind }) => code(kind))],
    FACTS.map(([name, pick]) => [name, ...REAL_KINDS.map(pick)])
  )

export const notesList = (): string =>
  REAL_KINDS.flatMap(({ kind, notes }) => notes.map(note => `- ${code(kind)}: ${note}`)).join('\n')

/** Everything between the marks of the page. */
export const wiringTables = (): string => `${pinTable()}\n\n${kindTable()}\n\n${notesList()}\n`
