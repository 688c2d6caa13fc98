// What a board brings into a pairing beside its key: is it new, and does it hand over what a new one lacks? One byte on the wire,
// bound by the promise and by the code (secret.ts). Pure.

export interface Traits {
  /** It never held a tenure: it has no record, or one without any. What such a board is given takes nothing from it. */
  readonly fresh: boolean
  /** It goes on alone and hands over its configuration to a fresh board (`baton replace`). */
  readonly handsOver: boolean
}

/** A board that has served and wants a key, nothing else. */
export const PLAIN: Traits = { fresh: false, handsOver: false }

const FRESH = 0x01
const HANDS_OVER = 0x02

export const traitsByte = ({ fresh, handsOver }: Traits): number => (fresh ? FRESH : 0) | (handsOver ? HANDS_OVER : 0)

/** null = bits that this version does not know. */
export const traitsOf = (byte: number): Traits | null =>
  byte > (FRESH | HANDS_OVER) ? null : { fresh: (byte & FRESH) !== 0, handsOver: (byte & HANDS_OVER) !== 0 }

/** Why these two cannot go on; null = they can. Both boards find the same. */
export const traitsConflict = (
  own: Traits,
  peer: Traits
): 'both-hand-over' | 'not-fresh-here' | 'not-fresh-there' | null => {
  if (own.handsOver && peer.handsOver) return 'both-hand-over'
  if (own.handsOver && !peer.fresh) return 'not-fresh-there'
  return peer.handsOver && !own.fresh ? 'not-fresh-here' : null
}
