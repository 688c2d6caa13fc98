// Names, addresses and paths of one run of the rig. Computed from its id; makes nothing.
// The id and its folder are those of a world of the lab, so that the lab's reaper sweeps what the rig leaves.
import { join } from 'node:path'
import { ADDRESS, repositoryRoot, type WorldNames, worldNames } from '../../board/virtual/names.js'
import type { BoardId } from '../../src/core/types.js'

/** Of the boards' Ethernet adapters. The emulated one gives its board 40 as the first byte, whatever it was told. */
export const HARDWARE_ADDRESS: Readonly<Record<BoardId, string>> = { a: '40:27:eb:00:00:0a', b: '40:27:eb:00:00:0b' }
/** Kernel words for that adapter: one of the two drivers that know it makes up a new address at every boot. */
export const ETHERNET_WORDS = ['modprobe.blacklist=cdc_subset'] as const
export const BRIDGE = 'lan'
export const tapOf = (board: BoardId): string => `board-${board}`

/** Who has which address: boards, the client, and the group wherever it is. */
export type RigAddresses = Readonly<Record<BoardId | 'client' | 'virtual', string>>

export interface RigNames {
  readonly id: string
  readonly address: RigAddresses
  /** The namespace in which everything runs. The client of the lab looks for it under this name, too. */
  readonly netns: string
  readonly world: WorldNames
  /** Sockets and secrets of the run, in memory. */
  readonly dir: string
  /** Cards and disk: large, gone after the run. */
  readonly cards: string
  /** Transcripts and table: stay after the run. */
  readonly out: string
}

export const BUILD = join(repositoryRoot, 'build')
export const CARDS = join(BUILD, 'rig', 'cards')

/** `address`: that of the configuration on the cards. */
export const rigNames = (id: string, scenario: string, address: RigAddresses = ADDRESS): RigNames => {
  const world = worldNames(id)
  const cards = join(CARDS, id)
  return {
    id,
    address,
    netns: world.netns('c'),
    // The lab's judge of disks looks for the image under this name.
    world: { ...world, image: join(cards, 'disk.img') },
    dir: world.dir,
    cards,
    out: join(BUILD, 'rig', scenario)
  }
}
