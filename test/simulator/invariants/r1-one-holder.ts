// R1: at most one board holds a group: mounted, an address, a service, or an fsck at work on its disk.
import type { Past } from '../judge.js'
import type { World } from '../world.js'
import { heldBy } from '../world.js'
import type { Invariant, Verdict } from './invariant.js'
import { HONEST_STORAGE } from './invariant.js'

const oneHolder = (world: World, _past: Past, fact: { readonly group: string }): Verdict => {
  const a = heldBy(world.boards.a, fact.group)
  if (a.length === 0) return null
  const b = heldBy(world.boards.b, fact.group)
  return b.length === 0 ? null : `${fact.group} is held twice: a has ${a.join(', ')}; b has ${b.join(', ')}`
}

export const createOneHolder = (): Invariant => ({
  rule: 'R1',
  says: 'at most one board holds a group',
  assumes: [HONEST_STORAGE],
  checks: { held: oneHolder }
})
