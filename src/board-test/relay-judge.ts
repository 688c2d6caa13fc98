// What relay, power sense and loop did together, and what that says about the wiring. Pure.
import type { BoardId } from '../core/types.js'
import { pinText } from './level.js'
import { found, type PartResult } from './result.js'

export interface RelaySeen {
  /** Power sense before the relay was driven; null = not fitted. */
  readonly senseBefore: boolean | null
  /** From the order until sense read the other way and stayed so; null = it did not. */
  readonly turnedAfterMs: number | null
  /** Changes of sense while the relay was driven. */
  readonly changes: number
  /** The loop read open while the relay was driven. */
  readonly loopFell: boolean
  /** The peer spoke before; and while the relay was driven it fell silent, or spoke on although sense read off. */
  readonly tokens: 'none' | 'stopped' | 'went-on'
  /** From the release until sense read as before; null = it did not. */
  readonly backAfterMs: number | null
  /** How long was waited for either. */
  readonly waitedMs: number
  /** A person said whether the peer went dark; null = nobody said. */
  readonly wentDark: boolean | null
}

export interface RelayFacts {
  readonly peer: BoardId
  readonly relay: number
  readonly sense: number | null
  /** fence.relayActMs + fence.holdUpMs + token.latenessMs: what the daemon allows for. */
  readonly allowedMs: number
  readonly holdUpMs: number
}

/** As the core has it: a line that flickers is distrusted (R3). */
const FLICKER_CHANGES = 5
const NEXT = 'when both boards are tested and their daemons run: `baton fence prove` on each'

const contactRemedy = (peer: BoardId, relay: number): string =>
  `no click: the relay board lacks its supply or ground, or its input is not at ${pinText(relay)}. A click: the contact is not in the 5 V supply of board ${peer} (COM and NC), board ${peer} gets power from elsewhere (a second supply, USB, HDMI), or sense is not at its 3V3`

const wrong = (text: string, remedy: string): PartResult => found('relay', 'wrong', text, remedy)

const judgeBlind = (seen: RelaySeen, { peer, relay }: RelayFacts): PartResult => {
  if (seen.wentDark === true || (seen.wentDark === null && seen.tokens === 'stopped'))
    return found(
      'relay',
      'ok',
      `board ${peer} lost its power as long as the relay was driven (no sense line is fitted)`,
      NEXT
    )
  if (seen.wentDark === false || seen.tokens === 'went-on')
    return wrong(`board ${peer} kept its power while the relay was driven`, contactRemedy(peer, relay))
  return found('relay', 'unsure', 'it was driven and released; no sense line is fitted, and nobody said what happened')
}

const judgeOff = (seen: RelaySeen, { peer }: RelayFacts): PartResult => {
  if (seen.turnedAfterMs !== null)
    return wrong(
      `the wrong way round: board ${peer} has power while the relay is driven, and none while it is released`,
      'use COM and NC, not NO; and the relay board must switch on with a HIGH input (its jumper, or another board): with it the wrong way a dead board would cut its peer'
    )
  if (seen.tokens === 'stopped')
    return wrong(
      `board ${peer} fell silent while the relay was driven, but sense read off before that, too`,
      `the relay works; the sense wire does not: 3V3 of board ${peer} through its resistor to our sense pin`
    )
  return found(
    'relay',
    'unsure',
    `sense reads off whether the relay is driven or not: nothing can be seen`,
    `give board ${peer} power, mend sense first, and test again`
  )
}

const judgeStuckOn = (seen: RelaySeen, { peer, relay }: RelayFacts): PartResult => {
  if (seen.loopFell)
    return wrong('the loop falls with the relay, and sense does not', 'the wires of sense and loop are swapped')
  if (seen.tokens === 'stopped')
    return wrong(
      `board ${peer} fell silent while the relay was driven, but sense reads on`,
      `sense must come from 3V3 of board ${peer} (its header pin 1), not from this board's; or back-feeding keeps that rail up`
    )
  return wrong('sense reads on although the relay is driven', contactRemedy(peer, relay))
}

/** From what was seen to one sentence, the gravest first. */
export const judgeRelay = (seen: RelaySeen, facts: RelayFacts): PartResult => {
  const { peer, allowedMs } = facts
  if (seen.senseBefore === null) return judgeBlind(seen, facts)
  if (!seen.senseBefore) return judgeOff(seen, facts)
  if (seen.changes >= FLICKER_CHANGES)
    return wrong(
      `sense flickers while the relay is driven: ${seen.changes} changes`,
      'a loose plug, or the pull-down resistor of the sense line is missing'
    )
  const off = seen.turnedAfterMs
  if (off === null) return judgeStuckOn(seen, facts)
  if (seen.tokens === 'went-on')
    return wrong(
      `sense went off, and board ${peer} went on to speak: it still has power`,
      `the relay cuts the sense wire or another supply, not board ${peer}; or that board is fed from elsewhere (a second supply, USB, HDMI)`
    )
  if (seen.loopFell)
    return wrong(
      `the loop fell together with the power of board ${peer}`,
      `it must come from 3V3 of this board, bridged at the socket there; it comes from board ${peer}`
    )
  if (seen.backAfterMs === null)
    return wrong(
      `the power went off, and did not come back within ${Math.round(seen.waitedMs)} ms after the release`,
      `look at board ${peer}: if it is dark, its contact sticks: pull and plug its supply, and change the relay (5 A at 5 V DC or more)`
    )
  if (off > allowedMs)
    return wrong(
      `the power went off after ${Math.round(off)} ms, later than fence.relayActMs + fence.holdUpMs allow for (${allowedMs} ms)`,
      `set fence.holdUpMs to ${Math.ceil((facts.holdUpMs + 2 * (off - allowedMs)) / 100) * 100} or more on both boards`
    )
  const text = `the power of board ${peer} went off after ${Math.round(off)} ms and came back ${Math.round(seen.backAfterMs)} ms after the release`
  return found('relay', 'ok', text, NEXT)
}
