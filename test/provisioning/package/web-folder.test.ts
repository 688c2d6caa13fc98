// The service of the default configuration, as a process on loopback: it starts on a blank disk and shows what lies there.
import { equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = 'provisioning/package/files/web-folder'

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

describe('the service of a new pair', function () {
  this.timeout(60_000)
  let disk = ''
  let child: ChildProcess | null = null
  let said = ''

  before(function () {
    if (process.getuid?.() !== 0) this.skip()
  })
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'baton-web-'))
    chmodSync(disk, 0o755)
  })
  afterEach(async () => {
    const one = child
    child = null
    if (one !== null && one.exitCode === null) {
      const ended = new Promise(resolve => one.once('close', resolve))
      one.kill('SIGTERM')
      await ended
    }
    rmSync(disk, { recursive: true })
  })

  const start = (port: number, path = process.env.PATH): ChildProcess => {
    said = ''
    const started = spawn('/bin/sh', [PROGRAM, join(disk, 'www'), String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: path }
    })
    started.stderr.on('data', chunk => {
      said += chunk
    })
    child = started
    return started
  }
  /** The first answer that fits, within twenty seconds. */
  const answer = async (port: number, wanted: RegExp): Promise<void> => {
    const end = performance.now() + 20_000
    let page = ''
    while (!wanted.test(page)) {
      ok(performance.now() < end, `${page}${said}`)
      await new Promise(resolve => setTimeout(resolve, 50))
      page = await get(port)
    }
  }
  const get = (port: number, name = ''): Promise<string> =>
    fetch(`http://127.0.0.1:${port}/${name}`).then(
      async answer => `${answer.status} ${await answer.text()}`,
      () => ''
    )

  it('answers on a blank disk, ends when it is told, and shows on its next start what lies there', async () => {
    const port = await freePort()
    const first = start(port)
    await answer(port, /^200 .*It works/s)
    const ended = new Promise(resolve => first.once('close', (_, signal) => resolve(signal)))
    first.kill('SIGTERM')
    equal(await ended, 'SIGTERM')
    writeFileSync(join(disk, 'www/index.html'), 'ours')
    writeFileSync(join(disk, 'www/hidden.txt'), 'secret', { mode: 0o600 })
    start(port)
    await answer(port, /^200 ours$/)
    match(await get(port, 'hidden.txt'), /^40[34] /)
  })

  it('says what is missing on a board without busybox, and makes nothing', async () => {
    const one = start(1, join(disk, 'none'))
    const code = await new Promise(resolve => one.once('close', resolve))
    equal(code, 1)
    match(said, /there is no busybox on this board: apt-get install busybox/)
    equal(existsSync(join(disk, 'www')), false)
  })
})
