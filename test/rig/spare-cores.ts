// Sends three of a board's four cores to sleep, before its first instruction and after each restart. Used by machine.ts.
// They wait for the kernel in a loop of the emulator's boot code, and such a loop takes a whole core of this machine each.
// With `maxcpus=1` the kernel never calls them, so that they may as well wait for an interrupt, which never comes.
import type { Qtest } from './qtest.js'

/** Words for a kernel that is content with one core. */
export const ONE_CORE = ['maxcpus=1'] as const

/** Where the emulator puts the code in which the other cores wait, and how much of it is searched. */
const CODE_AT = 0x300
const CODE_WORDS = 16
const WORD_BYTES = 4
/** The instructions `wfe` and `wfi`. */
const WAIT_FOR_EVENT = 0xd503205f
const WAIT_FOR_INTERRUPT = 0xd503207f

/** Their code, and where the instruction is in it; null = it is not there. */
const findWord = async (qtest: Pick<Qtest, 'read'>, wanted: number): Promise<number | null> => {
  for (let i = 0; i < CODE_WORDS; i += 1) {
    const address = CODE_AT + i * WORD_BYTES
    if ((await qtest.read(address)) === wanted) return address
  }
  return null
}

/** They sleep: nobody waits in a loop. */
export const areParked = async (qtest: Pick<Qtest, 'read'>): Promise<boolean> =>
  (await findWord(qtest, WAIT_FOR_EVENT)) === null && (await findWord(qtest, WAIT_FOR_INTERRUPT)) !== null

/** The board is halted at its start, or has just restarted. False = that code is not there: the board boots as well, and slower. */
export const parkSpareCores = async (qtest: Pick<Qtest, 'read' | 'write'>): Promise<boolean> => {
  const address = await findWord(qtest, WAIT_FOR_EVENT)
  if (address === null) return false
  await qtest.write(address, WAIT_FOR_INTERRUPT)
  return true
}
