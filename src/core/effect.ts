// Orders that leave the core. Effects of one step are independent of each other (ARCHITECTURE, data flow).
import type { GroupAction } from './event.js'
import type { Panel } from './panel-table.js'
import type { Durable, Epoch, LinkId, Token } from './types.js'

export type Level = 'info' | 'notice' | 'warning' | 'alarm'

/** A sentence for people and a code for machines. Codes are kebab-case and never change their meaning. */
export interface Report {
  readonly level: Level
  readonly code: string
  readonly text: string
  readonly group?: string
}

export type Effect =
  | { readonly kind: 'sendToken'; readonly link: LinkId; readonly token: Token }
  /** Write the whole record; ends in `stateStored` or `stateStoreFailed`. A newer order may replace an older one that has not begun. */
  | { readonly kind: 'storeState'; readonly store: number; readonly durable: Durable }
  /** Ends in `relayDriven` or `relayFailed`; with fence agents also in `agentConfirmed`. */
  | { readonly kind: 'driveRelay'; readonly on: boolean; readonly order: number }
  | {
      readonly kind: 'runAction'
      readonly group: string
      readonly action: GroupAction
      readonly job: number
      readonly epoch: Epoch
    }
  /** Watch services and disk of a group that is active (probes), or stop watching. */
  | { readonly kind: 'watchGroup'; readonly group: string; readonly on: boolean }
  /** Say again on the wire that our addresses live here (the peer returned, an address may have been claimed). */
  | { readonly kind: 'announceAddresses'; readonly group: string }
  /** R7: I/O of this mirror goes on without the other copy; never said unless it may. `ok: false`: it was to become primary, and is not any more. */
  | { readonly kind: 'answerMirror'; readonly group: string; readonly question: number; readonly ok: boolean }
  /** Connect the two copies (a resync follows where one is needed), or part them in order. `discard`: what only this copy has is given up. */
  | { readonly kind: 'connectMirror'; readonly group: string; readonly on: boolean; readonly discard: boolean }
  /** Compare both copies block by block, beside what is served. No state of the core hangs on it. */
  | { readonly kind: 'verifyMirror'; readonly group: string }
  /** Throw away what waits in the receive buffers of all links; ends in `linksDrained`. */
  | { readonly kind: 'drainLinks' }
  | { readonly kind: 'feedWatchdog' }
  /** Reset this board now, without sync (R6, R15). Never returns. */
  | { readonly kind: 'resetBoard'; readonly reason: string }
  | { readonly kind: 'report'; readonly report: Report }
  /** Repeat these patterns on the lights; said again every second, a driver that does not hear it any more stands still. */
  | { readonly kind: 'showPanel'; readonly panel: Panel }
  /** The answer to an operator's request; `final: false` = progress, more follows. */
  | {
      readonly kind: 'answerOperator'
      readonly request: number
      readonly ok: boolean
      readonly final: boolean
      readonly text: string
    }
  /** The daemon may end now: to be started again, or to stay away until somebody starts it. */
  | { readonly kind: 'exit'; readonly order: 'restart' | 'leave' }

export type EffectKind = Effect['kind']
