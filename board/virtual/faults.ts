// What can be wrong with the relay board, the harnesses, the mains and the USB switch of a world. A plain value that
// scenarios change and wires.ts reads; changing it takes effect with the next `refresh`.
import type { BoardId } from '../../src/core/types.js'

export interface BoardFaults {
  /** Mains of this board are plugged in. */
  mains: boolean
  /** The harness that leaves this board (its relay, sense and loop wires) reaches the peer. */
  harness: boolean
  /** This board's relay: works, never opens its contact, never closes it again, or is wired with NO instead of NC. */
  relay: 'works' | 'stuck-released' | 'stuck-open' | 'inverted'
  /** Extra time before this board's relay moves its contact. */
  relayLateMs: number
  /** This board's sense wire: works, pulled (reads off), stuck on, or on the pin of the loop and the loop on its own. */
  sense: 'works' | 'pulled' | 'stuck-on' | 'swapped'
  /** The bridge in the peer's plug is there. */
  bridge: boolean
  /** The USB switch obeys this board's select line. */
  switchObeys: boolean
  /** Somebody, or something, holds this board's button down. */
  buttonDown: boolean
}

export type Faults = Record<BoardId, BoardFaults>

const none = (): BoardFaults => ({
  mains: true,
  harness: true,
  relay: 'works',
  relayLateMs: 0,
  sense: 'works',
  bridge: true,
  switchObeys: true,
  buttonDown: false
})

export const noFaults = (): Faults => ({ a: none(), b: none() })
