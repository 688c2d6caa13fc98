// When the line of the strap is not even opened. What it says when it is: test/provisioning/card/first.inside.ts.
import { match } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStrap } from '../../src/board-test/strap.js'
import { RIGHT } from '../config/fixture.js'

describe('the strap', () => {
  const base = mkdtempSync(join(tmpdir(), 'baton-strap-'))
  const tree = join(base, 'tree')
  after(() => rmSync(base, { recursive: true }))
  before(() => {
    mkdirSync(tree)
    writeFileSync(join(tree, 'compatible'), 'raspberrypi,3-model-b\0')
  })

  const reasonOf = async (text: string, deviceTree = tree): Promise<string> => {
    writeFileSync(join(base, 'baton.yaml'), text)
    const eyes = { now: () => performance.now(), signal: new AbortController().signal }
    const strap = await readStrap(eyes, [base], deviceTree)
    return strap.ok ? strap.value : strap.reason
  }

  it('is none where a configuration wires its line to something else, right or wrong, however it is written', async () => {
    const spread = 'pins:\n      relay:\n        25\n      sense: 22\n      loop: 23'
    for (const text of [
      'relay: 25',
      'nonsense\n  "button" : "25" # the strap',
      RIGHT.replace('pins: {relay: 17, sense: 22, loop: 23}', spread)
    ])
      match(await reasonOf(text), /wires BCM 25 \(header pin 22\) to something else/, text)
    match(await reasonOf('relay: 0x19'), /no number: no line is opened on a guess/)
  })

  it('is none on a machine that baton does not know', async () => {
    match(
      await reasonOf('', join(base, 'none')),
      /^this machine is no Raspberry Pi; baton knows the strap of: Raspberry Pi 3/
    )
  })
})
