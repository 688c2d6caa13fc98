#!/usr/bin/perl
# PID 1 of a virtual board: makes the board's own view of the machine, keeps the daemon running, reaps orphans.
# Started by board.ts inside new pid and mount namespaces. Uses perl-base only. Must not touch the host's mounts.
# Arguments: world directory, board letter, then the daemon's command. Says "pid N" (as the host counts) on fd 1.
use strict;
use warnings;

my ($world, $board, @daemon) = @ARGV;
my $own = "$world/$board";
my $here = "$world/board";
$SIG{$_} = 'IGNORE' for qw(INT TERM HUP PIPE);
$| = 1;

my $host_pid = readlink('/proc/self');    # still the host's /proc

sub must {
    system(@_) == 0 or die "virtual board $board: `@_` failed: $?\n";
}
sub put {
    my ($file, $text) = @_;
    open(my $f, '>', $file) or die "virtual board $board: cannot write $file: $!\n";
    print $f $text;
    close($f);
}

must(qw(mount --make-rprivate /));
must('mount', '--rbind', $own, $here);
must(qw(mount -t proc proc /proc));
must(qw(mount -t sysfs sysfs /sys));
must(qw(mount -t tmpfs tmpfs /run));
# Only what a daemon reads of /sys/class: our own GPIO controller, the network, block devices.
mkdir "/run/$_" for qw(net block baton);
must('mount', '--bind', "/sys/class/$_", "/run/$_") for qw(net block);
must(qw(mount -t tmpfs tmpfs /sys/class));
mkdir "/sys/class/$_" for qw(net block gpio);
must('mount', '--move', "/run/$_", "/sys/class/$_") for qw(net block);
must('mount', '--bind', "$here/gpio", '/sys/class/gpio');
must('mount', '--bind', "$here/boot-id", '/proc/sys/kernel/random/boot_id');
# A reset ordered through the kernel resets this board, not the machine that the lab runs on.
must('mount', '--bind', "$here/sysrq", '/proc/sysrq-trigger') if -e '/proc/sysrq-trigger';
unlink glob("$here/run/*");

must('ip', 'link', 'set', 'lo', 'up');
must('ip', 'addr', 'flush', 'dev', 'eth0');
must('ip', 'neigh', 'flush', 'dev', 'eth0');
must('ip', 'link', 'set', 'eth0', 'up');
my $n = $board eq 'a' ? 1 : 2;
must('ip', 'addr', 'add', "10.77.0.$n/24", 'dev', 'eth0');
must('ip', 'addr', 'add', "fd77::$n/64", 'dev', 'eth0', 'nodad');

print "pid $host_pid\n";
open(STDIN, '<', '/dev/null');
open(my $log, '>>', "$here/log/daemon.log") or die "log: $!\n";

# Like systemd's Restart=always, RestartSec=100ms; a daemon that dies at once five times in a row is tried each second.
my ($daemon_pid, $quick, $started, $left) = (0, 0, 0, 0);
sub start {
    $started = time;
    $daemon_pid = fork() // die "fork: $!\n";
    return if $daemon_pid;
    $SIG{$_} = 'DEFAULT' for qw(INT TERM HUP PIPE);
    open(STDOUT, '>>&', $log);
    open(STDERR, '>>&', $log);
    chdir($here);
    exec { $daemon[0] } @daemon or die "exec $daemon[0]: $!\n";
}
put("$here/run/booted", "1\n");
# A board that boots for as long as a test wants.
select(undef, undef, undef, 0.1) while -e "$here/hold-daemon";
start();
while (1) {
    my $pid = waitpid(-1, 0);
    if ($pid < 0) { select(undef, undef, undef, 0.1); start() unless $daemon_pid || $left; next }
    next if $pid != $daemon_pid;
    syswrite($log, "init: the daemon ended: status $?\n");
    $quick = time - $started < 3 ? $quick + 1 : 0;
    $daemon_pid = 0;
    # Left in order (exit code 10): as by the unit's RestartPreventExitStatus it stays away until the board boots.
    if (($? >> 8) == 10) { $left = 1; next }
    # While `hold-daemon` is there, a dead daemon stays dead (a crash that outlasts the dead time).
    do { select(undef, undef, undef, $quick > 5 ? 1 : 0.1) } while (-e "$here/hold-daemon");
    start();
}
