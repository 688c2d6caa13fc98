// However a process ends that drives the relay, the relay is released: each ending in a process of its own.
import { equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guardRelay } from '../../src/board-test/relay-guard.js'

const MODULE = fileURLToPath(new URL('../../src/board-test/relay-guard.js', import.meta.url))

describe('the guard of a driven relay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-guard-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let made = 0

  /** Drives a file, then does `then`; resolves with how it ended and what the file says. */
  const run = (then: string, signal?: NodeJS.Signals) =>
    new Promise<{ code: number | null; by: string | null; relay: string; said: string }>(resolve => {
      const file = join(folder, String(made++))
      const script = `
        import { writeFileSync } from 'node:fs'
        import { guardRelay } from ${JSON.stringify(MODULE)}
        const write = text => { writeFileSync(${JSON.stringify(file)}, text); return null }
        const guard = guardRelay(() => write('released'), text => console.error(text))
        write('driven')
        console.log('driven')
        ${then}`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 })
      let said = ''
      child.stderr.on('data', (bytes: Buffer) => {
        said += bytes
      })
      child.stdout.once('data', () => signal !== undefined && child.kill(signal))
      child.once('close', (code, by) => resolve({ code, by, relay: readFileSync(file, 'utf8'), said }))
    })
  const WAIT = 'setTimeout(() => {}, 9000)'

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    it(`releases it at ${signal}, says so, and ends by it as the process would have`, async () => {
      const { by, relay, said } = await run(WAIT, signal)
      equal(relay, 'released')
      equal(by, signal)
      match(said, new RegExp(`${signal}: the relay is released`))
    })
  }

  it('releases it when the process exits, throws, or leaves a promise that nobody catches', async () => {
    for (const then of ['process.exit(3)', "throw new Error('x')", "Promise.reject(new Error('x'))", '']) {
      const { relay } = await run(then)
      equal(relay, 'released', then)
    }
  })

  it('leaves the end to whoever waits for the signal, too', async () => {
    const { code, relay } = await run(`process.on('SIGTERM', () => process.exit(7)); ${WAIT}`, 'SIGTERM')
    equal(relay, 'released')
    equal(code, 7)
  })

  it('tries three times, tells the last failure, and tries again when it is asked again', () => {
    const before = process.listenerCount('SIGTERM')
    let tries = 0
    const guard = guardRelay(
      () => (++tries < 5 ? `failed ${tries}` : null),
      () => {}
    )
    equal(guard.release(), 'failed 3')
    equal(process.listenerCount('SIGTERM'), before + 1)
    equal(guard.release(), null)
    equal(guard.release(), null)
    equal(tries, 5)
    equal(process.listenerCount('SIGTERM'), before)
  })
})
