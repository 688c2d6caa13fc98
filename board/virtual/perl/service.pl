#!/usr/bin/perl
# The dependable thing of the lab: POST /N appends a line to a file on the shared disk, syncs it, and only then says so.
# Started as a service of the group by the daemon, which gives BATON_EPOCH and BATON_BOARD. perl-base only: starts in milliseconds.
# Arguments: file, port. GET /last answers the last number. One process, keep-alive, no number is acknowledged before its fsync.
use strict;
use warnings;
use Socket;
use IO::Handle;

my ($file, $port) = @ARGV;
my ($epoch, $board) = ($ENV{BATON_EPOCH} // '0-a', $ENV{BATON_BOARD} // '?');
$SIG{PIPE} = 'IGNORE';
open(my $data, '>>', $file) or die "service: cannot open $file: $!\n";
$data->autoflush(1);
my $last = 0;
if (open(my $old, '<', $file)) {
    my $size = -s $old;
    seek($old, $size > 4096 ? $size - 4096 : 0, 0);
    /^(\d+) \S+ \S+$/ and $last = $1 while <$old>;
}
# A line that the last power cut left half written must not swallow our first one.
syswrite($data, "\n") if -s $file;

socket(my $server, AF_INET, SOCK_STREAM, 0) or die "service: socket: $!\n";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
bind($server, pack_sockaddr_in($port, INADDR_ANY)) or die "service: cannot listen on port $port: $!\n";
listen($server, 64);

sub answer {
    my ($method, $number) = @_;
    if ($method eq 'POST') {
        my $line = "$number $epoch $board\n";
        my $written = syswrite($data, $line);
        return (500, "{\"error\":\"write: $!\"}") if !defined $written || $written != length $line;
        return (500, "{\"error\":\"fsync: $!\"}") if !$data->sync;
        $last = $number;
    }
    return (200, "{\"n\":$last,\"epoch\":\"$epoch\",\"board\":\"$board\"}");
}
sub serve {
    my ($socket, $request) = @_;
    my ($method, $number) = $request =~ m{^(GET|POST) /(\d+|last)?} or return 0;
    my ($code, $body) = answer($method, $number // 'last');
    my $length = length $body;
    my $head = "HTTP/1.1 $code " . ($code == 200 ? 'OK' : 'Failed') . "\r\nContent-Type: application/json\r\n";
    syswrite($socket, "${head}Content-Length: $length\r\n\r\n$body");
    return $code == 200;
}

my (%socket, %text);
while (1) {
    my $in = '';
    vec($in, fileno($server), 1) = 1;
    vec($in, $_, 1) = 1 for keys %socket;
    select($in, undef, undef, undef) > 0 or next;
    if (vec($in, fileno($server), 1) && accept(my $client, $server)) {
        setsockopt($client, 6, 1, 1);    # TCP_NODELAY
        ($socket{ fileno $client }, $text{ fileno $client }) = ($client, '');
    }
    for my $n (grep { vec($in, $_, 1) } keys %socket) {
        my $got = sysread($socket{$n}, $text{$n}, 8192, length $text{$n});
        my $keep = $got && length $text{$n} < 65536;
        while ($keep && $text{$n} =~ s/^(.*?)\r\n\r\n//s) { $keep = serve($socket{$n}, $1) }
        delete $socket{$n}, delete $text{$n} if !$keep;
    }
}
