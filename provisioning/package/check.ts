// Looks at finished packages: lintian. Called by package.ts.

import { spawnSync } from 'node:child_process'
import type { Architecture } from './place.js'
import { say } from './place.js'

export const checkPackages = (
  made: readonly { readonly architecture: Architecture; readonly file: string }[]
): void => {
  for (const { file } of made) {
    const result = spawnSync('lintian', ['--no-cfg', '--allow-root', '--fail-on', 'error', file], { encoding: 'utf8' })
    say(`lintian: ${(result.stdout + result.stderr).trim() || 'nothing to say'}`)
    if (result.status !== 0) throw new Error(`lintian found errors in ${file}`)
  }
}
