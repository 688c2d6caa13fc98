import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readNotifierLine, reportLines } from '../../src/driver/notifier.js'
import { makeNotifyLab, type NotifyLab } from './notify-lab.js'
import { freePort, until } from './servers.js'

const KEEPER = fileURLToPath(new URL('keeper.js', import.meta.url))

const read = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** The sending processes of this configuration. */
const senders = (config: string): readonly number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      const words = read(`/proc/${pid}/cmdline`).split('\0')
      return words[0]?.endsWith('node') && words.some(word => word.endsWith('/notify.js')) && words.includes(config)
    })
    .map(Number)

describe('the daemon beside the process that sends', function () {
  this.timeout(20_000)
  let folder: string
  let lab: NotifyLab
  let keeper: ChildProcess
  let said = ''

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baton-keeper-'))
    const webhook = { url: `http://127.0.0.1:${await freePort()}/`, secret: 'hmac' }
    const quick = { gatherMs: 0, retryMs: 100, retryMsMax: 100 }
    lab = makeNotifyLab(folder, { channels: [{ ...quick, name: 'hook', kind: 'webhook', webhook }] })
    await lab.startDaemon('00000001')
    writeFileSync(lab.secrets, 'hook: open-to-all')
    chmodSync(lab.secrets, 0o644)
    keeper = spawn(process.execPath, [KEEPER, lab.config], { stdio: ['ignore', 'pipe', 'inherit'] })
    keeper.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  })
  after(async () => {
    keeper.kill('SIGKILL')
    await lab.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('starts it at low priority, starts it again when it is killed, and hears why a channel cannot send', async () => {
    await until('it runs', () => senders(lab.config).length === 1)
    const [first = 0] = senders(lab.config)
    assert.equal(read(`/proc/${first}/stat`).split(') ').at(-1)?.split(' ')[16], '10')
    process.kill(first, 'SIGKILL')
    await until('another one runs', () => senders(lab.config).some(pid => pid !== first))
    lab.report('alarm', 'two-holders', 'an alarm')
    await until('it is told', () => said.includes('notices-failing'))
    assert.match(said, /"level":"warning","code":"notices-failing","text":"[^"]*secrets has mode 0644: [^"]*chmod 600 /)
    assert.equal(said.includes('open-to-all'), false)
  })

  it('takes it along when it dies itself', async () => {
    assert.equal(senders(lab.config).length, 1)
    keeper.kill('SIGKILL')
    await until('it is gone', () => senders(lab.config).length === 0)
  })

  it('takes nothing from it but reports of its own', () => {
    const line = { level: 'warning', code: 'notices-failing', text: 'words' }
    assert.deepEqual(readNotifierLine(JSON.stringify(line)), line)
    const odd = [{ ...line, level: 'alarm' }, { ...line, code: 'two-holders' }, { ...line, text: 7 }, null, 7, []]
    for (const each of odd) assert.equal(readNotifierLine(JSON.stringify(each)), null)
    assert.equal(readNotifierLine('not JSON'), null)
  })

  it('is bounded in what it says at once, and never silent for the rest of its life', () => {
    let atMs = 0
    let count = 0
    const heard: string[] = []
    const take = reportLines(
      ({ text }) => heard.push(text),
      () => atMs
    )
    const say = (): void => take(JSON.stringify({ level: 'notice', code: 'notices-working', text: `${count++}` }))
    for (let n = 0; n < 1000; n += 1) say()
    assert.equal(heard.length, 20)
    // A mail server that is away for an hour each night.
    for (let night = 1; night <= 300; night += 1) {
      atMs = night * 86_400_000
      say()
      say()
    }
    assert.equal(heard.length, 20 + 600)
    take(JSON.stringify({ level: 'notice', code: 'notices-working', text: `${count - 1}` }))
    assert.equal(heard.length, 20 + 600)
  })
})
