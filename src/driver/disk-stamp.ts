// The epoch of the latest tenure, kept on the disk itself: a board that returns alone learns from it what the other did meanwhile (R5).
// Runs in a child: our own process never touches the disk with fs.
import type { ActionOutcome } from '../core/event.js'
import type { Epoch } from '../core/types.js'
import { failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

export const STAMP_FILE = '.baton-epoch'
// One line, written in place, so that a full disk can still be marked; any other content counts as no mark.
const SCRIPT = `use IO::Handle; my ($f, $n, $b) = @ARGV; my $h;
open($h, "+<", $f) or open($h, "+>", $f) or die "open: $!\\n";
my $old = <$h> // "";
if ($old =~ /^([0-9]{10})([ab])$/) { if ($1 > $n || ($1 == $n && $2 gt $b)) { print $old; exit 0 } exit 0 if $1 == $n && $2 eq $b }
seek($h, 0, 0); printf $h "%010d%s\\n", $n, $b; $h->flush && $h->sync or die "write: $!\\n";`
const STAMP = /^([0-9]{10})([ab])$/

/**
 * Mark the mounted disk with this epoch. Where it remembers a later one nothing is written and `stamp` tells it.
 * A disk too full for its first mark is logged and served all the same. Source: R5.
 */
export const stampDisk = async (
  runner: GroupRunner,
  mountPoint: string,
  epoch: Epoch,
  deadlineMs: number,
  log: (text: string) => void
): Promise<ActionOutcome> => {
  const args = ['-e', SCRIPT, `${mountPoint}/${STAMP_FILE}`, String(epoch.number), epoch.board]
  const result = await runner.run('perl', args, { deadlineMs })
  if (!result.ok && /No space left|quota exceeded/i.test(result.stderr)) {
    log(`${mountPoint} is full: its epoch could not be written`)
    return { ok: true }
  }
  if (!result.ok) {
    const reason = `marking the disk at ${mountPoint} with epoch ${epoch.number}${epoch.board} failed: ${failureOf(result)}`
    return { ok: false, hung: result.hung, reason }
  }
  const [, number, board] = STAMP.exec(result.stdout.trim()) ?? []
  if (number === undefined || (board !== 'a' && board !== 'b')) return { ok: true }
  return { ok: true, stamp: { number: Number(number), board } }
}
