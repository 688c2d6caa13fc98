#!/usr/bin/perl
# Opens TCP connections to a board's exchange for a while, several hundred a second, and says nothing. Run by the scenario
# events-pair in the peer's network namespace; perl-base only. Arguments: address, port, seconds. Prints how many it tried.
use strict;
use warnings;
use Fcntl;
use Socket;

my ($address, $port, $seconds) = @ARGV;
my ($until, $tried, @held) = (time + $seconds, 0);
my $to = sockaddr_in($port, inet_aton($address));
while (time < $until) {
    socket(my $s, PF_INET, SOCK_STREAM, 0) or next;
    fcntl($s, F_SETFL, O_NONBLOCK) or die "fcntl: $!\n";
    connect($s, $to);
    $tried += 1;
    push @held, $s;
    shift @held if @held > 200;
    select(undef, undef, undef, 0.002);
}
print "$tried\n";
