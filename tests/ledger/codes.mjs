// SPDX-License-Identifier: Apache-2.0
// What the gateway derives from secrets and ids, and how it stores a session, written once more from the documents.
import { createHash, createHmac } from 'node:crypto';
import { SECRET } from './world.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest();

// What the secret says about one or two values, for one purpose (gateway/message/request.c).
function derive(purpose, a, b = '') {
  return createHmac('sha256', SECRET).update(Buffer.concat([purpose, a, b].map(sha256))).digest();
}

// Nine digits, the last by ISO/IEC 7064, MOD 11,10.
function withCheckDigit(digits) {
  const product = [...digits].reduce((p, d) => ((p + Number(d)) % 10 || 10) * 2 % 11, 10);
  return digits + (11 - product) % 10;
}

// The request that an inbound message files: { id, case, pin }.
export function requestOf(bridge, moId) {
  const ref = derive('mekongline request reference', bridge, moId).subarray(0, 7);
  const mac = derive('mekongline request case', Buffer.concat([Buffer.of(0), ref]));
  const number = mac.readBigUInt64BE(0) % 90000000n + 10000000n;
  const pin = String(mac.readBigUInt64BE(8) % 10000n).padStart(4, '0');
  return { id: `${ref.toString('hex')}00`, case: withCheckDigit(String(number)), pin };
}

// The key of a subscriber's session in Redis.
export function sessionKey(msisdn) {
  return `ml:{${createHmac('sha256', SECRET).update(msisdn).digest('hex').slice(0, 32)}}`;
}

// The hash under which a session remembers an inbound message: the upper 48 bits of FNV-1a 64, as hex.
export function seenId(bridge, moId) {
  let h = 0xcbf29ce484222325n;
  for (const octet of Buffer.from(`${bridge}/${moId}`))
    h = BigInt.asUintN(64, (h ^ BigInt(octet)) * 0x100000001b3n);
  return (h >> 16n).toString(16).padStart(12, '0');
}

// Format 2 of gateway/core/session.c, as far as the ids that were answered.
const HEAD = { flags: 9, trail: 50 };
const SAME_ANSWER = 8, OTHER_LANG = 128;

// The ids that a record remembers as answered, the newest first, as seenId gives them. Throws on what is no record.
export function seenInRecord(record) {
  let at = HEAD.trail;
  if (record[8] !== 2)
    throw new Error(`a record of format ${record[8]}`);
  const skipView = () => {
    const entries = record[at + 6] & 15;
    at += 8 + (record[at + 7] & OTHER_LANG ? 3 : 0);
    for (let i = 0; i < entries; i += 1)
      at += 1 + record[at];
  };
  at += 1 + 4 * record[at];
  skipView();
  const answers = record[at];
  at += 1;
  for (let i = record[HEAD.flags] & SAME_ANSWER ? 1 : 0; i < answers; i += 1)
    skipView();
  const count = record[at];
  if (at + 1 + 8 * count !== record.length)
    throw new Error(`a record of ${record.length} octets that ends at ${at + 1 + 8 * count}`);
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(record.subarray(at + 1 + 8 * i, at + 7 + 8 * i)).reverse().toString('hex'));
}

// A phone number in all forms in which it could stand somewhere: text, with blanks, packed digits, integers, base64, hashes
// without a key. Everything is looked for as octets.
export function formsOf(msisdn) {
  const local = msisdn.slice(3); // behind the country code
  const packed = (digits) => Buffer.from((digits.length % 2 ? `${digits}f` : digits), 'hex');
  const swapped = (octets) => Buffer.from([...octets].map((one) => (one & 15) << 4 | one >> 4));
  const integer = Buffer.alloc(8);
  integer.writeBigUInt64LE(BigInt(msisdn));
  const groups = [' ', '-'].map((between) => [local.slice(0, 2), local.slice(2, 6), local.slice(6)].join(between));
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(local)]).toString('base64').replace(/=+$/, '');
    return text.slice(Math.ceil(shift * 8 / 6), -1);
  });
  const utf16 = Buffer.from(local, 'utf16le');
  const hash = sha256(msisdn);
  return { digits: Buffer.from(local), 'digits in groups': Buffer.from(groups[0]), 'digits with hyphens': Buffer.from(groups[1]),
    'hex of digits': Buffer.from(Buffer.from(local).toString('hex')), packed: packed(msisdn), 'packed, swapped': swapped(packed(msisdn)),
    'integer, least octet first': integer.subarray(0, 6), 'integer, highest octet first': Buffer.from(integer.subarray(0, 6)).reverse(),
    'UTF-16': utf16, ...Object.fromEntries(base64.map((text, i) => [`base64 at ${i}`, Buffer.from(text)])),
    'hash without a key': hash.subarray(0, 8), 'hash without a key, hex': Buffer.from(hash.toString('hex').slice(0, 16)) };
}
