// One frame at a time into a device that takes none, made of a FIFO that nobody reads.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFrameWriter } from '../../src/driver/frame-writer.js'
import { until } from './wait.js'

const now = (): number => performance.now()

describe('frame writer', function () {
  this.timeout(20_000)
  let folder = ''
  let reader = -1
  let writer = -1

  /** Bytes taken, 0 when the FIFO is full. */
  const write = (bytes: Uint8Array): number => {
    try {
      return writeSync(writer, bytes)
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN')
      return 0
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-writer-'))
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
  })
  afterEach(() => {
    closeSync(reader)
    closeSync(writer)
    rmSync(folder, { recursive: true, force: true })
  })

  it('gives a stuck frame half a second, then throws it away together with what waits in the device', async () => {
    let flushed = 0
    const frames = createFrameWriter({ write, flush: () => (flushed += 1), onGone: assert.fail, now })
    while (write(new Uint8Array(4096)) > 0);
    const began = now()
    frames.send(Uint8Array.of(1, 2, 3))
    frames.send(Uint8Array.of(4))
    assert.equal(frames.counters.framesDropped, 1)
    await until('given up', () => frames.counters.framesDropped === 2)
    assert.equal(flushed, 1)
    assert.ok(now() - began >= 490)
  })

  it('finishes a frame that the device took only in part', async () => {
    const taken: number[] = []
    const byThrees = (bytes: Uint8Array): number => {
      const part = bytes.subarray(0, 3)
      taken.push(...part)
      return part.length
    }
    const frames = createFrameWriter({ write: byThrees, flush: assert.fail, onGone: assert.fail, now })
    frames.send(Uint8Array.of(1, 2, 3, 4, 5, 6, 7))
    await until('all taken', () => taken.length === 7)
    assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7])
    assert.deepEqual(frames.counters, { bytesOut: 7, framesDropped: 0 })
  })

  it('takes the next frame as soon as the device took the last one', () => {
    const frames = createFrameWriter({ write, flush: assert.fail, onGone: assert.fail, now })
    frames.send(Uint8Array.of(1, 2))
    frames.send(Uint8Array.of(3))
    const buffer = Buffer.alloc(8)
    assert.deepEqual([...buffer.subarray(0, readSync(reader, buffer))], [1, 2, 3])
  })

  it('forgets the frame under way when the device is closed', async () => {
    let flushed = 0
    const frames = createFrameWriter({ write, flush: () => (flushed += 1), onGone: assert.fail, now })
    while (write(new Uint8Array(4096)) > 0);
    frames.send(Uint8Array.of(1))
    frames.reset()
    const buffer = Buffer.alloc(65_536)
    readSync(reader, buffer)
    frames.send(Uint8Array.of(9))
    await until('the new frame', () => frames.counters.bytesOut === 1)
    assert.deepEqual([frames.counters.framesDropped, flushed], [1, 0])
  })
})
