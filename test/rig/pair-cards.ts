// The two cards of the pair and its disk, made from one image: the same configuration on both, a letter each, one key.
// Called by rig.ts before a run; a scenario may change what lies on a card.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { mergeOptions, type Options } from '../../board/virtual/lab-config.js'
import { perlFile } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import { interfaceName } from './boot-files.js'
import { type Card, type CardBoot, makeCard, readFat, rootOf, takeBootFiles, writeExt4, writeFat } from './card.js'
import { mirrorConfiguration, rigConfiguration, SERVICE_ON_CARD } from './configuration.js'
import { makeDataDisk } from './data-disk.js'
import { serialOf } from './data-disks.js'
import { DATA_HARDWARE_ADDRESS } from './data-link.js'
import { LINK_WORDS, USB_DISK } from './emulator.js'
import { PINS } from './gpio-registers.js'
import { bundleBaton } from './lay-baton.js'
import { ETHERNET_WORDS, HARDWARE_ADDRESS, type RigNames } from './names.js'
import { ONE_CORE } from './spare-cores.js'
import { makeSshKey } from './ssh-key.js'

export interface PairCards {
  readonly cards: Readonly<Record<BoardId, Card>>
  readonly boot: Readonly<Record<BoardId, CardBoot>>
  /** Private half of the key that lies on the cards as authorized_keys; null = nobody is let in, and all is seen from outside. */
  readonly sshKey: string | null
}

export interface PairOptions {
  readonly image: string
  /** A disk on each board, and a second adapter: for a mirror. */
  readonly mirror: boolean
  /** Baton as it is in this working copy is laid over what the image has. */
  readonly newest: boolean
  /** On top of the rig's configuration. */
  readonly config: Options
  /** Words for the kernel. */
  readonly kernelWords: readonly string[]
  /** The pair's key is on both cards. Default true. */
  readonly paired: boolean
  /** What else becomes of a card before its first boot. */
  readonly change: (board: BoardId, card: Card, dir: string) => Promise<void>
  readonly tell: (text: string) => void
}

/** Pins of the board kind, written out: the configuration is to be read without a table beside it. */
const pinsOf = (switches: Options): Options => ({
  relay: PINS.relay,
  sense: PINS.sense,
  loop: PINS.loop,
  ...switches,
  panel: { active: PINS.active, peer: PINS.peer, sync: PINS.sync, fault: PINS.fault, button: PINS.button }
})
const SWITCH_PINS: Options = { switchSelect: PINS.switchSelect, switchReadback: PINS.switchReadback }

/** `commandLine`: of the kernel, which tells what interfaces are called. */
const configurationOf = (commandLine: string, mirror: boolean): Options => {
  const both = <T>(make: (board: BoardId) => T): Record<BoardId, T> => ({ a: make('a'), b: make('b') })
  const lan = both(board => interfaceName(commandLine, HARDWARE_ADDRESS[board]))
  if (!mirror) return rigConfiguration(lan, pinsOf(SWITCH_PINS))
  const ends = both(board => ({
    lan: lan[board],
    data: interfaceName(commandLine, DATA_HARDWARE_ADDRESS[board], 1),
    disk: USB_DISK.path(serialOf(board))
  }))
  return mirrorConfiguration(ends, pinsOf({}))
}

/** Its udev needs longer than systemd waits by default. */
const SLOW_WORDS = ['systemd.default_device_timeout_sec=240']
/** No graphics processor answers there, and the driver of its messages went on to use what it had given back: a panic at boot, now and then. */
const GRAPHICS_WORDS = ['modprobe.blacklist=vchiq']
/** What every emulated board's kernel is told. */
export const KERNEL_WORDS: readonly string[] = [...ONE_CORE, ...ETHERNET_WORDS, ...SLOW_WORDS, ...GRAPHICS_WORDS]

/**
 * On a busy machine two boards got interrupts from their USB that nobody answered for, until the kernel switched the line off. Why is
 * not known; a root hub that slept is suspected, and mirror-ground tells whether it did.
 */
const AWAKE_WORDS = ['usbcore.autosuspend=-1']

/** Both cards and the disk. Their place must be there. */
export const makePairCards = async (names: RigNames, options: PairOptions): Promise<PairCards> => {
  const { image, mirror, newest, tell } = options
  const ssh = await makeSshKey(names.dir)
  const key = randomBytes(32).toString('hex')
  if (!mirror) await makeDataDisk(names.world.image, names.dir)
  const baton = newest ? await bundleBaton(names.cards) : null
  const make = async (board: BoardId): Promise<readonly [Card, CardBoot]> => {
    tell(`making the card of board ${board} from ${image}`)
    const card = await makeCard(image, join(names.cards, `card-${board}.img`))
    await baton?.layOver(card)
    const pair = configurationOf(await readFat(card, 'cmdline.txt'), mirror)
    const configuration = stringify(mergeOptions(pair, options.config))
    await writeFat(card, names.dir, [
      { path: 'baton.yaml', text: configuration },
      { path: 'board', text: `${board}\n` },
      { path: 'authorized_keys', text: ssh.authorized },
      // As an operator pairs two boards; the board takes it in at its first start.
      ...(options.paired ? [{ path: 'key', text: `${key}\n` }] : [])
    ])
    if (mirror) {
      const text = await readFile(perlFile('service'), 'utf8')
      await writeExt4(rootOf(card), names.dir, [{ path: SERVICE_ON_CARD, text }])
    }
    await options.change(board, card, names.dir)
    const words = [...KERNEL_WORDS, ...(mirror ? [...AWAKE_WORDS, ...LINK_WORDS] : []), ...options.kernelWords]
    return [card, await takeBootFiles(card, join(names.cards, `boot-${board}`), words)]
  }
  const [cardA, bootA] = await make('a')
  const [cardB, bootB] = await make('b')
  await baton?.close()
  return { cards: { a: cardA, b: cardB }, boot: { a: bootA, b: bootB }, sshKey: ssh.file }
}
