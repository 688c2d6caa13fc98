// The switched socket outlet of one emulated PC, and what its peer's fence agent may ask of it. Pure; used by pc-wires.ts.
// One question a line: a number and an action; the answer begins with the same number.

/** How the outlet, or the way to it, behaves. */
export type PlugFault =
  | 'works'
  /** No question is answered, and nothing is done. */
  | 'silent'
  /** It says off, and the power stays. */
  | 'lies'
  /** It takes the order, and stays on; its status says so. */
  | 'stuck'

export interface PlugState {
  /** What its status says. */
  readonly says: 'on' | 'off'
  /** Power comes out of it. */
  readonly gives: boolean
}

export interface PlugQuestion {
  readonly number: string
  readonly action: string
}

export const PLUGGED_IN: PlugState = { says: 'on', gives: true }

/** null = noise. */
export const parseQuestion = (line: string): PlugQuestion | null => {
  const [, number, action] = /^(\d{1,10}) ([a-z]{1,20})$/.exec(line.trim()) ?? []
  return number === undefined || action === undefined ? null : { number, action }
}

const switched = (state: PlugState, on: boolean, fault: PlugFault): PlugState => {
  if (fault === 'stuck') return state
  if (fault === 'lies' && !on) return { says: 'off', gives: state.gives }
  return { says: on ? 'on' : 'off', gives: on }
}

/** What becomes of the outlet, and the answer without its line end; null = none. */
export const askPlug = (
  state: PlugState,
  { number, action }: PlugQuestion,
  fault: PlugFault
): { readonly state: PlugState; readonly answer: string | null } => {
  if (fault === 'silent') return { state, answer: null }
  if (action === 'on' || action === 'off')
    return { state: switched(state, action === 'on', fault), answer: `${number} done` }
  if (action === 'status') return { state, answer: `${number} ${state.says}` }
  if (action === 'monitor') return { state, answer: `${number} done` }
  return { state, answer: `${number} refused this outlet knows on, off, status and monitor` }
}
