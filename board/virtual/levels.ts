// What the wires of a world carry, computed from who has power, what the boards drive, and what is broken. Pure.
import { type BoardId, otherBoard } from '../../src/core/types.js'
import type { Faults } from './faults.js'

/** What each board drives and whether its 3V3 rail is up. */
export interface Drive {
  readonly rail: boolean
  readonly relay: boolean
}

/** This board's contact, in the peer's supply, is held open (relay time aside). */
export const opensPeer = (board: BoardId, drives: Readonly<Record<BoardId, Drive>>, faults: Faults): boolean => {
  const own = faults[board]
  if (own.relay === 'stuck-open') return true
  if (own.relay === 'inverted') return !(own.harness && drives[board].rail && drives[board].relay)
  return own.relay === 'works' && own.harness && drives[board].rail && drives[board].relay
}

const senseWire = (board: BoardId, drives: Readonly<Record<BoardId, Drive>>, faults: Faults): boolean => {
  const own = faults[board]
  if (own.sense === 'stuck-on') return true
  return own.sense !== 'pulled' && own.harness && drives[otherBoard(board)].rail
}

const loopWire = (board: BoardId, drives: Readonly<Record<BoardId, Drive>>, faults: Faults): boolean =>
  faults[board].harness && faults[board].bridge && drives[board].rail

/** Power sense as this board reads it: the peer's 3V3 at the end of our harness. */
export const senseLevel = (board: BoardId, drives: Readonly<Record<BoardId, Drive>>, faults: Faults): boolean =>
  (faults[board].sense === 'swapped' ? loopWire : senseWire)(board, drives, faults)

/** Harness loop as this board reads it: our 3V3, bridged in the peer's plug. */
export const loopLevel = (board: BoardId, drives: Readonly<Record<BoardId, Drive>>, faults: Faults): boolean =>
  (faults[board].sense === 'swapped' ? senseWire : loopWire)(board, drives, faults)
