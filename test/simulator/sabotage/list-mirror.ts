// Sabotages of R7: claims, records and words about the two copies of a mirrored disk. Read by list.ts.
import { byRuns, byTest, type Sabotage } from './entry.js'

const RUNS = byRuns(['mirror'])

export const MIRROR: readonly Sabotage[] = [
  {
    name: 'R7.claim',
    gone: 'a mirrored disk is taken without a claim: whoever has the right takes',
    edits: [
      { file: 'core/fit.ts', find: '  return whyNoClaim(state, group)\n', replace: '  return null\n' },
      {
        file: 'core/group.ts',
        find: '  if (stale !== null) return loseClaim(context, group, view, stale)\n',
        replace: ''
      },
      {
        file: 'core/mirror.ts',
        find: "  return whyNoClaim(state, group) === null ? 'current' : 'unknown'",
        replace: "  return 'current'"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.out',
    gone: 'the holder goes on alone as soon as its own record is stored',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: 'if (!mirror.current || !isPeerOut(context, group)) return',
        replace: 'if (!mirror.current) return'
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.order',
    gone: 'the record "I alone am current" is stored while the peer may still take its copy for current',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: 'if (!mirror.current || !isPeerOut(context, group)) return',
        replace: 'if (!mirror.current) return'
      },
      {
        file: 'core/mirror-holder.ts',
        find: 'mirror.question > 0 && isAlone(state, group)',
        replace: 'mirror.question > 0 && isAlone(state, group) && isPeerOut(context, group)'
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.record',
    gone: 'the holder goes on alone before its record is on the card',
    edits: [
      {
        file: 'core/mirror.ts',
        find: "says(state, group, 'alone') === 'stored'",
        replace: "durableGroup(state, group).mirror?.says === 'alone'"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.outdated',
    gone: 'the standby says that its copy is outdated before that is on its card',
    edits: [
      {
        file: 'core/mirror.ts',
        find: "boolean => says(state, group, 'outdated') === 'stored'",
        replace: "boolean => says(state, group, 'outdated') !== 'no'"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.clear',
    gone: 'the peer hears that its copy is current while the record here still says "I alone"',
    edits: [
      {
        file: 'core/mirror.ts',
        find: 'if (isAloneAtAll(state, group) || goesOnUnasked(state, group)) return',
        replace: 'if (goesOnUnasked(state, group)) return'
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.fresh',
    gone: 'what the peer said of being outdated counts although it was told since that it is current',
    edits: [{ file: 'core/mirror.ts', find: ' && state.peer.tokenEchoSentAt > since', replace: ' && since >= 0' }],
    shown: byTest('core/mirror.test', 'R7: what the peer said of being outdated before the question is no answer to it')
  },
  {
    name: 'R7.boot',
    gone: 'a board takes its copy for current from its start on',
    edits: [
      { file: 'core/create.ts', find: '  current: false,\n', replace: '  current: true,\n' },
      {
        file: 'core/mirror-holder.ts',
        find: "  if (seen.disk !== 'upToDate') {\n    mirror.goodSince = 0\n    mirror.current = false\n",
        replace: "  if (seen.disk !== 'upToDate') {\n    mirror.goodSince = 0\n"
      },
      {
        file: 'core/mirror.ts',
        find: "  return seen.disk === 'upToDate' ? null :",
        replace: "  return seen.disk === 'upToDate' || seen.disk === 'consistent' ? null :"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.withdrawn',
    gone: 'a board that stored that it is outdated takes all the same',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: "  if (theirs.peerCopy === 'outdated') {\n    mirror.current = false\n",
        replace: "  if (theirs.peerCopy === 'outdated') {\n"
      },
      {
        file: 'core/mirror.ts',
        find: "  if (says(state, group, 'outdated') !== 'no')\n",
        replace: "  if (seen.disk === 'outdated')\n"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.disk',
    gone: '"I alone" outlives the disk that it spoke of',
    edits: [
      {
        file: 'core/mirror-lost.ts',
        find: '  if (lives && holdsMirror(state, group) &&',
        replace: '  if (lives && !lives &&'
      }
    ],
    shown: byTest('core/mirror.test', 'R7: "I alone" does not outlive the disk that it spoke of')
  },
  {
    name: 'R7.onItsWay',
    gone: 'a word on the card counts although a record without it is on its way there',
    edits: [
      {
        file: 'core/mirror.ts',
        find: 'found === state.pending.length + 2',
        replace: 'found >= 2'
      }
    ],
    shown: byTest(
      'core/mirror.test',
      'R7: outdated, current, outdated again: the first one on the card is no answer for the last'
    )
  },
  {
    name: 'R7.wait',
    gone: 'a silent peer is not cut although I/O waits for the end of its copy',
    edits: [
      {
        file: 'core/takeover.ts',
        find: 'const protecting = takeable(state).length === 0 && waitingMirrors(state).length === 0',
        replace: 'const protecting = takeable(state).length === 0'
      }
    ],
    shown: byTest('core/mirror.test', 'R7: a silent standby is cut, and I/O goes on when its power is proved off')
  },
  {
    name: 'R7.equal',
    gone: 'two copies that are seen equal are both current, whatever the peer has on its card',
    edits: [{ file: 'core/mirror-holder.ts', find: "  if (theirs.copy === 'alone' || ", replace: '  if (' }],
    shown: byTest(
      'core/mirror.test',
      'R7: after a cold start two copies that are seen equal are current, unless the peer says that it alone is'
    )
  },
  {
    name: 'R7.split',
    gone: 'two copies that both went their own way are served on',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: '  if (areSplit(state, group, now)) return stopSplit(context, group, view)\n',
        replace: ''
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.unasked',
    gone: 'a mirror that goes on without asking is recorded by nobody',
    edits: [
      {
        file: 'core/mirror.ts',
        find: "  return !connected && disk === 'upToDate' && !splitBrain && !isAlone(state, group)\n",
        replace: "  return !connected && disk === 'failed' && !splitBrain && !isAlone(state, group)\n"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.replaced',
    gone: '"I alone" outlives the copy that it spoke of: a replaced disk is equal to the stale copy that it was filled from',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: '  else noteReplaced(context, group, view.phase, seen)\n',
        replace: ''
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.sameCopy',
    gone: '"I alone" counts for whatever disk is in the board',
    edits: [
      {
        file: 'core/mirror.ts',
        find: 'record.copy !== copy\n}',
        replace: 'record.copy === null\n}'
      }
    ],
    shown: byTest(
      'core/mirror-claim.test',
      'R7: nor does it count for another disk, although that is equal to the other copy when the board looks for the first time'
    )
  },
  {
    name: 'R7.lastHolder',
    gone: 'equal copies are current although the last holder says that something is missing',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: "  if (theirs.copy === 'outdated' && (grant > 0 || epoch.board === peerOf(state))) return\n",
        replace: ''
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.keepsOne',
    gone: 'a holder without a copy of its own has its peer store that the only copy is outdated',
    edits: [
      {
        file: 'core/mirror.ts',
        find: "const behind = lostCopy(state, group) ? 'unknown' : 'outdated'",
        replace: "const behind = 'outdated'"
      }
    ],
    shown: byTest(
      'core/mirror-lost.test',
      'R7: never has its peer store that the only copy is outdated, whatever its I/O waits for'
    )
  },
  {
    name: 'R7.claimLate',
    gone: 'a claim that made its own record is not looked at again when the mirror asks',
    edits: [
      {
        file: 'core/mirror-holder.ts',
        find: "(seen.disk !== 'upToDate' && isFreshClaim(context, group))",
        replace: "(seen.disk === 'outdated' && isFreshClaim(context, group))"
      }
    ],
    shown: byTest(
      'core/mirror-claim.test',
      'R7: a copy that failed and came back at the instant of the claim is not gone on with'
    )
  },
  {
    name: 'R7.splitGiven',
    gone: 'one of two copies that went their own way is handed over to the board that has the other',
    edits: [
      {
        file: 'core/mirror.ts',
        find: '  if (mirror.seen.splitBrain || state.durable.evidence[group] !== undefined) return false\n',
        replace: ''
      }
    ],
    shown: byTest('core/mirror.test', 'R7: nobody hands over, or takes, one of two copies that went their own way')
  },
  {
    name: 'R13.cycle',
    gone: 'a silent peer that alone has a current copy is left as it is',
    edits: [
      {
        file: 'core/cycle.ts',
        find: "  if (strandedGroups(state).length === 0) return 'the peer",
        replace: "  if (strandedGroups(state).length >= 0) return 'the peer"
      }
    ],
    shown: byTest('core/cycle.test', 'R13: a hung holder is cut once and given its power back; nothing is taken')
  },
  {
    name: 'R13.cycleOnce',
    gone: 'the silent peer is restarted again and again for its copy',
    edits: [
      {
        file: 'core/cycle.ts',
        find: "  return cutBefore(state) ? 'it was cut",
        replace: "  return cutBefore(state) && state.leaving !== null ? 'it was cut"
      },
      {
        file: 'core/takeover.ts',
        find: "if (state.durable.startFences > 0 || fence.phase === 'failed') return",
        replace: "if (fence.phase === 'failed') return"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R13.cycleCount',
    gone: 'the restart of a peer is not counted on the card',
    edits: [
      {
        file: 'core/takeover.ts',
        find: "beginFencing(context, cycle ? 'cycle' : 'takeover', null, cycle)",
        replace: "beginFencing(context, cycle ? 'cycle' : 'takeover', null, false)"
      }
    ],
    shown: RUNS
  },
  {
    name: 'R13.cycleBack',
    gone: 'a peer that was cut to be restarted gets its power back as after a takeover, or never',
    edits: [
      {
        file: 'core/fencing.ts',
        find: "  if (fence.purpose === 'cycle') return advanceCycle(context, fence)\n",
        replace: ''
      }
    ],
    shown: byTest('core/cycle.test', 'R13: a hung holder is cut once and given its power back; nothing is taken')
  },
  {
    name: 'R13.ownCopy',
    gone: 'a holder that lives on the copy of its silent peer cuts it',
    edits: [
      {
        file: 'core/fit.ts',
        find: "(phase === 'active' || phase === 'taking') && !lostCopy(state, group)",
        replace: "phase === 'active' || phase === 'taking'"
      }
    ],
    shown: byTest('core/mirror-lost.test', 'R13: does not cut a silent peer, for that has the only copy')
  }
]
