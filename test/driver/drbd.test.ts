// What is said to DRBD, and what its answers mean. The kernel is a record of what it was told.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { MirrorConfig } from '../../src/config/types.js'
import type { CommandResult } from '../../src/driver/command.js'
import { createDrbd, type Drbd, readRole } from '../../src/driver/drbd.js'
import { endsOf, readEnds, readMinor } from '../../src/driver/drbd-words.js'
import type { GroupRunner } from '../../src/driver/group-command.js'

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

/** As drbdsetup-84 writes it. */
const show = (own: string, peer: string): string => `resource main {
    options {
        on-no-data-accessible\tio-error;
    }
    net {
        shared-secret\t"hush";
    }
    _remote_host {
        address\t\t\t${peer};
    }
    _this_host {
        address\t\t\t${own};
        volume 0 {
            device\t\t\tminor 0;
            disk\t\t\t"/dev/sda1";
            meta-disk\t\t\tinternal;
        }
    }
}
`
const NO_CONNECTION =
  'resource main {\n    _this_host {\n        volume 0 {\n            device minor 0;\n        }\n    }\n}\n'

describe('the ends of a connection', () => {
  it('are read as they are written', () => {
    const config = { address: '10.1.0.1', peerAddress: '10.1.0.2', port: 7788 }
    deepEqual(readEnds(show('ipv4 10.1.0.1:7788', 'ipv4 10.1.0.2:7788')), endsOf(config))
    const six = { address: 'FD00:0::1', peerAddress: 'fd00::0002', port: 7788 }
    deepEqual(readEnds(show('ipv6 [fd00::1]:7788', 'ipv6 [fd00::2]:7788')), endsOf(six))
    equal(readEnds(NO_CONNECTION), null)
    equal(readEnds(''), null)
    deepEqual([readMinor(show('ipv4 a:1', 'ipv4 b:1')), readMinor('')], ['0', ''])
  })

  const CONFIG = {
    resource: 'main',
    minor: 0,
    address: '10.1.0.1',
    peerAddress: '10.1.0.2',
    port: 7788,
    timeoutMs: 4000
  } as unknown as MirrorConfig
  let ran: string[] = []
  let said = ''
  let misplaced: string | null = null
  const make = (): Drbd => {
    const run: GroupRunner['run'] = async (file, args) => {
      ran.push([file, ...args.slice(0, 3)].join(' '))
      return result({ ok: true, code: 0, stdout: said })
    }
    return createDrbd({ run, look: run } as unknown as GroupRunner, CONFIG, 'hush', () => misplaced)
  }

  beforeEach(() => {
    ran = []
    said = show('ipv4 10.9.0.1:7788', 'ipv4 10.9.0.2:7788')
    misplaced = null
  })

  it('are those that the kernel has, where an earlier life made it: ours may be another mirror’s', async () => {
    equal(await make().disconnect(), null)
    deepEqual(ran, ['drbdsetup show main', 'drbdsetup disconnect ipv4:10.9.0.1:7788 ipv4:10.9.0.2:7788'])
    ran = []
    said = NO_CONNECTION
    equal(await make().disconnect(), null)
    deepEqual(ran, ['drbdsetup show main'])
  })

  it('are ours where this life made it', async () => {
    const drbd = make()
    await drbd.connect(false)
    equal(await drbd.disconnect(), null)
    equal(ran.at(-1), 'drbdsetup disconnect ipv4:10.1.0.1:7788 ipv4:10.1.0.2:7788')
  })

  it('are asked for by nobody, and no command is given, where the minor is not ours', async () => {
    misplaced = 'it is /dev/drbd1'
    const drbd = make()
    const all = [drbd.define(), drbd.attach(), drbd.connect(true), drbd.tune(true), drbd.disconnect(), drbd.ends()]
    const more = [drbd.primary(10, true), drbd.secondary(10), drbd.resumeIo(), drbd.verify()]
    for (const tried of [...all, ...more]) equal(await tried, misplaced)
    deepEqual(await drbd.role(10), { reason: misplaced, hung: false })
    deepEqual(ran, [])
  })
})
