// Faults of one board: supply, process, wires, storage, children, people. Called by faults.ts only.

import { buttonMoved } from './button.js'
import { daemonDies, deliver, standStill } from './daemon.js'
import type { Undo } from './faults.js'
import { replaceDisk } from './mirror.js'
import { connectMirror } from './mirror-link.js'
import type { Trouble } from './plan.js'
import { inputChanged, moveRelay, resetBoard } from './power.js'
import { lanOrDiskChanged, wiresChanged } from './wires.js'
import type { Board, World } from './world.js'

type BoardTrouble = Exclude<
  Trouble,
  { kind: 'linkCut' | 'allLinksCut' | 'linkBad' | 'linkHeld' | 'bothPowerCut' | 'replicationCut' }
>
type Counter =
  | 'harnessPulled'
  | 'loopCut'
  | 'storeFails'
  | 'storeSlow'
  | 'actionSlow'
  | 'lanDown'
  | 'otherConfiguration'
  | 'buttonDown'

const count = (board: Board, counter: Counter, changed: () => void): Undo => {
  board.troubles[counter]++
  changed()
  return () => {
    board.troubles[counter]--
    changed()
  }
}

const enlist = <T>(list: T[], entry: T, changed: () => void): Undo => {
  list.push(entry)
  changed()
  return () => {
    list.splice(list.indexOf(entry), 1)
    changed()
  }
}

const NOTHING = (): void => undefined

/** Begin one fault; the answer ends it. */
export const applyBoardTrouble = (world: World, trouble: BoardTrouble, forMs: number): Undo => {
  const board = world.boards[trouble.board]
  const wires = (): void => wiresChanged(world, board.id)
  const slow = (): void => lanOrDiskChanged(world, board.id)
  switch (trouble.kind) {
    case 'powerCut':
      board.troubles.wallCut++
      inputChanged(world, board, trouble.atOnce)
      return () => {
        board.troubles.wallCut--
        inputChanged(world, board)
      }
    case 'daemonCrash':
      daemonDies(world, board, 'crashed', world.random.daemon.between(100, 1500))
      return null
    case 'hang':
      standStill(world, board, trouble.scope, forMs)
      return null
    case 'panic':
      resetBoard(world, board, 'kernel panic')
      return null
    case 'harnessPulled':
      return count(board, 'harnessPulled', () => {
        moveRelay(world, board.id)
        wires()
      })
    case 'loopCut':
      return count(board, 'loopCut', wires)
    case 'senseStuck':
      return enlist(board.troubles.senseStuck, trouble.level, wires)
    case 'senseBounce':
      bounce(world, board, world.agenda.now + forMs)
      return null
    case 'relayStuck':
      return enlist(board.troubles.relayStuck, trouble.open, () => moveRelay(world, board.id))
    case 'storeFails':
      return count(board, 'storeFails', NOTHING)
    case 'storeSlow':
      return count(board, 'storeSlow', NOTHING)
    case 'storeLost':
      board.store.loss = trouble.rollBack ? 'older' : 'gone'
      return null
    case 'actionFails':
      return enlist(board.troubles.actionFails, trouble.action, NOTHING)
    case 'actionHangs':
      return enlist(board.troubles.actionHangs, trouble.action, NOTHING)
    case 'actionSlow':
      return count(board, 'actionSlow', NOTHING)
    case 'diskGone':
      return enlist(board.troubles.diskGone, trouble.group, slow)
    case 'diskReplaced': {
      const back = enlist(board.troubles.diskGone, trouble.group, slow)
      return () => {
        replaceDisk(world, board.id, trouble.group)
        back?.()
      }
    }
    case 'copiesParted':
      connectMirror(world, board, { group: trouble.group, on: false, discard: false })
      return () => connectMirror(world, board, { group: trouble.group, on: true, discard: false })
    case 'serviceDies': {
      const holding = board.soc?.holdings.get(trouble.group)
      if (holding === undefined || holding.services === 'none') return null
      holding.services = 'some'
      slow()
      return null
    }
    case 'lanDown':
      return count(board, 'lanDown', slow)
    case 'otherConfiguration':
      return count(board, 'otherConfiguration', NOTHING)
    case 'button':
      return count(board, 'buttonDown', () => buttonMoved(world, board.id))
    case 'foreignFrames':
      return foreignFrames(world, board, trouble)
    case 'operator':
      ask(world, board, trouble.what)
      return null
  }
}

/** An operator types an order at this board; a board that does not run answers nobody. */
export const ask = (world: World, board: Board, what: Extract<Trouble, { kind: 'operator' }>['what']): void => {
  if (board.daemon === null) return
  if (what.order === 'restart' || what.order === 'leave') board.planned = what.order
  deliver(world, board, board.daemon.nonce, { kind: 'operatorAsked', request: ++world.requests, what })
}

const bounce = (world: World, board: Board, untilAt: number): void => {
  const level = world.random.power.chance(0.5)
  const undo = enlist(board.troubles.senseStuck, level, () => wiresChanged(world, board.id))
  world.agenda.after(world.random.power.between(1, 60), () => {
    undo?.()
    if (world.agenda.now < untilAt) bounce(world, board, untilAt)
  })
}

const foreignFrames = (world: World, board: Board, trouble: Extract<Trouble, { kind: 'foreignFrames' }>): Undo => {
  let over = false
  const again = (): void => {
    if (over) return
    const foreign = world.random.link.pick(['key', 'version', 'identity'] as const)
    if (board.daemon !== null)
      deliver(world, board, board.daemon.nonce, { kind: 'foreignFrameReceived', link: trouble.link, foreign })
    world.agenda.after(world.random.link.between(50, 400), again)
  }
  again()
  return () => {
    over = true
  }
}
