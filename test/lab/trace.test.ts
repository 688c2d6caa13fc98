// The whole way of a field trace: two real daemons, a power cut, `baton trace` on the survivor, and the replay of its file on this machine.
import { equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distFile } from '../../board/virtual/names.js'
import { runScenario } from '../../board/virtual/runner.js'
import type { Scenario } from '../../board/virtual/scenario.js'

const DEADLINE_MS = 30_000

const node = (...words: string[]) => spawnSync(process.execPath, words, { encoding: 'utf8', timeout: DEADLINE_MS })

describe('a field trace', function () {
  this.timeout(90_000)
  const folder = mkdtempSync(join(tmpdir(), 'baton-trace-'))
  const file = join(folder, 'b.trace')
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('saved on the survivor of a real takeover replays to the same decisions', async () => {
    const scenario: Scenario = {
      name: 'field-trace',
      title: 'a field trace',
      run: async ({ world, boards, mark, serving }) => {
        mark()
        boards.a.pullPower()
        await serving('b')
        const socket = world.names.of('b', 'run/baton.sock')
        const saved = node(distFile('src/console/baton.js'), 'trace', file, '--socket', socket)
        equal(saved.status, 0, saved.stderr)
      }
    }
    const result = await runScenario(scenario, { say: () => {}, keep: false, onWorld: () => {} })
    equal(result.ok, true, result.problems.join('; '))
    const replayed = node(distFile('test/simulator/replay.js'), file)
    equal(replayed.status, 0, replayed.stderr + replayed.stdout)
    match(replayed.stdout, /the peer has no power: proved by sense and loop/)
    match(replayed.stdout, /all as recorded/)
  })
})
