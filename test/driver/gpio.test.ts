// GPIO tests need a /sys/class/gpio of their own: they run in a mount namespace where a tmpfs lies over /sys/class.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('GPIO and relay fence', function () {
  this.timeout(60_000)
  for (const suite of ['gpio', 'relay-fence', 'fence', 'panel']) {
    it(`${suite}: every test passes inside the namespace`, () => {
      const file = fileURLToPath(new URL(`./${suite}.inside.js`, import.meta.url))
      const script = 'mount -t tmpfs tmpfs /sys/class && mkdir /sys/class/gpio && exec "$@"'
      const run = spawnSync(
        'unshare',
        ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', process.execPath, mocha, file],
        { encoding: 'utf8', timeout: 50_000 }
      )
      assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
      assert.match(run.stdout, /[1-9]\d* passing/)
    })
  }
})
