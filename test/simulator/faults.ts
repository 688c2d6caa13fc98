// Makes the plan's faults happen, and ends them. Overlapping faults add up; each ends by itself, at the latest with the fault phase.
import type { LinkId } from '../../src/core/types.js'
import { LINK_IDS } from '../../src/core/types.js'
import { applyBoardTrouble } from './board-faults.js'
import { cableTouched, releaseHeld } from './cables.js'
import type { Fault, Trouble } from './plan.js'
import type { World } from './world.js'

/** Ends what a fault began; null = it was over at once. */
export type Undo = (() => void) | null

/** Put every fault of the plan on the agenda. */
export const planFaults = (world: World): void => {
  for (const fault of world.plan.faults) {
    const { moment } = fault
    if (moment === null) {
      world.agenda.after(fault.at, () => begin(world, fault))
      continue
    }
    world.agenda.after(fault.at, () => {
      const fire = (): void => {
        if (moment.delayMs === 0) begin(world, fault)
        else world.agenda.after(moment.delayMs, () => begin(world, fault))
      }
      world.armed.push({ board: moment.board, order: moment.order, fire })
    })
  }
  world.agenda.after(world.plan.faultsEndAt, () => {
    world.armed.length = 0
  })
}

const begin = (world: World, fault: Fault): void => {
  const left = world.plan.faultsEndAt - world.agenda.now
  if (left <= 0) return
  const boards = boardsOf(fault.trouble)
  const text = JSON.stringify(fault.trouble)
  world.tell({ kind: 'fault', boards, text: `begins: ${text}` })
  const forMs = Math.min(fault.forMs, left)
  const undo = apply(world, fault.trouble, forMs)
  if (undo === null) return
  world.agenda.after(forMs, () => {
    world.tell({ kind: 'fault', boards, text: `ends: ${text}` })
    undo()
  })
}

const boardsOf = (trouble: Trouble): ('a' | 'b')[] => ('board' in trouble ? [trouble.board] : ['a', 'b'])

const apply = (world: World, trouble: Trouble, forMs: number): Undo => {
  switch (trouble.kind) {
    case 'linkCut':
      return cut(world, [trouble.link], trouble.from)
    case 'allLinksCut':
      return cut(world, LINK_IDS, trouble.from)
    case 'linkBad': {
      const cable = world.cables[trouble.link][trouble.from]
      cable.bad.push(trouble)
      cableTouched(world, cable)
      return () => {
        cable.bad.splice(cable.bad.indexOf(trouble), 1)
        cableTouched(world, cable)
      }
    }
    case 'linkHeld': {
      const cable = world.cables[trouble.link][trouble.from]
      cable.heldBy++
      cableTouched(world, cable)
      return () => {
        cable.heldBy--
        if (cable.heldBy === 0) releaseHeld(world, trouble.from, trouble.link)
        cableTouched(world, cable)
      }
    }
    case 'replicationCut':
      world.replicationCut++
      return () => {
        world.replicationCut--
      }
    case 'bothPowerCut': {
      const undoA = applyBoardTrouble(world, { kind: 'powerCut', board: 'a', atOnce: true }, forMs)
      const undoB = applyBoardTrouble(world, { kind: 'powerCut', board: 'b', atOnce: true }, forMs)
      return () => {
        undoA?.()
        undoB?.()
      }
    }
    default:
      return applyBoardTrouble(world, trouble, forMs)
  }
}

const cut = (world: World, links: readonly LinkId[], from: readonly ('a' | 'b')[]): Undo => {
  const cables = links.flatMap(link => from.map(board => world.cables[link][board]))
  for (const cable of cables) {
    cable.cut++
    cableTouched(world, cable)
  }
  return () => {
    for (const cable of cables) {
      cable.cut--
      cableTouched(world, cable)
    }
  }
}
