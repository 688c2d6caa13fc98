// Sabotages of R8 to R15: who fires when, bytes, fitness, modes, two holders. Read by list.ts.
import { byRuns, byTest, type Sabotage } from './entry.js'

const FIRING: readonly Sabotage[] = [
  {
    name: 'R8.count',
    gone: 'fencings out of start-up silence are not counted: each life may fence again',
    edits: [
      {
        file: 'core/takeover.ts',
        find: "if (state.durable.startFences > 0 || fence.phase === 'failed') return",
        replace: "if (fence.phase === 'failed') return"
      }
    ],
    shown: byRuns(['rare'])
  },
  {
    name: 'R8.listen',
    gone: 'a board that starts into silence does not listen for as long as its peer boots',
    edits: [
      {
        file: 'core/takeover.ts',
        find: '+ listenMs + behindMs',
        replace: '+ listenMs / 10 + behindMs'
      }
    ],
    shown: byRuns(['rare', 'light'])
  },
  {
    name: 'R8.leftOff',
    gone: 'a peer that was not heard after its power came back is restored and cut again and again',
    edits: [
      {
        file: 'core/restoring.ts',
        find: "beginFencing(context, 'left-off', null)",
        replace: "beginFencing(context, 'takeover', null)"
      }
    ],
    shown: byRuns(['rare'])
  },
  {
    name: 'R9.headStart',
    gone: 'nobody waits for the other: both boards fire after the dead time',
    edits: [
      {
        file: 'core/silence.ts',
        find: 'const slot = firingSlot(state)\n  // The two',
        replace: 'const slot = Math.min(0, firingSlot(state))\n  // The two'
      }
    ],
    shown: byRuns(['rare', 'light'])
  },
  {
    name: 'R9.turns',
    gone: 'a board that missed its turn fires when it can, also in the turn of the other',
    edits: [
      {
        file: 'core/silence.ts',
        find: 'turnAt + rounds * roundMs',
        replace: 'turnAt + rounds * 0 * roundMs'
      }
    ],
    shown: byTest(
      'core/silence.test',
      'R9: a senior whose LAN comes back in the turn of the junior waits for its own next one'
    )
  },
  {
    name: 'R9.lateIntent',
    gone: 'an intent that became durable late moves the relay in the turn of the other',
    edits: [
      {
        file: 'core/intent.ts',
        find: 'now > fence.startedAt + graceMs(state)',
        replace: 'now < fence.startedAt - graceMs(state)'
      }
    ],
    shown: byTest(
      'core/silence.test',
      'R9: moves nothing in the turn of the peer, and the next turn of this board comes'
    )
  },
  {
    name: 'R9.agreed',
    gone: 'a board believes itself senior although the peer did not agree',
    edits: [
      {
        file: 'core/silence.ts',
        find: "if (!agreed) return (self === 'a' ? 4 : 5) + late\n",
        replace: 'if (!agreed && late < 0) return 4\n'
      }
    ],
    shown: byTest('core/silence.test', 'R9: do not make both boards senior when the links are cut behind them')
  },
  {
    name: 'R9.stall',
    gone: 'a board that stood still does not notice it',
    edits: [
      {
        file: 'core/silence.ts',
        find: 'if (!state.begun) return false',
        replace: 'if (!state.begun || stallMs > 0) return false'
      }
    ],
    shown: byRuns(['light', 'scenes'])
  },
  {
    name: 'R9.drain',
    gone: 'what waited in the buffers of a board that stood still is believed',
    edits: [{ file: 'core/step.ts', find: '  if (state.draining) return\n', replace: '' }],
    shown: byTest('core/silence.test', 'R9: what waited in the buffers proves nothing')
  },
  {
    name: 'R9.quiet',
    gone: 'a fallen sense line moves the relay at once, whatever the links say',
    edits: [{ file: 'core/takeover.ts', find: 'reached(context, wiresSettle)', replace: 'wiresSettle > 0' }],
    shown: byRuns(['rare', 'scenes', 'all'])
  },
  {
    name: 'R9.dead',
    gone: 'one and a half intervals of silence are enough to fence',
    edits: [
      {
        file: 'core/silence.ts',
        find: 'const turnAt = silenceFrom(state, slot) + deadMs * Math.max(1, slot) + slot * headStartMs',
        replace: 'const turnAt = silenceFrom(state, slot) + Math.min(deadMs, 1) + slot * headStartMs'
      },
      {
        file: 'core/silence.ts',
        find: 'turnAt + rounds * roundMs',
        replace: 'turnAt + rounds * 0 * roundMs'
      }
    ],
    shown: byRuns(['light', 'all'])
  },
  {
    name: 'R9.oneLink',
    gone: 'one silent link counts as silence',
    edits: [
      {
        file: 'core/session.ts',
        find: '  peer.lastFreshAt = now\n',
        replace: "  if (link === 'serial') peer.lastFreshAt = now\n"
      },
      {
        file: 'core/session.ts',
        find: 'if (peer.echoedSentAt === null || sentAt > peer.echoedSentAt) {',
        replace: "if (link === 'serial' && (peer.echoedSentAt === null || sentAt > peer.echoedSentAt)) {"
      }
    ],
    shown: byRuns(['light', 'all'])
  },
  {
    name: 'R9.sent',
    gone: 'the senior counts silence from the last token that it heard, not from the last one of its own known to be received',
    edits: [
      {
        file: 'core/silence.ts',
        find: '(senior ? echoedSentAt : lastFreshAt)',
        replace: '(senior && echoedSentAt === -1 ? echoedSentAt : lastFreshAt)'
      }
    ],
    shown: byTest(
      'core/silence.test',
      'R9: the senior fires after the dead time, counted from its last token known to be received'
    )
  },
  {
    name: 'R10.deadline',
    gone: 'a child process has no deadline',
    edits: [{ file: 'driver/command.ts', find: '    timeout: options.deadlineMs,\n', replace: '' }],
    shown: byTest(
      'driver/agent-fence.test',
      'is ended when it hangs, and the order fails in its time with its action named'
    )
  },
  {
    name: 'R10.answer',
    gone: 'a fencing that nobody confirms waits for ever',
    edits: [
      {
        file: 'core/fencing.ts',
        find: 'if (reached(context, Math.max(fence.startedAt, fence.orderedAt) + timingOf(context).fenceDeadlineMs)) {',
        replace: 'if (fence.startedAt < 0) {'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R11',
    gone: "the daemon's time is the wall clock",
    edits: [{ file: 'driver/clock.ts', find: 'now: () => performance.now(),', replace: 'now: () => Date.now(),' }],
    shown: byTest('driver/clock.test', 'never goes back and has fractions of a millisecond')
  }
]

const WORDS: readonly Sabotage[] = [
  {
    name: 'R12.nonce',
    gone: 'a token for a former life of ours, or of a former life of the peer, is believed',
    edits: [
      {
        file: 'core/session.ts',
        find: 'if (token.peerNonce !== state.boot.nonce) return noteHello(context, view, token)',
        replace: 'if (token.peerNonce === NO_NONCE) return noteHello(context, view, token)'
      },
      {
        file: 'core/session.ts',
        find: "  if (peer.retired.includes(token.nonce)) return 'stale'\n  // The life",
        replace: '  // The life'
      },
      {
        file: 'core/session.ts',
        find: 'import { LINK_IDS, type LinkId, type Token }',
        replace: 'import { LINK_IDS, type LinkId, NO_NONCE, type Token }'
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R12.echo',
    gone: 'a token counts as fresh whatever number it echoes',
    edits: [
      {
        file: 'core/session.ts',
        find: 'const sentAt = sentAtOf(state, token.echo)',
        replace: 'const sentAt: number | null = Math.max(now, sentAtOf(state, token.echo) ?? 0)'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R12.highest',
    gone: 'an older token that comes later gives rights',
    edits: [{ file: 'core/session.ts', find: "  if (token.sequence <= peer.highest) return 'fresh'\n", replace: '' }],
    shown: byTest(
      'core/session.test',
      'R12: of two links that deliver out of order only the highest number gives rights'
    )
  },
  {
    name: 'R12.replay',
    gone: 'a token that was heard already is heard again',
    edits: [
      { file: 'core/session.ts', find: "  if (token.sequence <= view.highest) return 'stale'\n", replace: '' },
      { file: 'core/session.ts', find: "  if (token.sequence <= peer.highest) return 'fresh'\n", replace: '' }
    ],
    shown: byTest('core/session.test', 'R12: a replayed token changes nothing')
  },
  {
    name: 'R12.signature',
    gone: 'the signature is not checked',
    edits: [
      {
        file: 'link/signature.ts',
        find: '&& timingSafeEqual(sign(payload), signature)',
        replace: '&& sign(payload).length > 0'
      }
    ],
    shown: byTest('link/hostile-bytes.test', 'are a foreign key when signed with another key, whatever the fields say')
  },
  {
    name: 'R12.foreign',
    gone: 'frames of a foreign key count as silence',
    edits: [
      {
        file: 'core/fit.ts',
        find: "if (foreignRecently(state, now)) return 'frames of a foreign key, version or board arrive'",
        replace: "if (now < 0 && foreignRecently(state, now)) return ''"
      }
    ],
    shown: byRuns(['rare'], 1500)
  },
  {
    name: 'R13.fit',
    gone: 'a board fences although it could take nothing and serves nothing',
    edits: [
      {
        file: 'core/fit.ts',
        find: 'if (takeable(state).length > 0 || servesHere(state)) return null',
        replace: 'if (takeable(state).length >= 0 || servesHere(state)) return null'
      },
      {
        file: 'core/takeover.ts',
        find: 'const protecting = takeable(state).length === 0',
        replace: 'const protecting = takeable(state).length < 0'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R13.mode',
    gone: 'a board fences by itself in manual and maintenance mode',
    edits: [
      {
        file: 'core/fit.ts',
        find: "if (mode !== 'auto') return",
        replace: "if (mode !== 'auto' && now < 0) return"
      }
    ],
    shown: byRuns(['scenes', 'all'])
  },
  {
    name: 'R14.confirm',
    gone: 'a mode is in force before the peer has confirmed it',
    edits: [
      {
        file: 'core/mode.ts',
        find: 'if (stored && isAlone(context)) settle(context)',
        replace: 'if (stored) settle(context)'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R14.number',
    gone: 'a mode of the peer is adopted whatever its number',
    edits: [
      { file: 'core/mode.ts', find: '  if (token.modeNumber < durable.modeNumber) return\n', replace: '' },
      {
        file: 'core/mode.ts',
        find: 'if (token.modeNumber > durable.modeNumber) {',
        replace: 'if (token.modeNumber !== durable.modeNumber) {'
      }
    ],
    shown: byRuns(['scenes', 'all'])
  },
  {
    name: 'R14.expiry',
    gone: 'a mode expires although the peer is not heard',
    edits: [
      {
        file: 'core/mode.ts',
        find: '  if (!isHeard(state, now) || !storageOk(state)) return\n',
        replace: '  if (!storageOk(state)) return\n'
      },
      {
        file: 'core/mode.ts',
        find: 'if (!isHeard(state, now) && !isConfirmedNow(context)) {',
        replace: 'if (request !== null && !isHeard(state, now) && !isConfirmedNow(context)) {'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R15.reset',
    gone: 'two holders that meet do not notice it',
    edits: [
      {
        file: 'core/two-holders.ts',
        find: 'if (!actsOnIt(view.phase) || !saysItActs(theirs.role) || !saidSince(context, view)) return false',
        replace:
          'if (group.length > 0 || !actsOnIt(view.phase) || !saysItActs(theirs.role) || !saidSince(context, view)) return false'
      },
      {
        file: 'core/peer.ts',
        find: 'const overtaken = (context: Context, group: string): void => {\n',
        replace: 'const overtaken = (context: Context, group: string): void => {\n  if (group.length > 0) return\n'
      }
    ],
    shown: byRuns(['rare', 'scenes'])
  },
  {
    name: 'R15.since',
    gone: 'a word of before our tenure, or the last one of a board that was cut, counts as a second holder',
    edits: [
      {
        file: 'core/two-holders.ts',
        find: 'peer.tokenEchoSentAt > Math.max(view.tenureAt, cutAt)',
        replace: 'peer.tokenEchoSentAt > Math.min(view.tenureAt, cutAt, 0)'
      }
    ],
    shown: byTest('core/takeover.test', 'R15: the last word of a board that was cut, read late, makes no second holder')
  }
]

export const ORDER: readonly Sabotage[] = [...FIRING, ...WORDS]
