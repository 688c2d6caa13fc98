#!/usr/bin/perl
# Listens to the token frames at both boards' ports of the virtual switch, and can put old ones or noise on the wire again.
# Started by cables.ts in the LAN's network namespace; perl-base only. Arguments: UDP port, interface of a, interface of b.
# Reads one command a line, answers one line:
#   replay a N      the last N recorded frames for a arrive at a once more
#   noise a N       N frames like them with random content arrive at a
use strict;
use warnings;
use Socket;

my ($port, %name);
($port, $name{a}, $name{b}) = @ARGV;
# All protocols: a port of a switch hands its frames to nobody who asks for IP alone.
my ($AF_PACKET, $ETH_IP, $ETH_ALL, $RECORD_MAX) = (17, 0x0800, 3, 4000);
my ($INDEX_OF) = (0x8933);
$| = 1;
my (%socket, %record, @waiting);
for my $board ('a', 'b') {
    socket(my $s, $AF_PACKET, SOCK_RAW, unpack('S', pack('n', $ETH_ALL))) or die "packet socket: $!\n";
    my $request = pack('a16 i x20', $name{$board}, 0);
    ioctl($s, $INDEX_OF, $request) or die "$name{$board}: $!\n";
    my (undef, $index) = unpack('a16 i', $request);
    bind($s, pack('S n i S C C a8', $AF_PACKET, $ETH_ALL, $index, 0, 0, 0, '')) or die "bind: $!\n";
    ($socket{$board}, $record{$board}) = ($s, []);
}
print "ready\n";

# What a sends towards b is what b hears: frames are recorded where they enter the switch.
sub listen_to {
    my ($from) = @_;
    my $address = recv($socket{$from}, my $frame, 2048, 0);
    return if !defined $address || length $frame < 42;
    my ($type, $protocol) = (unpack('n', substr($frame, 12, 2)), ord substr($frame, 23, 1));
    return if $type != $ETH_IP || $protocol != 17 || unpack('n', substr($frame, 36, 2)) != $port;
    my $kind = (unpack('S n i S C', $address))[4];
    return if $kind == 4;    # our own sending
    my $list = $record{$from eq 'a' ? 'b' : 'a'};
    push @$list, $frame;
    shift @$list if @$list > $RECORD_MAX;
}
sub noisy {
    my ($frame) = @_;
    substr($frame, 40, 2) = "\0\0";    # no UDP checksum
    substr($frame, 42) = join '', map { chr int rand 256 } 43 .. length $frame;
    return $frame;
}
sub obey {
    my ($what, $board, $n) = split ' ', $_[0];
    my @frames = @{ $record{$board} // [] };
    return 'error nothing recorded' if !@frames;
    return 'error unknown command' if $what ne 'replay' && $what ne 'noise';
    for my $i (1 .. $n) {
        my $frame = $frames[-1 - (($n - $i) % @frames)];
        push @waiting, [$board, $what eq 'noise' ? noisy($frame) : $frame];
    }
    return 'ok';
}

my $commands = '';
while (1) {
    my $in = '';
    vec($in, fileno(STDIN), 1) = 1;
    vec($in, fileno($socket{$_}), 1) = 1 for 'a', 'b';
    select($in, undef, undef, @waiting ? 0.002 : undef);
    if (vec($in, fileno(STDIN), 1)) {
        my $got = sysread(STDIN, $commands, 4096, length $commands);
        exit 0 if !$got;
        while ($commands =~ s/^(.*)\n//) { print obey($1), "\n" }
    }
    for my $board ('a', 'b') { listen_to($board) if vec($in, fileno($socket{$board}), 1) }
    for (1 .. 8) {
        my $next = shift @waiting or last;
        send($socket{ $next->[0] }, $next->[1], 0);
    }
}
