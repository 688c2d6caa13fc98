// The null-modem cable: what one board sends the other one hears, if it has power. Bytes to a board without power are lost.
// Made by rig-world.ts; machine.ts puts the ends in.
import type { Socket } from 'node:net'
import { type BoardId, otherBoard } from '../../src/core/types.js'

export interface SerialCable {
  plug(board: BoardId, end: Socket): void
  /** Bytes that each board has sent since the start. */
  readonly sent: Readonly<Record<BoardId, number>>
  /** False = pulled: nothing is carried. */
  carries: boolean
}

/** A wire does not wait: a board that does not read loses what comes. */
const WAITING_BYTES_MAX = 64 * 1024

export const makeSerialCable = (): SerialCable => {
  const ends: Record<BoardId, Socket | null> = { a: null, b: null }
  const sent = { a: 0, b: 0 }
  const cable: SerialCable = {
    sent,
    carries: true,
    plug: (board, end) => {
      ends[board] = end
      end.on('close', () => {
        if (ends[board] === end) ends[board] = null
      })
      end.on('data', bytes => {
        sent[board] += bytes.length
        const other = ends[otherBoard(board)]
        if (cable.carries && other !== null && other.writableLength < WAITING_BYTES_MAX) other.write(bytes)
      })
    }
  }
  return cable
}
