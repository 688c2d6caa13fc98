// Relations between timings that make fencing safe (R3, R8, R9). Pure; the configuration check and the simulator call it.
// Ranges of single options are the schema's task (src/config); here stands only what one value demands of another.
import type { Timing, TimingError, Wiring } from './settings.js'

/** A silence shorter than this many token intervals is no silence. Source: R9. */
export const DEAD_INTERVALS_MIN = 3
/** A loop that is this many token intervals late may have missed tokens. Source: R9. */
export const STALL_INTERVALS_MIN = 2

// A fence agent confirms by its own status; how long that takes is its configured deadline, which config adds.
const confirmationMs = (timing: Timing, wiring: Wiring): number =>
  wiring.sense ? timing.settleMs : wiring.fence === 'agent' ? 0 : timing.holdMs

/** From the order to the relay until fencing is confirmed, at the worst, in milliseconds. Source: R3. */
export const fencingMs = (timing: Timing, wiring: Wiring): number =>
  timing.relayActMs + timing.holdUpMs + confirmationMs(timing, wiring)

const sumWords = (wiring: Wiring): string => {
  const confirmation = wiring.sense
    ? ' + fence.settleMs'
    : wiring.fence === 'agent'
      ? ''
      : ' + fence.holdMs (no sense line is fitted)'
  return `fence.relayActMs + fence.holdUpMs${confirmation}`
}

interface Relation {
  readonly option: string
  /** The value must be at least this. */
  readonly least: number
  readonly value: number
  readonly why: string
  /** What else could be changed instead. */
  readonly instead: string
}

const fencingRelations = (timing: Timing, wiring: Wiring): readonly Relation[] => {
  const fencing = fencingMs(timing, wiring)
  const sum = sumWords(wiring)
  return [
    {
      option: 'fence.holdMs',
      value: timing.holdMs,
      least: timing.relayActMs + timing.holdUpMs + 1,
      why: 'where no sense line confirms it the peer counts as off after this time: longer than fence.relayActMs + fence.holdUpMs',
      instead: ''
    },
    {
      option: 'fence.headStartMs',
      value: timing.headStartMs,
      least: fencing + timing.latenessMs + 1,
      why: `the junior must not fire while the senior is still cutting its power: longer than ${sum} + token.latenessMs`,
      instead: wiring.sense || wiring.fence === 'agent' ? '' : ', or fit a sense line on both boards'
    },
    {
      option: 'fence.deadlineMs',
      value: timing.fenceDeadlineMs,
      least: fencing + 1,
      why: `fencing cannot be confirmed sooner than ${sum}`,
      instead: ''
    }
  ]
}

const relations = (timing: Timing, wiring: Wiring): readonly Relation[] => [
  {
    option: 'token.deadMs',
    value: timing.deadMs,
    least: DEAD_INTERVALS_MIN * timing.tokenIntervalMs + timing.latenessMs,
    why: `one or two lost tokens are no death, nor is a late loop: at least ${DEAD_INTERVALS_MIN} x token.intervalMs + token.latenessMs`,
    instead: ', or shorten token.intervalMs or token.latenessMs'
  },
  {
    option: 'token.stallMs',
    value: timing.stallMs,
    least: STALL_INTERVALS_MIN * timing.tokenIntervalMs,
    why: `a loop that waits for its next token has not stalled: at least ${STALL_INTERVALS_MIN} x token.intervalMs`,
    instead: ', or shorten token.intervalMs'
  },
  {
    option: 'token.deadMs',
    value: timing.deadMs,
    least: timing.stallMs + 1,
    why: 'a stall of our own must be noticed before the peer is judged: longer than token.stallMs',
    instead: ', or shorten token.stallMs'
  },
  {
    option: 'token.answerMs',
    value: timing.answerMs,
    least: DEAD_INTERVALS_MIN * timing.tokenIntervalMs + 1,
    why: `an answer needs several tokens: longer than ${DEAD_INTERVALS_MIN} x token.intervalMs`,
    instead: ''
  },
  {
    option: 'startup.listenMs',
    value: timing.listenMs,
    least: timing.bootMs + timing.deadMs + 1,
    why: 'a peer that is still booting must not be fenced: longer than startup.bootMs + token.deadMs',
    instead: ', or shorten startup.bootMs if the peer boots faster than that'
  },
  ...(wiring.fence === 'none' ? [] : fencingRelations(timing, wiring))
]

/**
 * Broken relations, in the order in which a person should mend them; empty = all hold.
 * Each names the option by its dotted path and the smallest value that would do. Source: R3, R8, R9.
 */
export const timingErrors = (timing: Timing, wiring: Wiring): TimingError[] =>
  relations(timing, wiring)
    .filter(relation => relation.value < relation.least)
    .map(relation => ({
      option: relation.option,
      problem: `is too short: ${relation.why}`,
      remedy: `set it to ${relation.least} or more${relation.instead}`
    }))
