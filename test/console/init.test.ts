// `baton init` and `baton check-config` as processes: a new board, and everything that must not be overwritten.
import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { firstState } from '../../src/config/first-state.js'
import { loadConfig } from '../../src/config/load.js'
import { createStateFile } from '../../src/driver/state-file.js'
import { RIGHT } from '../config/fixture.js'

const BATON = fileURLToPath(new URL('../../src/console/baton.js', import.meta.url))

describe('a new board', () => {
  let directory = ''
  let file = ''
  const inside = (name: string): string => join(directory, name)
  const baton = (...words: string[]) => {
    const ended = spawnSync(process.execPath, [BATON, ...words], { encoding: 'utf8', timeout: 10_000, env: {} })
    return { code: ended.status, out: ended.stdout, err: ended.stderr }
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'baton-init-'))
    file = inside('baton.yaml')
    writeFileSync(
      file,
      `stateDir: ${inside('state')}\nkeyFile: ${inside('etc/key')}\nboardFile: ${inside('board')}\n${RIGHT}`
    )
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('is warned of a mirrored disk without a fence, and of no other one', () => {
    const shared = / {6}kind: shared\n {6}device: .*\n {6}mountPoint: .*\n {6}attach:\n(?: {8}.*\n){3}/
    const mirrored = '      kind: mirrored\n      device: /dev/sda1\n      mountPoint: /srv/data\n'
    const check = (text: string) => {
      writeFileSync(file, text)
      return baton('check-config', file)
    }
    const unfenced = RIGHT.replace('by: relay', 'by: none').replaceAll(/relay: \d+/g, 'relay: none')
    for (const text of [RIGHT, unfenced, RIGHT.replace(shared, mirrored)]) {
      const { code, out } = check(text)
      assert.equal(code, 0, text)
      assert.doesNotMatch(out, /warning/)
    }
    const { code, out } = check(unfenced.replace(shared, mirrored))
    assert.equal(code, 0)
    assert.match(out, /warning: fence.by is none, and files has a mirrored disk: .*I\/O STANDS STILL/s)
  })

  it('gets a key that only root reads and a record that the daemon loads', async () => {
    const made = baton('init', '--config', file, '--board', 'b', '--new-key')
    assert.deepEqual([made.code, made.err], [0, ''])
    assert.match(made.out, /board b of pair shop is ready/)
    assert.equal(statSync(inside('etc/key')).mode & 0o777, 0o600)
    const config = loadConfig(file, { board: 'b' })
    assert.ok(config.ok)
    const clock = { now: () => 0, wallSeconds: () => 0 }
    const loaded = await createStateFile(inside('state'), 'b', ['files'], () => {}, clock).load()
    assert.deepEqual(loaded, { kind: 'ok', durable: firstState(config.config) })
  })

  it('keeps its record: a second init is refused with 1', () => {
    assert.equal(baton('init', '--config', file, '--board', 'a', '--new-key').code, 0)
    const before = readFileSync(inside('state/state.json'), 'utf8')
    const again = baton('init', '--config', file, '--board', 'b')
    assert.equal(again.code, 1)
    assert.match(again.err, /must not forget it.*move the file away/)
    assert.equal(readFileSync(inside('state/state.json'), 'utf8'), before)
  })

  it('keeps its key: a second --new-key is refused with 1', () => {
    assert.equal(baton('init', '--config', file, '--board', 'a', '--new-key').code, 0)
    const before = readFileSync(inside('etc/key'), 'utf8')
    const again = baton('init', '--config', file, '--board', 'a', '--new-key')
    assert.equal(again.code, 1)
    assert.match(again.err, /is there already.*Move it away/)
    assert.equal(readFileSync(inside('etc/key'), 'utf8'), before)
  })

  it('gets no record without a key, a board or a right configuration: 4', () => {
    assert.match(baton('init', '--config', file, '--board', 'a').err, /copy the key of the other board/)
    assert.match(baton('init', '--config', file, '--new-key').err, /say which board this is/)
    assert.match(baton('init', '--config', inside('none'), '--board', 'a').err, /does not exist/)
    for (const words of [['--board', 'a'], []]) assert.equal(baton('init', '--config', file, ...words).code, 4)
    assert.throws(() => statSync(inside('state')))
  })

  it('has its configuration checked: 0 and a digest, or 4 and each mistake', () => {
    assert.match(baton('check-config', file).out, /is right: pair shop, groups files \(home a\), digest [0-9a-f]{12}/)
    writeFileSync(file, RIGHT.replace('deadMs: 1000', 'deadMs: 10').replace('by: relay', 'buy: relay'))
    const wrong = baton('check-config', file, '--board', 'b')
    assert.equal(wrong.code, 4)
    assert.match(wrong.err, /baton\.yaml:4: token\.deadMs: 10: is below 60\n {2}-> write/)
    assert.match(wrong.err, /did you mean by\?/)
    assert.match(wrong.err, /is refused: 2 mistakes/)
  })
})
