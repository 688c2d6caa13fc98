// Sabotages of R7: claims, records and words about the two copies of a mirrored disk. Read by list.ts.
import { byRuns, type Sabotage } from './entry.js'

const RUNS = byRuns(['mirror'], 300)

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
        find: 'if (!mirror.current || !isPeerOut(context, group, mirror)) return',
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
        find: 'if (!mirror.current || !isPeerOut(context, group, mirror)) return',
        replace: 'if (!mirror.current) return'
      },
      {
        file: 'core/mirror-holder.ts',
        find: 'mirror.question > 0 && isAlone(state, group)',
        replace: 'mirror.question > 0 && isAlone(state, group) && isPeerOut(context, group, mirror)'
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
        find: "says(state, group, 'outdated') === 'stored'",
        replace: "says(state, group, 'outdated') !== 'no'"
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
        find: 'if (isAloneAtAll(state, group) || mirror.question > 0) return',
        replace: 'if (mirror.question > 0) return'
      }
    ],
    shown: RUNS
  },
  {
    name: 'R7.fresh',
    gone: 'what the peer said of being outdated counts although it was told since that it is current',
    edits: [{ file: 'core/mirror.ts', find: ' && state.peer.tokenEchoSentAt > since', replace: ' && since >= 0' }],
    shown: RUNS
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
        find: "  return seen.disk === 'upToDate' ? null : `the copy on this board is ${seen.disk}`",
        replace: '  return null'
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
  }
]
