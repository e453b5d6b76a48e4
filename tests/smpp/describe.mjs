// SPDX-License-Identifier: Apache-2.0
// A PDU in one line: command, sequence, status, and what matters of it; numbers and texts are masked.
import { alphabetOf, partOf } from './coding.mjs';
import smpp from './library.mjs';

const UDHI = 0x40;
const SHOWN = ['sar_msg_ref_num', 'sar_total_segments', 'sar_segment_seqnum', 'user_message_reference', 'ussd_service_op',
  'its_session_info', 'message_state', 'receipted_message_id'];
const hex = (n, digits = 2) => `0x${n.toString(16).padStart(digits, '0')}`;
const mask = (address) => (/^\+?\d{6,}$/.test(address) ? '#'.repeat(address.length) : address || '-');

function message(pdu) {
  const octets = pdu.message_payload ?? pdu.short_message;
  const udh = (pdu.esm_class & UDHI) ? ` udh=${octets.subarray(0, octets[0] + 1).toString('hex')}` : '';
  return [
    pdu.service_type ? `type=${pdu.service_type}` : '',
    `from=${pdu.source_addr_ton}/${pdu.source_addr_npi}:${mask(pdu.source_addr)}`,
    `to=${pdu.dest_addr_ton}/${pdu.dest_addr_npi}:${mask(pdu.destination_addr)}`,
    `esm=${hex(pdu.esm_class)} dcs=${hex(pdu.data_coding)} dlr=${hex(pdu.registered_delivery)}`,
    `${pdu.message_payload ? 'payload' : 'text'}=${octets.length}${udh}`,
  ];
}

const value = (one) => (Buffer.isBuffer(one) ? one.toString('hex') : String(one));

export function describe(octets) {
  const pdu = new smpp.PDU(octets);
  const tlvs = SHOWN.filter((name) => pdu[name] !== undefined).map((name) => `${name}=${value(pdu[name])}`);
  const body = pdu.short_message !== undefined ? message(pdu) : [];
  const ids = ['system_id', 'interface_version', 'message_id'].filter((name) => pdu[name] !== undefined && pdu.short_message === undefined)
    .map((name) => `${name}=${pdu[name]}`);
  return [pdu.command, `seq=${pdu.sequence_number}`, `status=${hex(pdu.command_status)}`, ...ids, ...body, ...tlvs].filter(Boolean).join(' ');
}

// The fields of a submit_sm that two ESMEs which do the same must agree on.
export function comparable(pdu) {
  const part = partOf(pdu);
  return {
    coding: alphabetOf(pdu.data_coding),
    udhi: (pdu.esm_class & UDHI) !== 0,
    kind: part.kind,
    total: part.total,
    number: part.number,
    source: `${pdu.source_addr_ton}/${pdu.source_addr_npi}:${pdu.source_addr}`,
    dest: `${pdu.dest_addr_ton}/${pdu.dest_addr_npi}:${pdu.destination_addr}`,
    protocol_id: pdu.protocol_id,
    priority: pdu.priority_flag,
    replace: pdu.replace_if_present_flag,
  };
}
