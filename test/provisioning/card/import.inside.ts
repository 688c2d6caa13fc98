// What the board makes of the operator's card. Run by card.test.ts inside a namespace.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { ALL, closeBench, GOOD, KEY, makeWorld, type World } from './world.js'

const FAULT = 'systemctl start --no-block baton-fault.service'
const RECORD = '/var/lib/baton/state.json'
const PROBLEM = '/run/baton-card/problem'
const REPORT = '/boot/firmware/baton-errors.txt'
const BAD = GOOD.replace('kind: shared', 'kind: sharde')

describe('the import of a card', function () {
  this.timeout(240_000)
  let world: World

  afterEach(() => {
    world.close()
  })
  after(closeBench)

  const insert = (files: Readonly<Record<string, string>> = ALL): void => {
    world = makeWorld(files)
  }
  /** A board that has run once with its card in order. */
  const setUp = (): void => {
    insert()
    world.boot()
    assert.equal(world.import().status, 0)
    world.halt()
  }
  const isReady = (): boolean => world.exec(['/usr/lib/baton/card/ready']).status === 0
  const isClosed = (): boolean =>
    spawnSync('findmnt', ['-no', 'OPTIONS', world.at('/boot/firmware')], { encoding: 'utf8' }).stdout.startsWith('ro')

  it('takes all in at the first boot, makes the first record, and takes the key away from where any PC reads it', () => {
    insert()
    world.boot()
    const done = world.import()
    assert.equal(done.status, 0, done.words)
    assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
    assert.equal(world.read('/etc/baton/board'), 'a\n')
    assert.equal(world.read('/etc/baton/key'), `${KEY}\n`)
    assert.equal(statSync(world.at('/etc/baton/key')).mode & 0o777, 0o600)
    assert.match(world.read(RECORD), /"board": "a"/)
    assert.equal(world.has('/state/fresh'), false)
    assert.equal(world.has('/boot/firmware/key'), false)
    assert.ok(isClosed())
    assert.equal(world.has(PROBLEM), false)
    assert.equal(world.read('/etc/hostname'), 'my-pair-a\n')
    assert.equal(world.exec(['uname', '-n']).words, 'my-pair-a\n')
    assert.equal(world.read('/state/machine-id'), `${'ab'.repeat(16)}\n`)
    assert.match(world.read('/etc/baton/lan-a.network'), /^Name=eth0\n(.*\n)*KeepConfiguration=static$/m)
    assert.equal(world.read('/run/systemd/network/70-baton-lan.network'), world.read('/etc/baton/lan-a.network'))
    assert.deepEqual(world.asked(), ['baton check-config', 'baton init'])
    assert.ok(isReady())
  })

  it('starts no Node and writes nothing where nothing is new', () => {
    setUp()
    world.boot()
    const before = world.read(RECORD)
    assert.equal(world.import().status, 0)
    assert.deepEqual(world.asked(), [])
    assert.equal(world.read(RECORD), before)
    assert.ok(isReady())
  })

  it('waits calmly for what is not there yet, and says what that is', () => {
    insert({})
    world.strap(7)
    world.boot()
    assert.equal(world.import().status, 0)
    assert.equal(world.read('/run/baton-card/lights'), 'unconfigured\n')
    for (const words of [
      /has no letter: .* reads "7", neither 0 nor 1/,
      /no key of the pair/,
      /not configured: there is no baton\.yaml/
    ]) {
      assert.match(world.read(PROBLEM), words)
      assert.match(world.consoleText(), words)
      assert.match(world.read(REPORT), words)
    }
    assert.deepEqual(world.asked(), ['baton board', FAULT])
    assert.equal(isReady(), false)
    assert.ok(world.has('/state/fresh'))
    world.halt()
    for (const [name, text] of Object.entries({ ...ALL, board: 'b' })) world.put(name, text)
    world.boot()
    assert.equal(world.import().status, 0)
    assert.match(world.read(RECORD), /"board": "b"/)
    assert.ok(world.has('/etc/baton/lan-b.network'))
    assert.equal(world.has(REPORT), false)
    assert.ok(isReady())
  })

  it('a first configuration that is wrong: no daemon, each mistake with its line, and the next boot with a right one is as the first', () => {
    insert({ ...ALL, 'baton.yaml': BAD })
    world.boot()
    assert.equal(world.import().status, 1)
    assert.equal(world.read('/run/baton-card/lights'), 'stopped\n')
    const line = 1 + BAD.split('\n').findIndex(text => text.includes('sharde'))
    assert.match(world.read(PROBLEM), new RegExp(`baton\\.yaml:${line}: groups\\[0\\]\\.disk\\.kind.*sharde`))
    assert.match(
      world.read(REPORT),
      new RegExp(`baton\\.yaml:${line}: groups.*: sharde: .*\\r\\n {2}-> write one of: mirrored, shared\\r\\n`)
    )
    assert.ok(isClosed())
    assert.deepEqual(world.asked(), ['baton check-config', FAULT])
    assert.equal(isReady(), false)
    assert.equal(world.has('/etc/baton/baton.yaml'), false)
    assert.ok(world.has('/state/fresh') && !world.has(RECORD))
    world.halt()
    world.put('baton.yaml', GOOD)
    world.boot()
    assert.equal(world.import().status, 0)
    assert.ok(isReady() && world.has(RECORD) && !world.has(REPORT))
  })

  it('a bad edit later does not end the service: the former configuration stays, and it is said until it is mended', () => {
    setUp()
    world.put('baton.yaml', BAD)
    for (let boot = 0; boot < 2; boot++) {
      world.boot()
      const before = boot === 0 ? null : statSync(world.at(REPORT)).ino
      assert.equal(world.import().status, 0)
      assert.match(world.read(PROBLEM), /sharde[\s\S]*goes on with the former one/)
      assert.equal(world.read('/run/baton-card/lights'), 'running\n')
      assert.equal(world.read('/etc/baton/baton.yaml'), GOOD)
      assert.ok(isReady())
      if (before !== null) assert.equal(statSync(world.at(REPORT)).ino, before, 'the same report was written again')
      world.halt()
    }
  })

  it('a good edit is taken, the former one is kept, and both cards are said to need it', () => {
    setUp()
    const edited = GOOD.replace('pair: my-pair', 'pair: Shop_2')
    world.put('baton.yaml', edited.replace(/\n/g, '\r\n'))
    world.boot()
    const done = world.import()
    assert.equal(done.status, 0)
    assert.match(done.words, /Both cards need the same file/)
    assert.equal(world.read('/etc/baton/baton.yaml').replace(/\r/g, ''), edited)
    assert.equal(world.read('/etc/baton/baton.yaml.previous'), GOOD)
    assert.equal(world.read('/etc/hostname'), 'shop-2-a\n')
    assert.ok(isReady())
  })

  it('what people and editors do around a letter is no mistake; another letter is', () => {
    insert({ ...ALL, board: '\u{feff} B \r\n' })
    world.boot()
    assert.equal(world.import().status, 0)
    assert.equal(world.read('/etc/baton/board'), 'b\n')
    world.halt()
    world.put('board', 'c')
    world.boot()
    assert.equal(world.import().status, 0)
    assert.match(world.read(PROBLEM), /holds "c", neither a nor b[\s\S]*goes on with the former/)
    assert.equal(world.read('/etc/baton/board'), 'b\n')
  })

  it('a card that remembers as board a does not become board b', () => {
    setUp()
    world.put('board', 'b')
    world.boot()
    assert.equal(world.import().status, 0)
    assert.match(world.read(PROBLEM), /says b, but what this card remembers is that of board a/)
    assert.equal(world.read('/etc/baton/board'), 'a\n')
    assert.ok(isReady())
  })

  it('a wrong first letter, or a key that is none: no daemon, and the marker stays', () => {
    insert({ ...ALL, board: 'ab', key: 'deadbeef' })
    world.boot()
    assert.equal(world.import().status, 1)
    assert.match(world.read(PROBLEM), /holds "ab"[\s\S]*is no key/)
    assert.doesNotMatch(world.read(PROBLEM), /deadbeef/)
    assert.ok(world.has('/state/fresh') && !world.has(RECORD) && !isReady())
  })

  it('a configuration that puts the record or the key elsewhere is refused: elsewhere is RAM', () => {
    insert()
    for (const line of ['stateDir: /srv/state', 'keyFile: "/root/key"', '"stateDir": /tmp']) {
      world.put('baton.yaml', `${line}\n${GOOD}`)
      world.boot()
      assert.equal(world.import().status, 1, line)
      assert.match(world.read(PROBLEM), /baton\.yaml:1:.*the card has its own place/)
      world.halt()
    }
    world.put('baton.yaml', `stateDir: /var/lib/baton\n${GOOD}`)
    world.boot()
    assert.equal(world.import().status, 0)
  })

  it('a lost record is told, and no new one is made', () => {
    setUp()
    world.boot()
    world.exec(['rm', RECORD])
    assert.equal(world.import().status, 0)
    assert.match(world.read(PROBLEM), /The record of this board is lost/)
    assert.equal(world.has(RECORD), false)
    assert.ok(!world.asked().includes('baton init'))
  })

  it('nothing in a configuration can move the cursor of a console', () => {
    insert({ ...ALL, 'baton.yaml': `"\u001b[2Jnonsense\u009b": 1\\x\n${GOOD}` })
    world.boot()
    assert.equal(world.import().status, 1)
    for (const text of [world.read(PROBLEM), world.consoleText(), world.read('/run/baton-card/issue')])
      assert.match(text, /^[\n\t -~]*nonsense[\n\t -~]*$/)
  })

  it('getty shows it before the login, and the command where the daemon would answer', () => {
    insert({ ...ALL, 'baton.yaml': `${GOOD}\nextra: C:\\nowhere\n` })
    world.boot()
    world.import()
    const seen = world.exec(['script', '-qec', 'agetty --show-issue', '/dev/null']).words
    assert.match(seen, /baton: .*baton\.yaml.* is refused/)
    assert.ok(seen.includes('C:\\nowhere'), seen)
    const status = world.exec(['baton', 'status'])
    assert.equal(status.status, 3)
    assert.match(status.words, /cannot reach the daemon[\s\S]*The card says:[\s\S]*is refused/)
  })

  it('one may log in over the network only with a key of the card, and the host stays the same one', () => {
    setUp()
    assert.equal(world.has('/root/.ssh/authorized_keys'), false)
    world.put('authorized_keys', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE+ me@pc\r\n')
    world.boot()
    assert.equal(world.import().status, 0)
    assert.deepEqual(world.asked(), ['systemctl start --no-block ssh.service'])
    assert.equal(statSync(world.at('/root/.ssh/authorized_keys')).mode & 0o777, 0o600)
    assert.doesNotMatch(world.read('/root/.ssh/authorized_keys'), /\r/)
    const key = world.read('/run/baton-card/ssh_host_ed25519_key')
    world.halt()
    world.boot()
    world.import()
    assert.equal(world.read('/run/baton-card/ssh_host_ed25519_key'), key)
    assert.equal(statSync(world.at('/state/ssh/ssh_host_ed25519_key')).mode & 0o777, 0o600)
  })

  it('lies on the card as one list says', () => {
    insert()
    const sources = readFileSync('provisioning/card/lay.sh', 'utf8')
    for (const unit of ['baton-card.service', 'baton-fault.service'])
      assert.ok(world.has(`/usr/lib/systemd/system/${unit}`), unit)
    assert.match(sources, /sshd-keygen/)
    assert.ok(world.has('/usr/sbin/baton-card-edit'))
  })
})
