// `baton board test` as a command: what it refuses, what it prints, what it ends with. The parts have tests of their own.
import { strict as assert } from 'node:assert'
import { runBoard } from '../../src/console/board.js'
import type { Terminal } from '../../src/console/terminal.js'
import { lockBoard } from '../../src/runtime/single.js'
import { makeConfig } from '../board-test/bench-fixture.js'

const OPTIONS = {
  only: undefined,
  json: false,
  yes: false,
  cut: undefined,
  answering: false,
  pipe: false,
  file: undefined,
  board: 'a'
} as const

describe('the command of the board test', function () {
  this.timeout(20_000)
  const { config, remove } = makeConfig()
  after(remove)

  const run = async (over: Partial<Parameters<typeof runBoard>[0]>) => {
    const [said, complained]: [string[], string[]] = [[], []]
    const terminal: Terminal = {
      say: text => said.push(text),
      complain: text => complained.push(text),
      write: () => {},
      screen: false,
      askable: false,
      ask: async () => null,
      wallSeconds: () => 0,
      env: {}
    }
    const options = { ...OPTIONS, file: config.file, ...over }
    const code = await runBoard(options, '/nobody.sock', terminal, new AbortController().signal)
    return { code, said, complained: complained.join('\n') }
  }

  it('knows the names of its parts, and lists them to who does not', async () => {
    const { code, complained } = await run({ only: 'sense,lop' })
    assert.equal(code, 2)
    assert.match(complained, /--only takes kind, watchdog, strap, loop, .*, not "lop"/)
  })

  it('ends with 4 for a configuration that is not there', async () => {
    assert.equal((await run({ file: '/no/such/baton.yaml' })).code, 4)
  })

  it('is refused while a daemon runs, with every step of the way out, and with one line for a program', async () => {
    const daemon = await lockBoard(config.stateDir, 'a')
    assert.ok(daemon.ok)
    const { code, said, complained } = await run({ json: true, only: 'kind' })
    daemon.value.release()
    assert.equal(code, 1)
    assert.match(complained, /^baton: refused: the daemon of this board runs/)
    assert.match(complained, /mode maintenance.*systemctl stop batond.*systemctl start batond.*mode auto/)
    const told = JSON.parse(said.join('\n')) as { refused: string; results: unknown[] }
    assert.match(told.refused, /the daemon of this board runs/)
    assert.deepEqual(told.results, [])
  })

  it('prints a line or more for each part that was asked for, and how many are well', async () => {
    const { code, said } = await run({ only: 'watchdog,kind,ethernet' })
    assert.equal(code, 0)
    assert.deepEqual(
      said.slice(0, -1).map(text => text.slice(0, 20).trimEnd()),
      ['kind      ok', 'watchdog  ok', 'ethernet  left out']
    )
    assert.match(said.at(-1) ?? '', /^board a: 2 well, 1 left out\.\nThe daemon does not run now/)
  })

  it('ends with 1 where something is wrong, with the remedy below it and no line too long', async () => {
    const { code, said } = await run({ only: 'serial' })
    assert.equal(code, 1)
    const [text = ''] = said
    assert.match(text, /^serial {4}WRONG {5}\/dev\/null-modem cannot be used/)
    assert.match(text, /\n {20}-> is the adapter plugged in/)
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  })

  it('gives a program the same in one line', async () => {
    const { said } = await run({ only: 'kind,serial', json: true })
    assert.equal(said.length, 1)
    const told = JSON.parse(said[0] ?? '') as Record<string, unknown> & { results: { part: string; finding: string }[] }
    assert.deepEqual([told.board, told.kind, told.refused, told.wrong, told.unsure], ['a', 'virtual', null, 1, 0])
    assert.deepEqual(
      told.results.map(({ part, finding }) => `${part} ${finding}`),
      ['kind ok', 'serial wrong']
    )
  })
})
