// The epoch of the latest tenure, kept on the disk itself: a board that returns alone learns from it what the other did meanwhile (R5).
// Runs in a child, together with the mount where it can: our own process never touches the disk with fs, and a spawn costs time.
import type { ActionOutcome } from '../core/event.js'
import type { Epoch } from '../core/types.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

export const STAMP_FILE = '.baton-epoch'
const DIGITS = 10
/** Exit code of the script when the mark could not be written; none of mount's (bits 1 to 64). */
export const STAMP_FAILED = 97

// One line of fixed length, written in place, so that a full disk can still be marked; any other content counts as no mark.
// A later mark is printed and left alone. In the C locale the order of these lines is the order of the epochs.
const DIGIT_PATTERN = '[0-9]'.repeat(DIGITS)
export const STAMP_SCRIPT = `f="$1/${STAMP_FILE}"; old=; [ -f "$f" ] && read -r old <"$f"
case "$old" in ${DIGIT_PATTERN}[ab]) ;; *) old= ;; esac
if [ "$old" \\> "$2" ]; then echo "$old"; exit 0; fi
[ "$old" = "$2" ] || printf '%s\\n' "$2" | dd of="$f" conv=notrunc,fsync status=none || exit ${STAMP_FAILED}`

const STAMP = /^([0-9]{10})([ab])$/

export const stampWords = ({ number, board }: Epoch): string => `${String(number).padStart(DIGITS, '0')}${board}`

/** What the script printed: a later epoch that the disk remembers, or nothing. */
export const readStamp = (stdout: string): ActionOutcome => {
  const [, number, board] = STAMP.exec(stdout.trim()) ?? []
  if (number === undefined || (board !== 'a' && board !== 'b')) return { ok: true }
  return { ok: true, stamp: { number: Number(number), board } }
}

/** A disk too full for its first mark is served all the same; its administrator has other worries. */
export const isFull = (stderr: string): boolean => /No space left|quota exceeded/i.test(stderr)

/**
 * Mark the mounted disk with this epoch. Where it remembers a later one nothing is written and `stamp` tells it.
 * Source: R5.
 */
export const stampDisk = async (
  runner: GroupRunner,
  mountPoint: string,
  epoch: Epoch,
  deadlineMs: number,
  log: (text: string) => void
): Promise<ActionOutcome> => {
  const args = ['-c', STAMP_SCRIPT, 'baton-stamp', mountPoint, stampWords(epoch)]
  const result = await runner.run('sh', args, { deadlineMs })
  if (result.ok) return readStamp(result.stdout)
  if (result.code === STAMP_FAILED && isFull(result.stderr)) {
    log(`${mountPoint} is full: its epoch could not be written`)
    return { ok: true }
  }
  const words = failureOf({ ...result, command: `marking ${mountPoint}` })
  return { ok: false, hung: result.hung, reason: `the disk could not be marked with its epoch: ${words}` }
}
