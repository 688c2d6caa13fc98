// A root of the release with the packages that somebody wants, as a tar archive in the cache, named by what went in.
// Made for the trial of the package (check-root.ts) and for the emulated PCs of the rig. Needs root.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SOURCE } from './apt.js'
import { type Architecture, CACHE, RELEASE, run, say } from './place.js'

export interface RootRecipe {
  readonly architecture: Architecture
  readonly packages: readonly string[]
  /** On top of what every such root is made with. */
  readonly words?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** What tells one root from another; a recipe without words of its own is told by its packages alone. */
const digestOf = ({ packages, words = [] }: RootRecipe): string =>
  createHash('sha256')
    .update([[...packages].sort().join(), ...words].join('\n'))
    .digest('hex')
    .slice(0, 12)

/** Path of the archive; a minute for the first time, nothing later. */
export const rootArchive = (recipe: RootRecipe): string => {
  const { architecture, packages, words = [], env } = recipe
  const archive = join(CACHE, `root-${RELEASE}-${architecture}-${digestOf(recipe)}.tar`)
  if (existsSync(archive)) return archive
  say(`bootstrapping ${RELEASE} ${architecture} …`)
  mkdirSync(CACHE, { recursive: true })
  const draft = `${archive}.${process.pid}.tar`
  const all = ['--variant=minbase', '--skip=output/dev', `--architectures=${architecture}`, ...words]
  try {
    run('mmdebstrap', [...all, `--include=${[...packages].sort().join()}`, RELEASE, draft, SOURCE], {
      ...(env === undefined ? {} : { env })
    })
    renameSync(draft, archive)
  } finally {
    rmSync(draft, { force: true })
  }
  return archive
}
