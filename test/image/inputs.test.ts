import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { firmwareText } from '../../image/card.js'
import { formatList, parseList } from '../../image/inputs.js'
import { BOARD_FACTS } from '../../src/config/board-facts.js'

const SHA = 'a'.repeat(64)
const ONE = {
  name: 'apt',
  version: '3.0.3',
  sha256: SHA,
  bytes: 1234,
  uri: 'http://deb.example.org/pool/apt_3.0.3_arm64.deb'
}
const LIST = { packages: [ONE], epoch: 1_790_000_000 }

describe('the list of packages on the card', () => {
  it('is read as it was written, and its digest depends on every field', () => {
    const read = parseList(formatList(LIST), 'list')
    assert.deepEqual({ packages: read.packages, epoch: read.epoch }, LIST)
    const others = [
      { ...ONE, version: '3.0.4' },
      { ...ONE, sha256: 'b'.repeat(64) },
      { ...ONE, bytes: 1235 }
    ]
    const digests = others.map(each => parseList(formatList({ ...LIST, packages: [each] }), 'list').digest)
    assert.equal(new Set([read.digest, ...digests]).size, 4)
  })

  it('is refused with its line when it is torn, not a list, or names a package without its hash', () => {
    const text = formatList(LIST)
    const refusals: readonly (readonly [text: string, says: RegExp])[] = [
      ['', /list:2: the line "# archive of DATE" is missing/],
      [text.replace(SHA, 'none'), /list:3: is no package, version, sha256/],
      [text.replace('http:', 'file:'), /list:3:/],
      [text.slice(0, -20), /list:3:/],
      [text.split('\n').slice(0, 2).join('\n'), /names no package/]
    ]
    for (const [bad, says] of refusals) assert.throws(() => parseList(bad, 'list'), says)
  })
})

describe("the card's lines for the Pi's firmware", () => {
  it('give every input of the standard wiring its pull resistor, and the relay none', () => {
    const text = firmwareText()
    for (const kind of ['rpi-3b', 'rpi-4b'] as const) {
      const section = text.split(kind === 'rpi-3b' ? '[pi3]' : '[pi4]')[1]?.split('\n[')[0] ?? ''
      const { pins } = BOARD_FACTS[kind]
      const pulls = [...section.matchAll(/^gpio=([\d,]+)=ip,p[ud]$/gm)].flatMap(hit =>
        (hit[1] ?? '').split(',').map(Number)
      )
      for (const line of [pins.sense, pins.loop, pins.switchReadback, pins.panel.button, pins.strap])
        assert.ok(pulls.includes(line), `${line}`)
      assert.ok(!pulls.includes(pins.relay))
    }
  })

  it('offer overlays that lie in the repository', () => {
    for (const [, name] of firmwareText().matchAll(/^#dtoverlay=(\w+)$/gm))
      assert.match(readFileSync(`image/overlays/${name}.dts`, 'utf8'), new RegExp(`target = <&${name}>`))
  })
})
