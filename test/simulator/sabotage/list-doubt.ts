// Sabotages of what a board doubts: words and wires that are right by the letter and prove nothing (R3, R4, R5, R8, R14).
import { byTest, type Sabotage } from './entry.js'

export const DOUBT: readonly Sabotage[] = [
  {
    name: 'R4.onAgain',
    gone: 'a drill is a proof although the power was never seen on again',
    edits: [
      {
        file: 'core/proof.ts',
        find: 'state.settings.wiring.sense && state.input.sense !== true',
        replace: 'state.settings.wiring.sense && state.input.sense === null'
      }
    ],
    shown: byTest(
      'core/proof.test',
      'R4: power that was not seen on again proves nothing: the harness may have been pulled in the drill'
    )
  },
  {
    name: 'R3.lastWords',
    gone: 'a sense line that reads off is believed at once although the peer was heard after it fell',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'echoedSentAt < input.senseSince) return false',
        replace: 'echoedSentAt < input.senseSince || fence.order >= 0) return false'
      }
    ],
    shown: byTest(
      'core/evidence.test',
      'R3: off beside a peer that was heard after it fell counts only when the supply must have run down in silence'
    )
  },
  {
    name: 'R5.heard',
    gone: 'an epoch that only a stale word told is forgotten',
    edits: [
      {
        file: 'core/fit.ts',
        find: 'Math.max(epoch.number, grant, seenNumber,',
        replace: 'Math.max(epoch.number, grant, seenNumber * 0,'
      }
    ],
    shown: byTest(
      'core/takeover.test',
      'R5: a tenure begins above every epoch that a signed word ever told, however stale'
    )
  },
  {
    name: 'R3.flicker',
    gone: 'a sense line that flickers is believed whenever it reads off for long enough',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'first !== undefined && context.now - first <= FLICKER_MS',
        replace: 'first !== undefined && context.now - first <= -FLICKER_MS'
      }
    ],
    shown: byTest('core/evidence.test', 'R3: is distrusted when it flickers: a loose wire is no supply')
  },
  {
    name: 'R3.stallTime',
    gone: 'time confirms although this board stood still and has not listened since',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'state.countFrom > fence.drivenAt && !reached(context, state.countFrom + timing.deadMs)',
        replace: 'state.countFrom > fence.drivenAt && !reached(context, state.countFrom)'
      }
    ],
    shown: byTest(
      'core/evidence.test',
      'R3: after a stall of its own a board listens for a dead time before time confirms anything'
    )
  },
  {
    name: 'R8.mutual',
    gone: 'a board takes turns with a peer that may never have heard it',
    edits: [
      {
        file: 'core/silence.ts',
        find: '=> peer.lastFreshAt === null || !peer.mutual',
        replace: '=> peer.lastFreshAt === null'
      }
    ],
    shown: byTest(
      'core/takeover.test',
      'R8: a peer that fell silent before both had heard both is listened for as in start-up silence'
    )
  },
  {
    name: 'R14.heard',
    gone: 'a mode counts beside a peer that cannot store and has not heard of it',
    edits: [
      {
        file: 'core/mode.ts',
        find: 'peer.tokenEchoSentAt > modeAsk.storedAt',
        replace: 'peer.tokenEchoSentAt > modeAsk.storedAt - 10_000'
      }
    ],
    shown: byTest('core/mode.test', 'R14: beside a peer that cannot store, counts when that peer has heard it')
  }
]
