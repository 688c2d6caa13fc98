// The front panel's one table: what each light says and how it blinks. Code, board/OPERATING.md and tests read it; decides nothing.
// Nothing is ever a steady light, and `active` is never dark: a dead daemon leaves its levels behind, and must not look well.

export type Led = 'active' | 'peer' | 'sync' | 'fault'
export const LEDS: readonly Led[] = ['active', 'peer', 'sync', 'fault']

/** One step of a pattern in milliseconds, and how many make a round. A driver writes at most once a step. */
export const STEP_MS = 100
export const STEPS = 20

/**
 * A round of 2 s, `#` = lit. Each but `dark` begins lit and ends dark (the running light aside): whatever follows whatever,
 * a light that shows something changes at least every 2 s.
 */
export const PATTERNS = {
  dark: '....................',
  beat: '##################..',
  flash: '##..................',
  double: '##..##..............',
  triple: '##..##..##..........',
  oneTwo: '########..##..##....',
  slow: '##########..........',
  fast: '##..##..##..##..##..',
  flicker: '#.#.#.#.#.#.#.#.#.#.',
  run1: '#####...............',
  run2: '.....#####..........',
  run3: '..........#####.....',
  run4: '...............#####'
} as const
export type PatternName = keyof typeof PATTERNS

/** Patterns in the words of the operator's page. */
export const PATTERN_WORDS: Readonly<Record<PatternName, string>> = {
  dark: 'dark',
  beat: 'lit, with a short gap every 2 s',
  flash: 'one short flash every 2 s',
  double: 'two short flashes every 2 s',
  triple: 'three short flashes every 2 s',
  oneTwo: 'one long and two short flashes every 2 s',
  slow: '1 s lit, 1 s dark',
  fast: 'blinks fast',
  flicker: 'flickers',
  run1: 'running light',
  run2: 'running light',
  run3: 'running light',
  run4: 'running light'
}

export interface Light {
  readonly pattern: PatternName
  /** For the operator's page: what it means, and what to do. */
  readonly says: string
}

const ACTIVE = {
  serving: { pattern: 'beat', says: 'this board serves' },
  standby: { pattern: 'flash', says: 'this board stands by and serves nothing' },
  safe: {
    pattern: 'double',
    says: 'safe to unplug: this board stands by and nobody counts on it now (maintenance, or it could not take over); it may be taken away for repair'
  },
  changing: { pattern: 'fast', says: 'this board is taking over or handing over: wait' },
  failed: { pattern: 'triple', says: 'this board cannot serve what it should; see `fault`' }
} as const satisfies Record<string, Light>

const PEER = {
  well: { pattern: 'beat', says: 'the other board is heard and fit' },
  limping: {
    pattern: 'double',
    says: 'the other board is heard, but something is wrong with it, with a cable or with a LAN'
  },
  booting: { pattern: 'slow', says: 'the other board is not heard yet: it boots; wait' },
  cutting: { pattern: 'fast', says: "the other board's power is being switched off and proved off" },
  held: {
    pattern: 'flash',
    says: "the other board's power is held off from here: it is safe to unplug and may be taken away for repair"
  },
  gone: { pattern: 'dark', says: 'the other board is not heard: this one is alone' }
} as const satisfies Record<string, Light>

const SYNC = {
  none: { pattern: 'dark', says: 'there is nothing to copy: the boards share one disk' },
  equal: { pattern: 'beat', says: 'both copies of the disk are equal' },
  running: { pattern: 'slow', says: 'resync under way: do not switch off the board that serves' },
  behind: { pattern: 'double', says: 'the copies differ and nothing is being copied' }
} as const satisfies Record<string, Light>

const FAULT = {
  none: { pattern: 'dark', says: 'nothing is wrong (if `active` blinks)' },
  warning: {
    pattern: 'flash',
    says: 'something is worth a look when you have time: `baton status`; or an alarm is over that nobody has acknowledged'
  },
  unproved: {
    pattern: 'double',
    says: 'the fence is not proved: nothing would be taken over by itself; this board cannot prove it now: see "The fence is not proved"'
  },
  provable: {
    pattern: 'oneTwo',
    says: 'the fence is not proved: nothing would be taken over by itself; the button of this board proves it: see "The fence is not proved"'
  },
  acknowledged: { pattern: 'slow', says: 'a person is needed, and somebody has acknowledged it' },
  urgent: { pattern: 'fast', says: 'a person is needed now: look at the console' },
  offer: { pattern: 'triple', says: 'a person is needed now, and the button can help: see "The button"' }
} as const satisfies Record<string, Light>

export const LIGHTS = { active: ACTIVE, peer: PEER, sync: SYNC, fault: FAULT } as const satisfies Record<
  Led,
  Record<string, Light>
>

export type ActiveLight = keyof typeof ACTIVE
export type PeerLight = keyof typeof PEER
export type SyncLight = keyof typeof SYNC
export type FaultLight = keyof typeof FAULT

interface WholeLight {
  readonly leds: Readonly<Record<Led, PatternName>>
  readonly says: string
}

const alone = (pattern: PatternName, ...lit: readonly Led[]): WholeLight['leds'] => ({
  active: lit.includes('active') ? pattern : 'dark',
  peer: lit.includes('peer') ? pattern : 'dark',
  sync: lit.includes('sync') ? pattern : 'dark',
  fault: lit.includes('fault') ? pattern : 'dark'
})

/** What takes the whole panel for a while. */
export const WHOLE = {
  test: {
    leds: alone('slow', ...LEDS),
    says: 'lamp test, for 3 s at the start and after a short press with nothing to acknowledge: a light that stays dark now is broken'
  },
  starting: {
    leds: { active: 'run1', peer: 'run2', sync: 'run3', fault: 'run4' },
    says: 'this board starts: it looks what it holds and listens for the other one'
  },
  unconfigured: {
    leds: alone('slow', 'active', 'fault'),
    says: 'this board waits for its pairing (hold both buttons for 10 s: see "Two new boards become a pair"), or for what a person has to put on its card: see "The board says that its configuration is wrong"'
  },
  stopped: {
    leds: { active: 'triple', peer: 'triple', sync: 'dark', fault: 'fast' },
    says: 'the program that should run here does not, and a person is needed: read the console; this board serves nothing and takes over nothing'
  },
  count1: { leds: alone('flicker', 'active'), says: 'the button is held for 1 s' },
  count2: { leds: alone('flicker', 'active', 'peer'), says: 'the button is held for 2 s' },
  armed: {
    leds: alone('flicker', 'active', 'peer', 'sync'),
    says: 'the button is held for 3 s: let go now, before 8 s, and what is offered is done'
  },
  over: { leds: alone('flash', ...LEDS), says: 'the button is held for more than 8 s: nothing will be done' },
  seeking: {
    leds: alone('fast', 'peer'),
    says: 'after the button was held for 10 s on a board without a key: let go, and hold the button of the other board, too; see "Two new boards become a pair"'
  },
  code: {
    leds: alone('flicker', ...LEDS),
    says: 'for 2 s: now the code begins, six steps of 2 s each; the same on both boards?'
  },
  agreed: {
    leds: alone('slow', 'active', 'peer', 'sync'),
    says: 'this board has your word that the codes are equal; press the button of the other one'
  },
  paired: { leds: alone('beat', ...LEDS), says: 'both boards are a pair now; they start anew by themselves' },
  unpaired: {
    leds: alone('double', ...LEDS),
    says: 'not paired: nothing has come to harm; hold both buttons for 10 s again. Why not is in the log: `journalctl -u baton-pair-button`'
  },
  done: {
    leds: alone('fast', 'active', 'peer', 'sync'),
    says: 'for 3 s after the button: it was accepted and is being done'
  },
  refused: {
    leds: alone('flicker', 'fault'),
    says: 'while the button is held: nothing is offered; for 3 s after it: refused, nothing was done; `baton events` says why'
  }
} as const satisfies Record<string, WholeLight>
export type Whole = keyof typeof WHOLE

/** What the panel says. `whole`: it takes all four lights, whatever they would say each. */
export interface PanelView {
  readonly whole: Whole | null
  readonly active: ActiveLight
  readonly peer: PeerLight
  readonly sync: SyncLight
  readonly fault: FaultLight
}

/** Names of the patterns that the four lights show. */
export const namesOf = (view: PanelView): Readonly<Record<Led, PatternName>> =>
  view.whole !== null
    ? WHOLE[view.whole].leds
    : {
        active: LIGHTS.active[view.active].pattern,
        peer: LIGHTS.peer[view.peer].pattern,
        sync: LIGHTS.sync[view.sync].pattern,
        fault: LIGHTS.fault[view.fault].pattern
      }

/** One round for each light: STEPS letters, `#` = lit. */
export type Panel = Readonly<Record<Led, string>>

export const panelOf = (view: PanelView): Panel => {
  const names = namesOf(view)
  return {
    active: PATTERNS[names.active],
    peer: PATTERNS[names.peer],
    sync: PATTERNS[names.sync],
    fault: PATTERNS[names.fault]
  }
}
