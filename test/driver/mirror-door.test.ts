import { strict as assert } from 'node:assert'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '../../src/driver/command.js'
import { type MirrorDoor, openMirrorDoor } from '../../src/driver/mirror-door.js'
import { createMirrorQuestion } from '../../src/driver/mirror-question.js'

const HELPER = new URL('../../../provisioning/package/files/mirror-helper', import.meta.url).pathname
const OUTDATED = 4
const STAND_STILL = 1

describe('the place where the kernel’s fencing handler asks', () => {
  let folder = ''
  let socket = ''
  let door: MirrorDoor | null = null

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-door-'))
    socket = join(folder, 'mirror.sock')
  })
  afterEach(() => {
    door?.close()
    door = null
    rmSync(folder, { recursive: true })
  })

  /** As the kernel starts it: no environment but where the door is. */
  const helper = (...words: string[]) =>
    runCommand('/usr/bin/env', ['-i', `BATON_MIRROR_SOCKET=${socket}`, HELPER, ...words], { deadlineMs: 5000 })

  const open = async (asked: () => Promise<boolean>): Promise<void> => {
    door = openMirrorDoor(socket)
    door.serve('main', asked)
    while (door.problem() !== null) await delay(5)
  }

  it('says "outdated" after a yes, and only then', async () => {
    let answer = true
    await open(async () => answer)
    assert.equal((await helper('fence-peer', 'main')).code, OUTDATED)
    answer = false
    assert.equal((await helper('fence-peer', 'main')).code, STAND_STILL)
    assert.equal((await helper('fence-peer', 'other')).code, STAND_STILL, 'a mirror that nobody knows')
    assert.equal(statSync(socket).mode & 0o777, 0o600)
  })

  it('ends within 2 s, I/O standing still, where the daemon has no answer yet', async () => {
    await open(() => new Promise(() => {}))
    const { code, tookMs } = await helper('fence-peer', 'main')
    assert.equal(code, STAND_STILL)
    assert.ok(tookMs >= 1400 && tookMs < 2600, `${tookMs} ms`)
  })

  it('waits for the daemon’s next life, and leaves I/O as it is where none comes', async () => {
    const asked = helper('fence-peer', 'main')
    await delay(400)
    await open(async () => true)
    assert.equal((await asked).code, OUTDATED)
    door?.close()
    rmSync(socket, { force: true })
    assert.notEqual((await helper('fence-peer', 'main')).code, OUTDATED)
  })

  it('has nothing to say to what else the kernel tells', async () => {
    for (const what of ['split-brain', 'after-resync-target', 'local-io-error'])
      assert.equal((await helper(what, 'minor-0')).code, 0)
    assert.equal((await helper()).code, 0)
  })

  it('takes garbage for no question, and goes on answering', async () => {
    await open(async () => true)
    await new Promise<void>(resolve => {
      const socketOf = connect(socket, () => socketOf.write(`${'x'.repeat(5000)}\n`))
      socketOf.on('data', text => {
        assert.equal(String(text), 'no\n')
      })
      socketOf.on('close', () => resolve())
    })
    assert.equal((await helper('fence-peer', 'main')).code, OUTDATED)
  })
})

describe('the question of a mirror', () => {
  it('asks the core once, whoever asks, and tells all of them', async () => {
    const asked: number[] = []
    const question = createMirrorQuestion(number => asked.push(number))
    const answers = [question.ask(), question.ask()]
    question.answer(7, true)
    question.answer(1, true)
    assert.deepEqual(await Promise.all(answers), [true, true])
    assert.deepEqual(asked, [1])
    assert.equal(await question.ask(), true, 'what was allowed is, until the link was back')
  })

  it('forgets a yes when the link is back: the next loss is a question of its own (R7)', async () => {
    const asked: number[] = []
    const question = createMirrorQuestion(number => asked.push(number))
    void question.ask()
    question.answer(1, true)
    question.over()
    assert.equal(question.allowed, false)
    const next = question.ask()
    question.answer(1, true)
    assert.equal(question.allowed, false, 'an answer to the former question')
    question.answer(2, true)
    assert.equal(await next, true)
    assert.deepEqual(asked, [1, 2])
  })

  it('ends who waits with no when the link is back', async () => {
    const question = createMirrorQuestion(() => {})
    const waiting = question.ask()
    question.over()
    assert.equal(await waiting, false)
  })
})
