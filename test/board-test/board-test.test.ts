// The whole test needs a /sys/class/gpio of its own: it runs in a mount namespace where a tmpfs lies over /sys/class.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('the board test on lines made of files', function () {
  this.timeout(120_000)
  it('passes every test inside the namespace', () => {
    const file = fileURLToPath(new URL('./board-test.inside.js', import.meta.url))
    const script = 'mount -t tmpfs tmpfs /sys/class && mkdir /sys/class/gpio && exec "$@"'
    const run = spawnSync(
      'unshare',
      ['--mount', '--net', '--propagation', 'private', 'sh', '-c', script, 'sh', process.execPath, mocha, file],
      { encoding: 'utf8', timeout: 110_000 }
    )
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
    assert.match(run.stdout, /[1-9]\d* passing/)
  })
})
