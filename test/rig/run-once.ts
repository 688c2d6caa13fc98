// One run of the rig as a program makes it: what older ones left is swept, a signal puts everything away, the cards go or are kept.
// Called by rig.ts and the benchmark of the mirror.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { sweepOrphans } from '../../board/virtual/reaper.js'
import { keepCards, removeOldCards } from './cards-folder.js'
import { type RigNames, rigNames } from './names.js'
import { type RunOptions, runRig } from './run.js'
import type { Judgement } from './summary.js'

export interface OnceOptions extends Omit<RunOptions, 'names' | 'onClose'> {
  /** Cards and disks stay. */
  readonly keep: boolean
}

export interface Once {
  readonly judgement: Judgement
  readonly names: RigNames
}

/** Never resolves where a signal came: the process ends when all is put away. */
export const runOnce = async ({ keep, ...options }: OnceOptions): Promise<Once> => {
  const { scenario, say } = options
  for (const id of await sweepOrphans()) say(`cleaned up after a lab or rig that died: ${id}`)
  removeOldCards()
  const address = scenario.ground === 'pc' ? undefined : scenario.address
  const names = rigNames(randomBytes(3).toString('hex'), scenario.name, address)
  let close = async (): Promise<void> => undefined
  let interrupted = false
  const tidy = (): void => {
    if (keep) keepCards(names.cards)
    else rmSync(names.cards, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interrupted) return
      interrupted = true
      say(`${signal}: cleaning up`)
      void close().then(() => {
        if (!keep) tidy()
        process.exit(130)
      })
    })
  }
  say(scenario.title)
  const judgement = await runRig({
    ...options,
    names,
    onClose: made => {
      close = made
    }
  })
  if (interrupted) return new Promise(() => undefined)
  tidy()
  return { judgement, names }
}
