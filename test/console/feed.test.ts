import { strict as assert } from 'node:assert'
import { isWorthSaying } from '../../src/console/feed.js'
import type { LogEntry } from '../../src/runtime/status.js'

const entry = (level: LogEntry['level'], code: string): LogEntry => ({
  sequence: 1,
  atMs: 0,
  wallSeconds: 0,
  level,
  code,
  text: 'words'
})

describe('what a console says without being asked', () => {
  it('is every alarm and warning', () => {
    for (const level of ['alarm', 'warning'] as const) assert.ok(isWorthSaying(entry(level, 'anything')))
  })

  it('is a change of role, and each step of a set-up up to READY', () => {
    for (const code of ['active', 'released', 'mode', 'setup', 'resync', 'mirror-equal'])
      assert.ok(isWorthSaying(entry('notice', code)), code)
  })

  it('is nothing else', () => {
    assert.ok(!isWorthSaying(entry('notice', 'peer-session')))
    assert.ok(!isWorthSaying(entry('info', 'setup')))
  })
})
