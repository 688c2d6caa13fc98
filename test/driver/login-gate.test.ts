// The login gate with the real pam_nologin: needs a /run and an /etc/pam.d of its own, so it runs in a mount namespace.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const SCRIPT = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/pam.d && exec "$@"'

describe('login gate', function () {
  this.timeout(60_000)
  it('every test passes inside the namespace', () => {
    const file = fileURLToPath(new URL('./login-gate.inside.js', import.meta.url))
    const run = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', process.execPath, mocha, file],
      { encoding: 'utf8', timeout: 50_000 }
    )
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
    assert.match(run.stdout, /[1-9]\d* passing/)
  })
})
