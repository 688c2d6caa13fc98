// What a life of the daemon begins with. Identity and levels arrive as arguments: the core reads no device and draws no number.
import type { Settings } from './settings.js'
import type { Durable } from './types.js'

export interface Boot {
  /** Random, new for each life of the daemon: 16 lower-case hex digits. */
  readonly nonce: string
  /** The same through one boot of the board, another after each power cut or reset. */
  readonly bootId: string
  /** null = missing or bad; `stateProblem` says why (R5). */
  readonly durable: Durable | null
  readonly stateProblem: string | null
  /** Levels as read before anything was written; null = not fitted. */
  readonly relayDriven: boolean
  readonly sense: boolean | null
  readonly loop: boolean | null
  readonly lanUp: boolean
}

/** The record of a board that was never part of a tenure: the home board owns each group at epoch 0. Source: R5, provisioning. */
export const initialDurable = (settings: Settings): Durable => ({
  board: settings.board,
  groups: Object.fromEntries(
    settings.groups.map(group => [group.name, { epoch: { number: 0, board: group.home }, grant: 0 }])
  ),
  mode: 'auto',
  modeNumber: 0,
  modeForMs: 0,
  proof: null,
  startFences: 0,
  mustReset: null,
  evidence: {},
  relay: null
})
