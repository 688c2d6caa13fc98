// `npm run package`: the Debian packages of baton for Debian trixie and Raspberry Pi OS of that release.
// Prints path, size and sha256 of each. `--arch arm64|amd64` makes one; `--twice` makes each again and compares;
// `--check` looks at them with lintian and installs the one for this machine in a root of its own.
import { parseArgs } from 'node:util'
import { checkPackages } from './check.js'
import { type Made, makePackage } from './make.js'
import { ARCHITECTURES, say, sourceEpoch } from './place.js'

const USAGE = 'usage: npm run package -- [--arch arm64|amd64] [--twice] [--check]'

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
    const first = await makePackage(architecture, epoch)
    if (args.twice) {
      const second = await makePackage(architecture, epoch)
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
