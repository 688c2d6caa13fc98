import { deepEqual } from 'node:assert/strict'
import { calmFrames } from './usb-frames.js'

const FRAME = 2 ** 3
const CHANNELS = 2 ** 25
const OTHERS = 2 ** 24 + 2 ** 31

/** A controller whose mask is this; what was written to it. */
const controller = (mask: number) => {
  const written: number[] = []
  let now = mask
  return {
    written,
    read: async () => now,
    write: async (_address: number, value: number) => {
      written.push(value)
      now = value
    }
  }
}

describe('the frames of an emulated USB controller', () => {
  it('they are let through for a moment and then kept back, all else as it was', async () => {
    const open = controller(CHANNELS + OTHERS + FRAME)
    await calmFrames(open)
    deepEqual(open.written, [CHANNELS + OTHERS])
    await calmFrames(open)
    deepEqual(open.written, [CHANNELS + OTHERS, CHANNELS + OTHERS + FRAME, CHANNELS + OTHERS])
  })

  it('a controller that no driver has set up is left alone', async () => {
    const fresh = controller(0)
    await calmFrames(fresh)
    deepEqual(fresh.written, [])
  })
})
