// The scripts of a card on real file systems, each suite in a mount and UTS namespace of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('provisioning of a card', function () {
  this.timeout(1_200_000)
  for (const suite of ['import', 'first', 'handed', 'state', 'power-cut', 'edit', 'systemd']) {
    it(`${suite}: every test passes inside the namespace`, () => {
      const file = fileURLToPath(new URL(`./${suite}.inside.js`, import.meta.url))
      const words = ['--mount', '--uts', '--propagation', 'private', process.execPath, mocha, '--exit', file]
      const tag = `-${process.pid}-${suite}`
      const env = { ...process.env, CARD_TAG: tag }
      const run = spawnSync('unshare', words, { encoding: 'utf8', timeout: 1_190_000, env })
      // One that was killed leaves its loop devices; all else goes with its namespace.
      const left = spawnSync('losetup', ['-n', '-O', 'NAME,BACK-FILE'], { encoding: 'utf8' }).stdout.split('\n')
      for (const line of left)
        if (line.includes(`${tag}.img`)) spawnSync('losetup', ['--detach', line.split(/\s+/)[0] ?? ''])
      assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
      assert.match(run.stdout, /[1-9]\d* passing/)
    })
  }
})
