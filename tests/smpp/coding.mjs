// SPDX-License-Identifier: Apache-2.0
// Alphabets, and how a long SMS is cut into parts and put together again (3GPP TS 23.038, TS 23.040; SMPP v3.4, 5.2.12 and 5.3.2.22 ff.).
import smpp from './library.mjs';

const { ASCII: GSM7, LATIN1, UCS2 } = smpp.encodings;
const ESCAPE = 0x1b, UDH = 0x40;

// What each alphabet is called in data_coding, how many units one SMS holds and a part of a longer one, and octets of a unit.
export const ALPHABETS = {
  gsm7: { dcs: 0x00, whole: 160, part: 153, unit: 1, coder: GSM7 },
  latin1: { dcs: 0x03, whole: 140, part: 134, unit: 1, coder: LATIN1 },
  ucs2: { dcs: 0x08, whole: 70, part: 67, unit: 2, coder: UCS2 },
  '8bit': { dcs: 0x04, whole: 140, part: 134, unit: 1, coder: LATIN1 },
};

// The alphabet of a data_coding, of SMS (SMPP v3.4, 5.2.19) and of USSD (TS 23.038, section 5).
export function alphabetOf(dcs) {
  if (dcs === 0x11 || (dcs & 0xc0) === 0x40)
    return ['gsm7', '8bit', 'ucs2', 'gsm7'][dcs === 0x11 ? 2 : (dcs >> 2) & 3];
  return { 0x03: 'latin1', 0x02: '8bit', 0x04: '8bit', 0x08: 'ucs2', 0x18: 'ucs2', 0xf5: '8bit' }[dcs] ?? 'gsm7';
}

// Text as octets; throws if the alphabet does not have a character of it.
export function encode(text, alphabet) {
  const { coder } = ALPHABETS[alphabet];
  const octets = Buffer.from(coder.encode(text));
  if (coder.decode(octets) !== text)
    throw new Error(`a text that is not in ${alphabet}`);
  return octets;
}

export function decode(octets, alphabet) {
  if (alphabet === 'gsm7' && octets.some((octet) => octet > 0x7f))
    throw new Error('an octet over 0x7f in GSM 7-bit');
  if (alphabet === 'ucs2' && octets.length % 2 !== 0)
    throw new Error('UCS-2 of an odd length');
  return ALPHABETS[alphabet].coder.decode(octets);
}

export function fits(text, alphabet) {
  try {
    encode(text, alphabet);
    return true;
  } catch {
    return false;
  }
}

// Eight septets in seven octets (TS 23.038, 6.1.2.3), with the CR of USSD where seven bits are left over.
export function pack(septets) {
  const padded = septets.length % 8 === 7 || (septets.length % 8 === 0 && septets.at(-1) === 0x0d) ? [...septets, 0x0d] : [...septets];
  const octets = Buffer.alloc(Math.ceil(padded.length * 7 / 8));
  padded.forEach((septet, i) => {
    const bit = i * 7, at = bit >> 3, shifted = septet << (bit & 7);
    octets[at] |= shifted & 0xff;
    if (shifted > 0xff)
      octets[at + 1] |= shifted >> 8;
  });
  return octets;
}

export function unpack(octets) {
  const septets = Array.from({ length: Math.floor(octets.length * 8 / 7) }, (_, i) => {
    const bit = i * 7, at = bit >> 3;
    return (((octets[at + 1] ?? 0) << 8 | octets[at]) >> (bit & 7)) & 0x7f;
  });
  if (septets.length % 8 === 0 && septets.at(-1) === 0x0d)
    septets.pop();
  return Buffer.from(septets);
}

// Octets in pieces of at most `units`; neither an escape sequence nor a surrogate pair is split.
function pieces(octets, alphabet, units) {
  const { unit } = ALPHABETS[alphabet];
  const found = [];
  for (let at = 0; at < octets.length;) {
    let end = Math.min(at + units * unit, octets.length);
    const pair = end < octets.length && (alphabet === 'gsm7' ? octets[end - 1] === ESCAPE
      : alphabet === 'ucs2' && (octets[end - 2] & 0xfc) === 0xd8);
    if (pair)
      end -= unit;
    found.push(octets.subarray(at, end));
    at = end;
  }
  return found;
}

const HEADERS = {
  udh8: (reference, total, number) => Buffer.from([5, 0, 3, reference & 0xff, total, number]),
  udh16: (reference, total, number) => Buffer.from([6, 8, 4, reference >> 8, reference & 0xff, total, number]),
};

// A text as what each PDU of it carries. `long`: udh8, udh16, sar or payload.
export function cut(octets, alphabet, long, reference) {
  const { whole, part, unit } = ALPHABETS[alphabet];
  if (long === 'payload')
    return [{ message_payload: octets }];
  if (octets.length <= whole * unit)
    return [{ short_message: octets }];
  const found = pieces(octets, alphabet, long === 'udh16' ? part - 1 : part);
  return found.map((piece, i) => (long === 'sar'
    ? { short_message: piece, sar_msg_ref_num: reference, sar_total_segments: found.length, sar_segment_seqnum: i + 1 }
    : { esm_class: UDH, short_message: Buffer.concat([HEADERS[long](reference, found.length, i + 1), piece]) }));
}

function headerOf(octets) {
  const end = octets[0] + 1;
  if (end > octets.length)
    throw new Error('a user data header longer than the message');
  let part = {};
  for (let at = 1; at < end; at += octets[at + 1] + 2) {
    if (octets[at] === 0 && octets[at + 1] === 3)
      part = { kind: 'udh8', reference: octets[at + 2], total: octets[at + 3], number: octets[at + 4] };
    else if (octets[at] === 8 && octets[at + 1] === 4)
      part = { kind: 'udh16', reference: octets.readUInt16BE(at + 2), total: octets[at + 4], number: octets[at + 5] };
  }
  return { kind: 'whole', total: 1, number: 1, ...part, octets: octets.subarray(end) };
}

// Where a PDU belongs: { kind, reference, total, number, octets } (kind is udh8, udh16, sar, payload or whole).
export function partOf(pdu) {
  const octets = pdu.message_payload ?? pdu.short_message;
  if (pdu.message_payload && pdu.short_message?.length)
    throw new Error('short_message and message_payload together');
  const part = (pdu.esm_class & UDH) ? headerOf(octets)
    : pdu.sar_total_segments !== undefined
      ? { kind: 'sar', reference: pdu.sar_msg_ref_num, total: pdu.sar_total_segments, number: pdu.sar_segment_seqnum, octets }
      : { kind: pdu.message_payload ? 'payload' : 'whole', total: 1, number: 1, octets };
  if (!(part.number >= 1 && part.number <= part.total))
    throw new Error(`part ${part.number} of ${part.total}`);
  return part;
}
