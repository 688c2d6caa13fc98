// What a board finds, and what is left to wish for: sentences for people.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/types.js'
import { defaultAddresses, defaultText } from '../../src/setup/default-config.js'
import { findings, leftToWish, readyWords } from '../../src/setup/findings.js'
import { NORMAL } from '../console/fixture-status.js'

/** The machine of a test is no Pi: it could not tell what it is. */
const DEFAULT = defaultText().replaceAll('kind: auto', 'kind: rpi-4b')

const at = (address: string): NetworkInterfaceInfo => ({
  address,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '',
  internal: false,
  cidr: null
})

describe('what a board finds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-findings-'))
  const file = join(folder, 'baton.yaml')
  after(() => rmSync(folder, { recursive: true, force: true }))
  const config = (text = DEFAULT): Config => {
    writeFileSync(file, text)
    const loaded = loadConfig(file, { board: 'a', env: {} })
    ok(loaded.ok)
    return loaded.config
  }
  const lines = (own: typeof NORMAL | string, peer: string) =>
    findings(
      config(),
      { own, peer, disks: {}, making: false },
      { eth0: [at('192.168.77.1'), at('192.168.77.10'), at('fe80::1')] }
    ).map(({ what, words }) => `${what}: ${words}`)

  it('are the links, the LAN with its own address, wires, fence and groups', () => {
    const found = lines(NORMAL, 'not asked')
    for (const words of ['board b: heard', 'serial: two-way', 'LAN: eth0 up, 192.168.77.1', 'harness loop: whole'])
      ok(found.includes(words), `${words} in ${found.join('\n')}`)
    deepEqual(lines('it does not answer', ''), ['daemon: it does not answer'])
  })

  it('leaves to wish what makes the pair weaker than it could be', () => {
    const wishes = leftToWish(config(), NORMAL, {}, defaultAddresses()).join('\n')
    match(wishes, /still the one that came with the card \(192\.168\.77\.10\/24\)/)
    match(wishes, /nobody is told when a board fails/)
    match(wishes, /no address of its own on eth0/)
    const chosen = config(DEFAULT.replace('192.168.77.10/24', '10.0.0.9/24'))
    const few = leftToWish(chosen, NORMAL, { eth0: [at('10.0.0.2')] }, defaultAddresses())
    deepEqual(
      few.filter(words => !words.startsWith('nobody is told')),
      []
    )
  })

  it('ends with READY and the first wish, and says how to see the others', () => {
    equal(readyWords([]), 'READY: both boards are a pair, either takes over from the other')
    match(readyWords(['a watchdog']), /still to wish for: a watchdog$/)
    match(readyWords(['a watchdog', 'mail', 'sense']), /a watchdog \(and 2 more: `setup` names them\)$/)
  })
})
