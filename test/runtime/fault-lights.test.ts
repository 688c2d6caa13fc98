// The lights need a /sys/class/gpio of their own: they run in a mount namespace where a tmpfs lies over /sys/class.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('fault lights', function () {
  this.timeout(200_000)

  it('every test passes inside the namespace', () => {
    const file = fileURLToPath(new URL('./fault-lights.inside.js', import.meta.url))
    const script = 'mount -t tmpfs tmpfs /sys/class && exec "$@"'
    const run = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', process.execPath, mocha, file],
      { encoding: 'utf8', timeout: 190_000 }
    )
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
    assert.match(run.stdout, /[1-9]\d* passing/)
  })
})
