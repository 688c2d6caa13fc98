import { strict as assert } from 'node:assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.js'
import { networkdText } from '../../src/config/networkd.js'
import { RIGHT } from './fixture.js'

describe('networkdText', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-networkd-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const linesOf = (board: 'a' | 'b', add: string): readonly string[] => {
    const file = join(folder, 'baton.yaml')
    writeFileSync(file, RIGHT.replace('    ethernet: 10.0.0.2', `${add}    ethernet: 10.0.0.2`))
    const loaded = loadConfig(file, { board })
    assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.errors))
    return networkdText(loaded.config).split('\n')
  }

  it('asks for an address, and sets that of the token link beside it', () => {
    const lines = linesOf('b', '')
    assert.ok(lines.includes('DHCP=yes') && lines.includes('Address=10.0.0.2/24'), lines.join('\n'))
  })

  it('sets a fixed address with router and name servers, and asks for nothing', () => {
    const network = '    network: {address: 192.168.1.12/24, gateway: 192.168.1.1, dns: [192.168.1.1, 9.9.9.9]}\n'
    const lines = linesOf('b', `    lan: eth1\n${network}`)
    for (const line of ['Name=eth1', 'DHCP=no', 'Address=192.168.1.12/24', 'Gateway=192.168.1.1', 'DNS=9.9.9.9'])
      assert.ok(lines.includes(line), line)
    assert.ok(lines.includes('Address=10.0.0.2/24'), 'the token link keeps its own')
  })

  it('sets an address once that is the link’s as well', () => {
    const lines = linesOf('b', '    lan: eth0\n    network: {address: 10.0.0.2/16}\n')
    assert.deepEqual(
      lines.filter(line => line.startsWith('Address=')),
      ['Address=10.0.0.2/16']
    )
  })

  it('never lets networkd take away what baton has set (R1)', () => {
    assert.ok(linesOf('a', '').includes('KeepConfiguration=static'))
  })
})
