// Walks every choice from a start, breadth first, each state once; tells of the first broken rule by the shortest path that leads to it.
// Called by explore.ts and its test.
import type { CoreModule } from '../core-module.js'
import { deadBoard } from './board.js'
import { choices, made } from './choices.js'
import { type Choice, course } from './course.js'
import { newMirror } from './mirror.js'
import { type DiskKind, provedRecord, STEP_MS, settingsOf, type WiringKind } from './pair.js'
import { createShelf } from './shelf.js'
import { CALM_MAX, facetOf, type Ground, nameOfWorld, type World, worldOf } from './world.js'

export interface Scope {
  readonly wiring: WiringKind
  readonly disk: DiskKind
  /** `running`: a serves, all is well. `cold`: both boards get power at the same time, for the first time. */
  readonly from: 'running' | 'cold'
  readonly faults: number
  readonly repairs: number
  readonly acts: number
  /** Tokens that arrive one step late; all others arrive in the instant in which they are sent. */
  readonly lates: number
  /** The walk ends at this many states at the latest. */
  readonly statesMax: number
}

export interface Walk {
  readonly states: number
  /** Choices made one after the other, at most. */
  readonly depth: number
  /** Choices tried. */
  readonly transitions: number
  /** Nothing was left to walk. */
  readonly complete: boolean
  /** States behind which a rule is broken by a fault that it may assume away; nothing was walked behind them. */
  readonly beyond: number
  readonly boards: number
  readonly steps: number
  readonly violation: Violation | null
}

/** `path`: from the start of `scope`, which of the choices was made, each time. */
export interface Violation {
  readonly words: string
  readonly scope: Scope
  readonly path: readonly number[]
}

const WARM_UP_MAX = 5000

const coldStart = (ground: Ground, scope: Scope): World => {
  const put = (board: 'a' | 'b'): number =>
    ground.shelf.put(deadBoard(board, provedRecord(settingsOf(board, scope.wiring, scope.disk))))
  return {
    boards: [put('a'), put('b')],
    cuts: 0,
    flight: [],
    faults: 0,
    repairs: 0,
    acts: 0,
    lates: 0,
    stamp: -1,
    tenure: -1,
    acknowledged: -1,
    owner: 0,
    confirmed: 0,
    calm: 0,
    mirror: scope.disk === 'mirrored' ? newMirror() : null,
    broken: null
  }
}

const attempt = (world: World, choice: Choice): World => {
  try {
    return made(world, choice)
  } catch (error) {
    // An assertion of the core is a finding as well; anything else is ours.
    if (!(error instanceof Error) || !error.message.startsWith('core:')) throw error
    return { ...world, broken: { words: error.message, beyond: false } }
  }
}

/** Nothing fails and nothing is late, until a serves and both have heard each other for a while; or until a rule breaks. */
const warmUp = (ground: Ground, cold: World): { readonly world: World; readonly choices: number } => {
  let world = cold
  for (let i = 1; i <= WARM_UP_MAX; i++) {
    const [first] = course(ground, world)
    if (first === undefined) break
    world = attempt(world, first)
    const settled = first.name === 'time' && world.calm === CALM_MAX && world.acknowledged >= 0
    if (world.broken !== null || (settled && facetOf(ground, world, 0).board.services === 'all'))
      return { world, choices: i }
  }
  throw new Error('nothing fails, and yet the pair does not come up')
}

export const createGround = (core: CoreModule, wiring: WiringKind, disk: DiskKind): Ground => ({
  shelf: createShelf({ core, wiring, disk }),
  wiring,
  disk
})

const startOf = (ground: Ground, scope: Scope): { readonly world: World; readonly choices: number } => {
  const cold = coldStart(ground, scope)
  const { world, choices } = scope.from === 'cold' ? { world: cold, choices: 0 } : warmUp(ground, cold)
  const { faults, repairs, acts, lates } = scope
  return { world: { ...world, faults, repairs, acts, lates }, choices }
}

/** Which state each state was reached from, and by which of its choices: a few bytes each. */
const createTrail = (statesMax: number) => {
  const parents = new Int32Array(statesMax)
  const ways = new Uint8Array(statesMax)
  return {
    note: (state: number, parent: number, way: number): void => {
      parents[state] = parent
      ways[state] = way
    },
    pathTo: (state: number, last: number): number[] => {
      const path = [last]
      for (let at = state; at > 0; at = parents[at] ?? 0) path.push(ways[at] ?? 0)
      return path.reverse()
    }
  }
}

/** Breadth first; ends at the first broken rule, at the bound, or when nothing is left. `tell`: one line per depth. */
export const walk = (core: CoreModule, scope: Scope, tell: (words: string) => void = () => {}): Walk => {
  const ground = createGround(core, scope.wiring, scope.disk)
  const { world: start, choices: warmed } = startOf(ground, scope)
  const seen = new Set([nameOfWorld(start)])
  const trail = createTrail(scope.statesMax)
  let layer: string[] = [...seen]
  let [first, depth, transitions, beyond] = [0, 0, 0, 0]
  const end = (complete: boolean, violation: Walk['violation']): Walk => {
    const { boards, steps } = ground.shelf.counts()
    return { states: seen.size, depth, transitions, complete, beyond, boards, steps, violation }
  }
  if (start.broken !== null) {
    const path = new Array<number>(warmed).fill(0)
    return end(false, { words: start.broken.words, scope: { ...scope, from: 'cold' }, path })
  }
  while (layer.length > 0) {
    const next: string[] = []
    for (const [index, text] of layer.entries()) {
      const world = worldOf(text)
      for (const [way, choice] of choices(ground, world).entries()) {
        transitions++
        const after = attempt(world, choice)
        if (after.broken?.beyond) beyond++
        else if (after.broken !== null)
          return end(false, { words: after.broken.words, scope, path: trail.pathTo(first + index, way) })
        if (after.broken !== null) continue
        const name = nameOfWorld(after)
        if (seen.has(name)) continue
        if (seen.size >= scope.statesMax) return end(false, null)
        trail.note(seen.size, first + index, way)
        seen.add(name)
        next.push(name)
      }
    }
    first += layer.length
    layer = next
    if (layer.length > 0) depth++
    tell(`depth ${depth}: ${seen.size} states, ${layer.length} new, ${ground.shelf.counts().boards} states of a board`)
  }
  return end(true, null)
}

/** The path again, in words: what happened when, and what both boards did then. */
export const tellPath = (core: CoreModule, violation: Violation): string[] => {
  const ground = createGround(core, violation.scope.wiring, violation.scope.disk)
  let { world } = startOf(ground, violation.scope)
  let [at, before] = [0, '']
  const lines = [violation.words]
  for (const way of violation.path) {
    const choice = choices(ground, world)[way]
    if (choice === undefined) break
    world = attempt(world, choice)
    if (choice.name === 'time') at += STEP_MS
    const doing = `a: ${facetOf(ground, world, 0).doing} | b: ${facetOf(ground, world, 1).doing}`
    if (choice.name !== 'time' || doing !== before)
      lines.push(`${String(at).padStart(6)} ms  ${choice.name.padEnd(48)}  ${doing === before ? '' : doing}`.trimEnd())
    before = doing
  }
  return lines
}
