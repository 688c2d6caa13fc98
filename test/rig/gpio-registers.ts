// The GPIO block of a Pi 3 as a harness sees it: which lines there are, and what its registers say about them. Pure.
// Read by harness.ts; a level register holds outputs and inputs alike, so that the function-select registers tell them apart.

/** GPIO lines in BCM numbers, as the board kinds have them by default. */
export const PINS = {
  relay: 17,
  sense: 27,
  loop: 22,
  switchSelect: 23,
  switchReadback: 24,
  active: 12,
  peer: 16,
  sync: 20,
  fault: 21,
  button: 26,
  strap: 25
} as const
export type Line = keyof typeof PINS

/** What a harness drives; everything else of PINS is driven by the board. */
export const INPUT_LINES = ['sense', 'loop', 'switchReadback', 'button', 'strap'] as const
export type InputLine = (typeof INPUT_LINES)[number]
export type Levels = Readonly<Record<InputLine, boolean>>

const BASE = 0x3f200000
/** Physical addresses of the registers. Lines 10..19 and 20..29 have their functions in the second and third word. */
export const REGISTER = {
  functionSelect1: BASE + 0x04,
  functionSelect2: BASE + 0x08,
  set: BASE + 0x1c,
  clear: BASE + 0x28,
  level: BASE + 0x34
} as const

const LINES_PER_WORD = 10
const BITS_PER_LINE = 3
const OUTPUT = 1

/** Lines above 31 are in other words; none of ours is. */
export const bitOf = (bcm: number): number => 2 ** bcm

export const isSet = (word: number, bcm: number): boolean => Math.floor(word / 2 ** bcm) % 2 === 1

/** The functions of lines 10..29, from both words. */
export interface Functions {
  readonly word1: number
  readonly word2: number
}

export const isOutput = ({ word1, word2 }: Functions, bcm: number): boolean => {
  const word = bcm < 2 * LINES_PER_WORD ? word1 : word2
  return ((word >>> ((bcm % LINES_PER_WORD) * BITS_PER_LINE)) & 0b111) === OUTPUT
}

/** A line that the board drives high. An input reads what we drove into it, never what the board wants. */
export const drivesHigh = (level: number, functions: Functions, line: Line): boolean =>
  isOutput(functions, PINS[line]) && isSet(level, PINS[line])

/** Which bits to set and which to clear so that the inputs read `wanted`; nothing of it touches a line that the board drives. */
export const correction = (
  level: number,
  functions: Functions,
  wanted: Levels
): { readonly set: number; readonly clear: number } => {
  let set = 0
  let clear = 0
  for (const line of INPUT_LINES) {
    const bcm = PINS[line]
    if (isOutput(functions, bcm) || isSet(level, bcm) === wanted[line]) continue
    if (wanted[line]) set += bitOf(bcm)
    else clear += bitOf(bcm)
  }
  return { set, clear }
}
