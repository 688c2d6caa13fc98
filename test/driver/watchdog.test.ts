// The watchdog on a FIFO and a file: who feeds, who never does again.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWatchdog } from '../../src/driver/watchdog.js'
import { until } from './wait.js'

describe('watchdog', function () {
  this.timeout(20_000)
  let folder = ''
  let device = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-watchdog-'))
    device = join(folder, 'watchdog')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const written = (): string => readFileSync(device, 'latin1')

  it('is fed one byte at each feed, and disarmed by a planned end', async () => {
    writeFileSync(device, '')
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    port.feed()
    port.feed()
    assert.equal(written(), '11')
    await port.close(true)
    assert.equal(written(), '11V')
    port.feed()
    assert.equal(written(), '11V')
  })

  it('is not even opened before the first feed', async () => {
    execFileSync('mkfifo', [device])
    const reader = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK)
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    port.reset('this boot must end by a reset')
    await port.close(true)
    // A FIFO that no writer ever opened reads as empty; one that had a byte or a writer would tell.
    assert.equal(readSync(reader, Buffer.alloc(8)), 0)
    closeSync(reader)
  })

  it('stays armed where the end is not to be survived', async () => {
    writeFileSync(device, '')
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    port.feed()
    await port.close(false)
    assert.equal(written(), '1')
  })

  it('is never fed nor disarmed again once a reset was ordered', async () => {
    writeFileSync(device, '')
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    port.feed()
    port.reset('two holders met')
    port.feed()
    await port.close(true)
    assert.equal(written(), '1')
    assert.match(port.describe(), /reset ordered \(two holders met\): not fed any more/)
  })

  it('runs the reset command once, where one is configured', async () => {
    writeFileSync(device, '')
    const proof = join(folder, 'proof')
    const port = openWatchdog({ device, timeoutMs: 15_000 }, { command: ['sh', '-c', `echo reset >> ${proof}`] })
    port.reset('cannot release')
    port.reset('again')
    await until('the command ran', () => {
      try {
        return readFileSync(proof, 'latin1') !== ''
      } catch {
        return false
      }
    })
    assert.equal(readFileSync(proof, 'latin1'), 'reset\n')
    await port.close(false)
  })

  it('does not wait for the reader of a FIFO, and feeds it when it comes', async () => {
    execFileSync('mkfifo', [device])
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    port.feed()
    assert.match(port.describe(), /ENXIO/)
    const reader = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK)
    port.feed()
    const buffer = Buffer.alloc(8)
    assert.equal(readSync(reader, buffer), 1)
    closeSync(reader)
    port.feed()
    port.feed()
    assert.match(port.describe(), /EPIPE|ENXIO/)
    await port.close(true)
  })

  it('does not wait for a reader that sleeps', async () => {
    execFileSync('mkfifo', [device])
    const reader = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK)
    const port = openWatchdog({ device, timeoutMs: 15_000 })
    for (let i = 0; i < 70_000; i += 1) port.feed()
    assert.match(port.describe(), /EAGAIN/)
    await port.close(true)
    closeSync(reader)
  })

  it('says that nothing would reset the board where none is configured', () => {
    const port = openWatchdog(null)
    port.feed()
    assert.match(port.describe(), /no watchdog configured/)
  })
})
