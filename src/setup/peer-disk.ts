// Has the other board look at its disk of a mirrored group, or make it ready, and waits for the end. Called by `baton disk create`, as root.
// The wish is a file that only root may write: whoever may use the socket must not be able to have a disk made anew.
import { randomInt } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DISK_WISH } from '../config/setup-files.js'
import type { Config } from '../config/types.js'
import type { DiskAnswer, DiskWish } from '../port/disk-answer.js'
import { peerDisk } from './look.js'

const ASK_EVERY_MS = 1000
const TELL_MS = 10_000
/** The other board ends its own work before. */
const WAIT_MS = 1_000_000
/** Questions that may stay without an answer, one after the other. */
const LOST_MAX = 20
/** At first: a board that is off, or refuses, is said so soon. */
const BEGIN_MAX = 2

const failed = (words: string): DiskAnswer => ({ state: 'refused', ok: false, words, told: null })

/** `ended` or `refused`, with words for people. Never rejects. */
export const askPeerDisk = async (
  { runDir, socket }: Pick<Config, 'runDir' | 'socket'>,
  wish: Omit<DiskWish, 'work'>,
  tell: (text: string) => void
): Promise<DiskAnswer> => {
  const work = randomInt(1, 2 ** 31)
  const ask = async (asked: DiskWish): Promise<DiskAnswer | string> => {
    try {
      const file = join(runDir, DISK_WISH)
      await writeFile(`${file}.new`, JSON.stringify(asked), { mode: 0o600 })
      await rename(`${file}.new`, file)
    } catch (error) {
      return `${runDir} cannot be written: ${error instanceof Error ? error.message : error}`
    }
    return peerDisk(socket)
  }
  const beganAt = performance.now()
  let begun = false
  let lost = 0
  let toldAt = beganAt
  for (;;) {
    const answer = await ask({ ...wish, doing: begun ? 'ask' : wish.doing, work })
    lost = typeof answer === 'string' ? lost + 1 : 0
    if (typeof answer !== 'string') {
      if (answer.state !== 'busy') return answer
      begun = true
    } else if (lost > (begun ? LOST_MAX : BEGIN_MAX))
      return failed(begun ? `the other board does not answer any more: ${answer}` : answer)
    await delay(ASK_EVERY_MS)
    const now = performance.now()
    if (now - beganAt > WAIT_MS) return failed('the other board did not come to an end in time')
    if (now - toldAt > TELL_MS) {
      toldAt = now
      tell(`  ... the other board is still at it, ${Math.round((now - beganAt) / 1000)} s`)
    }
  }
}
