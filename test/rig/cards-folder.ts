// The folder of cards: what a rig that died has left there is removed when the next one starts. Called by rig.ts.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isOwned } from '../../board/virtual/reaper.js'
import { CARDS } from './names.js'

const KEPT = 'kept'

/** These cards stay until somebody removes them. */
export const keepCards = (folder: string): void => writeFileSync(join(folder, KEPT), '')

export const removeOldCards = (): void => {
  if (!existsSync(CARDS)) return
  for (const id of readdirSync(CARDS)) {
    const folder = join(CARDS, id)
    if (!isOwned(id) && !existsSync(join(folder, KEPT))) rmSync(folder, { recursive: true, force: true })
  }
}
