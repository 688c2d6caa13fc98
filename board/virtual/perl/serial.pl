#!/usr/bin/perl
# The null-modem cable: two pseudo terminals and what passes between them. Started by cables.ts; perl-base only.
# Arguments: the links to make for board a and b. Reads one command a line on stdin, answers one line:
#   pass a 0|1      bytes sent by a are carried (1) or lost (0)
#   hear a 0|1      a's receiver has power
#   noise a N       N random bytes arrive at a
#   replay a N      the last N recorded bytes that a received arrive at a once more
use strict;
use warnings;
use Fcntl;

my ($UNLOCK, $NUMBER, $FLUSH) = (0x40045431, 0x80045430, 0x540B);
my $RECORD_MAX = 4 << 20;
$| = 1;
my (%end, %port, %pass, %hear, %record, %waiting);
for my $board ('a', 'b') {
    my $link = shift @ARGV;
    sysopen(my $m, '/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK) or die "ptmx: $!\n";
    my $zero = pack('i', 0);
    ioctl($m, $UNLOCK, $zero) or die "unlock: $!\n";
    my $n = pack('i', 0);
    ioctl($m, $NUMBER, $n) or die "number: $!\n";
    my $path = '/dev/pts/' . unpack('i', $n);
    # Held open, so that a closed port is no hang-up; raw, so that bytes pass as they are.
    sysopen($port{$board}, $path, O_RDWR | O_NOCTTY) or die "$path: $!\n";
    system('stty', '-F', $path, 'raw', '-echo', '115200') == 0 or die "stty failed\n";
    unlink $link;
    symlink($path, $link) or die "$link: $!\n";
    $end{$board} = $m;
    ($pass{$board}, $hear{$board}, $record{$board}, $waiting{$board}) = (1, 1, '', '');
}
print "ready\n";

# What does not fit into the receiver's buffer is lost, as on a wire.
sub arrive {
    my ($board, $bytes) = @_;
    syswrite($end{$board}, $bytes) if $hear{$board} && length $bytes;
}
sub noise { join '', map { chr int rand 256 } 1 .. $_[0] }
sub obey {
    my ($what, $board, $n) = split ' ', $_[0];
    if ($what eq 'pass') { $pass{$board} = $n }
    elsif ($what eq 'hear') {
        $hear{$board} = $n;
        $waiting{$board} = '' if !$n;
        ioctl($port{$board}, $FLUSH, 2);
    }
    elsif ($what eq 'noise') { $waiting{$board} .= noise($n) }
    elsif ($what eq 'replay') {
        my $all = $record{$board};
        $all .= $all while length $all && length $all < $n;
        $waiting{$board} .= substr($all, -$n) if length $all >= $n;
    }
    else { return 'error unknown command' }
    return 'ok';
}

my $commands = '';
while (1) {
    my $in = '';
    vec($in, fileno(STDIN), 1) = 1;
    vec($in, fileno($end{$_}), 1) = 1 for 'a', 'b';
    my $busy = length($waiting{a}) || length($waiting{b});
    select($in, undef, undef, $busy ? 0.002 : undef);
    if (vec($in, fileno(STDIN), 1)) {
        my $got = sysread(STDIN, $commands, 4096, length $commands);
        exit 0 if !$got;
        while ($commands =~ s/^(.*)\n//) { print obey($1), "\n" }
    }
    for my $from ('a', 'b') {
        my $to = $from eq 'a' ? 'b' : 'a';
        # Injected bytes come at about 250 kB/s, faster than the real wire and slower than a flood.
        arrive($from, substr($waiting{$from}, 0, 512, '')) if length $waiting{$from};
        next if !vec($in, fileno($end{$from}), 1);
        my $got = sysread($end{$from}, my $bytes, 4096);
        next if !$got || !$pass{$from};
        $record{$to} .= $bytes;
        $record{$to} = substr($record{$to}, -$RECORD_MAX) if length $record{$to} > $RECORD_MAX + 65536;
        arrive($to, $bytes);
    }
}
