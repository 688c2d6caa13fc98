import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { lockBoard } from '../../src/runtime/single.js'

describe('one daemon for one board', () => {
  const holder = (state: string): Promise<() => Promise<void>> => {
    const code = `import('${new URL('../../src/runtime/single.js', import.meta.url).href}').then(m => m.lockBoard('${state}', 'a')).then(r => { console.log(r.ok); setInterval(() => {}, 1000) })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const end = (): Promise<void> =>
      new Promise(resolve => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      })
    return new Promise(resolve => child.stdout.once('data', () => resolve(end)))
  }

  it('refuses a second one on the same state, and takes the place of one that was killed', async () => {
    const state = `/nowhere/${process.pid}`
    const end = await holder(state)
    try {
      const second = await lockBoard(state, 'a')
      assert.equal(second.ok, false)
      assert.match(second.ok ? '' : second.reason, /another batond runs for board a with the state in \/nowhere/)
      assert.equal((await lockBoard(state, 'b')).ok, true)
    } finally {
      await end()
    }
    assert.equal((await lockBoard(state, 'a')).ok, true)
  })
})
