// Mirrored disks in the file: what becomes of a right one on each board, and each relation that can be broken.
import { strict as assert } from 'node:assert'
import { networkdText, replicationNetworkdText } from '../../src/config/networkd.js'
import type { BoardId } from '../../src/core/types.js'
import { RIGHT, scratch } from './fixture.js'

const SHARED =
  '      kind: shared\n      device: {a: /dev/sda1, b: /dev/sdb1}\n      mountPoint: /srv/data\n      attach:\n        by: command\n        attach: [/usr/bin/true]\n        detach: [/usr/bin/true]\n'
const disk = (device: string): string => `      kind: mirrored\n      device: ${device}\n      mountPoint: /srv/data\n`
const MIRRORED = RIGHT.replace(SHARED, disk('/dev/disk/by-partlabel/baton-files'))
const LINKED = MIRRORED.replace(
  '    ethernet: 10.0.0.1\n',
  '    ethernet: 10.0.0.1\n    replication: {address: 10.9.0.1/30, interface: eth1}\n'
).replace(
  '    ethernet: 10.0.0.2\n',
  '    ethernet: 10.0.0.2\n    replication: {address: 10.9.0.2/30, interface: eth1}\n'
)

describe('a mirrored disk in the configuration', () => {
  const files = scratch()
  after(() => files.remove())

  const configOf = (text: string, board: BoardId) => {
    const loaded = files.load(text, { board })
    assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.errors))
    return loaded.config
  }
  const refusedFor = (text: string, option: string): string => {
    const loaded = files.load(text)
    assert.ok(!loaded.ok, 'it was accepted')
    assert.deepEqual(
      loaded.errors.map(error => error.option),
      [option]
    )
    const [error] = loaded.errors
    assert.ok(error)
    return `${error.problem}; ${error.remedy}`
  }

  it('is kept equal over the token link’s addresses where there is no other link', () => {
    assert.ok(RIGHT.includes(SHARED))
    const disks = (['a', 'b'] as const).map(board => configOf(MIRRORED, board).groups[0]?.disk)
    const [a, b] = disks.map(each => each?.mirror)
    assert.equal(disks[0]?.device, '/dev/drbd0', 'what is mounted is the mirror')
    assert.deepEqual(disks[0]?.attach, { by: 'mirror' })
    assert.deepEqual(
      [a?.address, a?.peerAddress, b?.address, b?.peerAddress],
      ['10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.1']
    )
    assert.deepEqual([a?.addressFrom, b?.addressFrom], ['boards.a.ethernet', 'boards.b.ethernet'])
    assert.equal(a?.port, b?.port)
    assert.equal(a?.backing, '/dev/disk/by-partlabel/baton-files')
  })

  it('uses a data link of its own where both boards have one, and the card sets its address', () => {
    const config = configOf(LINKED, 'b')
    assert.equal(config.groups[0]?.disk?.mirror?.peerAddress, '10.9.0.1')
    assert.equal(config.groups[0]?.disk?.mirror?.addressFrom, 'boards.b.replication, eth1')
    const text = replicationNetworkdText(config) ?? ''
    for (const line of ['Name=eth1', 'Address=10.9.0.2/30', 'DHCP=no', 'KeepConfiguration=static'])
      assert.ok(text.split('\n').includes(line), line)
    assert.ok(!networkdText(config).includes('10.9.0.2'))
    assert.equal(replicationNetworkdText(configOf(MIRRORED, 'b')), null)
  })

  it('writes one file where the data link shares the adapter of the LAN: the first that matches is the only one', () => {
    const config = configOf(LINKED.replaceAll('interface: eth1}', 'interface: eth0}'), 'a')
    assert.equal(replicationNetworkdText(config), null)
    assert.ok(networkdText(config).split('\n').includes('Address=10.9.0.1/30'))
  })

  it('tells the core that it is mirrored', () => {
    assert.equal(configOf(MIRRORED, 'a').settings.groups[0]?.disk, 'mirrored')
  })

  it('gives each group its own port and minor', () => {
    const two = `${MIRRORED}  - name: more\n    disk:\n      kind: mirrored\n      device: /dev/sdc1\n      mountPoint: /srv/more\n`
    const mirrors = configOf(two, 'a').groups.map(group => group.disk?.mirror)
    assert.deepEqual(
      mirrors.map(mirror => [mirror?.minor, mirror?.port]),
      [
        [0, 7788],
        [1, 7789]
      ]
    )
  })

  it('is refused by a name that the mirror has, too', () => {
    for (const device of [
      'LABEL=data',
      'UUID=0b3c-11',
      '/dev/disk/by-label/data',
      '/dev/disk/by-uuid/0b3c',
      '/dev/drbd0'
    ])
      assert.match(refusedFor(RIGHT.replace(SHARED, disk(device)), 'groups[0].disk.device'), /by-partlabel/)
  })

  it('is refused with a data link that has one end', () => {
    const half = LINKED.replace('    replication: {address: 10.9.0.1/30, interface: eth1}\n', '')
    assert.match(refusedFor(half, 'boards.a.replication'), /two ends/)
  })

  it('is refused where nothing but the serial cable is left', () => {
    const none = MIRRORED.replace('    ethernet: 10.0.0.1\n', '').replace('    ethernet: 10.0.0.2\n', '')
    assert.match(refusedFor(none, 'boards.a.replication'), /serial cable is too slow/)
  })

  it('is refused with IPv4 on one end and IPv6 on the other', () => {
    refusedFor(LINKED.replace('10.9.0.2/30', 'fd00::2/64'), 'boards.b.replication.address')
  })

  it('is refused with the two ends of the data link in different networks', () => {
    for (const far of ['10.9.1.2/30', '10.9.0.6/30', '10.9.0.2/31'])
      assert.match(refusedFor(LINKED.replace('10.9.0.2/30', far), 'boards.b.replication.address'), /another network/)
    const six = LINKED.replace('10.9.0.1/30', 'fd00::1/64')
    assert.match(refusedFor(six.replace('10.9.0.2/30', 'fd00:1::2/64'), 'boards.b.replication.address'), /network/)
    configOf(six.replace('10.9.0.2/30', 'fd00::2/64'), 'a')
  })

  it('is refused on the port where the boards ask each other, at the same address', () => {
    assert.match(refusedFor(`replication: {port: 7337}\n${MIRRORED}`, 'replication.port'), /ethernet\.port/)
    configOf(`replication: {port: 7337}\n${LINKED}`, 'a')
  })
})
