// `baton recover` against a real control socket: the plan, the question, the order that goes out, and the times of the steps.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCommandLine } from '../../src/console/arguments.js'
import { type RecoverOptions, runRecover } from '../../src/console/recover.js'
import { planText } from '../../src/console/recovery-text.js'
import type { Terminal } from '../../src/console/terminal.js'
import { type ControlServer, serveControl } from '../../src/runtime/control.js'
import type { OperatorRequest, RecoveryItem } from '../../src/runtime/status.js'
import { NORMAL } from './fixture-status.js'

const AWAY: RecoveryItem = {
  code: 'group-away',
  group: 'files',
  what: 'files runs on board b, its home is board a',
  by: 'recover',
  remedy: 'move it to board a; its users are cut off meanwhile',
  asks: true
}
const DARK: RecoveryItem = {
  code: 'peer-no-power',
  group: null,
  what: 'board a has no power, and it is not this board that holds it off',
  by: 'person',
  remedy: 'plug it in, and look at its supply',
  asks: false
}

describe('baton recover', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baton-recover-'))
  const socket = join(directory, 'baton.sock')
  const orders: OperatorRequest[] = []
  let plan: readonly RecoveryItem[] = []
  let server: ControlServer

  before(async () => {
    const made = await serveControl({
      path: socket,
      group: 'root',
      handlers: {
        status: () => ({ ...NORMAL, core: { ...NORMAL.core, recovery: plan } }),
        order: (what, onAnswer) => {
          orders.push(what)
          onAnswer({ ok: true, final: false, text: 'files: unmount on board b' })
          onAnswer({ ok: true, final: true, text: 'normal' })
          return () => {}
        },
        trace: () => [],
        reports: () => [],
        peer: (_what, _recent, onMessage) => onMessage({ kind: 'error', text: 'no peer' }, true),
        events: () => [],
        follow: () => () => {}
      }
    })
    ok(made.ok)
    server = made.value
  })
  beforeEach(() => orders.splice(0))
  after(async () => {
    await server.close()
    rmSync(directory, { recursive: true })
  })

  const run = async (options: Partial<RecoverOptions>, answers: readonly string[] | null) => {
    const said: string[] = []
    const asked: string[] = []
    const terminal: Terminal = {
      say: text => void said.push(text),
      complain: text => void said.push(text),
      write: text => void said.push(text),
      screen: true,
      askable: answers !== null,
      ask: async question => {
        asked.push(question)
        return answers?.[asked.length - 1] ?? ''
      },
      wallSeconds: () => 0,
      env: {}
    }
    const code = await runRecover(socket, { plan: false, stay: false, yes: false, ...options }, terminal)
    return { code, text: said.join('\n'), asked }
  }

  it('--plan shows who puts what right, orders nothing, and exits with 1 while something is left', async () => {
    plan = [DARK, AWAY]
    const { code, text } = await run({ plan: true }, null)
    equal(code, 1)
    match(text, /^This stands in the way of the normal state:\n1\. board a has no power/)
    match(text, /\n {3}you: plug it in/)
    match(text, /\n2\. files runs on board b.*\n {3}recover will: move it to board a/)
    deepEqual(orders, [])
    plan = []
    equal((await run({ plan: true }, null)).code, 0)
  })

  it('asks before an interruption, and tells each step with its time', async () => {
    plan = [AWAY]
    const { code, text, asked } = await run({}, ['yes'])
    equal(code, 0)
    equal(asked.length, 1)
    match(text, /files is interrupted while it moves/)
    match(text, /\n +\d+\.\d s {2}files: unmount on board b\nnormal$/)
    deepEqual(orders, [{ order: 'recover', home: true }])
  })

  it('stays without the move where the person says so, and does nothing without a yes', async () => {
    plan = [AWAY]
    await run({}, ['stay'])
    await run({ stay: true }, null)
    deepEqual(orders, [
      { order: 'recover', home: false },
      { order: 'recover', home: false }
    ])
    const no = await run({}, ['y'])
    equal(no.code, 1)
    match(no.text, /nothing was done/)
    equal(orders.length, 2)
  })

  it('without a terminal interrupts nothing unless it is meant', async () => {
    plan = [AWAY]
    const refused = await run({}, null)
    equal(refused.code, 1)
    match(refused.text, /add --yes if you mean it, or --stay/)
    deepEqual(orders, [])
    await run({ yes: true }, null)
    deepEqual(orders, [{ order: 'recover', home: true }])
  })

  it('asks nothing where nothing is interrupted', async () => {
    const held = { ...DARK, code: 'peer-held-off', by: 'recover' } as const
    plan = [held]
    equal((await run({}, null)).code, 0)
    deepEqual(orders, [{ order: 'recover', home: false }])
  })

  it('offers nothing where a person comes first, also for a group whose home has no power', async () => {
    for (const items of [[DARK], [DARK, AWAY]]) {
      plan = items
      const { code, text, asked } = await run({}, ['yes'])
      equal(code, 1)
      match(text, /you: plug it in[\s\S]*nothing of this can be done from here: put right what says `you:`/)
      deepEqual([asked, orders], [[], []])
    }
  })

  it('asks once more for the whole word where somebody types y', async () => {
    plan = [AWAY]
    const { asked, text } = await run({}, ['y', 'yes'])
    equal(asked.length, 2)
    match(text, /type yes, the whole word/)
    deepEqual(orders, [{ order: 'recover', home: true }])
  })

  it('fits 80 columns, whatever a reason says', () => {
    const long = { ...DARK, what: `${DARK.what} ${'and so on '.repeat(30)}` }
    ok(
      planText([long, AWAY], false)
        .split('\n')
        .every(line => line.length <= 80)
    )
  })

  it('has a command line that refuses what does not go together', () => {
    const parsed = parseCommandLine(['recover', '--stay'])
    deepEqual(parsed.ok && parsed.command, { name: 'recover', plan: false, stay: true, yes: false })
    equal(parseCommandLine(['recover', '--plan', '--yes']).ok, false)
  })
})
