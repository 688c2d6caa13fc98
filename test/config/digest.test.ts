// The proof of fencing (R4) is bound to key, board kinds and wiring, and to nothing else.
import { strict as assert } from 'node:assert'
import { withKey } from '../../src/config/digest.js'
import { RIGHT, scratch } from './fixture.js'

const STANDARD =
  'relay: 17, sense: 27, loop: 22, switchSelect: 23, switchReadback: 24, panel: {active: 12, peer: 16, sync: 20, fault: 21, button: 26}'

describe('the wiring fingerprint', () => {
  const files = scratch()
  after(() => files.remove())

  const fingerprint = (text: string, key = 'k1', board: 'a' | 'b' = 'a'): string => {
    const result = files.load(text, { board })
    assert.ok(result.ok, JSON.stringify(result))
    return withKey(result.config, key).settings.wiring.fingerprint
  }

  it('is 16 hex digits, the same on both boards and for other timings', () => {
    assert.match(fingerprint(RIGHT), /^[0-9a-f]{16}$/)
    assert.equal(fingerprint(RIGHT, 'k1', 'b'), fingerprint(RIGHT))
    assert.equal(fingerprint(RIGHT.replace('deadMs: 1000', 'deadMs: 2000')), fingerprint(RIGHT))
  })

  it('changes with the key, a board kind and a pin of either board', () => {
    const all = [
      fingerprint(RIGHT),
      fingerprint(RIGHT, 'k2'),
      fingerprint(RIGHT.replace('rpi-4b', 'rpi-3b')),
      fingerprint(RIGHT.replace('relay: 18', 'relay: 19')),
      fingerprint(RIGHT.replaceAll(/, loop: \d+/g, ''))
    ]
    assert.equal(new Set(all).size, all.length)
  })

  it('takes the key once only', () => {
    const result = files.load(RIGHT)
    assert.ok(result.ok)
    const keyed = withKey(result.config, 'k1')
    assert.throws(() => withKey(keyed, 'k1'), /twice/)
  })

  it('is that of the lines themselves, whether the file names them or leaves them to the kind', () => {
    const shared = [
      RIGHT.replace('relay: 17, sense: 22, loop: 23', STANDARD).replace('relay: 18, sense: 24, loop: 25', STANDARD),
      RIGHT.replace('relay: 17, sense: 22, loop: 23', 'standard: true').replace(
        'relay: 18, sense: 24, loop: 25',
        'standard: true'
      )
    ]
    const [named, left] = shared.map(text => fingerprint(text))
    assert.equal(left, named)
    const digests = shared.map(text => {
      const result = files.load(text)
      return result.ok ? result.config.settings.digest : result
    })
    assert.equal(digests[1], digests[0])
    assert.notEqual(fingerprint(shared[1]?.replace('standard: true', 'standard: true, relay: 19') ?? ''), named)
  })
})
