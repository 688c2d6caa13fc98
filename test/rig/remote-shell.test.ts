import { equal } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { makeRemoteShell, type RemoteShell } from './remote-shell.js'

const SOON_MS = 10_000

describe('a shell that stays open', () => {
  let started: ChildProcess[] = []
  let shell: RemoteShell
  const start = (): ChildProcess => {
    const child = spawn('sh', [], { stdio: ['pipe', 'pipe', 'ignore'] })
    started.push(child)
    return child
  }
  beforeEach(() => {
    started = []
    shell = makeRemoteShell(start)
  })
  afterEach(async () => {
    shell.drop()
    for (const child of started)
      if (child.exitCode === null && child.signalCode === null)
        await new Promise(resolve => child.once('exit', resolve))
  })

  it('each question gets its own answer, from one and the same shell', async () => {
    const [pid, again] = await Promise.all([shell.ask('echo $$', SOON_MS), shell.ask('echo $$', SOON_MS)])
    equal(pid, again)
    equal(pid, `${started[0]?.pid}\n`)
    equal(started.length, 1)
  })

  it('a question that eats its input takes no later one with it', async () => {
    equal(await shell.ask('cat', SOON_MS), '')
    equal(await shell.ask('echo here', SOON_MS), 'here\n')
  })

  it('what takes too long is given up, and its late words are nobody else’s answer', async () => {
    equal(await shell.ask('sleep 0.4; echo late', 100), '')
    equal(await shell.ask('echo next', SOON_MS), 'next\n')
    equal(started.length, 2)
  })

  it('a shell that ended is followed by another', async () => {
    equal(await shell.ask('exit 3', SOON_MS), '')
    equal(await shell.ask('echo back', SOON_MS), 'back\n')
  })

  it('where nobody lets us in nothing is said', async () => {
    equal(await makeRemoteShell(() => null).ask('echo here', SOON_MS), '')
  })
})
