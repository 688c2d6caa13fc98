// A right file becomes the Config of either board.
import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../../src/config/load.js'
import { RIGHT, scratch } from './fixture.js'

const EXAMPLE = fileURLToPath(new URL('../../../board/virtual/example.yaml', import.meta.url))

describe('loadConfig', () => {
  const files = scratch()
  after(() => files.remove())

  const load = (text: string, board: 'a' | 'b' = 'a') => {
    const result = files.load(text, { board })
    assert.ok(result.ok, JSON.stringify(result))
    return result.config
  }

  it('gives each board its own cables, pins, disk and interface', () => {
    const a = load(RIGHT, 'a')
    const b = load(RIGHT, 'b')
    assert.deepEqual([a.board, a.serial?.device, a.pins?.relay], ['a', '/dev/ttyUSB0', 17])
    assert.deepEqual([b.board, b.serial?.device, b.pins?.relay], ['b', '/dev/ttyUSB1', 18])
    assert.deepEqual(a.ethernet, { address: '10.0.0.1', peerAddress: '10.0.0.2', port: 7337 })
    assert.deepEqual(b.ethernet, { address: '10.0.0.2', peerAddress: '10.0.0.1', port: 7337 })
    assert.deepEqual([a.groups[0]?.disk?.device, b.groups[0]?.disk?.device], ['/dev/sda1', '/dev/sdb1'])
    assert.deepEqual([a.groups[0]?.addresses[0]?.interface, b.groups[0]?.addresses[0]?.interface], ['eth0', 'eth1'])
    assert.deepEqual([a.pins?.controller, b.pins?.controller], ['pinctrl-bcm2835', 'pinctrl-bcm2711'])
  })

  it('takes the standard wiring of a kind where the file says so, but for the lines that it names', () => {
    const both = RIGHT.replace('relay: 17, sense: 22, loop: 23', 'standard: true').replace(
      'relay: 18, sense: 24, loop: 25',
      'standard: true, relay: 18, switchSelect: none, panel: {sync: none, button: 5}'
    )
    assert.deepEqual(load(both, 'a').pins, {
      controller: 'pinctrl-bcm2835',
      relay: 17,
      sense: 27,
      loop: 22,
      switchSelect: 23,
      switchReadback: 24,
      panel: { active: 12, peer: 16, sync: 20, fault: 21, button: 26 },
      pollMs: 20
    })
    const b = load(both, 'b').pins
    assert.deepEqual([b?.relay, b?.sense, b?.switchSelect, b?.switchReadback], [18, 27, null, 24])
    assert.deepEqual(b?.panel, { active: 12, peer: 16, sync: null, fault: 21, button: 5 })
  })

  it('fills in defaults, also in sections that are not written', () => {
    const config = load(RIGHT)
    assert.equal(config.settings.timing.listenMs, 180_000)
    assert.equal(config.settings.timing.confirmMs, 60_000)
    assert.deepEqual(config.groups[0]?.services[0]?.probe, {
      kind: 'process',
      target: [],
      everyMs: 2000,
      timeoutMs: 2000
    })
    assert.deepEqual(config.settings.wiring.sense && config.settings.wiring.loop, true)
    assert.equal(config.watchdog, null)
  })

  it('gives both boards the same digest, whatever the order of lines, and another one after any change', () => {
    const moved = `${RIGHT.replace('pair: shop\n', '')}pair: shop\n`
    assert.match(load(RIGHT).settings.digest, /^[0-9a-f]{12}$/)
    assert.equal(load(RIGHT, 'b').settings.digest, load(RIGHT).settings.digest)
    assert.equal(load(moved).settings.digest, load(RIGHT).settings.digest)
    const agents = (options: string): string =>
      RIGHT.replace(
        '    ethernet: 10.0.0.1\n',
        `    ethernet: 10.0.0.1\n    agents: [{path: /sbin/f, options: {${options}}}]\n`
      )
    assert.equal(load(agents('x: 1, y: 2')).settings.digest, load(agents('y: 2, x: 1')).settings.digest)
    assert.notEqual(load(agents('x: 1, y: 2')).settings.digest, load(agents('x: 2, y: 1')).settings.digest)
    assert.notEqual(load(RIGHT.replace('relay: 18', 'relay: 19')).settings.digest, load(RIGHT).settings.digest)
  })

  it('accepts the example of the virtual board for both boards', () => {
    for (const board of ['a', 'b'] as const) {
      const result = loadConfig(EXAMPLE, { board })
      assert.ok(result.ok, JSON.stringify(result))
    }
  })

  it('takes the board from the option, then from BATON_BOARD, then from the board file', () => {
    const boardFile = files.write('b\n', 'board')
    const text = `boardFile: ${boardFile}\n${RIGHT}`
    const boardOf = (sources: object) => {
      const result = files.load(text, sources)
      return result.ok ? result.config.board : result.errors
    }
    assert.equal(boardOf({ board: 'a', env: { BATON_BOARD: 'b' } }), 'a')
    assert.equal(boardOf({ env: { BATON_BOARD: 'a' } }), 'a')
    assert.equal(boardOf({ env: {} }), 'b')
  })

  it('refuses a board that nobody named or that is neither a nor b', () => {
    const missing = files.load(`boardFile: ${join(files.directory(), 'none')}\n${RIGHT}`, { env: {} })
    const strange = files.load(RIGHT, { env: { BATON_BOARD: 'c' } })
    assert.ok(!missing.ok && !strange.ok)
    assert.match(missing.errors[0]?.problem ?? '', /does not exist/)
    assert.match(missing.errors[0]?.remedy ?? '', /--board a/)
    assert.deepEqual([strange.errors[0]?.file, strange.errors[0]?.value], ['BATON_BOARD', 'c'])
  })
})
