// The LAN watcher: parts that need no interface, and the rest inside a network namespace of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseCarrier } from '../../src/driver/lan.js'
import { createLineSplitter } from '../../src/driver/line-process.js'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

describe('LAN watcher', function () {
  this.timeout(60_000)

  it('every test passes inside the namespace', () => {
    const file = fileURLToPath(new URL('./lan.inside.js', import.meta.url))
    const run = spawnSync('unshare', ['--net', process.execPath, mocha, file], { encoding: 'utf8', timeout: 50_000 })
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${run.error ?? ''}`)
    assert.match(run.stdout, /[1-9]\d* passing/)
  })

  it('takes an interface without an operational state for up when its lower layer is', () => {
    const dummy = '[{"ifname":"d0","flags":["BROADCAST","UP","LOWER_UP"],"operstate":"UNKNOWN"}]'
    assert.equal(parseCarrier(dummy), true)
    assert.equal(parseCarrier('[{"ifname":"d0","flags":["NO-CARRIER","UP"],"operstate":"DOWN"}]'), false)
  })

  it('does not take an answer that it does not understand for a dead LAN', () => {
    for (const answer of ['', '[]', '[{}]', 'null', 'no json']) assert.equal(parseCarrier(answer), null)
  })

  it('splits text into lines at any offset and cuts a line that never ends', () => {
    const text = 'one\ntwo\nthree\n'
    for (let offset = 0; offset <= text.length; offset += 1) {
      const lines: string[] = []
      const split = createLineSplitter(line => lines.push(line), 10)
      split(text.slice(0, offset))
      split(text.slice(offset))
      assert.deepEqual(lines, ['one', 'two', 'three'])
    }
    const lines: string[] = []
    const split = createLineSplitter(line => lines.push(line), 10)
    for (let i = 0; i < 1000; i += 1) split('xxxxxxx')
    split('\nnext\n')
    assert.deepEqual(lines, ['xxxxxxxxxx', 'next'])
  })
})
