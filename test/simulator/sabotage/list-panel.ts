// Sabotages of the front panel's button: what a press must never become. Part of list.ts.
import { byRuns, byTest, type Sabotage } from './entry.js'

export const PANEL: readonly Sabotage[] = [
  {
    name: 'R2.buttonOther',
    gone: 'the button gives another order than the one that it says',
    edits: [
      {
        file: 'core/panel.ts',
        find: 'operatorAsked(context, BUTTON_REQUEST, ORDERS[offer.kind])',
        replace: 'operatorAsked(context, BUTTON_REQUEST, ORDERS[offer.kind === "recover" ? "cut" : "confirm"])'
      }
    ],
    shown: byRuns(['panel'])
  },
  {
    name: 'R2.buttonLong',
    gone: 'a press of more than 8 s orders',
    edits: [{ file: 'core/panel.ts', find: 'if (most > OVER_MS)', replace: 'if (most > 100 * OVER_MS)' }],
    shown: byRuns(['panel'])
  },
  {
    name: 'R2.buttonStuck',
    gone: 'a button that was found pressed at the start orders when it comes up',
    edits: [
      {
        file: 'core/panel.ts',
        find: "if (press.stuck) return report(context, 'notice', 'button-freed', 'the button is no longer stuck')",
        replace: ''
      }
    ],
    shown: byTest('core/button.test', 'stuck for 15 s, or pressed at the start, is an alarm and never an order')
  },
  {
    name: 'R2.buttonOffered',
    gone: 'a press orders what is offered at its end, whatever was offered when it began',
    edits: [
      {
        file: 'core/panel.ts',
        find: 'if (press.offered === null) return',
        replace: 'if (heldMs < 0) return'
      },
      { file: 'core/panel.ts', find: 'if (!offer.ok || offer.kind !== press.offered)', replace: 'if (!offer.ok)' }
    ],
    shown: byTest('core/button.test', 'does nothing that was not offered when it was pressed')
  },
  {
    name: 'R2.buttonProve',
    gone: 'the button that proves the fence cuts the other board for good',
    edits: [
      { file: 'core/panel-offer.ts', find: "prove: { order: 'fenceProve' }", replace: "prove: { order: 'fenceOff' }" }
    ],
    shown: byRuns(['panel'])
  },
  {
    name: 'R4.buttonCalm',
    gone: 'the button offers the drill whatever else is wrong, also in maintenance',
    edits: [
      {
        file: 'core/panel-offer.ts',
        find: "if (effectiveMode(state) === 'maintenance')\n    return 'the mode is maintenance: the other",
        replace: "if (now < 0)\n    return 'the mode is maintenance: the other"
      },
      { file: 'core/panel-offer.ts', find: 'if (alarm !== undefined)', replace: 'if (now < 0)' },
      { file: 'core/panel-offer.ts', find: "if (peerLight(state, now) !== 'well')", replace: 'if (now < 0)' }
    ],
    shown: byTest('core/button.test', 'R4: offers no drill while something else is wrong, nor in maintenance')
  },
  {
    name: 'R4.drillAlone',
    gone: 'a drill does not wait for a word of the peer that knows of it',
    edits: [
      {
        file: 'core/drill.ts',
        find: 'peer.tokenEchoSentAt > Math.max(fence.startedAt, peer.lifeAt)',
        replace: 'peer.tokenEchoSentAt > 0 && fence.startedAt > 0'
      }
    ],
    shown: byRuns(['panel'])
  },
  {
    name: 'R4.fenceOffAlone',
    gone: 'a person has the peer cut although it has just said that it drives its relay',
    edits: [
      { file: 'core/operator.ts', find: 'if (waitMs === 0) return null', replace: 'if (waitMs >= 0) return null' }
    ],
    shown: byRuns(['panel'], 1500)
  },
  {
    name: 'R4.toldEarly',
    gone: 'proved is said before it is on the card',
    edits: [
      { file: 'core/proof.ts', find: 'if (isStored(state, fence.proof.store))', replace: 'if (storageOk(state))' }
    ],
    shown: byTest('core/proof.test', 'R4: it is said only when it is on the card')
  },
  {
    name: 'R4.drillHeld',
    gone: 'a drill cuts a board that serves',
    edits: [
      {
        file: 'core/drill.ts',
        find: 'find(({ name }) => peerHolds(state, name))',
        replace: 'find(({ name }) => peerHolds(state, name) && now < 0)'
      }
    ],
    shown: byRuns(['panel', 'scenes'])
  },
  {
    name: 'R9.buttonStall',
    gone: 'a press during which this board stood still orders',
    edits: [{ file: 'core/panel.ts', find: 'if (stood && most >= SHORT_MS)', replace: 'if (stood && most < 0)' }],
    shown: byRuns(['panel'])
  }
]
