// Judges finished packages: lintian and the release's archive for each, a trial in a root for the one that runs on this machine. Called by package.ts.
import { spawnSync } from 'node:child_process'
import { releaseApt } from './apt.js'
import { tryInRoot } from './check-root.js'
import { type Architecture, RELEASE, run, say } from './place.js'

/** Throws at the first fault, in words. */
export const checkPackages = (
  made: readonly { readonly architecture: Architecture; readonly file: string }[]
): void => {
  for (const { file, architecture } of made) {
    const words = ['--no-cfg', '--allow-root', '--fail-on', 'error', file]
    const result = spawnSync('lintian', words, { encoding: 'utf8' })
    say(
      `lintian, ${architecture}: ${`${result.stdout ?? ''}${result.stderr ?? ''}`.trim() || 'no errors, no warnings'}`
    )
    if (result.status !== 0) throw new Error(result.error?.message ?? `lintian found errors in ${file}`)
  }
  for (const { file, architecture } of made) {
    const answer = run('apt-get', ['-s', 'install', file], { env: releaseApt(architecture) })
    const others = answer.split('\n').filter(line => line.startsWith('Inst ')).length - 1
    say(`apt, ${architecture}: installs on an empty ${RELEASE}, with ${others} packages that it needs or recommends`)
  }
  const here = run('dpkg', ['--print-architecture']).trim()
  const own = made.find(({ architecture }) => architecture === here)
  if (own === undefined) say(`no package for ${here} among them: nothing to install here`)
  else tryInRoot(own.file, own.architecture)
}
