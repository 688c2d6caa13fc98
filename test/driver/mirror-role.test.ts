// How a mirror becomes primary and secondary, and who may say which it is. The kernel is a record of what it was told.
import { deepEqual, equal, match } from 'node:assert/strict'
import type { ActionOutcome } from '../../src/core/event.js'
import type { Drbd, RoleFound } from '../../src/driver/drbd.js'
import { type DrbdState, NO_STATE } from '../../src/driver/drbd-events.js'
import { createReading } from '../../src/driver/mirror-follow.js'
import { createMirrorQuestion, type MirrorQuestion } from '../../src/driver/mirror-question.js'
import { createMirrorRole, type MirrorRole } from '../../src/driver/mirror-role.js'
import { whyMisplaced } from '../../src/driver/mirror-words.js'

const MIRROR = { resource: 'main', minor: 1 }
const ALONE: DrbdState = {
  ...NO_STATE,
  there: true,
  role: 'Secondary',
  disk: 'UpToDate',
  minor: '1',
  connection: 'Connecting'
}

const reasonOf = (outcome: ActionOutcome | object): string =>
  'reason' in outcome ? String(outcome.reason) : JSON.stringify(outcome)

describe('the minor of a mirror', () => {
  let fencing: (number | null)[] = []
  const reading = () =>
    createReading({
      resource: 'main',
      whyMisplaced: state => whyMisplaced(state, MIRROR),
      changed: () => {},
      fencing: status => fencing.push(status),
      told: () => {}
    })
  const lines = (minor: number): readonly string[] => [
    'exists resource name:main role:Secondary suspended:no',
    'exists device name:other volume:0 minor:9 disk:UpToDate',
    `exists device name:main volume:0 minor:${minor} disk:UpToDate`,
    'exists -'
  ]

  it('keeps everybody from commands where the kernel has another one than the configuration', () => {
    const read = reading()
    for (const line of lines(0)) read.onLine(line)
    match(read.misplaced ?? '', /has the mirror main as \/dev\/drbd0.*\/dev\/drbd1 now.*`reboot`/)
  })

  it('still does so while the kernel’s words are asked for anew', () => {
    const read = reading()
    for (const line of lines(0)) read.onLine(line)
    read.onStart()
    equal(read.whole, false)
    match(read.misplaced ?? '', /nothing is done with it/)
    for (const line of lines(1)) read.onLine(line)
    equal(read.misplaced, null)
  })

  it('hinders nobody from hearing what the kernel’s helper was asked, and how it ended', () => {
    fencing = []
    const read = reading()
    const helper = 'helper name:main peer-node-id:0 conn-name:peer'
    for (const line of [`call ${helper} helper:fence-peer`, `response ${helper} helper:fence-peer status:1792`])
      read.onLine(line)
    deepEqual([fencing, read.splitBrain], [[null, 1792], false])
    read.onLine(`call ${helper} helper:split-brain`)
    equal(read.splitBrain, true)
  })

  it('says nothing where it is the same, or where there is none', () => {
    const read = reading()
    for (const line of lines(1)) read.onLine(line)
    equal(read.misplaced, null)
    read.onLine('destroy resource name:main')
    equal(read.misplaced, null)
  })
})

describe('the role of a mirror in the kernel', () => {
  let told: string[] = []
  let state = ALONE
  let whole = true
  let found: RoleFound = { role: 'Secondary' }
  let problem: string | null = null
  let refusal: string | null = null
  let question: MirrorQuestion

  const make = (): MirrorRole => {
    const tried = (what: string) => async () => {
      told.push(what)
      return null
    }
    return createMirrorRole({
      mirror: MIRROR,
      drbd: {
        module: () => null,
        role: async () => found,
        primary: tried('primary'),
        secondary: async () => refusal,
        disconnect: tried('disconnect')
      } as unknown as Drbd,
      question,
      state: () => state,
      told: () => whole,
      looked: () => whole,
      problem: () => problem,
      tend: async () => {},
      parted: () => {}
    })
  }

  beforeEach(() => {
    told = []
    state = ALONE
    whole = true
    found = { role: 'Secondary' }
    problem = null
    refusal = null
    question = createMirrorQuestion(() => {})
  })

  it('is what the kernel says', async () => {
    deepEqual(await make().isPrimary(1000), { primary: false })
    found = { role: 'Primary' }
    deepEqual(await make().isPrimary(1000), { primary: true })
    found = { role: null }
    deepEqual(await make().isPrimary(1000), { primary: false })
    found = { reason: 'refused', hung: false }
    deepEqual(await make().isPrimary(1000), found)
  })

  it('is not known before the kernel has told whose the minor is', async () => {
    whole = false
    match(reasonOf(await make().isPrimary(80)), /has told nothing/)
    const asked = make().isPrimary(4000)
    whole = true
    deepEqual(await asked, { primary: false })
  })

  it('is not known where the minor is primary and has another name', async () => {
    found = { role: 'Primary' }
    state = NO_STATE
    match(reasonOf(await make().isPrimary(1000)), /\/dev\/drbd1 under another name than main/)
    state = { ...ALONE, minor: '' }
    match(reasonOf(await make().isPrimary(1000)), /under another name/)
  })

  it('does not change while a problem stands', async () => {
    problem = 'it is /dev/drbd0'
    equal(reasonOf(await make().promote(performance.now() + 1000)), problem)
    deepEqual(told, [])
  })

  it('ends with its tenure: what was allowed to that one is not allowed to the next, and a late answer is none', async () => {
    const asked: number[] = []
    question = createMirrorQuestion(number => asked.push(number))
    state = { ...ALONE, role: 'Primary' }
    const first = question.ask()
    question.answer(1, true)
    deepEqual([await first, question.allowed], [true, true])
    deepEqual(await make().demote(1000), { ok: true })
    equal(question.allowed, false)
    const open = question.ask()
    deepEqual(await make().demote(1000), { ok: true })
    equal(await open, false)
    question.answer(2, true)
    deepEqual([question.allowed, asked], [false, [1, 2]])
  })

  it('keeps what was allowed where it could not be made secondary: the tenure goes on', async () => {
    state = { ...ALONE, role: 'Primary' }
    refusal = 'State change failed: (-12) Device is held open by someone'
    const first = question.ask()
    question.answer(1, true)
    await first
    match(reasonOf(await make().demote(150)), /did not become secondary: .*held open/)
    equal(question.allowed, true)
  })
})
