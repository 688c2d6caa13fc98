// What goes on while two boards are paired, in words. Pure.
import type { Letter } from './frame.js'

/** For people, as it goes on; each is told once. */
export interface Progress {
  readonly kind:
    | 'daemon-heard'
    | 'other-version'
    | 'echo'
    | 'found'
    | 'gives'
    | 'takes'
    | 'peer-agreed'
    | 'waiting'
    | 'stored'
    | 'used'
}

const WORDS: Readonly<Record<Progress['kind'], (peer: Letter) => string>> = {
  'daemon-heard': () =>
    'the other board runs its daemon: `baton pair` there makes it step aside (in mode maintenance); waiting for that',
  'other-version': () => 'something on the line speaks another version of baton: the same is wanted on both boards',
  echo: () => 'our own words come back: a loop plug, or a cable whose both ends are in this board?',
  found: peer => `board ${peer} is there`,
  gives: peer => `board ${peer} is handed the configuration of this board, once both of you have agreed`,
  takes: peer =>
    `board ${peer} hands over its configuration, once both of you have agreed: it comes in the place of any that is here`,
  'peer-agreed': peer => `board ${peer}: its person has agreed; now it is your turn`,
  waiting: peer => `waiting for the person at board ${peer}`,
  stored: peer => `the key is stored beside the old place; waiting for board ${peer} to have stored it, too`,
  used: peer => `the key is in its place here; waiting for board ${peer} to say the same`
}

/** One line. `here`: this board. */
export const progressText = ({ kind }: Progress, here: Letter): string => WORDS[kind](here === 'a' ? 'b' : 'a')

const WIDTH = 25
const middle = (text: string): string => `* ${' '.repeat((WIDTH - text.length) >> 1)}${text}`.padEnd(WIDTH + 3)

/** `482913` as `482 913`. */
export const codeText = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`

/** The code as nobody can overlook it, on any terminal. */
export const codeBox = (code: string): string => {
  const edge = '*'.repeat(WIDTH + 4)
  const shown = [...codeText(code)].join(' ')
  return [edge, `${middle('')}*`, `${middle(shown)}*`, `${middle('')}*`, edge].map(line => `    ${line}`).join('\n')
}
