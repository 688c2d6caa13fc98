// What one part of the board test found, in words for whoever holds the screwdriver. Made by every file of this room.

/** In the order in which they are done: what is harmless first, the relay last. */
export const PARTS = [
  'kind',
  'watchdog',
  'strap',
  'loop',
  'sense',
  'serial',
  'ethernet',
  'switch',
  'lights',
  'button',
  'relay'
] as const
export type Part = (typeof PARTS)[number]

/**
 * `wrong`: something is miswired. `unsure`: it cannot be judged from here. `skipped`: not fitted, or nobody agreed.
 * `refused`: it must not be done now.
 */
export type Finding = 'ok' | 'wrong' | 'unsure' | 'skipped' | 'refused'

export interface PartResult {
  readonly part: Part
  readonly finding: Finding
  /** What was seen. */
  readonly text: string
  /** What to do; null = nothing. */
  readonly remedy: string | null
}

/** One result; without a remedy nothing is to be done. */
export const found = (part: Part, finding: Finding, text: string, remedy: string | null = null): PartResult => ({
  part,
  finding,
  text,
  remedy
})
