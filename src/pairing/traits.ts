// What a board brings into a pairing beside its key: is it new, does it hand over what a new one lacks, does it lack that? One byte on
// the wire, bound by the promise and by the code (secret.ts). Pure.

export interface Traits {
  /** It never held a tenure: it has no record, or one without any. What such a board is given takes nothing from it. */
  readonly fresh: boolean
  /** It goes on alone and hands over its configuration to a fresh board (`baton replace`). */
  readonly handsOver: boolean
  /** A new board with a configuration: it hands it over to another new one that lacks one. */
  readonly offers: boolean
  /** It has no configuration, and takes that of a new board that offers one. */
  readonly lacks: boolean
}

/** A board that has served and wants a key, nothing else. */
export const PLAIN: Traits = { fresh: false, handsOver: false, offers: false, lacks: false }

const BITS: Readonly<Record<keyof Traits, number>> = { fresh: 0x01, handsOver: 0x02, offers: 0x04, lacks: 0x08 }
const NAMES = Object.keys(BITS) as (keyof Traits)[]

export const traitsByte = (traits: Traits): number =>
  NAMES.reduce((byte, name) => byte | (traits[name] ? BITS[name] : 0), 0)

/** null = bits that this version does not know. */
export const traitsOf = (byte: number): Traits | null => {
  const has = (name: keyof Traits): boolean => (byte & BITS[name]) !== 0
  if (byte > traitsByte({ fresh: true, handsOver: true, offers: true, lacks: true })) return null
  return { fresh: has('fresh'), handsOver: has('handsOver'), offers: has('offers'), lacks: has('lacks') }
}

/** Does the first board hand its configuration to the second one? Both find the same. What serves takes nothing. */
export const gives = (giver: Traits, taker: Traits): boolean =>
  taker.fresh && (giver.handsOver || (giver.fresh && giver.offers && taker.lacks))

/** Why these two cannot go on; null = they can. Both boards find the same. */
export const traitsConflict = (
  own: Traits,
  peer: Traits
): 'both-hand-over' | 'not-fresh-here' | 'not-fresh-there' | null => {
  if (own.handsOver && peer.handsOver) return 'both-hand-over'
  if (own.handsOver && !peer.fresh) return 'not-fresh-there'
  return peer.handsOver && !own.fresh ? 'not-fresh-here' : null
}
