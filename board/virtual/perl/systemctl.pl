#!/usr/bin/perl
# What `baton` asks of systemd, on a virtual board: `systemctl` for batond alone, and `systemd-run`. Called by the wrappers that
# supervisor.ts lays; runs inside the board's namespaces. Must not reach the systemd of the machine that the lab runs on.
# Arguments: the board's own directory, `systemctl` or `systemd-run`, then the words of the caller.
use strict;
use warnings;
use POSIX ();

my ($here, $name, @words) = @ARGV;
my $hold = "$here/hold-daemon";

sub daemon_pid {
    for my $file (glob('/proc/[0-9]*/cmdline')) {
        open(my $f, '<', $file) or next;
        local $/;
        my $line = <$f> // '';
        # The board's init was started with the daemon's command, too.
        return $1 if $line =~ m{/batond\.js\0} && $file =~ m{/(\d+)/} && $1 > 1;
    }
    return 0;
}
sub wait_until {
    my ($what, $seconds) = @_;
    for (1 .. $seconds * 20) {
        return if $what->();
        select(undef, undef, undef, 0.05);
    }
    print STDERR "Job for batond.service failed.\n";
    exit 1;
}

if ($name eq 'systemd-run') {
    shift @words while @words && $words[0] =~ /^--/;
    # A child of the board's init from now on, as a transient unit is one of systemd.
    exit 0 if fork // die "fork: $!\n";
    POSIX::setsid();
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>>', "$here/log/init.log");
    open(STDERR, '>&', \*STDOUT);
    exec { $words[0] } @words or POSIX::_exit(1);
}
my ($verb, $unit) = grep { !/^--/ } @words;
if (($unit // '') ne 'batond.service') {
    print STDERR "Unit " . ($unit // $verb) . " not loaded.\n";
    exit 5;
}
if ($verb eq 'is-active') {
    exit(!-e $hold && daemon_pid() ? 0 : 3);
} elsif ($verb eq 'stop') {
    open(my $f, '>', $hold) or die "$hold: $!\n";
    close $f;
    my $pid = daemon_pid();
    kill 'TERM', $pid if $pid;
    wait_until(sub { !daemon_pid() }, 20);
} elsif ($verb eq 'start') {
    unlink $hold;
    # As `Type=notify`: up when its socket is there.
    wait_until(sub { daemon_pid() && -S "$here/run/baton.sock" }, 60);
} else {
    exit 1;
}
