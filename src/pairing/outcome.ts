// How a pairing ended, and the words for it: what is certain on both boards, why it ended so, what to do. Pure.
import type { Letter } from './frame.js'
import type { Progress } from './progress.js'

/**
 * `paired`: both boards use the same new key. `unchanged`: neither does, nor will. `peer-may-have`: this board keeps what it had,
 * the other one may use the new key. `peer-may-lack`: this board uses the new key, the other one has not said that it does.
 */
export type Result = 'paired' | 'unchanged' | 'peer-may-have' | 'peer-may-lack'

export type Why =
  | 'paired'
  | 'nobody'
  | 'no-line'
  | 'same-letter'
  | 'both-hand-over'
  | 'not-fresh-here'
  | 'not-fresh-there'
  | 'tampered'
  | 'refused-here'
  | 'refused-there'
  | 'left-here'
  | 'left-there'
  | 'silent'
  | 'anew'
  | 'late'
  | 'late-there'
  | 'card-hangs'
  | 'not-stored-here'
  | 'not-stored-there'

export interface Outcome {
  readonly result: Result
  readonly why: Why
  /** The system's words, where there are some. */
  readonly detail: string
  /** What was told on the way. */
  readonly told: readonly Progress['kind'][]
  /** Neither board has a record of any tenure: a new pair, and no board of it was ever another one's. */
  readonly bothFresh: boolean
  /** A configuration was to go `over` to the other board, or to come `here`. */
  readonly handed: 'nothing' | 'over' | 'here'
  /** `baton replace`: which board is the fresh one. null = two boards that were asked for a key by the same command. */
  readonly replacing: 'here' | 'there' | null
}

const CABLE =
  'is the serial cable (null modem: RX and TX crossed) in both boards, in the ports that the configuration names?'

const nobodyText = (told: Outcome['told']): string => {
  if (told.includes('daemon-heard'))
    return 'the other board runs its daemon and never answered: `baton mode maintenance`, then `baton pair` on both boards'
  if (told.includes('other-version')) return 'the other board speaks another version of baton: install the same on both'
  if (told.includes('echo'))
    return 'only our own words came back: a loop plug is on the port, or the cable ends in this board'
  return `no other board answered: put both into pairing at the same time; ${CABLE}`
}

const whyText = ({ why, detail, told }: Outcome, here: Letter): string => {
  switch (why) {
    case 'paired':
      return 'both boards use the new key'
    case 'nobody':
      return nobodyText(told)
    case 'no-line':
      return `the serial port cannot be opened: ${detail}`
    case 'same-letter':
      return `both boards say that they are board ${here}: make one of them a and the other one b (strap, or the file \`board\`); the one that serves keeps its letter`
    case 'both-hand-over':
      return 'both boards are at `baton replace`: it runs on the one that serves; on the fresh one run `baton pair`, or hold its button'
    case 'not-fresh-here':
      return 'the other board wants to hand over its configuration to a fresh board, and this one has a record of what it held: it stays. Flash its card anew if it is to take the place of a lost one; two boards that know each other run `baton pair` on both'
    case 'not-fresh-there':
      return 'the other board is no fresh one: it has a record of what it held, here or in another pair, and it stays. If it belongs to this pair run `baton pair` on both; else flash its card anew'
    case 'tampered':
      return 'what came over the cable is not what was promised: the other program is not ours, or somebody is between the boards. Look along the whole cable'
    case 'refused-here':
      return 'it was not agreed to here'
    case 'refused-there':
      return 'it was refused at the other board'
    case 'left-here':
      return 'it was ended here'
    case 'left-there':
      return 'it was ended at the other board'
    case 'silent':
      return `the other board fell silent: has it lost its power, was the cable pulled, was it ended there? ${CABLE}`
    case 'anew':
      return 'the other board began anew, or a third one is on the line: one exchange is with one board, and gives one code only'
    case 'late':
      return 'nobody answered in time at one of the boards'
    case 'late-there':
      return 'the other board waited too long'
    case 'card-hangs':
      return 'the card of this board did not store it in time: it hangs or fails; replace it'
    case 'not-stored-here':
      return `this board cannot store it: ${detail}`
    case 'not-stored-there':
      return 'the other board cannot store it: its console says why'
  }
}

const againText = (replacing: Outcome['replacing'], command: string): string =>
  replacing === 'there'
    ? 'run `baton replace` again here, and `baton pair` on the fresh board'
    : replacing === 'here'
      ? 'run `baton pair` again here, and `baton replace` on the other board'
      : `run \`${command}\` again on both boards`

/**
 * Lines for the console. `hadKey`: this board had one before. `wayBack`: and both boards were known to have it; a pairing before this one
 * that did not end leaves a key of which that is not known. `command`: by which both boards were paired.
 */
export const outcomeText = (
  outcome: Outcome,
  here: Letter,
  keyFile: string,
  hadKey: boolean,
  wayBack = hadKey,
  command = 'baton pair'
): readonly string[] => {
  const why = whyText(outcome, here)
  const again = againText(outcome.replacing, command)
  const kept = hadKey ? 'This board keeps the key that it had' : 'This board has no key, as before'
  switch (outcome.result) {
    case 'paired':
      return ['Paired: both boards have the same new key.']
    case 'unchanged':
      return [`Not paired: ${why}.`, `Nothing was changed on either board. To try it again: ${again}.`]
    case 'peer-may-have':
      return [
        `NOT FINISHED: ${why}.`,
        `${kept}; THE OTHER BOARD MAY HAVE THE NEW ONE. Two boards with different keys do not talk to each other, take nothing`,
        `over by themselves, and harm nothing. Put right what is above, then ${again}.`
      ]
    case 'peer-may-lack':
      return [
        `NOT FINISHED: ${why}.`,
        'This board has the new key; THE OTHER BOARD MAY NOT HAVE IT. Two boards with different keys do not talk to each other, take',
        `nothing over by themselves, and harm nothing. Put right what is above, then ${again}.`,
        ...(wayBack ? [`Or go back to the former key: mv ${keyFile}.previous ${keyFile}`] : [])
      ]
  }
}
