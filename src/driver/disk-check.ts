// Runs e2fsck on a disk that nobody has mounted, and understands its exit bits. Called by the disk driver between attach and mount.
import type { ActionOutcome } from '../core/event.js'
import { type CommandResult, failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

// The buffers that we still have of this device are from before the peer wrote to it: dropped first, in the same child
// (a second one would cost 7 ms of takeover time). 96 is none of e2fsck's codes (bits 1 to 32, and 128).
const FLUSH_FAILED = 96
const CHECK_SCRIPT = `blockdev --flushbufs "$1" || exit ${FLUSH_FAILED}; exec e2fsck -p "$1"`

const BITS: readonly (readonly [bit: number, words: string])[] = [
  [4, 'errors are left that it does not dare to repair by itself'],
  [8, 'it could not work on the disk (operational error)'],
  [16, 'it did not understand how it was called'],
  [32, 'it was cancelled'],
  [128, 'a shared library is missing']
]

/** What an exit code of e2fsck means for a data disk. `corrected`: bits 1 and 2 (2 asks for a reboot, of a root disk only). */
export const judgeCheck = (
  code: number
): { readonly fit: boolean; readonly corrected: boolean; readonly words: string } => {
  const problems = BITS.filter(([bit]) => (code & bit) !== 0).map(([, words]) => words)
  const unknown = code & ~(1 | 2 | 4 | 8 | 16 | 32 | 128)
  if (unknown !== 0) problems.push(`exit code ${code} is unknown`)
  const corrected = (code & 3) !== 0
  if (problems.length > 0) return { fit: false, corrected, words: problems.join('; ') }
  return { fit: true, corrected, words: corrected ? 'errors were found and corrected' : 'clean' }
}

const lastWords = (result: CommandResult): string =>
  `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-4).join('; ').slice(0, 300)

/** Drop stale buffers, then `e2fsck -p`. Corrections are told to `log`. */
export const checkDisk = async (
  runner: GroupRunner,
  device: string,
  deadlineMs: number,
  log: (text: string) => void
): Promise<ActionOutcome> => {
  const result = await runner.run('sh', ['-c', CHECK_SCRIPT, 'baton-check', device], { deadlineMs })
  if (result.timedOut || result.code === null) {
    const reason = `checking ${device} with e2fsck was not done: ${failureOf({ ...result, command: `e2fsck -p ${device}` })}`
    return { ok: false, reason, hung: result.hung }
  }
  if (result.code === FLUSH_FAILED) {
    return {
      ok: false,
      reason: `the disk ${device} does not answer: blockdev --flushbufs failed: ${lastWords(result)}`
    }
  }
  const verdict = judgeCheck(result.code)
  if (verdict.fit) {
    if (verdict.corrected) log(`e2fsck -p ${device}: ${verdict.words}: ${lastWords(result)}`)
    return { ok: true }
  }
  const remedy =
    (result.code & 4) !== 0 ? `; repair it by hand with \`e2fsck -f ${device}\` and look at what it asks` : ''
  const reason = `e2fsck -p ${device} ended with ${result.code}: ${verdict.words} (${lastWords(result)})${remedy}`
  return { ok: false, reason }
}
