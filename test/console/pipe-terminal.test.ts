// A command that runs as root for somebody who is not: its words and questions pass two pipes. Real commands, a real cable.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { ExitCode } from '../../src/console/exit-code.js'
import { pipeTerminal, runAsRoot } from '../../src/console/pipe-terminal.js'
import type { Terminal } from '../../src/console/terminal.js'
import { RIGHT } from '../config/fixture.js'
import { layCable, type PtyCable } from '../driver/pty-cable.js'
import { until } from '../driver/wait.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))
const DEADLINE_MS = 60_000

interface Person extends Terminal {
  said: string
  asked: number
  /** Questions that were over before an answer. */
  over: number
  reply: ((answer: string) => void) | null
}

const person = (): Person => {
  const made: Person = {
    said: '',
    asked: 0,
    over: 0,
    reply: null,
    say: text => {
      made.said += `${text}\n`
    },
    complain: text => {
      made.said += `${text}\n`
    },
    write: () => {},
    screen: true,
    askable: true,
    ask: (question, signal) =>
      new Promise(resolve => {
        made.said += `${question}\n`
        made.asked += 1
        made.reply = resolve
        signal?.addEventListener('abort', () => {
          made.over += 1
          resolve(null)
        })
      }),
    wallSeconds: () => 0,
    env: {}
  }
  return made
}

describe('a command that is lent root`s hand', function () {
  this.timeout(2 * DEADLINE_MS)
  let directory = ''
  let cable: PtyCable
  const keyOf = (board: string): string => join(directory, board, 'key')
  const start = (board: 'a' | 'b', who: Person, signal: AbortSignal): Promise<ExitCode> => {
    const device = board === 'a' ? cable.x : cable.y
    const words = ['pair', '--config', join(directory, board, 'baton.yaml'), '--board', board, '--serial', device]
    return runAsRoot(words, who, signal, [process.execPath, BATON])
  }

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'baton-pipe-'))
    cable = await layCable()
    for (const board of ['a', 'b']) {
      const folder = join(directory, board)
      mkdirSync(folder)
      writeFileSync(join(folder, 'baton.yaml'), `stateDir: ${folder}/state\nkeyFile: ${keyOf(board)}\n${RIGHT}`)
    }
  })
  afterEach(async () => {
    await cable.remove()
    rmSync(directory, { recursive: true, force: true })
  })

  it('says, asks and ends as if it stood at the terminal itself', async () => {
    const [x, y] = [person(), person()]
    const never = new AbortController().signal
    const ended = Promise.all([start('a', x, never), start('b', y, never)])
    await until('both are asked', () => x.asked > 0 && y.asked > 0, DEADLINE_MS)
    x.reply?.('yes')
    y.reply?.('yes')
    deepEqual(await ended, [0, 0])
    match(x.said, /Paired: both boards have the same new key/)
    equal(readFileSync(keyOf('a'), 'utf8'), readFileSync(keyOf('b'), 'utf8'))
  })

  it('takes a question back, and tells the other board when its person leaves', async () => {
    const [x, y] = [person(), person()]
    const leaving = new AbortController()
    const ended = Promise.all([start('a', x, leaving.signal), start('b', y, new AbortController().signal)])
    await until('both are asked', () => x.asked > 0 && y.asked > 0, DEADLINE_MS)
    leaving.abort()
    deepEqual(await ended, [1, 1])
    match(y.said, /Not paired: it was (ended|refused) at the other board/)
    equal(y.over, 1)
    ok(!existsSync(keyOf('a')) && !existsSync(keyOf('b')))
  })

  it('says why it cannot be started, and what to do', async () => {
    const who = person()
    const none = await runAsRoot(['pair'], who, new AbortController().signal, [join(directory, 'no-sudo'), '-n'])
    equal(none, 1)
    await new Promise(resolve => setTimeout(resolve, 50))
    equal(who.said.split('\n').length, 2, who.said)
    match(who.said, /no-sudo -n pair` cannot be run as root: .*ENOENT; log in as root and run `baton pair`/)
    const angry = person()
    const refusing = ['sh', '-c', 'echo "sudo: a password is required" >&2; exit 1']
    equal(await runAsRoot(['unpair'], angry, new AbortController().signal, refusing), 1)
    match(angry.said, /a password is required; log in as root/)
  })
})

describe('the end of the pipe without a person', () => {
  it('answers its questions with nothing once the other end is gone', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    let left = 0
    const terminal = pipeTerminal(input, output, () => {
      left += 1
    })
    const first = terminal.ask('first? ')
    const second = terminal.ask('second? ')
    input.write('no json\n{"id":2,"answer":"yes"}\n{"id":9,"answer":"yes"}\n')
    equal(await second, 'yes')
    input.end()
    equal(await first, null)
    equal(await terminal.ask('third? '), null)
    equal(left, 1)
  })
})
