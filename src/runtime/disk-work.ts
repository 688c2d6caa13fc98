// Puts the desk for disks and the program that works on them together. Made by daemon.ts.
import type { Config } from '../config/types.js'
import { runDiskProgram } from '../driver/disk-program.js'
import { asDiskAnswer, type DiskWork } from './disk-desk.js'

/** Never rejects: a program that said nothing is a failure in words. */
export const diskWork =
  (config: Config): DiskWork =>
  async wish => {
    const said = await runDiskProgram(config, wish)
    const answer = typeof said === 'string' ? null : asDiskAnswer({ ...said, state: 'ended' })
    return answer ?? { ok: false, words: `nothing is known of the disk: ${said}`, told: null }
  }
