// What `disk create` asks about disks that hold something. Each way that does not end in the right serial number ends in nothing at all.
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { GROUP_ASKED } from '../../src/console/as-root.js'
import { type Look, settleCreate } from '../../src/console/disk-ask.js'
import { chooseGroup } from '../../src/console/disk-group.js'
import type { Terminal } from '../../src/console/terminal.js'
import { NAME_ONE } from '../../src/driver/mirror-words.js'
import type { CopyTold } from '../../src/port/copy-told.js'
import type { MirrorSeen } from '../../src/setup/mirror-look.js'
import type { CreateWorld } from '../../src/setup/mirror-plan.js'
import { RIGHT, scratch } from '../config/fixture.js'
import { told } from '../setup/told.js'
import { person } from './person.js'

const BLANK = told('blank')
const DATA = told('content', { name: 'X7', words: '/dev/sda, serial X7: it holds vfat labelled OLD' })
const FILES = told('content', { name: 'E4', ext4: true, words: '/dev/sda1, serial E4: it holds ext4 labelled photos' })
const BEGUN = told('made', { name: 'E4', ext4: true, fresh: true, words: '/dev/sda1: ready for a first copy' })

const pair = (own: CopyTold, peer: CopyTold): ((said: Parameters<Look>[0]) => MirrorSeen) => {
  const group = { name: 'data', role: 'standby', peerRole: 'standby', copies: {} } as unknown as CreateWorld['group']
  const base = { board: 'a', group, own, peer, begun: false, mirrorBytes: 0 } as const
  return said => ({ world: { ...base, ...said }, mode: 'auto', number: '8:1' })
}
const BARE = { keep: false, serials: { own: null, peer: null } }

const settle = (look: (said: Parameters<Look>[0]) => MirrorSeen, terminal: Terminal, sure = false) =>
  settleCreate(async said => look(said), BARE, sure, terminal)

const planOf = async (look: (said: Parameters<Look>[0]) => MirrorSeen, terminal: Terminal) => {
  const settled = await settle(look, terminal)
  ok(typeof settled !== 'string', String(settled))
  return settled.plan
}

describe('disk create at a console', () => {
  it('asks nothing about two blank disks, and shows both', async () => {
    const who = person([])
    const plan = await planOf(pair(BLANK, BLANK), who)
    equal(plan.kind, 'first')
    deepEqual(who.asked, [])
    deepEqual(who.said, ['  board a: a disk that is blank', '  board b: a disk that is blank'])
  })

  it('has the serial number typed of a disk with data on either board', async () => {
    for (const [look, letter] of [
      [pair(DATA, BLANK), 'a'],
      [pair(BLANK, DATA), 'b']
    ] as const) {
      const who = person(['X7'])
      const plan = await planOf(look, who)
      deepEqual(plan, { kind: 'first', own: true, peer: true, whole: true })
      match(who.said.join('\n'), new RegExp(`board ${letter}: /dev/sda, serial X7: it holds vfat`))
      match(who.said.at(-1) ?? '', new RegExp(`disk of board ${letter} is not blank.* ALL THAT IS ON IT IS LOST`))
    }
  })

  it('asks for each of two disks, and the number of one opens the other one not', async () => {
    const both = pair({ ...DATA, name: 'X8' }, DATA)
    const who = person(['X7', 'X8'])
    equal((await planOf(both, who)).kind, 'first')
    equal(who.asked.length, 2)
    match(String(await settle(both, person(['X8', 'X7']))), /board b has not the serial number X8; nothing was done/)
    match(String(await settle(both, person(['X7', 'X7']))), /board a has not the serial number X7; nothing was done/)
  })

  it('does nothing after Enter, Ctrl-C, a yes, or another serial number', async () => {
    for (const answer of ['', '  ', null]) equal(await settle(pair(BLANK, DATA), person([answer])), 'nothing was done')
    for (const answer of ['yes', 'x7', 'X', 'X77', 'b:X7', '/dev/sda'])
      match(String(await settle(pair(BLANK, DATA), person([answer]))), /not the serial number .*; nothing was done$/)
  })

  it('keeps an ext4 or makes it anew, as it is told, and each only by its serial number', async () => {
    const look = pair(FILES, BLANK)
    const keeps = person(['1', 'E4'])
    deepEqual(await planOf(look, keeps), { kind: 'keep', own: true, peer: true })
    match(keeps.said.join('\n'), /1 {2}keep its files: .*\n {2}2 {2}make it anew: ALL THAT IS ON IT IS LOST/)
    deepEqual(await planOf(look, person(['2', 'E4'])), { kind: 'first', own: true, peer: true, whole: true })
    for (const answers of [[''], [null], ['1', ''], ['2', null]])
      equal(await settle(look, person(answers)), 'nothing was done')
    match(String(await settle(look, person(['keep']))), /there is no "keep" here; nothing was done/)
    for (const number of ['1', '2'])
      match(String(await settle(look, person([number, 'E5']))), /not the serial number E5; nothing was done/)
  })

  it('goes on with an ext4 that was to be kept, and never offers to lose it', async () => {
    const who = person(['E4'])
    deepEqual(await planOf(pair(BEGUN, told('made', { fresh: true, empty: true })), who), {
      kind: 'keep',
      own: false,
      peer: false
    })
    match(who.said.at(-1) ?? '', /was to be kept/)
    ok(!who.said.join('\n').includes('LOST'))
  })

  it('looks once more after an answer: a disk that was changed meanwhile is not touched', async () => {
    let looks = 0
    const changed = async (said: Parameters<Look>[0]) => {
      looks += 1
      return pair(looks === 1 ? FILES : { ...FILES, name: 'E9' }, BLANK)(said)
    }
    for (const number of ['1', '2']) {
      looks = 0
      const settled = await settleCreate(changed, BARE, false, person([number, 'E4']))
      ok(typeof settled !== 'string')
      equal(settled.plan.kind, 'refused')
      equal(looks, 2)
    }
  })

  it('asks which one is meant where there are several, and has that one looked for', async () => {
    const several = told('absent', { name: null, words: `no disk is blank: ${NAME_ONE}: X7, X8` })
    const look = async ({ keep, serials }: Parameters<Look>[0]) =>
      pair(serials.own === 'X7' ? DATA : serials.own === null ? several : told('absent'), BLANK)({ keep, serials })
    const right = await settleCreate(look, BARE, false, person(['X7']))
    ok(typeof right !== 'string')
    equal(right.plan.kind, 'first')
    const wrong = await settleCreate(look, BARE, false, person(['X1']))
    ok(typeof wrong !== 'string')
    equal(wrong.plan.kind, 'refused')
  })

  it('asks nobody where --yes was given or no terminal is there: it is refused with the option that is wanted', async () => {
    for (const [who, sure] of [
      [person([], false), false],
      [person([]), true]
    ] as const) {
      const settled = await settle(pair(BLANK, DATA), who, sure)
      ok(typeof settled !== 'string' && settled.plan.kind === 'refused')
      match(settled.plan.words, /--serial b:X7/)
      deepEqual(who.asked, [])
    }
  })
})

describe('the group of a disk command', () => {
  const files = scratch()
  after(() => files.remove())
  const config = () => {
    const more = RIGHT.slice(RIGHT.indexOf('  - name: files'))
      .replaceAll('files', 'more')
      .replace('/srv/data', '/srv/more')
    const text = `${RIGHT}${more.replaceAll('sda1', 'sdc1').replaceAll('sdb1', 'sdd1').replace('10.1.0.50', '10.1.0.51').replaceAll('store', 'other').replace('smbd', 'nmbd')}`
    const loaded = files.load(text)
    ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.errors))
    return loaded.config
  }
  const nameOf = (found: Awaited<ReturnType<typeof chooseGroup>>) => (typeof found === 'string' ? found : found.name)

  it('comes through the pipe as an answer, or is asked of the person', async () => {
    const piped = { group: undefined, pipe: true, yes: false }
    const typed = person(['more'])
    equal(nameOf(await chooseGroup(config(), piped, 'shared', typed)), 'more')
    deepEqual(typed.asked, [GROUP_ASKED])
    const asked = person(['', 'files'])
    equal(nameOf(await chooseGroup(config(), piped, 'shared', asked)), 'files')
    equal(asked.asked.length, 2)
    equal(nameOf(await chooseGroup(config(), piped, 'shared', person(['', '']))), 'nothing was done')
    match(nameOf(await chooseGroup(config(), piped, 'shared', person(['none']))), /which group/)
    const script = { group: undefined, pipe: false, yes: true }
    match(nameOf(await chooseGroup(config(), script, 'shared', person([]))), /which group/)
  })
})
