import { deepEqual } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { frameCalmer } from './usb-frames.js'

const FRAME = 2 ** 3
const CHANNELS = 2 ** 25
const OTHERS = 2 ** 24 + 2 ** 31

/** A controller whose mask is this; what was written to it. */
const controller = (mask: number) => {
  const written: number[] = []
  let now = mask
  return {
    written,
    /** The driver, or the board's reset, writes it. */
    set: (value: number) => {
      now = value
    },
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
    const calm = frameCalmer(open)
    await calm()
    deepEqual(open.written, [CHANNELS + OTHERS])
    await calm()
    deepEqual(open.written, [CHANNELS + OTHERS, CHANNELS + OTHERS + FRAME, CHANNELS + OTHERS])
  })

  it('a controller that no driver has set up is left alone', async () => {
    const fresh = controller(0)
    await frameCalmer(fresh)()
    deepEqual(fresh.written, [])
  })

  it('what the driver keeps back by itself is not let through', async () => {
    const asleep = controller(CHANNELS + OTHERS)
    const calm = frameCalmer(asleep)
    await calm()
    await calm()
    deepEqual(asleep.written, [])
  })

  it('frames that were asked for once are let through again, also when the driver wrote back a mask without them', async () => {
    const board = controller(CHANNELS + FRAME)
    const calm = frameCalmer(board)
    await calm()
    const opening = calm()
    await delay(1)
    board.set(CHANNELS)
    await opening
    await calm()
    deepEqual(board.written, [CHANNELS, CHANNELS + FRAME, CHANNELS + FRAME, CHANNELS])
  })

  it('a controller that is set up anew is as one that was never seen', async () => {
    const board = controller(CHANNELS + FRAME)
    const calm = frameCalmer(board)
    await calm()
    board.set(0)
    await calm()
    board.set(CHANNELS)
    await calm()
    deepEqual(board.written, [CHANNELS])
  })
})
