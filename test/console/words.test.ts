// Small words of the command: durations, events, the command line.
import { strict as assert } from 'node:assert'
import { parseCommandLine } from '../../src/console/arguments.js'
import { dangerOf } from '../../src/console/danger.js'
import { agoText, durationText, parseDuration, wallText } from '../../src/console/duration.js'
import { eventText } from '../../src/console/event-text.js'

describe('durations', () => {
  it('are read with one unit, and nothing else is', () => {
    assert.deepEqual(['90s', '30m', '2h', '7d'].map(parseDuration), [90_000, 1_800_000, 7_200_000, 604_800_000])
    for (const text of ['', '2', 'h', '2 h', '-2h', '0h', '2w', '1.5h', '9999999s'])
      assert.equal(parseDuration(text), null, text)
  })

  it('are written so that a person grasps them', () => {
    const written = [0, 12.4, 1500, 65_000, 300_000, 7_500_000, 4 * 86_400_000].map(durationText)
    assert.deepEqual(written, ['0 ms', '12 ms', '1.5 s', '65 s', '5 min', '2 h 5 min', '4 days'])
  })

  it('claim no age where a clock was not set', () => {
    assert.equal(wallText(12), '(clock not set yet)')
    assert.equal(agoText(1_795_202_043, 12), wallText(1_795_202_043))
    assert.equal(agoText(1_795_202_043, 1_795_202_163), '2 min ago')
  })
})

describe('an event', () => {
  it('is one line whatever its text holds', () => {
    const line = eventText({
      sequence: 1,
      wallSeconds: 0,
      atMs: 1,
      level: 'alarm',
      code: 'x-y',
      text: 'a\nb\u001b[31m \u009b2Jturned \u202eround\u2028and \u200bhidden',
      group: 'files'
    })
    assert.equal(line, '(clock not set yet) ALARM   files: a b [31m  2Jturned  round and  hidden [x-y]')
  })
})

describe('the command line', () => {
  const command = (line: string) => {
    const parsed = parseCommandLine(line.split(' ').filter(word => word !== ''))
    return parsed.ok ? parsed.command : parsed.text
  }

  it('takes a disk by its words, and a set-up with or without a person', () => {
    const place = { file: undefined, board: undefined, pipe: false }
    const plain = { name: 'disk', serials: {}, keep: false, make: false, files: false, since: null, ...place }
    const named = { ...plain, what: 'prepare', group: 'files', serial: 'X1', yes: true }
    assert.deepEqual(command('disk prepare files --serial X1 --yes'), named)
    const created = { ...named, what: 'create', serial: 'a:X:1,b:Y,2', serials: { a: 'X:1', b: 'Y,2' }, keep: true }
    assert.deepEqual(command('disk create files --serial a:X:1,b:Y,2 --keep --yes'), created)
    const own = { ...named, what: 'create', serials: { own: 'X1' } }
    assert.deepEqual(command('disk create files --serial X1 --yes'), own)
    assert.match(String(command('disk create --serial a:X,a:Y')), /--serial takes NUMBER, or a:NUMBER,b:NUMBER/)
    assert.match(String(command('disk prepare --keep')), /--keep goes with disk create/)
    assert.match(String(command('disk create --make')), /no option --make/)
    assert.match(String(command('disk list --since 3h')), /--since goes with disk compare/)
    assert.match(String(command('disk compare --since soon')), /--since takes/)
    assert.deepEqual(command('disk verify files'), { name: 'verify', group: 'files' })
    assert.match(String(command('disk verify --yes')), /only the name of a group/)
    const discard = {
      name: 'discard-copy',
      pipe: false,
      group: 'files',
      archive: undefined,
      since: null,
      yes: false,
      file: undefined,
      board: undefined
    }
    assert.deepEqual(command('discard-copy files'), discard)
    assert.deepEqual(command('discard-copy files --archive /mnt'), { ...discard, archive: '/mnt' })
    assert.deepEqual(command('discard-copy files --no-archive'), { ...discard, archive: null })
    assert.match(String(command('discard-copy files --no-archive --archive /mnt')), /one of/)
    assert.deepEqual(command('discard-copy files --since @7'), { ...discard, since: 7 })
    assert.match(String(command('discard-copy files --since soon')), /--since takes/)
    assert.match(String(command('discard-copy files --no-archive --since 3h')), /packs nothing/)
    assert.deepEqual(command('setup --lead'), { name: 'setup', lead: true, serial: undefined, ...place })
    assert.match(String(command('disk')), /followed by list, prepare, create, compare or verify/)
    assert.match(String(command('disk wipe')), /followed by list, prepare, create, compare or verify, not "wipe"/)
    for (const words of ['disk list files', 'disk list --yes', 'disk list --serial X1'])
      assert.equal(command(words), 'disk list goes alone')
  })

  it('gives orders their arguments', () => {
    assert.deepEqual(command('switchover files --yes'), {
      name: 'order',
      what: { order: 'switchover', group: 'files' },
      yes: true
    })
    assert.deepEqual(command('mode maintenance --for 2h'), {
      name: 'order',
      what: { order: 'mode', mode: 'maintenance', forMs: 7_200_000 },
      yes: false
    })
    assert.deepEqual(command('fence prove'), { name: 'order', what: { order: 'fenceProve' }, yes: false })
    assert.deepEqual(command('events -f -n 5'), { name: 'events', follow: true, recent: 5, only: null })
    assert.deepEqual(command('check-config x.yaml --board b'), {
      name: 'check-config',
      file: 'x.yaml',
      board: 'b',
      networkd: undefined
    })
    assert.deepEqual(command('board test --only sense,loop --cut b --json'), {
      name: 'board',
      only: 'sense,loop',
      json: true,
      yes: false,
      cut: 'b',
      answering: false,
      pipe: false,
      file: undefined,
      board: undefined
    })
  })

  it('is refused with what is wrong in it', () => {
    const table: readonly (readonly [string, RegExp])[] = [
      ['', /no command/],
      ['stauts', /no command "stauts"; did you mean status\?/],
      ['switch', /did you mean switchover\?/],
      ['zzz', /no command "zzz"$/],
      ['?', /no command/],
      ['__proto__', /no command/],
      ['status --jsn', /--jsn/],
      ['status now', /"now" is one word too many/],
      ['status --yes', /status takes no option --yes/],
      ['mode', /^mode is followed by auto, manual or maintenance/],
      ['mode off', /not "off"/],
      ['mode auto --for 2h', /takes no --for/],
      ['mode manual --for 2', /90s, 30m, 2h or 7d/],
      ['mode manual --for 31d', /at most 30d/],
      ['fence', /prove, off or on$/],
      ['fence maybe', /not "maybe"/],
      ['switchover', /name of a group/],
      ['take-stale', /take-stale needs the name of a group/],
      ['discard-copy ../x', /discard-copy needs the name of a group/],
      ['switchover Files!', /name of a group/],
      ['events -n -1', /^-n takes 0\.\.1000, not "-1"$/],
      ['events -n many', /-n takes/],
      ['check-config', /needs a file/],
      ['check-config x --board c', /a or b/],
      ['init --board c', /a or b/],
      ['board', /board is followed by test or letter$/],
      ['board tset', /not "tset"/],
      ['board test now', /one word too many/],
      ['board test --cut c', /--cut takes the letter of the other board/],
      ['board test --answer --yes', /--answer goes alone/],
      ['status --cut b', /status takes no option --cut/]
    ]
    for (const [line, expected] of table) {
      const text = command(line)
      assert.ok(typeof text === 'string', `${line} was accepted`)
      assert.match(text, expected, line)
    }
  })

  it('knows which orders hurt, and says how', () => {
    assert.match(dangerOf({ order: 'confirm' }) ?? '', /DATA IS LOST/)
    assert.match(dangerOf({ order: 'fenceOff' }) ?? '', /CUTS THE POWER/)
    assert.match(dangerOf({ order: 'mode', mode: 'maintenance', forMs: 7_200_000 }) ?? '', /for 2 h/)
    assert.equal(dangerOf({ order: 'mode', mode: 'manual', forMs: 0 }), null)
    assert.equal(dangerOf({ order: 'fenceOn' }), null)
  })
})
