// What is said to DRBD, and what its answers mean. The kernel is a record of what it was told.
import { deepEqual, match } from 'node:assert/strict'
import type { CommandResult } from '../../src/driver/command.js'
import { readRole } from '../../src/driver/drbd.js'

const result = (more: Partial<CommandResult>): CommandResult => ({
  command: 'drbdsetup role 0',
  ok: false,
  code: 10,
  signal: null,
  timedOut: false,
  hung: false,
  pid: 1,
  stdout: '',
  stderr: '',
  tookMs: 5,
  ...more
})

describe('the role of a mirror', () => {
  it('is what drbdsetup says first', () => {
    deepEqual(readRole(result({ ok: true, code: 0, stdout: 'Primary/Unknown' })), { role: 'Primary' })
    deepEqual(readRole(result({ ok: true, code: 0, stdout: 'Secondary/Primary' })), { role: 'Secondary' })
  })

  it('is none where the words say that there is no such mirror', () => {
    for (const stderr of [
      '0: Failure: (127) Device minor not allocated\nadditional info from kernel:\nunknown minor',
      'main: Failure: (158) Unknown resource',
      'main: No such resource'
    ])
      deepEqual(readRole(result({ stderr })), { role: null }, stderr)
  })

  it('is not known after any other refusal, whatever its exit code', () => {
    for (const more of [
      { stderr: '0: Failure: (152) Permission denied. CAP_SYS_ADMIN necessary' },
      { stderr: '' },
      { stderr: 'drbdsetup: No such file or directory', code: null },
      { stderr: "Could not connect to 'drbd' generic netlink family", code: 20 }
    ]) {
      const found = readRole(result(more))
      match('reason' in found ? found.reason : JSON.stringify(found), /^`drbdsetup role 0` /)
    }
    deepEqual(readRole(result({ code: null, hung: true, stderr: 'x' })), {
      reason: '`drbdsetup role 0` could not be killed: x',
      hung: true
    })
  })
})
