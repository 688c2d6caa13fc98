// One measurement: boards of a fresh world, a client, a true power cut of the active board, the survivor's first answer.
// Used for every contender alike, so that they differ only in who takes over. Called by bench.ts.
import { existsSync, readFileSync } from 'node:fs'
import { type ClientView, startClient } from '../../board/virtual/client-view.js'
import { BOARDS } from '../../board/virtual/names.js'
import { waitUntil } from '../../board/virtual/time.js'
import { makeWorld, type World, type WorldOptions } from '../../board/virtual/world.js'
import type { BoardId } from '../../src/core/types.js'

export interface Contender {
  /** Key of its numbers in the closing line: `floorMs`, `keepalivedMs` … */
  readonly key: string
  readonly world: WorldOptions
  /** Gives power to both boards and ends when the pair is ready to be cut, board a active. Default: `bootInTurn`. */
  boot?(world: World): Promise<void>
  /** Board b is up and watches: a look, repeated until it is true. */
  isWatching(world: World): boolean
  /** The cut has come to its end: somebody who needs no detection is told here. */
  onCut?(world: World): void
}

export interface Measurement {
  /** From the cut to the first acknowledgement by the survivor, milliseconds. */
  readonly awayMs: number
  /** Until the dead board's disk was free and its 3V3 had fallen: no contender can know earlier. */
  readonly cutMs: number
  /** Acknowledged numbers that the survivor's answers step back behind. */
  readonly lost: number
}

/** Acknowledgements from the active board before it is cut: caches are warm and the client is in step. */
const WARM_ACKS = 100
/** A client that asks this often: its own waiting would otherwise hide what is measured. */
const PATIENCE = { connectMs: 10, answerMs: 20 }
const READY_MS = 15_000
const TAKEOVER_MS = 30_000

/** Numbers acknowledged twice or out of order: the survivor forgot what the other board had promised. */
const lostOf = (numbers: readonly number[]): number =>
  numbers.filter((number, at) => at > 0 && number <= (numbers[at - 1] ?? 0)).length

/** Give a board its mains; resolves when its init runs. */
export const plugIn = async (world: World, board: BoardId): Promise<void> => {
  world.faults[board].mains = true
  world.wires.refresh()
  await world.wires.supplies[board].idle()
}

/** Board a first, and board b only when a serves: otherwise a rival may find b first, and b would fence a. */
const bootInTurn = async (world: World, client: ClientView): Promise<void> => {
  await plugIn(world, 'a')
  await waitUntil('the first acknowledgement by board a', () => client.last !== null, READY_MS)
  await plugIn(world, 'b')
}

/** The last words of both boards, for a message: the world that holds the files is about to go. */
const lastWords = (world: World): string =>
  BOARDS.flatMap(board =>
    ['daemon.log', 'take.log', 'init.log'].map(file => {
      const path = world.names.of(board, 'log', file)
      const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
      return `  ${board} ${file}: ${text.trim().split('\n').slice(-8).join('\n    ') || 'empty'}`
    })
  ).join('\n')

/** Measure once in a world of its own; the world is gone afterwards, also when this throws. */
export const measure = async (contender: Contender): Promise<Measurement> => {
  const world = await makeWorld(contender.world)
  try {
    const client = startClient(world.names, world.env, PATIENCE)
    try {
      await (contender.boot?.(world) ?? bootInTurn(world, client))
      await waitUntil('board b to watch', () => contender.isWatching(world), READY_MS)
      const from = client.acks.length
      const warm = (): boolean => client.acks.slice(from).filter(ack => ack[2] === 'a').length >= WARM_ACKS
      await waitUntil(`${WARM_ACKS} acknowledgements by board a`, warm, READY_MS)
      world.faults.a.mains = false
      world.wires.refresh()
      await world.wires.supplies.a.idle()
      contender.onCut?.(world)
      const cut = world.wires.supplies.a.lastCut
      if (cut === null) throw new Error('board a was not cut')
      const answer = (): ReturnType<typeof client.firstAfter> => client.firstAfter(cut.at, ack => ack[2] === 'b')
      const first = await waitUntil('the first acknowledgement by board b', answer, TAKEOVER_MS)
      return { awayMs: first[3] - cut.at, cutMs: cut.tookMs, lost: lostOf(client.acks.map(ack => ack[0])) }
    } finally {
      await client.stop()
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new Error(`${words}\n${lastWords(world)}`)
  } finally {
    await world.close()
  }
}
