// Makes one package from start to end. Called by package.ts and by the image's build.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packTree } from './control.js'
import { type Architecture, BUILD, CACHE, ROOT } from './place.js'
import { layTree } from './tree.js'

export interface Made {
  readonly architecture: Architecture
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** The package must not know where it was made: that is nobody's business, and other bytes in every place. */
const refuseOwnPaths = (root: string): void => {
  for (const own of [ROOT, CACHE, root]) {
    const found = spawnSync('grep', ['--recursive', '--files-with-matches', '--fixed-strings', own, root])
    if (found.status !== 1) throw new Error(`${own} stands in ${found.stdout.toString().trim() || 'a file'}`)
  }
}

/** Make the package of one processor; throws with words. Same sources and same `epoch`, same bytes. */
export const makePackage = async (architecture: Architecture, epoch: number): Promise<Made> => {
  // Another folder each time: a path that leaks into the package shows as a difference.
  const draft = mkdtempSync(join(tmpdir(), 'baton-package-'))
  try {
    const root = join(draft, 'root')
    mkdirSync(root)
    await layTree(root, architecture, epoch)
    refuseOwnPaths(root)
    mkdirSync(BUILD, { recursive: true })
    const file = packTree(root, architecture, epoch)
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex')
    return { architecture, file, bytes: statSync(file).size, sha256 }
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
