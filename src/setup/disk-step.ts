// The step of a set-up that is about the disk of one group: shared or mirrored. Pure. Used by step.ts.
import type { DiskTold, SetupView } from '../port/setup-view.js'
import type { BoardId, DaemonStatus, GroupStatus } from '../runtime/status.js'
import type { SetupWorld, Step } from './step.js'

export const wait = (words: string): Step => ({ kind: 'wait', words })
export const otherOf = ({ core }: DaemonStatus): BoardId => (core.board === 'a' ? 'b' : 'a')

export const PREPARING = 'preparing the disk of '
export const preparing = (group: string, disk: DiskTold | undefined): string =>
  `${PREPARING}${group} (${disk?.words ?? 'not seen'})`

/** It wants no person. */
export const isToPrepare = (disk: DiskTold | undefined): boolean => disk?.kind === 'blank' || disk?.kind === 'made'

/** The one board that acts where both could: the home of the group. */
export const actsHere = (status: DaemonStatus, group: GroupStatus): boolean => group.home === status.core.board

const personStep = (name: string, here: DiskTold, there: DiskTold, order: string): Step | null => {
  const person = here.kind === 'person' ? here : there.kind === 'person' ? there : null
  return person === null
    ? null
    : wait(
        `the disk of ${name} is not touched: ${person.words}; \`baton disk ${order}\` asks, or plug in the right one`
      )
}

/** One disk on each board; the home board makes both ready, and the first copy. */
const mirrorStep = (status: DaemonStatus, group: GroupStatus, here: DiskTold, there: DiskTold): Step | null => {
  const { name } = group
  if (here.kind === 'ready' && there.kind === 'ready') return null
  const person = personStep(name, here, there, 'create')
  if (person !== null) return person
  const other = otherOf(status)
  if (here.kind === 'absent') return wait(`this board has no disk for its copy of ${name}: ${here.words}`)
  if (there.kind === 'absent') return wait(`board ${other} has no disk for its copy of ${name}: ${there.words}`)
  // A disk beside a copy that is ready is filled from it, or was declared with it and is not whole yet.
  const both = isToPrepare(here) && isToPrepare(there)
  if (actsHere(status, group) && (both || here.kind === 'made'))
    return { kind: 'prepare', group: name, words: preparing(name, here) }
  return both ? wait(`board ${other} prepares the disks of ${name}`) : null
}

/** null = nothing is to be done about it, or nothing can. */
export const diskStep = (
  disks: SetupWorld['disks'],
  status: DaemonStatus,
  peer: SetupView,
  group: GroupStatus
): Step | null => {
  const { name } = group
  const here = disks[name]
  const there = peer.disks[name]
  if (here === undefined) return null
  if (there === undefined) return wait(`waiting for what board ${otherOf(status)} sees of the disk of ${name}`)
  if (group.copies !== undefined) return mirrorStep(status, group, here, there)
  if (here.kind === 'ready' || there.kind === 'ready') return null
  if (here.kind === 'blank' && (there.kind !== 'blank' || actsHere(status, group)))
    return { kind: 'prepare', group: name, words: preparing(name, here) }
  if (there.kind === 'blank') return wait(`board ${otherOf(status)} prepares the disk of ${name} (${there.words})`)
  return personStep(name, here, there, 'prepare')
}
