import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { formatConfigError } from '../../src/config/issue.js'
import { loadConfig } from '../../src/config/load.js'
import { rigConfiguration } from './configuration.js'

describe('the configuration of the emulated pair', () => {
  it('it is accepted on both boards: its stretched times keep every relation', () => {
    const dir = mkdtempSync(join(tmpdir(), 'baton-rig-'))
    try {
      const file = join(dir, 'baton.yaml')
      const pins = { relay: 17, sense: 27, loop: 22, switchSelect: 23, switchReadback: 24 }
      writeFileSync(file, stringify(rigConfiguration({ a: 'eth0', b: 'eth0' }, pins)))
      for (const board of ['a', 'b'] as const) {
        const loaded = loadConfig(file, { board, env: {} })
        deepEqual(loaded.ok ? [] : loaded.errors.map(formatConfigError), [])
        ok(loaded.ok && loaded.config.board === board)
      }
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
