// Getty, login and PAM of this machine with what install.sh lays down, on a pty, in a mount namespace of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('provisioning of the console', function () {
  this.timeout(120_000)

  it('every test passes inside the namespace', () => {
    const file = fileURLToPath(new URL('./console-login.inside.js', import.meta.url))
    const words = ['--mount', '--propagation', 'private', process.execPath, mocha, '--exit', file]
    const run = spawnSync('unshare', words, { encoding: 'utf8', timeout: 110_000 })
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
    assert.match(run.stdout, /[1-9]\d* passing/)
  })
})
