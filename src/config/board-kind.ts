// What is known of each kind of board: pins, controller, UARTs, watchdog. The data is board/KIND/board.yaml; board-facts.ts is
// made from it, so that the programs need no further file. Read by the configuration, the board test, image and pages.
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { BOARD_FACTS } from './board-facts.js'

/** One folder below `board/` each. */
export const BOARD_KINDS = ['rpi-3b', 'rpi-4b', 'virtual'] as const
export type BoardKind = (typeof BOARD_KINDS)[number]
/** What `boards.X.kind` may say: a kind, or that the board itself knows (its device tree, `detectKind`). */
export type KindWord = BoardKind | 'auto'

/** The standard wiring of a kind, in BCM numbers. All of these are drawn in board/WIRING.md. */
export interface StandardPins {
  readonly relay: number
  readonly sense: number
  readonly loop: number
  readonly switchSelect: number
  readonly switchReadback: number
  readonly panel: {
    readonly active: number
    readonly peer: number
    readonly sync: number
    readonly fault: number
    readonly button: number
  }
  /** Input with a pull-up: open = board a, to ground = board b. */
  readonly strap: number
}

/** One model that a kind covers. */
export interface BoardModel {
  readonly name: string
  /** One of the texts of /proc/device-tree/compatible. */
  readonly compatible: string
  /** Beginnings of /proc/device-tree/model: of mainline and of the firmware. */
  readonly model: readonly string[]
  /** File of Debian's kernel, and the one of Raspberry Pi OS. */
  readonly deviceTree: string
  readonly deviceTreeRaspios: string
}

/** A UART of the header that may carry the token link. */
export interface SpareUart {
  readonly name: string
  /** Of the firmware: `dtoverlay=…`. */
  readonly overlay: string
  /** Name of its folder below /sys/devices/platform. */
  readonly address: string
  /** BCM numbers. */
  readonly tx: number
  readonly rx: number
}

/** Everything in board/KIND/board.yaml. */
export interface BoardFacts {
  readonly kind: BoardKind
  readonly title: string
  /** What was seen to work on it, and what was not. */
  readonly proved: string
  /** Empty for a board that is no hardware. */
  readonly models: readonly BoardModel[]
  readonly gpio: {
    /** As in /sys/class/gpio/gpiochip*\/label. */
    readonly controller: string
    readonly lines: number
  }
  readonly pins: StandardPins
  /** The operator's serial console; null = none. Devices in mainline's numbering and in that of Raspberry Pi OS. */
  readonly console: {
    readonly device: string
    readonly deviceRaspios: string
    readonly baud: number
    readonly tx: number
    readonly rx: number
  } | null
  readonly spareUarts: readonly SpareUart[]
  readonly watchdog: { readonly device: string; readonly module: string; readonly timeoutMsMax: number }
  /** Lines for the firmware's config.txt. */
  readonly configTxt: readonly string[]
  readonly notes: readonly string[]
}

/** The facts of one kind. Cannot fail: the kind was checked by its type. */
export const boardKind = (kind: BoardKind): BoardFacts => BOARD_FACTS[kind]

/**
 * The standard wiring where the file says `auto`: one and the same for every kind, which a test holds fast. Whatever the other
 * board is, this one then knows its lines, and both make the same digest of the file (R6).
 */
export const standardPins = (kind: KindWord): StandardPins => boardKind(kind === 'auto' ? 'rpi-3b' : kind).pins

/** The models that baton knows, for people. */
export const knownModels = (): string =>
  BOARD_KINDS.flatMap(kind => boardKind(kind).models.map(({ name }) => name)).join(', ')

const V3 = -3
const V5 = -5
const GROUND = -1
/** The header with 40 pins, from pin 1: BCM number, or supply or ground. The same on every kind of board. */
const HEADER_PINS: readonly number[] = [
  ...[V3, V5, 2, V5, 3, GROUND, 4, 14, GROUND, 15],
  ...[17, 18, 27, GROUND, 22, 23, V3, 24, 10, GROUND],
  ...[9, 25, 11, 8, GROUND, 7, 0, 1, 5, GROUND],
  ...[6, 12, 13, GROUND, 19, 16, 26, 20, GROUND, 21]
]

/** Pin 1..40 of the header where a BCM line comes out; null = it does not. */
export const headerPinOf = (bcm: number): number | null => {
  const at = bcm < 0 ? -1 : HEADER_PINS.indexOf(bcm)
  return at < 0 ? null : at + 1
}

const TEXT_BYTES_MAX = 1024

/** At most 1 KiB of a file of the device tree; empty where it is not there. */
const readText = (file: string): string => {
  try {
    const handle = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(TEXT_BYTES_MAX)
      return bytes.toString('latin1', 0, readSync(handle, bytes, 0, TEXT_BYTES_MAX, 0))
    } finally {
      closeSync(handle)
    }
  } catch {
    return ''
  }
}

/** Where the kernel shows the device tree; /proc/device-tree leads there. */
export const DEVICE_TREE = '/sys/firmware/devicetree/base'

/** What the firmware calls this machine, for people; empty where it says nothing (a PC). At most 80 characters. */
export const modelText = (deviceTreeRoot = DEVICE_TREE): string =>
  readText(join(deviceTreeRoot, 'model'))
    .replace(/[^ -~]/g, '')
    .slice(0, 80)

/**
 * The kind of the board that this runs on, by what the firmware or QEMU says of it; null = none that baton knows (a PC,
 * a Pi that no folder of `board/` describes). `compatible` decides; `model` only where no `compatible` is there. Never throws.
 */
export const detectKind = (deviceTreeRoot = DEVICE_TREE): BoardKind | null => {
  const compatible = readText(join(deviceTreeRoot, 'compatible')).split('\0')
  const known = compatible.some(text => text !== '')
  const model = readText(join(deviceTreeRoot, 'model')).replaceAll('\0', '')
  const fits = (one: BoardModel): boolean =>
    known
      ? compatible.includes(one.compatible)
      : one.model.some(beginning => model === beginning || model.startsWith(`${beginning} Rev `))
  return BOARD_KINDS.find(kind => boardKind(kind).models.some(fits)) ?? null
}
