import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Options } from '../../board/virtual/lab-config.js'
import { formatConfigError } from '../../src/config/issue.js'
import { loadConfig } from '../../src/config/load.js'
import type { Config } from '../../src/config/types.js'
import { type MirrorEnds, mirrorConfiguration, rigConfiguration } from './configuration.js'

const PINS = { relay: 17, sense: 27, loop: 22 }

/** As each board reads it; throws with what it refuses. */
const read = (options: Options): Readonly<Record<'a' | 'b', Config>> => {
  const dir = mkdtempSync(join(tmpdir(), 'baton-rig-'))
  try {
    const file = join(dir, 'baton.yaml')
    writeFileSync(file, stringify(options))
    const readBy = (board: 'a' | 'b'): Config => {
      const loaded = loadConfig(file, { board, env: {} })
      deepEqual(loaded.ok ? [] : loaded.errors.map(formatConfigError), [])
      ok(loaded.ok && loaded.config.board === board)
      return loaded.config
    }
    return { a: readBy('a'), b: readBy('b') }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

describe('the configuration of the emulated pair', () => {
  it('it is accepted on both boards: its stretched times keep every relation', () => {
    read(rigConfiguration({ a: 'eth0', b: 'eth0' }, { ...PINS, switchSelect: 23, switchReadback: 24 }))
  })

  it('with a mirror each board has a disk and an adapter of its own, and no line for a switch', () => {
    const ends = (board: string): MirrorEnds => ({ lan: 'eth0', data: 'eth1', disk: `/dev/disk/by-id/usb-${board}` })
    const { a, b } = read(mirrorConfiguration({ a: ends('a'), b: ends('b') }, PINS))
    const mirrors = [a, b].map(({ groups }) => groups[0]?.disk?.mirror)
    deepEqual(
      mirrors.map(mirror => [mirror?.backing, mirror?.address, mirror?.peerAddress, mirror?.timeoutMs]),
      [
        ['/dev/disk/by-id/usb-a', '10.78.0.1', '10.78.0.2', 10_000],
        ['/dev/disk/by-id/usb-b', '10.78.0.2', '10.78.0.1', 10_000]
      ]
    )
    deepEqual(
      [a, b].map(({ replication }) => replication),
      [
        { address: '10.78.0.1/30', interface: 'eth1' },
        { address: '10.78.0.2/30', interface: 'eth1' }
      ]
    )
  })
})
