// Looks through all processes in a child (perl is on every Debian): some reads of /proc wait on a lock that a process
// stuck on a dead disk may hold, and our own process must never wait on that (R10). Called by inspection, unmount, stop.
import { type CommandResult, failureOf } from './command.js'
import type { GroupRunner } from './group-command.js'

/** A process that carries a mark of ours in its environment. */
export interface MarkedProcess {
  readonly pid: number
  readonly name: string
  readonly mark: 'BATON_CHILD' | 'BATON_SERVICE'
  readonly value: string
}

/** A process that keeps a filesystem busy, and by which path (or what else). */
export interface Holder {
  readonly pid: number
  readonly name: string
  readonly path: string
}

export type Scan<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly hung: boolean }

const LINES_MAX = 500
/** Words of an open that mean: the node is there, the disk is not. Then nobody here has it. */
const GONE = /^No (such|medium)/

// Argument: a block device to open exclusively, or nothing. O_RDONLY|O_EXCL (0200 on all Linux ports that we run on) claims
// the device as a mount does; a writing open would make udev look at the disk again when it is closed.
const MARKS_SCRIPT = `
my ($dev) = @ARGV;
if (defined $dev) { my $f; print "open\\t", (sysopen($f, $dev, 0200) ? "free" : "$!"), "\\n"; }
opendir(my $d, '/proc') or die "/proc: $!"; my $n = 0;
for my $p (grep { /^\\d+$/ && $_ != $$ } readdir $d) {
  open(my $f, '<', "/proc/$p/environ") or next; local $/; my $e = <$f> // next;
  while ($e =~ /(?:^|\\0)(BATON_CHILD|BATON_SERVICE)=([^\\0]*)/g) {
    my ($k, $v) = ($1, $2); my $c = '?';
    if (open(my $g, '<', "/proc/$p/comm")) { $c = <$g> // '?'; $c =~ s/[\\t\\n]//g; }
    print "mark\\t$p\\t$c\\t$k\\t$v\\n"; last if ++$n > ${LINES_MAX};
  }
}`

// Arguments: the device as MAJOR:MINOR, and its node (who has that open counts too). Paths are compared with the mount points of the process's own mount namespace.
const HOLDERS_SCRIPT = `
my ($dev, $node) = @ARGV; my $hex = sprintf('%02x:%02x', split(/:/, $dev)); my (%points, %told); my $n = 0;
my $mine = readlink('/proc/self/ns/mnt') // '';
opendir(my $d, '/proc') or die "/proc: $!";
for my $p (grep { /^\\d+$/ && $_ != $$ } readdir $d) {
  my $ns = readlink("/proc/$p/ns/mnt") // next;
  if (!$points{$ns}) { my @m;
    if (open(my $f, '<', "/proc/$p/mountinfo")) { while (<$f>) { my @w = split; next if $w[2] ne $dev;
      $w[4] =~ s/\\\\([0-7]{3})/chr(oct($1))/ge; push @m, $w[4]; } }
    $points{$ns} = \\@m; }
  my @fds; if (opendir(my $o, "/proc/$p/fd")) { @fds = map { "fd/$_" } grep { /^\\d+$/ } readdir $o; }
  my $hit;
  LINK: for my $l ('cwd', 'root', 'exe', @fds) { my $t = readlink("/proc/$p/$l") // next;
    if ($t eq $node) { $hit = $t; last LINK; }
    for my $m (@{$points{$ns}}) { if ($t eq $m || index($t, "$m/") == 0) { $hit = $t; last LINK; } } }
  if (!defined $hit && open(my $f, '<', "/proc/$p/maps")) { while (<$f>) { my @w = split ' ', $_, 6;
    if (($w[3] // '') eq $hex) { $hit = $w[5] // 'a mapped file'; chomp $hit; last; } } }
  if (!defined $hit && @{$points{$ns}} && $ns ne $mine && !$told{$ns}++) { $hit = "mount namespace with $points{$ns}[0]"; }
  next if !defined $hit; my $c = '?'; $hit =~ s/[\\t\\n]/?/g;
  if (open(my $g, '<', "/proc/$p/comm")) { $c = <$g> // '?'; $c =~ s/[\\t\\n]//g; }
  print "hold\\t$p\\t$c\\t$hit\\n"; last if ++$n >= 50;
}`

const failed = (result: CommandResult) => ({ ok: false as const, reason: failureOf(result), hung: result.hung })

const rows = (result: CommandResult, kind: string): string[][] =>
  result.stdout
    .split('\n')
    .map(line => line.split('\t'))
    .filter(row => row[0] === kind)
    .map(row => row.slice(1))

/**
 * Every process with a mark of the daemon, and whether `device` could be opened exclusively:
 * null = yes or not asked, else the system's words (`Device or resource busy`).
 */
export const scanMarks = async (
  runner: GroupRunner,
  device: string | null,
  deadlineMs: number
): Promise<Scan<{ readonly marked: readonly MarkedProcess[]; readonly openFailure: string | null }>> => {
  const args = ['-e', MARKS_SCRIPT, ...(device === null ? [] : [device])]
  const result = await runner.look('perl', args, { deadlineMs, outputBytesMax: 1 << 20 })
  if (!result.ok) return failed(result)
  const marked = rows(result, 'mark').map(([pid, name, mark, value]) => ({
    pid: Number(pid),
    name: name ?? '?',
    mark: mark === 'BATON_CHILD' ? ('BATON_CHILD' as const) : ('BATON_SERVICE' as const),
    value: value ?? ''
  }))
  const words = rows(result, 'open')[0]?.[0] ?? 'free'
  const openFailure = words === 'free' || GONE.test(words) ? null : words
  return { ok: true, value: { marked, openFailure } }
}

/** Who keeps the filesystem on this device (`MAJOR:MINOR`) busy, or has its node open; at most 50. */
export const scanHolders = async (
  runner: GroupRunner,
  device: string,
  node: string,
  deadlineMs: number
): Promise<Scan<readonly Holder[]>> => {
  const result = await runner.look('perl', ['-e', HOLDERS_SCRIPT, device, node], { deadlineMs })
  if (!result.ok) return failed(result)
  const value = rows(result, 'hold').map(([pid, name, path]) => ({
    pid: Number(pid),
    name: name ?? '?',
    path: path ?? '?'
  }))
  return { ok: true, value }
}

/** Holders in words, at most five of them. */
export const holdersInWords = (holders: readonly Holder[]): string => {
  const some = holders.slice(0, 5).map(holder => `${holder.name} (process ${holder.pid}, ${holder.path})`)
  return some.join(', ') + (holders.length > 5 ? ` and ${holders.length - 5} more` : '')
}
