// Sabotages of R1 to R6: rights, evidence, epochs, release. Read by list.ts.
import { byRuns, byTest, type Sabotage } from './entry.js'

const TAKING: readonly Sabotage[] = [
  {
    name: 'R1.release',
    gone: 'a group that the peer asks for is granted while it is still served here',
    edits: [
      {
        file: 'core/switchover.ts',
        find: "group)\n  beginRelease(context, group, 'grant', true)\n}\n\nconst advanceWish",
        replace: 'group)\n  grantGroup(context, group)\n}\n\nconst advanceWish'
      }
    ],
    shown: byRuns(['scenes', 'light'])
  },
  {
    name: 'R1.startup',
    gone: 'whatever a starting daemon finds held is adopted, with or without a right to it',
    edits: [
      {
        file: 'core/startup.ts',
        find: 'state.storageProblem === null && epoch.board === selfOf(state) && epoch.number > 0 && grant === 0',
        replace: 'epoch.number >= 0 || grant >= 0'
      }
    ],
    shown: byTest('core/startup.test', 'R2, R6: releases what is held where')
  },
  {
    name: 'R2.grant',
    gone: 'a peer that holds nothing counts as a peer that grants',
    edits: [
      {
        file: 'core/peer.ts',
        find: '  if (theirs.grant <= mine.epoch.number || theirs.grant <= theirs.epoch.number) return\n',
        replace: ''
      },
      {
        file: 'core/peer.ts',
        find: "claimGroup(context, group, 'grant', theirs.grant)",
        replace: "claimGroup(context, group, 'grant', Math.max(theirs.grant, mine.epoch.number + 1))"
      }
    ],
    shown: byRuns(['scenes', 'all'])
  },
  {
    name: 'R2.grantDurable',
    gone: 'a grant is told before it is on the card',
    edits: [
      {
        file: 'core/token.ts',
        find: 'const { epoch, grant } = storedGroup(state, group)',
        replace: 'const { epoch, grant } = state.durable.groups[group] ?? storedGroup(state, group)'
      },
      {
        file: 'core/token.ts',
        find: "view.phase === 'standby' ? grant : 0",
        replace: "view.phase === 'standby' || view.phase === 'granting' ? grant : 0"
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R2.recheck',
    gone: 'the right is not weighed again in the step that starts the tenure',
    edits: [
      {
        file: 'core/takeover.ts',
        find: "if (rightBy === 'fencing') return isConfirmedNow(context)\n  if (rightBy === 'confirm') return isOperatorConfirmed(context)",
        replace: "if (rightBy === 'fencing' && context.now < 0) return isConfirmedNow(context)"
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R2.confirm',
    gone: "an operator's confirmation stands although the power sense line reads on or the peer is heard",
    edits: [
      {
        file: 'core/fencing.ts',
        find: 'return input.sense !== true && (peer.lastAnyAt === null || peer.lastAnyAt < fence.startedAt)',
        replace: 'return input.sense !== true || peer.lastAnyAt !== fence.startedAt'
      },
      {
        file: 'core/operator.ts',
        find: "if (input.sense === true)\n    return 'the power",
        replace: "if (now < 0 && input.sense)\n    return 'the power"
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R2.resume',
    gone: 'the owner takes its group again whatever the peer says of it',
    edits: [
      {
        file: 'core/switchover.ts',
        find: "if (token === null || theirs === null || !isHeard(state, now)) return 'the peer is not heard and cannot agree'",
        replace: 'if (token === null || theirs === null || now >= 0) return null'
      }
    ],
    shown: byRuns(['light', 'scenes'])
  }
]

const EVIDENCE: readonly Sabotage[] = [
  {
    name: 'R3.sense',
    gone: 'the power sense line is not asked',
    edits: [
      {
        file: 'core/evidence.ts',
        find: "if (input.sense !== false) return wait('the power sense line still reads on')",
        replace: ''
      },
      {
        file: 'core/evidence.ts',
        find: 'if (!fellForAReason(state)) return never(',
        replace: 'if (now < 0 && !fellForAReason(state)) return never('
      },
      {
        file: 'core/evidence.ts',
        find: 'const senseEvidence = (context: Context): Evidence => {',
        replace: 'const senseEvidence = (context: Context): Evidence => {\n  const { now } = context'
      },
      {
        file: 'core/evidence.ts',
        find: 'if (heardAfterFall(context)) return',
        replace: 'if (heardAfterFall(context) && input.sense === null) return'
      }
    ],
    shown: byRuns(['scenes', 'all'])
  },
  {
    name: 'R3.loop',
    gone: 'the harness loop is not asked: a pulled harness looks like a peer without power',
    edits: [
      {
        file: 'core/evidence.ts',
        find: "if (input.loop !== true) return never('the harness loop is open: sense proves nothing')\n",
        replace: ''
      },
      {
        file: 'core/fit.ts',
        find: 'wiring.loop && state.input.loop !== true',
        replace: 'wiring.loop && state.input.loop === null'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R3.settle',
    gone: 'sense need not settle',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'Math.max(input.senseSince, input.loopSince, state.countFrom) + settleMs',
        replace: 'Math.min(settleMs, 0)'
      },
      {
        file: 'core/evidence.ts',
        find: 'Math.max(input.senseSince, state.countFrom) + settleMs',
        replace: 'Math.min(settleMs, 0)'
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R3.caused',
    gone: 'without a loop any off counts, whatever made the line fall',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'return caused || coincident',
        replace: 'return caused || coincident || input.sense === false'
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R3.hold',
    gone: 'without a sense line the relay counts as confirmed as soon as it is driven',
    edits: [{ file: 'core/evidence.ts', find: 'fence.drivenAt + timing.holdMs', replace: 'fence.drivenAt' }],
    shown: byRuns(['scenes', 'light'])
  },
  {
    name: 'R3.supply',
    gone: 'the supply behind the outlet of a fence agent is not waited for',
    edits: [
      { file: 'core/evidence.ts', find: 'fence.agentConfirmedAt + timing.holdUpMs', replace: 'fence.agentConfirmedAt' }
    ],
    shown: byRuns(['agent'])
  },
  {
    name: 'R3.distrust',
    gone: 'a sense line that reads off while tokens come is believed',
    edits: [
      {
        file: 'core/evidence.ts',
        find: 'if (echoSentAt <= input.senseSince + timingOf(context).holdUpMs) return',
        replace: 'if (echoSentAt <= input.senseSince + timingOf(context).holdUpMs || echoSentAt > 0) return'
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R3.heard',
    gone: 'a token that is fresh after the relay was driven changes nothing',
    edits: [
      {
        file: 'core/heard-while-fencing.ts',
        find: 'if (echoSentAt <= fence.orderedAt + grace) return',
        replace: 'if (grace >= 0) return'
      },
      {
        file: 'core/fencing.ts',
        find: '  if (peer.lastFreshAt !== null && peer.tokenEchoSentAt > fence.orderedAt + lastWordsMs(context)) return false\n',
        replace: ''
      },
      {
        file: 'core/fencing.ts',
        find: 'const { fence, peer } = context.state\n',
        replace: 'const { fence } = context.state\n'
      }
    ],
    shown: byTest(
      'core/fencing.test',
      'R3: a token that is fresh after the order, before confirmation: the fencing failed'
    )
  },
  {
    name: 'R4.proof',
    gone: 'a pair that was never drilled fences',
    edits: [
      {
        file: 'core/fit.ts',
        find: "if (validProof(state) === null) return 'the fence is not proved: run `baton fence prove`'",
        replace: ''
      },
      { file: 'core/fit.ts', find: "import { validProof } from './evidence.js'\n", replace: '' }
    ],
    shown: byRuns(['light', 'scenes'])
  },
  {
    name: 'R4.drill',
    gone: 'a drill proves the fence although the power was not seen off, or the same life of the peer goes on',
    edits: [
      {
        file: 'core/proof.ts',
        find: 'if (fence.confirmedAt < fence.startedAt || fence.confirmedAt === 0) {',
        replace: 'if (fence.confirmedAt < 0) {'
      },
      {
        file: 'core/proof.ts',
        find: 'if (state.peer.nonce === fence.nonceBefore) {',
        replace: "if (state.peer.nonce === '') {"
      }
    ],
    shown: byTest('core/proof.test', 'R4: the same life of the peer proves nothing: the relay cut something else')
  }
]

const EPOCHS: readonly Sabotage[] = [
  {
    name: 'R5.durable',
    gone: 'the first act of a tenure does not wait for its epoch to be on the card',
    edits: [
      {
        file: 'core/group.ts',
        find: 'if (!isStored(state, view.store)) {',
        replace: 'if (view.store < 0 && !isStored(state, view.store)) {'
      }
    ],
    shown: byRuns(['scenes', 'light'])
  },
  {
    name: 'R5.rises',
    gone: 'a takeover goes on under the number that it found',
    edits: [
      {
        file: 'core/takeover.ts',
        find: "for (const name of takeable(state)) claimGroup(context, name, 'fencing', highestNumber(state, name) + 1)",
        replace: "for (const name of takeable(state)) claimGroup(context, name, 'fencing', highestNumber(state, name))"
      }
    ],
    shown: byRuns(['light', 'scenes'])
  },
  {
    name: 'R5.stamp',
    gone: 'the epoch that the disk remembers is not looked at',
    edits: [
      {
        file: 'core/group.ts',
        find: 'if (outcome.stamp !== undefined) return raiseAbove(context, group, view, outcome.stamp)',
        replace: 'if (outcome.stamp?.number === -1) return raiseAbove(context, group, view, outcome.stamp)'
      }
    ],
    shown: byRuns(['rare', 'light', 'scenes'])
  },
  {
    name: 'R5.stampFirst',
    gone: 'services start before the disk was asked for its epoch, also where the peer may know a later one',
    edits: [
      {
        file: 'core/group.ts',
        find: 'if (view.stamped && view.addresses && !view.services)',
        replace: 'if (view.addresses && !view.services)'
      }
    ],
    shown: byTest('core/group.test', 'R5: raises the epoch above it, durably, before a service starts')
  },
  {
    name: 'R5.rolledBack',
    gone: 'a record that is older than what the peer remembers is trusted',
    edits: [
      {
        file: 'core/peer.ts',
        find: 'if (theirs.epoch.board === selfOf(state)) {',
        replace: 'if (theirs.epoch.number === -1 && theirs.epoch.board === selfOf(state)) {'
      }
    ],
    shown: byTest(
      'core/peer.test',
      'R5: an epoch of ours that we do not know means an old record: nothing is taken, granted or fenced'
    )
  }
]

const RELEASE: readonly Sabotage[] = [
  {
    name: 'R6.inspect',
    gone: 'released is said without having looked',
    edits: [{ file: 'core/release.ts', find: "  ['detach'],\n  ['inspect']\n", replace: "  ['detach']\n" }],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R6.unknown',
    gone: 'a starting daemon says standby before it has looked',
    edits: [{ file: 'core/token.ts', find: "unknown: 'unknown'", replace: "unknown: 'standby'" }],
    shown: byRuns(['light', 'scenes'])
  },
  {
    name: 'R6.tooSoon',
    gone: 'standby is said while the group is still being released',
    edits: [{ file: 'core/token.ts', find: "  releasing: 'releasing',\n", replace: "  releasing: 'standby',\n" }],
    shown: byRuns(['scenes', 'light'])
  },
  {
    name: 'R6.noFeed',
    gone: 'a boot that must end by a reset is fed on',
    edits: [
      {
        file: 'core/step.ts',
        find: 'if (resetting && (state.resetOrdered || reached(context, state.resetBy))) return',
        replace: 'if (resetting && state.resetOrdered) return'
      },
      {
        file: 'core/release.ts',
        find: "  order(context, { kind: 'resetBoard', reason: mustReset.reason })",
        replace: ''
      },
      { file: 'core/release.ts', find: '  state.resetOrdered = true\n', replace: '' }
    ],
    shown: byRuns(['rare', 'scenes'], 1000)
  },
  {
    name: 'R6.configuration',
    gone: 'roles change although the two boards have different configurations',
    edits: [
      {
        file: 'core/silence.ts',
        find: 'state.peer.token?.digest === state.settings.digest',
        replace: "state.peer.token?.digest !== ''"
      },
      {
        file: 'core/peer.ts',
        find: 'if (!storageOk(state) || state.peer.token?.digest !== state.settings.digest || state.leaving !== null) return',
        replace: 'if (!storageOk(state) || state.leaving !== null) return'
      },
      {
        file: 'core/peer.ts',
        find: 'if (token.digest === settings.digest) groupHeard(context, name, theirs)\n    else meetTwoHolders(context, name, theirs)',
        replace: 'groupHeard(context, name, theirs)'
      }
    ],
    shown: byRuns(['rare', 'all'])
  }
]

export const RIGHTS: readonly Sabotage[] = [...TAKING, ...EVIDENCE, ...EPOCHS, ...RELEASE]
