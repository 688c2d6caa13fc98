// Calms the USB controller of an emulated board. While a hub is plugged in, its driver wants an interrupt for each frame, a
// thousand a second: measured, that takes half of an emulated board. Called by harness.ts at each look.
// It is let through for a few milliseconds at a time: enough for what is asked for seldom (has somebody plugged in a disk?).
import { setTimeout as delay } from 'node:timers/promises'
import type { Qtest } from './qtest.js'

/** Interrupt mask of the controller: start of frame, and what a host's channels have to say. */
const MASK = 0x3f980018
const FRAME = 2 ** 3
const CHANNELS = 2 ** 25
const OPEN_MS = 4

const has = (mask: number, bit: number): boolean => Math.floor(mask / bit) % 2 === 1

/**
 * Each call lets frames through for a moment; one for each life of an emulator. Before the driver has set the controller up and asked for frames
 * nothing is touched. From then on they are let through at every call, whatever the mask says: the driver reads and writes it in two steps, may
 * write back what it read while they were kept back, and does not ask for them again. Boards lost all that is on their USB that way.
 */
export const frameCalmer = ({ read, write }: Pick<Qtest, 'read' | 'write'>): (() => Promise<void>) => {
  let wanted = false
  return async () => {
    const mask = await read(MASK)
    if (!has(mask, CHANNELS)) {
      wanted = false
      return
    }
    wanted ||= has(mask, FRAME)
    if (!wanted) return
    if (!has(mask, FRAME)) await write(MASK, mask + FRAME)
    await delay(OPEN_MS)
    const now = await read(MASK)
    if (has(now, FRAME)) await write(MASK, now - FRAME)
  }
}
