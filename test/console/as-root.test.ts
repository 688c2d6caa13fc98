// Root's hand for somebody who is not root: lent for the bare command, never with options. The lent command is the real one.
import { deepEqual, equal, match } from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asRoot, GROUP_ASKED } from '../../src/console/as-root.js'
import { runAsRoot } from '../../src/console/pipe-terminal.js'
import type { Terminal } from '../../src/console/terminal.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
const SIGNAL = new AbortController().signal

const listener = (): Terminal & { said: string } => {
  const heard = {
    said: '',
    say: (text: string) => {
      heard.said += `${text}\n`
    },
    complain: (text: string) => heard.say(text),
    write: () => {},
    screen: false,
    askable: false,
    ask: async () => null,
    wallSeconds: () => 0,
    env: {}
  }
  return heard
}

const ask = (options: readonly (string | boolean | undefined)[], terminal: Terminal, isRoot: boolean) =>
  asRoot({ words: ['disk', 'list'], options }, terminal, SIGNAL, isRoot, (words, who, signal) =>
    runAsRoot([...words, '--config', join(tmpdir(), 'no-such-baton.yaml')], who, signal, [process.execPath, BATON])
  )

describe('a command that only root may run', function () {
  this.timeout(60_000)

  it('goes on by itself for root, with options or without', async () => {
    const terminal = listener()
    equal(await ask(['--serial', undefined, false], terminal, true), null)
    equal(await ask([], terminal, true), null)
    equal(terminal.said, '')
  })

  it('runs with root`s hand for others, where no option was given', async () => {
    const terminal = listener()
    equal(await ask([undefined, false, undefined], terminal, false), 0)
    match(terminal.said, /no disk is seen on USB|serial|tells no serial number/)
  })

  it('has the name of a group for root`s question, and nobody sees that question', async () => {
    const terminal = listener()
    const heard: (string | null)[] = []
    const lend = async (words: readonly string[], who: Terminal) => {
      deepEqual(words, ['disk', 'create'])
      heard.push(await who.ask(GROUP_ASKED), await who.ask('Serial number: '))
      return 0 as const
    }
    const wish = { words: ['disk', 'create'], options: [false] }
    equal(await asRoot({ ...wish, group: 'data' }, terminal, SIGNAL, false, lend), 0)
    equal(await asRoot(wish, terminal, SIGNAL, false, lend), 0)
    deepEqual(heard, ['data', null, '', null])
  })

  it('is refused to others with any option, a board or a yes, too', async () => {
    for (const options of [['/tmp/own.yaml'], ['b'], [true], [undefined, 'SERIAL']]) {
      const terminal = listener()
      equal(await ask(options, terminal, false), 1)
      equal(
        terminal.said,
        'baton: refused: only root may give options to disk list; `baton disk list` alone asks for what it needs\n'
      )
    }
  })
})
