// R7 in an explored world: judged on the copies, the cards and the words under way. Called by judge.ts and mirror-course.ts.
import type { Token } from '../../../src/core/types.js'
import { GROUP } from './pair.js'
import type { Facet, Result } from './shelf.js'
import { blame, facetOf, type Ground, nameOf, other, type Side, type World } from './world.js'

const saysOf = ({ board }: Facet): string | null => board.disk.groups[GROUP]?.mirror?.says ?? null

export const judgeServing = (world: World, side: Side): void =>
  blame(world, `R7: board ${nameOf(side)} serves from a copy that lacks acknowledged writes`)

/** It goes on alone: its card says so, and the other board cannot take its own copy for current. */
export const judgeAnswer = (ground: Ground, world: World, side: Side): void => {
  const own = facetOf(ground, world, side)
  const peer = facetOf(ground, world, other(side))
  const name = nameOf(side)
  if (saysOf(own) !== 'alone') blame(world, `R7: board ${name} goes on alone, and its card does not say so`)
  if (!peer.board.booted || saysOf(peer) === 'outdated' || world.mirror?.halves[other(side)].current !== 1) return
  blame(world, `R7: board ${name} goes on alone beside ${peer.board.id}, which was told that it is current`)
}

/** A word of the holder arrives: the receiver may believe it in this boot. */
export const noteCurrent = (world: World, to: Side, token: Token, nonce: string | null): void => {
  const { mirror } = world
  if (mirror !== null && token.peerNonce === nonce && token.groups[0]?.peerCopy === 'current')
    mirror.halves[to].current = 1
}

/** Called after board `side` changed. */
export const judgeMirror = (ground: Ground, world: World, side: Side, before: Facet, result: Result): void => {
  const { mirror } = world
  if (mirror === null) return
  const own = facetOf(ground, world, side)
  const name = nameOf(side)
  for (const { content } of result.sent) {
    const entry = ground.shelf.content(content).groups[0]
    if (entry?.copy === 'outdated' && saysOf(own) !== 'outdated')
      blame(world, `R7: board ${name} says that its copy is outdated, and its card does not`)
    if (entry?.peerCopy === 'current' && saysOf(own) === 'alone')
      blame(world, `R7: board ${name} tells its peer that its copy is current, and its card says that it alone is`)
  }
  const takes = result.outcome.orders.some(order => order.kind === 'runAction' && order.action === 'attach')
  if (takes && !before.board.primary && mirror.halves[side].lacks === 1)
    blame(world, `R7: board ${name} takes a copy that lacks acknowledged writes`)
}
