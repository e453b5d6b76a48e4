# SPDX-License-Identifier: Apache-2.0
# Does a program of ours answer? Exit status 0 if it says 200. Perl's base is in every Debian; a client for HTTP is not.
# Usage: perl health.pl ADDRESS:PORT|SOCKET PATH
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;

my ($where, $path) = @ARGV;
die "Usage: health.pl ADDRESS:PORT|SOCKET PATH\n" unless defined $path;
alarm 4;
my $socket = $where =~ m{^/} ? IO::Socket::UNIX->new(Peer => $where) : IO::Socket::INET->new(PeerAddr => $where);
die "$where: $!\n" unless $socket;
print $socket "GET $path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
my $line = <$socket> // '';
print $line;
exit($line =~ m{^HTTP/1\.[01] 200 } ? 0 : 1);
