// The mirror of a group as a whole, beside a kernel that says nothing.
import { deepEqual, equal } from 'node:assert/strict'
import type { MirrorConfig } from '../../src/config/types.js'
import type { GroupRunner } from '../../src/driver/group-command.js'
import { createMirror, type Mirror } from '../../src/driver/mirror.js'

const CONFIG: MirrorConfig = {
  resource: 'main',
  minor: 0,
  backing: '/dev/no-such-disk',
  address: '10.1.0.1',
  peerAddress: '10.1.0.2',
  addressFrom: 'boards.a.ethernet',
  port: 7788,
  timeoutMs: 4000,
  rateMaxMiB: 100,
  rateMinKiB: 1000,
  replaced: 'ask',
  verifyEveryDays: 0
}

describe('a mirror', () => {
  let mirror: Mirror
  let questions: number[] = []
  let ask: () => Promise<boolean> = async () => false

  beforeEach(() => {
    questions = []
    const run: GroupRunner['run'] = async (file, args) => ({
      command: [file, ...args].join(' '),
      ok: false,
      code: 20,
      signal: null,
      timedOut: false,
      hung: false,
      pid: null,
      stdout: '',
      stderr: 'there is no kernel here',
      tookMs: 0
    })
    mirror = createMirror({
      group: 'main',
      runner: { group: 'main', run, look: run, judge: () => () => false, hungChildren: async () => [] },
      config: CONFIG,
      mirrors: {
        door: {
          serve: (_, asked) => {
            ask = asked
          },
          problem: () => null,
          close: () => {}
        },
        secret: () => 'secret',
        replace: async () => null,
        report: () => {},
        stateDir: '/nowhere'
      },
      attachMs: 1000,
      emit: event => {
        if (event.kind === 'mirrorAsks') questions.push(event.question)
      },
      log: () => {}
    })
  })
  afterEach(() => mirror.close())

  it('goes on alone by one yes, until this copy is given up: then it asks anew', async () => {
    const first = ask()
    mirror.port.answer(1, true)
    deepEqual([await first, await ask(), questions], [true, true, [1]])
    mirror.port.connect(true, true)
    const next = ask()
    deepEqual(questions, [1, 2])
    mirror.port.answer(2, false)
    equal(await next, false)
  })
})
