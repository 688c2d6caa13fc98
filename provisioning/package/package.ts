// `npm run package`: the Debian packages of baton for Debian trixie and Raspberry Pi OS of that release.
// Prints path, size and sha256 of each. `--arch arm64|amd64` makes one; `--twice` makes each again and compares;
// `--check` looks at them with lintian and installs the one for this machine in a root of its own.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkPackages } from './check.js'
import { packTree } from './control.js'
import { ARCHITECTURES, type Architecture, BUILD, CACHE, ROOT, say, sourceEpoch } from './place.js'
import { layTree } from './tree.js'

const USAGE = 'usage: npm run package -- [--arch arm64|amd64] [--twice] [--check]'

interface Made {
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

const make = async (architecture: Architecture, epoch: number): Promise<Made> => {
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

const readArguments = () => {
  const options = { arch: { type: 'string' }, twice: { type: 'boolean' }, check: { type: 'boolean' } } as const
  const { values } = parseArgs({ options })
  const wanted = ARCHITECTURES.filter(name => values.arch === undefined || values.arch === name)
  if (wanted.length === 0) throw new Error(`--arch ${values.arch}: there are ${ARCHITECTURES.join(' and ')}`)
  return { wanted, twice: values.twice === true, check: values.check === true }
}

const main = async (): Promise<void> => {
  let args: ReturnType<typeof readArguments>
  try {
    args = readArguments()
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`)
    process.exitCode = 2
    return
  }
  process.umask(0o022)
  const epoch = sourceEpoch()
  const made: Made[] = []
  for (const architecture of args.wanted) {
    const first = await make(architecture, epoch)
    if (args.twice) {
      const second = await make(architecture, epoch)
      if (second.sha256 !== first.sha256) throw new Error(`made twice, ${first.file} differs: ${first.sha256} first`)
      say(`${architecture}: made twice, the same bytes`)
    }
    made.push(first)
  }
  if (args.check) checkPackages(made)
  for (const { file, bytes, sha256 } of made) process.stdout.write(`${file}  ${bytes} bytes  sha256 ${sha256}\n`)
}

main().catch((error: unknown) => {
  say(`the package was not made: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
