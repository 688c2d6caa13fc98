// The person in front of an emulated pair: two buttons, eight lights, two eyes. Counts what had to be done. Made by a scenario.
// Knows nothing that cannot be seen from outside: no status, no console.
import { setTimeout as delay } from 'node:timers/promises'
import { nowMs } from '../../board/virtual/time.js'
import { LEDS } from '../../src/core/panel-table.js'
import type { BoardId } from '../../src/core/types.js'
import { type Edges, readCode, sawAllLit } from './code-reading.js'
import { lightsInWords } from './lights-in-words.js'
import type { RigContext } from './scenario.js'

export interface Person {
  /** What had to be done so far: each touch of a button. */
  readonly acts: number
  /** What the lights of a board say, in words of the panel's table. */
  sees(board: BoardId): string
  /** The code that its lights show; null = none, or not long enough yet. */
  code(board: BoardId): string | null
  /** All four lights of the board were lit at once within the last seconds: a code begins. */
  sawMark(board: BoardId): boolean
  /** Hold the button for so long. */
  hold(board: BoardId, forMs: number): Promise<void>
  /** Hold the button until something is seen, at most so long. False = it was not seen. */
  holdUntil(board: BoardId, seen: () => boolean, maxMs: number): Promise<boolean>
}

/** Reading eight lights takes a while. */
const LOOK_MS = 500
const MARK_MS = 4000

export const makePerson = ({ world, boards, say }: RigContext): Person => {
  let acts = 0
  const edgesOf = (board: BoardId): Edges => {
    const [active, peer, sync, fault] = LEDS.map(led => world.harness.edges(board, led))
    return { active: active ?? [], peer: peer ?? [], sync: sync ?? [], fault: fault ?? [] }
  }
  const touch = (board: BoardId, how: string): void => {
    acts += 1
    say(`  the person: button of ${board}, ${how} (act ${acts})`)
  }
  return {
    get acts() {
      return acts
    },
    sees: board => lightsInWords(boards[board].lights()),
    code: board => readCode(edgesOf(board), nowMs()),
    sawMark: board => sawAllLit(edgesOf(board), nowMs(), MARK_MS),
    hold: async (board, forMs) => {
      touch(board, `held for ${(forMs / 1000).toFixed(1)} s`)
      await boards[board].pressButton(forMs)
    },
    holdUntil: async (board, seen, maxMs) => {
      touch(board, 'held until the lights answer')
      const endAt = nowMs() + maxMs
      world.faults[board].buttonDown = true
      try {
        while (nowMs() < endAt) {
          await delay(LOOK_MS)
          if (seen()) return true
        }
        return false
      } finally {
        world.faults[board].buttonDown = false
      }
    }
  }
}
