#!/usr/bin/perl
# Takes a world down to the last trace: processes, frozen filesystems, namespaces, loop devices, mounts, its directory.
# Started by reaper.ts together with the world; waits until the lab closes its standard input or dies, then sweeps.
# Arguments: world directory, world id. perl-base only. Must touch nothing that does not carry this world's id.
use strict;
use warnings;
use Fcntl;

my ($dir, $id) = @ARGV;
$dir =~ m{/baton-lab-\Q$id\E$} or die "not a world: $dir\n";
$SIG{$_} = 'IGNORE' for qw(INT TERM HUP PIPE);
1 while sysread(STDIN, my $nothing, 4096);

my $THAW = 0xC0045878;    # FITHAW
sub ours {
    my @pids;
    for my $path (glob '/proc/[0-9]*') {
        my ($pid) = $path =~ /(\d+)$/;
        next if $pid == $$;
        open(my $f, '<', "$path/environ") or next;
        my $got = sysread($f, my $text, 65536);
        push @pids, $pid if $got && "\0$text\0" =~ /\0BATON_LAB_ID=\Q$id\E\0/;
    }
    return @pids;
}
sub thaw {
    my ($pid) = @_;
    sysopen(my $root, "/proc/$pid/root$dir/board/mnt", O_RDONLY | O_DIRECTORY) or return;
    my $number = (stat $root)[0];
    ioctl($root, $THAW, 0) if $number >> 8 == 7;    # a loop device
}
for (1 .. 100) {
    my @pids = ours() or last;
    thaw($_) for @pids;
    kill 'KILL', @pids;
    select(undef, undef, undef, 0.05);
}
system("ip netns del baton-$id-$_ 2>/dev/null") for qw(a b c lan);
for (1 .. 100) {
    my @loops;
    for my $file (glob '/sys/block/loop*/loop/backing_file') {
        open(my $f, '<', $file) or next;
        my $path = <$f> // '';
        push @loops, $file =~ m{/block/(loop\d+)/} if $path =~ m{^\Q$dir\E/};
    }
    last if !@loops;
    system("losetup -d /dev/$_ 2>/dev/null") for @loops;
    select(undef, undef, undef, 0.05);
}
for (1 .. 20) {
    open(my $f, '<', '/proc/self/mounts') or last;
    last if !grep { (split ' ')[1] eq $dir } <$f>;
    system("umount -R $dir 2>/dev/null") == 0 or select(undef, undef, undef, 0.05);
}
system("umount -l $dir 2>/dev/null");
rmdir $dir;
unlink "$dir.owner";
