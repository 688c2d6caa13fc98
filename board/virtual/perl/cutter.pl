#!/usr/bin/perl
# Takes a virtual board's power away in the way that real power goes: no process, no network, no write survives the moment.
# One per board, started ahead of time by board.ts in the LAN's network namespace, so that a cut costs no start of a program.
# Reads one command a line, answers one line. perl-base only. Must never shut a filesystem that is not the world's own disk.
#   cut PID MOUNTPOINT LOOP VETH    kill, unplug, lose dirty data, wait until LOOP is free
#   link VETH up|down               plug or unplug an Ethernet cable at the switch
#   freeze PID MOUNTPOINT LOOP      every write to the disk hangs from now on; thaw ends it
use strict;
use warnings;
use Fcntl;
use Socket;

my $SHUTDOWN = 0x8004587D;    # EXT4_IOC_SHUTDOWN
my $FREEZE   = 0xC0045877;    # FIFREEZE
my $THAW     = 0xC0045878;    # FITHAW
my ($GET_FLAGS, $SET_FLAGS, $UP) = (0x8913, 0x8914, 1);
$| = 1;
socket(my $net, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";

sub link_set {
    my ($name, $up) = @_;
    my $request = pack('a16 s x22', $name, 0);
    ioctl($net, $GET_FLAGS, $request) or return "$name: $!";
    my (undef, $flags) = unpack('a16 s', $request);
    $flags = $up ? $flags | $UP : $flags & ~$UP;
    $request = pack('a16 s x22', $name, $flags);
    return ioctl($net, $SET_FLAGS, $request) ? '' : "$name: $!";
}

# The root of the board's mount of LOOP, or nothing: the device number must be the loop device's own.
sub mount_of {
    my ($pid, $point, $loop) = @_;
    my $number = (stat $loop)[6] or return;
    sysopen(my $root, "/proc/$pid/root$point", O_RDONLY | O_DIRECTORY) or return;
    return (stat $root)[0] == $number ? $root : undef;
}

sub cut {
    my ($pid, $point, $loop, $veth) = @_;
    my $root = mount_of($pid, $point, $loop);
    kill 'KILL', $pid if $pid =~ /^\d+$/ && $pid > 1;
    link_set($veth, 0);
    my $lost = 'unmounted';
    if ($root) {
        my $without_log = pack('L', 2);
        $lost = ioctl($root, $SHUTDOWN, $without_log) ? 'cut' : "shutdown:$!";
        ioctl($root, $THAW, 0);
        close($root);
    }
    for (1 .. 5000) {
        if (sysopen(my $device, $loop, O_RDONLY | O_EXCL)) { close($device); return "ok $lost" }
        select(undef, undef, undef, 0.001);
    }
    return "error $loop is still in use: $lost";
}

while (my $line = <STDIN>) {
    my ($what, @words) = split ' ', $line;
    my $answer = 'error unknown command';
    if ($what eq 'cut') { $answer = cut(@words) }
    if ($what eq 'link') { my $wrong = link_set($words[0], $words[1] eq 'up'); $answer = $wrong ? "error $wrong" : 'ok' }
    if ($what eq 'freeze' or $what eq 'thaw') {
        my $root = mount_of(@words);
        $answer = !$root ? 'error not mounted' : ioctl($root, $what eq 'freeze' ? $FREEZE : $THAW, 0) ? 'ok' : "error $!";
    }
    print "$answer\n";
}
