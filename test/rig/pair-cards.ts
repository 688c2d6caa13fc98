// The two cards of the pair and its disk, made from one image: the same configuration on both, a letter each, one key.
// Called by rig.ts before a run; a scenario may change what lies on a card.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { mergeOptions, type Options } from '../../board/virtual/lab-config.js'
import { BOARDS } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'
import { interfaceName } from './boot-files.js'
import { type Card, type CardBoot, makeCard, readFat, takeBootFiles, writeFat } from './card.js'
import { rigConfiguration } from './configuration.js'
import { makeDataDisk } from './data-disk.js'
import { PINS } from './gpio-registers.js'
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
const PIN_OPTIONS: Options = {
  relay: PINS.relay,
  sense: PINS.sense,
  loop: PINS.loop,
  switchSelect: PINS.switchSelect,
  switchReadback: PINS.switchReadback,
  panel: { active: PINS.active, peer: PINS.peer, sync: PINS.sync, fault: PINS.fault, button: PINS.button }
}

/** Its udev needs longer than systemd waits by default. */
const SLOW_WORDS = ['systemd.default_device_timeout_sec=240']
/** What every emulated board's kernel is told. */
export const KERNEL_WORDS: readonly string[] = [...ONE_CORE, ...ETHERNET_WORDS, ...SLOW_WORDS]

/** Both cards and the disk. Their place must be there. */
export const makePairCards = async (names: RigNames, options: PairOptions): Promise<PairCards> => {
  const { image, tell } = options
  const ssh = await makeSshKey(names.dir)
  const key = randomBytes(32).toString('hex')
  await makeDataDisk(names.world.image, names.dir)
  const make = async (board: BoardId): Promise<readonly [Card, CardBoot]> => {
    tell(`making the card of board ${board} from ${image}`)
    const card = await makeCard(image, join(names.cards, `card-${board}.img`))
    const commandLine = await readFat(card, 'cmdline.txt')
    const lan = { a: '', b: '' }
    for (const one of BOARDS) lan[one] = interfaceName(commandLine, HARDWARE_ADDRESS[one])
    const configuration = stringify(mergeOptions(rigConfiguration(lan, PIN_OPTIONS), options.config))
    await writeFat(card, names.dir, [
      { path: 'baton.yaml', text: configuration },
      { path: 'board', text: `${board}\n` },
      { path: 'authorized_keys', text: ssh.authorized },
      // As an operator pairs two boards; the board takes it in at its first start.
      ...(options.paired ? [{ path: 'key', text: `${key}\n` }] : [])
    ])
    await options.change(board, card, names.dir)
    return [
      card,
      await takeBootFiles(card, join(names.cards, `boot-${board}`), [...KERNEL_WORDS, ...options.kernelWords])
    ]
  }
  const [cardA, bootA] = await make('a')
  const [cardB, bootB] = await make('b')
  return { cards: { a: cardA, b: cardB }, boot: { a: bootA, b: bootB }, sshKey: ssh.file }
}
