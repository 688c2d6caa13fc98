// Carries out what `mirror-plan.ts` says, on both boards from one: disks made ready, the first copy, the ext4. Called by `baton disk create`.
// The pair is held still meanwhile, but where a disk is only replaced. Cut off anywhere, the next call looks anew and goes on.
import type { Config } from '../config/types.js'
import { beginFirst, endFirst, makeFirst } from '../driver/mirror-first.js'
import { keepFilesystem } from '../driver/mirror-keep.js'
import { makeCopy } from '../driver/mirror-make.js'
import type { Mode } from '../runtime/status.js'
import { holdStill } from './hold-still.js'
import { giveOrder } from './look.js'
import type { CreatePlan, CreateWorld } from './mirror-plan.js'
import { askPeerDisk } from './peer-disk.js'

export interface CreateWish {
  readonly config: Config
  readonly mirror: NonNullable<NonNullable<Config['groups'][number]['disk']>['mirror']>
  readonly world: CreateWorld
  readonly mode: Mode
  /** `MAJOR:MINOR` of this board's disk; null = there is none. */
  readonly number: string | null
  readonly tell: (text: string) => void
}

/** null = done; else why not. */
type Done = Promise<string | null>

const makeOwn = ({ config, mirror, tell, world }: CreateWish): Done => {
  tell(`this board: ${world.own.words}`)
  return makeCopy({ mirror, stateDir: config.stateDir, serial: world.serials.own, tell })
}

const makePeer = async ({ config, mirror, tell, world }: CreateWish): Done => {
  const words = typeof world.peer === 'string' ? '' : world.peer.words
  tell(`the other board: ${words}`)
  const wish = { doing: 'make', group: mirror.resource, serial: world.serials.peer, since: null } as const
  const { ok, state, words: said } = await askPeerDisk(config, wish, tell)
  return state === 'ended' && ok ? null : `the other board did not make its disk ready: ${said}`
}

/** Until the other copy is filled only a person's word says that this one is current (R7). */
const declareAlone = async ({ config, mirror, tell }: CreateWish): Done => {
  const order = { order: 'takeStale', group: mirror.resource } as const
  const { ok, text } = await giveOrder(config.socket, order, tell)
  return ok || /known to be current/.test(text) ? null : `the copy here is not taken for current: ${text}`
}

const first = async (wish: CreateWish, keep: boolean, whole: boolean): Done => {
  const { config, mirror, tell } = wish
  const failed = await makeFirst({ mirror, stateDir: config.stateDir, whole, keep, tell })
  return failed ?? (whole ? declareAlone(wish) : null)
}

/** Both disks ready. The other board first: where it refuses nothing was changed here. */
const makeBoth = async (wish: CreateWish, plan: Extract<CreatePlan, { kind: 'first' | 'keep' }>): Done => {
  const { mirror, number, tell, world } = wish
  const theirs = plan.peer ? await makePeer(wish) : null
  if (theirs !== null || !plan.own) return theirs
  if (plan.kind === 'first') return makeOwn(wish)
  const bytesMax = typeof world.peer === 'string' ? 0 : world.peer.bytes
  return keepFilesystem({ number: number ?? '', minor: mirror.minor, bytesMax, tell })
}

const together = async (wish: CreateWish, plan: Extract<CreatePlan, { kind: 'first' | 'keep' }>): Done => {
  const { mirror, mode, world } = wish
  const { socket, stateDir } = wish.config
  const held = await holdStill(socket, mirror.resource, mode)
  if (!held.ok) return `the disks are left as they are: ${held.text}`
  try {
    const unwritable = await beginFirst(stateDir, mirror.resource)
    if (unwritable !== null) return unwritable
    const unready = await makeBoth(wish, plan)
    if (unready !== null) {
      // Of a first copy that was begun before nothing is forgotten.
      if (!world.begun) await endFirst(stateDir)
      return unready
    }
    const failed = await first(wish, plan.kind === 'keep', plan.kind === 'keep' || plan.whole)
    if (failed === null) await endFirst(stateDir)
    return failed
  } finally {
    await held.release()
  }
}

const replaceOwn = async (wish: CreateWish): Done => {
  const { config, mirror, tell, world } = wish
  // What the record says of the disk that is gone must not be said of the new one (R7).
  if (world.group.copies?.here === 'alone') {
    const order = { order: 'discardCopy', group: mirror.resource } as const
    const { ok, text } = await giveOrder(config.socket, order, tell)
    if (!ok) return text
  }
  return makeOwn(wish)
}

/** null = done. What is refused or fails leaves something that the next call begins anew. */
export const createCopies = (wish: CreateWish, plan: CreatePlan): Done => {
  switch (plan.kind) {
    case 'refused':
    case 'done':
      return Promise.resolve(plan.words)
    case 'first':
    case 'keep':
      return together(wish, plan)
    case 'replace':
      return plan.side === 'own' ? replaceOwn(wish) : makePeer(wish)
  }
}
