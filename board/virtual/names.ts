// Names, addresses and paths of one world, computed from its id. Read by every file of the lab; makes nothing.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { boardKind } from '../../src/config/board-kind.js'
import type { BoardId } from '../../src/core/types.js'

/** The machines of a world: the boards, the client, the switch between them. */
export type Place = BoardId | 'c' | 'lan'

export const BOARDS: readonly BoardId[] = ['a', 'b']
/** Every process of a world carries its id in this variable; the sweep looks for it. */
export const WORLD_MARK = 'BATON_LAB_ID'
export const WORLD_PREFIX = 'baton-lab-'
export const TOKEN_PORT = 7337
export const SERVICE_PORT = 8080
export const GROUP = 'main'

/** Addresses on the virtual LAN. The virtual pair moves with the group. */
export const ADDRESS = {
  a: '10.77.0.1',
  b: '10.77.0.2',
  client: '10.77.0.9',
  virtual: '10.77.0.100',
  virtual6: 'fd77::100'
} as const

const { gpio, pins } = boardKind('virtual')
const { panel, ...lines } = pins
/** GPIO lines of the virtual board in BCM numbers (board.yaml), and its controller on a kernel from 6.6. */
export const GPIO = { label: gpio.controller, base: 512, ngpio: gpio.lines, ...lines, ...panel } as const

export interface WorldNames {
  readonly id: string
  readonly dir: string
  /** Network namespace of a place, as `ip netns` knows it. */
  readonly netns: (place: Place) => string
  /** A path of one board as the host sees it. */
  readonly of: (board: BoardId, ...path: string[]) => string
  /** The same path as every board sees its own (one configuration for both). */
  readonly here: (...path: string[]) => string
  readonly image: string
}

/** End of the Ethernet cable of a place at the switch. */
export const portOf = (place: BoardId | 'c'): string => `p${place}`

export const worldNames = (id: string, base: string = tmpdir()): WorldNames => {
  const dir = join(base, `${WORLD_PREFIX}${id}`)
  return {
    id,
    dir,
    netns: place => `baton-${id}-${place}`,
    of: (board, ...path) => join(dir, board, ...path),
    here: (...path) => join(dir, 'board', ...path),
    image: join(dir, 'disk.img')
  }
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** The repository, from the compiled file's place under dist/. */
export const repositoryRoot = root
export const perlFile = (name: string): string => join(root, 'board/virtual/perl', `${name}.pl`)
export const distFile = (...path: string[]): string => join(root, 'dist', ...path)
