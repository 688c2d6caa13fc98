// A card that nobody wrote a line on: letter by the strap, the default configuration, then the pairing; and passwords by the first
// partition. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { MISTAKES, WHOLE } from '../../config/mistakes.js'
import { ALL, closeBench, GOOD, KEY, makeWorld, type World } from './world.js'

const FAULT = 'systemctl start --no-block baton-fault.service'
const RECORD = '/var/lib/baton/state.json'
const PROBLEM = '/run/baton-card/problem'
const REPORT = '/boot/firmware/baton-errors.txt'
/** As image/card.ts puts it there. */
const FRESH: Readonly<Record<string, string>> = {
  'baton.yaml': readFileSync('provisioning/package/files/baton.yaml.default', 'utf8')
}
const UNPAIRED =
  /^Not paired yet: this board has no key of the pair\.\n.*hold both buttons for 10 s[\s\S]*`baton pair`[^\n]*\n$/

describe('the first start of a card', function () {
  this.timeout(240_000)
  let world: World

  afterEach(() => {
    world.close()
  })
  after(closeBench)

  const isReady = (): boolean => world.exec(['/usr/lib/baton/card/ready']).status === 0
  const start = (status = 0): string => {
    world.boot()
    const done = world.import()
    assert.equal(done.status, status, done.words)
    return done.words
  }
  const problem = (): string => (world.has(PROBLEM) ? world.read(PROBLEM) : '')
  const letter = (): string => world.read('/etc/baton/board').trim()
  /** What a pairing leaves behind. */
  const pair = (): void => {
    world.exec(['sh', '-c', `umask 077; echo ${KEY} >/etc/baton/key; sync`])
  }

  for (const board of ['a', 'b'] as const)
    it(`needs nothing but the pairing, says exactly that, and is board ${board} by its strap`, () => {
      world = makeWorld(FRESH)
      world.strap(board)
      start()
      assert.match(problem(), UNPAIRED)
      assert.match(world.read(REPORT).replaceAll('\r', ''), /Not paired yet[\s\S]*hold both buttons for 10 s/)
      assert.match(world.consoleText(), /hold both buttons for 10 s/)
      assert.equal(world.read('/run/baton-card/lights'), 'unconfigured\n')
      assert.deepEqual(world.asked(), ['baton board', 'baton check-config', FAULT])
      assert.equal(letter(), board)
      assert.equal(world.read('/etc/baton/baton.yaml'), FRESH['baton.yaml'])
      assert.equal(world.read('/etc/hostname'), `baton-${board}\n`)
      assert.match(world.read(`/etc/baton/lan-${board}.network`), /^DHCP=yes\nAddress=192\.168\.77\.[12]\/24$/m)
      assert.ok(!isReady() && !world.has(RECORD))
      pair()
      world.halt()
      start()
      assert.equal(problem(), '')
      assert.equal(world.has(REPORT), false)
      assert.match(world.read(RECORD), new RegExp(`"board": "${board}"`))
      assert.ok(isReady())
      assert.deepEqual(world.asked(), ['baton init'])
    })

  it('follows the strap until there is a record; then a strap that says something else is told, and the file settles it', () => {
    world = makeWorld(FRESH)
    start()
    assert.equal(letter(), 'a')
    world.halt()
    world.strap('b')
    start()
    assert.equal(letter(), 'b')
    assert.match(problem(), UNPAIRED)
    pair()
    world.halt()
    start()
    world.halt()
    // One more with nothing changed: no Node for the strap.
    start()
    assert.deepEqual(world.asked(), [])
    world.halt()
    world.strap('a')
    start()
    assert.equal(letter(), 'b')
    assert.match(problem(), /^The strap says that this is board a, but this card is that of board b: it stays/)
    assert.ok(isReady(), 'a strap ended the service')
    world.halt()
    world.put('board', 'b')
    start()
    assert.equal(problem(), '')
    assert.deepEqual(world.asked(), [])
  })

  it('takes the letter of the file before that of the strap, and keeps it when the file is gone', () => {
    world = makeWorld({ ...ALL, board: 'b' })
    start()
    assert.equal(letter(), 'b')
    assert.equal(problem(), '')
    assert.ok(!world.asked().includes('baton board'))
    world.halt()
    world.put('board', null)
    start()
    assert.equal(letter(), 'b')
    assert.match(problem(), /^The strap says that this is board a, but this card is that of board b/)
    world.halt()
    world.strap('b')
    start()
    assert.equal(problem(), '')
  })

  it('a letter that a file gave stays also before there is a record', () => {
    world = makeWorld({ ...FRESH, board: 'b' })
    start()
    world.halt()
    world.put('board', null)
    start()
    assert.equal(letter(), 'b')
    assert.match(problem(), /The strap says that this is board a/)
  })

  it('a strap that cannot be read: the file is asked for; a letter that is there already stays', () => {
    world = makeWorld(FRESH)
    world.strap(7)
    start()
    assert.match(
      problem(),
      /^This board has no letter: .*reads "7".*\n.*bridge it to ground on board b[\s\S]*file\nnamed `board`/
    )
    assert.equal(world.has('/etc/baton/board'), false)
    world.halt()
    world.strap('b')
    start()
    assert.equal(letter(), 'b')
    world.halt()
    world.strap(7)
    const words = start()
    assert.match(words, /this stays board b: .*reads "7"/)
    assert.match(problem(), UNPAIRED)
    assert.equal(letter(), 'b')
  })

  it('a strap that flickers is no letter', () => {
    world = makeWorld(FRESH)
    const value = world.at('/sys/class/gpio/gpio537/value')
    const script =
      'open(my $f, "+<", $ARGV[0]) or die; for (1..400) { sysseek($f, 0, 0); syswrite($f, $_ % 2); select(undef, undef, undef, 0.03) }'
    world.boot()
    const shaking = spawn('perl', ['-e', script, value], { stdio: 'ignore' })
    try {
      assert.equal(world.import().status, 0)
    } finally {
      shaking.kill()
    }
    assert.match(
      problem(),
      /^This board has no letter: .*BCM 25 \(header pin 22\) flickers: \d+ changes in 300 ms: push its plug in\n/
    )
    assert.equal(world.has('/etc/baton/board'), false)
  })

  it('opens no strap that a configuration wires to something else: an input of the relay’s line would let it go', () => {
    world = makeWorld({ 'baton.yaml': GOOD.replaceAll('standard: true', 'relay: 25') })
    start(1)
    assert.match(problem(), /This board has no letter: .*wires BCM 25 \(header pin 22\) to something else/)
    assert.equal(world.exec(['baton', 'board', 'letter']).status, 1)
  })

  it('a file that is no text of ours is answered with what it is, on the console and for the PC, and ends no service', () => {
    world = makeWorld(ALL)
    start()
    for (const [content, words] of [
      [WHOLE['saved as rich text'], /baton\.yaml: is rich text \(RTF\).*\n.*UTF-8/],
      [WHOLE['saved as Unicode by Notepad'], /baton\.yaml: is UTF-16 text.*\n.*UTF-8/],
      [MISTAKES['a copy that was torn'], /baton\.yaml:11: has bytes of value 0.*\n.*once more/],
      [MISTAKES['a tab before an option'], /baton\.yaml:7: home: a: is indented by a tab\n.*spaces/]
    ] as const) {
      world.halt()
      world.put('baton.yaml', content ?? null)
      start()
      for (const text of [problem(), world.read(REPORT).replaceAll('\r', '')]) assert.match(text, words)
      assert.match(problem(), /goes on with the former one/)
      assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
      assert.ok(isReady())
    }
  })

  it('takes in passwords of the notices, whatever a PC does to lines, and removes them from where any PC reads them', () => {
    world = makeWorld({ ...ALL, secrets: "\u{feff}# of our provider\r\nmail: 'it''s #1'\r\nhook: plain-word\r\n" })
    start()
    assert.equal(world.has('/boot/firmware/secrets'), false)
    assert.equal(statSync(world.at('/etc/baton/secrets')).mode & 0o777, 0o600)
    const script = `import('/opt/baton/dist/src/notice/secrets.js').then(m => console.log(JSON.stringify([...m.readSecrets('/etc/baton/secrets').value])))`
    assert.equal(world.exec(['/opt/node', '-e', script]).words, '[["mail","it\'s #1"],["hook","plain-word"]]\n')
    assert.equal(problem(), '')
    assert.ok(isReady())
    world.halt()
    start()
    assert.deepEqual(world.asked(), [])
    assert.equal(world.has('/etc/baton/secrets'), true)
  })

  it('a wrong file of passwords is told with its line and not a word of it, stays, and ends no service', () => {
    world = makeWorld({ ...ALL, secrets: "mail: 'good'\nmail2 hunter2\nhook: my #1 pass\n" })
    start()
    assert.match(problem(), /^The file `secrets` .* refused.*\nsecrets:2: is no line as .*\nsecrets:3: .*single quotes/)
    assert.doesNotMatch(`${problem()}${world.consoleText()}${world.read(REPORT)}`, /hunter2|#1 pass|good/)
    assert.equal(world.has('/etc/baton/secrets'), false)
    assert.ok(world.has('/boot/firmware/secrets') && isReady())
    world.halt()
    world.put('secrets', "mail: 'good'\n")
    start()
    assert.equal(problem(), '')
    assert.equal(world.read('/etc/baton/secrets'), "mail: 'good'\n")
  })
})
