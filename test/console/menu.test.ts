// The menu, completion, and the pages that must fit a VT100: numbers and answers in, words of the `baton` command out.
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { alarmText } from '../../src/console/alarm-lines.js'
import { COMMANDS, parseCommandLine } from '../../src/console/arguments.js'
import { completeLine } from '../../src/console/complete.js'
import { dangerOf, interruptionText, whyNot } from '../../src/console/danger.js'
import { USAGE } from '../../src/console/help.js'
import { MENU, menuText } from '../../src/console/menu.js'
import { networkText, parseInterfaces } from '../../src/console/network-text.js'
import type { DaemonStatus } from '../../src/runtime/status.js'
import { NORMAL, NOW_SECONDS, withCore } from './fixture-status.js'

const WIDE = 80
const HIGH = 24
const [GROUP] = NORMAL.core.groups
assert.ok(GROUP !== undefined)
const MANY = withCore({
  groups: ['files', 'till'].map(name => ({ ...GROUP, name })),
  warnings: ['the fence is not proved '.repeat(9), 'another']
})

const fits = (text: string): void => {
  const lines = text.split('\n')
  assert.ok(lines.length <= HIGH, `${lines.length} lines`)
  for (const line of lines) assert.ok(line.length <= WIDE, line)
}

/** What a number of the menu becomes when these answers are given. */
const chosen = async (number: string, answers: readonly (string | null)[], status: DaemonStatus | null = NORMAL) => {
  const left = [...answers]
  const said: string[] = []
  const words = await MENU[number]?.words({
    status: async () => status,
    ask: async () => left.shift() as string | null,
    say: text => said.push(text)
  })
  fits(said.join('\n'))
  if (answers.includes(null)) assert.equal(said.at(-1), 'nothing was done')
  return words === null || words === undefined ? null : words.join(' ')
}

describe('the menu', () => {
  it('fits the screen with the pair at its best and at its worst', () => {
    for (const status of [NORMAL, MANY, null]) fits(menuText(status))
    assert.match(menuText(MANY), /\nPUT RIGHT: the fence is not proved.*\n.*…\n/)
  })

  it('turns numbers and answers into commands that exist', async () => {
    const table: readonly (readonly [string, readonly (string | null)[], string | null])[] = [
      ['1', [], 'status'],
      ['2', [], 'switchover files'],
      ['3', [], 'recover'],
      ['4', ['1'], 'mode auto'],
      ['4', ['2', ''], 'mode manual'],
      ['4', ['maintenance', '2h'], 'mode maintenance --for 2h'],
      ['4', ['3', 'soon'], null],
      ['4', ['7'], null],
      ['4', ['3', null], null],
      ['4', [null], null],
      ['4', [''], null],
      ['5', [], 'fence prove'],
      ['6', ['1'], 'events -n 12'],
      ['6', ['2'], 'events -n 12 --pair'],
      ['6', ['3'], 'events -n 12 --alarms'],
      ['6', ['4'], 'report'],
      ['7', [], 'network'],
      ['8', [], 'shutdown'],
      ['9', ['1'], 'confirm'],
      ['9', ['2'], 'fence off'],
      ['9', ['3'], 'fence on'],
      ['9', ['4'], 'replace'],
      ['9', ['5'], 'pair'],
      ['9', ['constructor'], null]
    ]
    for (const [number, answers, expected] of table) {
      const words = await chosen(number, answers)
      assert.equal(words, expected, `${number} ${answers.join(' ')}`)
      if (words !== null) assert.ok(parseCommandLine(words.split(' ')).ok, words)
    }
  })

  it('asks which group where there are more', async () => {
    assert.equal(await chosen('2', ['2'], MANY), 'switchover till')
    assert.equal(await chosen('2', ['files'], MANY), 'switchover files')
    assert.equal(await chosen('2', ['3'], MANY), null)
  })

  it("is in the operator's guide as it is on the screen", () => {
    const guide = readFileSync('board/OPERATING.md', 'utf8')
    for (const line of menuText(NORMAL).split('\n').slice(3)) assert.ok(guide.includes(line), line)
  })
})

describe('completion', () => {
  it('adds what is certain, and offers what is not', () => {
    const table: readonly (readonly [string, string, readonly string[]])[] = [
      ['sw', 'itchover ', ['switchover']],
      ['baton sw', 'itchover ', ['switchover']],
      ['switchover f', 'iles ', ['files']],
      ['mode ma', '', ['manual', 'maintenance']],
      ['mode man', 'ual ', ['manual']],
      ['fence ', '', ['prove', 'off', 'on']],
      ['fence off --', 'yes ', ['--yes']],
      ['events -', '-', ['--follow', '--number', '--alarms', '--pair']],
      ['nonsense x', '', []],
      ['constructor ', '', []]
    ]
    for (const [before, insert, choices] of table) {
      const found = completeLine(before, ['files', 'till'])
      assert.equal(found.insert, insert, before)
      if (choices.length > 0) assert.deepEqual([...found.choices].sort(), [...choices].sort(), before)
    }
    for (const command of COMMANDS) assert.ok(completeLine('', []).choices.includes(command))
  })
})

describe('texts of the console', () => {
  it('help is no wider than a screen', () => {
    for (const line of USAGE.split('\n')) assert.ok(line.length <= WIDE, line)
  })

  it('a dangerous order names the boards and the longest interruption', () => {
    const status: DaemonStatus = { ...NORMAL, moveMsMax: { files: 290_000 } }
    const there = withCore({ groups: [{ ...GROUP, role: 'standby', peerRole: 'active' }] })
    assert.match(
      dangerOf({ order: 'switchover', group: 'files' }, status) ?? '',
      /from board a \(this one\) to board b/
    )
    assert.match(dangerOf({ order: 'switchover', group: 'files' }, there) ?? '', /from board b to board a \(this one\)/)
    assert.match(interruptionText(status, 'files'), /as a rule some seconds.*5 min/)
    assert.match(dangerOf({ order: 'fenceOff' }, there) ?? '', /POWER OF BOARD B.*It serves files: that STOPS/)
    assert.match(dangerOf({ order: 'fenceProve' }, status) ?? '', /POWER OF BOARD B.*Users notice nothing/)
    assert.match(dangerOf({ order: 'confirm' }, status) ?? '', /board b is OFF/)
  })

  it('an order that cannot work is refused before anybody is asked', () => {
    const there = withCore({ groups: [{ ...GROUP, role: 'standby', peerRole: 'active' }] })
    assert.match(whyNot({ order: 'switchover', group: 'foo' }, NORMAL) ?? '', /no group "foo"; there is: files$/)
    assert.match(whyNot({ order: 'fenceProve' }, there) ?? '', /board b serves files.*`switchover files` first/)
    assert.equal(whyNot({ order: 'switchover', group: 'files' }, there), null)
    assert.equal(whyNot({ order: 'fenceProve' }, NORMAL), null)
  })

  it('an alarm is at most three lines, whatever its text holds', () => {
    const entry = {
      sequence: 1,
      wallSeconds: NOW_SECONDS,
      atMs: 0,
      level: 'alarm',
      code: 'x',
      text: '\u001b[2J'.repeat(99)
    } as const
    const lines = alarmText(entry).split('\n')
    assert.ok(lines.length <= 3 && lines.every(line => line.length <= WIDE && !line.includes('\u001b')))
  })

  it('the network is one screen however many interfaces there are, those with a cable first', () => {
    const one = (name: string, flags: string[]): object => ({
      ifname: name,
      flags,
      operstate: flags.includes('LOWER_UP') ? 'UP' : 'DOWN',
      address: '02:fc:00:00:00:01',
      addr_info: [{ family: 'inet', local: '192.168.1.2', prefixlen: 24, scope: 'global' }]
    })
    const many = Array.from({ length: 30 }, (_, at) => one(`veth${at}`, []))
    const list = parseInterfaces(
      JSON.stringify([one('lo', ['UP']), ...many, one('eth0', ['UP', 'LOWER_UP']), one('eth1', ['UP'])])
    )
    assert.ok(list !== null)
    const text = networkText(list, NORMAL)
    fits(text)
    assert.match(text, /^eth0: cable in .*\n {2}addresses 192\.168\.1\.2\/24\neth1: NO CARRIER/)
    assert.match(text, /\nand \d+ more: ip address show\nthis board/)
    assert.match(text, /serial {6}two-way.*\nethernet {4}two-way.*\npeer b {6}heard/)
    fits(networkText('`ip` exited with 1', 'cannot reach the daemon'))
    for (const odd of ['', 'null', '{}', '[{}]', '[null,1,{"flags":[1]}]']) parseInterfaces(odd)
  })
})
