#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# A second SMSC, on Perl's Net::SMPP, for one ESME: accepts a bind as transceiver, delivers one SMS and one USSD begin, and judges what
# comes until the ESME unbinds. Prints JSON lines: {"listening":PORT}, then one for each PDU or fault; no number, no text.
# usage: net_smpp.pl SYSTEM_ID PASSWORD
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my ($system_id, $password) = @ARGV;
my ($number, $code) = ('8562055512345', '1234');

sub tell_line { print '{', join(',', @_), "}\n"; }
sub fault { tell_line("\"fault\":\"$_[0]\""); }

my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34, interface_version => 0x34)
    or die "cannot listen: $!";
tell_line('"listening":' . $listener->sockport());
my $smpp = $listener->accept or die "cannot accept: $!";
my $deliveries = 0;

# Tell of a PDU as Net::SMPP understood it.
sub report {
    my ($pdu) = @_;
    my @found = sprintf('"command":"0x%08x","sequence":%d,"status":%d', $pdu->{cmd}, $pdu->{seq}, $pdu->{status} // 0);
    for my $name (qw(data_coding esm_class source_addr_ton source_addr_npi dest_addr_ton dest_addr_npi registered_delivery)) {
        push @found, "\"$name\":$pdu->{$name}" if defined $pdu->{$name};
    }
    push @found, '"length":' . length($pdu->{short_message}) if defined $pdu->{short_message};
    push @found, '"op":' . ord($pdu->{ussd_service_op}) if defined $pdu->{ussd_service_op};
    push @found, '"info":"' . unpack('H*', $pdu->{its_session_info}) . '"' if defined $pdu->{its_session_info};
    tell_line(@found);
}

sub deliver_both {
    my %common = (source_addr_ton => 1, source_addr_npi => 1, source_addr => $number, destination_addr => $code, async => 1);
    $smpp->deliver_sm(%common, data_coding => 0, short_message => 'HELP') or fault('deliver_sm of an SMS');
    $smpp->deliver_sm(%common, service_type => 'USSD', data_coding => 15, short_message => "*$code#",
        ussd_service_op => chr(1), its_session_info => pack('CC', 7, 0)) or fault('deliver_sm of USSD');
}

sub serve {
    my ($pdu) = @_;
    if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
        my $good = $pdu->{system_id} eq $system_id && $pdu->{password} eq $password;
        $smpp->bind_transceiver_resp(seq => $pdu->{seq}, status => $good ? 0 : 0x0e, system_id => 'perl');
        fault('the bind is not ours') unless $good;
        deliver_both() if $good;
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_submit_sm) {
        fault('submit_sm for another number') unless $pdu->{destination_addr} eq $number;
        $smpp->submit_sm_resp(seq => $pdu->{seq}, status => 0, message_id => "00$pdu->{seq}");
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_enquire_link) {
        $smpp->enquire_link_resp(seq => $pdu->{seq}, status => 0);
    } elsif ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
        $smpp->unbind_resp(seq => $pdu->{seq}, status => 0);
        return 0;
    }
    return 1;
}

while (my $pdu = $smpp->read_pdu()) {
    report($pdu);
    last unless serve($pdu);
}
tell_line('"ended":true');
