// The seam between the world and what is judged in it: a core, seen as four functions. The shipped one, a sabotaged copy or a dummy.
import type { Boot } from '../../src/core/boot.js'
import type { Effect } from '../../src/core/effect.js'
import type { CoreEvent } from '../../src/core/event.js'
import type { Settings } from '../../src/core/settings.js'
import type { CoreStatus } from '../../src/core/status.js'

/** The world never looks inside: what a board believes is no evidence. */
export type CoreState = object

export interface CoreModule {
  createCore(settings: Settings, boot: Boot, now: number): CoreState
  step(state: CoreState, event: CoreEvent, now: number): readonly Effect[]
  nextWakeAt(state: CoreState): number
  describe(state: CoreState, now: number): CoreStatus
}

/** Where tsc puts the shipped core, seen from dist/test/simulator. */
const SHIPPED = new URL('../../src/core/', import.meta.url).href

/** The compiled core in that folder (an URL that ends in `/`); fails with the loader's own error where there is none. */
export const loadCore = async (folder: string = SHIPPED): Promise<CoreModule> => {
  const part = async (name: string): Promise<CoreModule> => (await import(`${folder}${name}.js`)) as CoreModule
  const { createCore } = await part('create')
  const { step, nextWakeAt } = await part('step')
  const { describe } = await part('describe')
  return { createCore, step, nextWakeAt, describe }
}
