// What `baton disk create` would do about the two disks of a mirrored group, from what both boards say of theirs. Pure. Must not choose a loss: what holds
// anything goes only where a person named it.
import { whyTooSmall } from '../driver/mirror-backing.js'
import { NAME_ONE } from '../driver/mirror-words.js'
import type { CopyTold } from '../port/copy-told.js'
import type { BoardId, GroupStatus } from '../runtime/status.js'

export interface CreateWorld {
  readonly board: BoardId
  /** As this board's daemon tells it. */
  readonly group: GroupStatus
  readonly own: CopyTold
  /** A text = it is not known, and why. */
  readonly peer: CopyTold | string
  /** The disks that a person named: what is on them may go. */
  readonly serials: { readonly own: string | null; readonly peer: string | null }
  readonly keep: boolean
  /** A first copy was begun on this board, and cut off. */
  readonly begun: boolean
  /** Size of the mirror as it is, in bytes; 0 = it is not known here. */
  readonly mirrorBytes: number
}

/** What a person may say, who sees the disk's serial number on it: only that makes it go on. */
export interface DiskQuestion {
  readonly side: 'own' | 'peer'
  /** Of that disk; its name is null where several could be meant. */
  readonly told: CopyTold
  /** It may be made anew. */
  readonly anew: boolean
  /** Its ext4 may be kept as the first copy. */
  readonly keep: boolean
}

export type CreatePlan =
  | { readonly kind: 'refused'; readonly words: string; readonly asks?: DiskQuestion }
  /** Nothing is to be done. */
  | { readonly kind: 'done'; readonly words: string }
  /** `own`, `peer`: that disk is made ready first. `whole`: the other copy is filled from this one. */
  | { readonly kind: 'first'; readonly own: boolean; readonly peer: boolean; readonly whole: boolean }
  | { readonly kind: 'keep'; readonly own: boolean; readonly peer: boolean }
  /** One disk is new; it is filled from the other copy. */
  | { readonly kind: 'replace'; readonly side: 'own' | 'peer' }

type Side = 'own' | 'peer'

const refused = (words: string, asks?: DiskQuestion): CreatePlan =>
  asks === undefined ? { kind: 'refused', words } : { kind: 'refused', words, asks }

const idle = (role: string | null): boolean => role === 'standby' || role === 'failed'

const letterOf = ({ board }: CreateWorld, side: Side): BoardId => (side === 'own' ? board : board === 'a' ? 'b' : 'a')

const isNamed = ({ serials }: CreateWorld, side: Side, { name }: CopyTold): boolean =>
  name !== null && serials[side] === name

/** It was mirrored with another disk once, nobody uses it, and a person named it. */
const isGivenUp = (world: CreateWorld, side: Side, told: CopyTold): boolean =>
  told.kind === 'made' && !told.fresh && told.attached === null && isNamed(world, side, told)

/** It carries a copy. */
const isReady = (world: CreateWorld, side: Side, told: CopyTold): boolean =>
  told.kind === 'made' && !told.fresh && !isGivenUp(world, side, told)

/** Why this disk may not be made ready, and what a person could say to that; null = it may, or is so already. `first`: an ext4 could be kept. */
const whyNotOne = (world: CreateWorld, side: Side, told: CopyTold, first: boolean): CreatePlan | null => {
  const board = letterOf(world, side)
  const asks = { side, told, anew: true, keep: false }
  const said = `board ${board}: ${told.words}`
  if (told.kind === 'absent') return told.words.includes(NAME_ONE) ? refused(said, asks) : refused(said)
  if (told.kind === 'never') return refused(said)
  if (told.kind === 'content' && !isNamed(world, side, told)) {
    const keep = first && told.ext4 && side === 'own'
    const anew = `${said}; to have it made anew all the same: --serial ${board}:${told.name}`
    return refused(`${anew}${keep ? '; to keep its files: --keep' : ''}`, { ...asks, keep })
  }
  // Somebody began to keep it: it would be lost with the first copy.
  if (told.kind === 'made' && told.fresh && told.ext4) {
    const words = `${said}, and an ext4 lies below it: \`baton disk create --keep\` there keeps it; to give it up stop the daemon and take its signatures away (\`wipefs --all\`)`
    return first && side === 'own' ? refused(words, { ...asks, anew: false, keep: true }) : refused(words)
  }
  return null
}

const isEmpty = (told: CopyTold): boolean => told.kind === 'blank' || (told.kind === 'made' && told.fresh && told.empty)

const isToDo = (world: CreateWorld, side: Side, told: CopyTold): boolean =>
  told.kind !== 'made' || isGivenUp(world, side, told)

const planReplace = (world: CreateWorld, side: Side, told: CopyTold): CreatePlan => {
  const { group, mirrorBytes, board } = world
  const [good, lost] = side === 'own' ? [letterOf(world, 'peer'), board] : [board, letterOf(world, 'peer')]
  const said = side === 'own' ? group.copies?.there : group.copies?.here
  if (!isToDo(world, side, told))
    return {
      kind: 'done',
      words: `the disk of board ${lost} is ready: it is filled as soon as both boards are connected`
    }
  if (said !== 'current' && said !== 'alone')
    return refused(
      `the copy on board ${good} is not known to be current (${said ?? 'unknown'}): a disk on board ${lost} would be filled with what may lack something; see \`baton status\` there. Only if no newer copy is left anywhere: \`baton take-stale ${group.name}\` on board ${good}, then this again`
    )
  const held = side === 'own' ? group.role : group.peerRole
  if (!idle(held))
    return refused(`${group.name} is held on board ${lost}, whose disk is new: \`baton switchover\` first`)
  const small = whyTooSmall(told, mirrorBytes)
  if (small !== null)
    return refused(
      `board ${lost}: ${told.words}: ${small}: take a disk that is at least as large as that of board ${good}`
    )
  return whyNotOne(world, side, told, false) ?? { kind: 'replace', side }
}

const planFirst = (world: CreateWorld, peer: CopyTold): CreatePlan => {
  const { group, keep, own } = world
  if (!idle(group.role) || !idle(group.peerRole))
    return refused(`${group.name} is held or taken on one of the boards, or the other one is not heard`)
  const other = whyNotOne(world, 'peer', peer, true)
  if (other !== null) return other
  const make = { own: isToDo(world, 'own', own), peer: isToDo(world, 'peer', peer) }
  if (keep) {
    const kept = own.ext4 && (own.kind === 'content' || own.kind === 'made')
    if (!kept)
      return refused(
        `there is no ext4 on the disk of this board that could be kept: ${own.words}; disk.device in the configuration must name the very disk or partition that holds it`
      )
    const { own: meant } = world.serials
    if (meant !== null && own.name !== meant)
      return refused(`board ${world.board}: ${own.words}: its serial number is not ${meant}; nothing was done`)
    return { kind: 'keep', own: own.kind === 'content', peer: make.peer }
  }
  const why = whyNotOne(world, 'own', own, true)
  if (why !== null) return why
  return { kind: 'first', ...make, whole: !(isEmpty(own) && isEmpty(peer)) }
}

/** What this board sees besides. */
export interface FirstSight {
  /** A filesystem is being made, or was cut off. */
  readonly making: boolean
  /** The mirror is primary here. */
  readonly primary: boolean
}

/**
 * A first copy that was begun on this board is whole, or its disk is gone: what is remembered of it says nothing of the disks that are there. Else a
 * copy that is to be filled from the other one could be taken for the first one, later.
 */
export const isFirstOver = (world: CreateWorld, { making, primary }: FirstSight): boolean => {
  const { group, own, peer } = world
  if (group.role === 'active' || group.peerRole === 'active') return true
  if (typeof peer === 'string') return false
  if (own.kind !== 'made') return isReady(world, 'peer', peer)
  const whole = group.copies?.there === 'current' && peer.attached === 'UpToDate'
  return whole && own.ext4 && !making && !primary
}

/** Called with the world as it is. */
export const planCreate = (world: CreateWorld): CreatePlan => {
  const { own, peer, begun } = world
  if (typeof peer === 'string')
    return refused(
      `what board ${letterOf(world, 'peer')} has is not known: ${peer}; both boards must be up, and connected by Ethernet`
    )
  const [here, there] = [isReady(world, 'own', own), isReady(world, 'peer', peer)]
  // Declared, and not whole yet.
  if (begun && here) return { kind: 'first', own: false, peer: false, whole: peer.attached !== 'UpToDate' }
  if (here && there)
    return { kind: 'done', words: `both boards carry a copy already (here ${own.words}; there ${peer.words})` }
  if (there) return planReplace(world, 'own', own)
  if (here) return planReplace(world, 'peer', peer)
  return planFirst(world, peer)
}
