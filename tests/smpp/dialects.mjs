// SPDX-License-Identifier: Apache-2.0
// How USSD centres and SMSCs differ, as data.

// USSD: `ops` are the centre's values of ussd_service_op, `ask` and `end` those of the ESME. its_session_info has 16 bits: which of them
// name the session, count the units and end the session. `sequence`: the ESME copies the count or counts on. `code`: where the service
// code of a begin stands.
const STANDARD = {
  serviceType: 'USSD',
  ops: { begin: 1, answer: 18, abort: 18, timeout: 18 },
  ask: 2,
  end: 17,
  sessionMask: 0xff00,
  sequenceMask: 0x00fe,
  endMask: 0x0001,
  sequence: 'copy',
  code: 'text',
  dcs: { gsm7: 0x0f, ucs2: 0x08 },
  packed: false,
};

export const DIALECTS = {
  standard: STANDARD,
  // 6D Technologies as Vumi's transport for it has it: 15 bits and an end bit, 0x81 for an abort, 0x17 to close.
  sixdee: { ...STANDARD, ops: { ...STANDARD.ops, abort: 0x81 }, end: 0x17, sessionMask: 0xfffe, sequenceMask: 0 },
};

// The value of a field of its_session_info under a mask, and back.
const shiftOf = (mask) => 31 - Math.clz32(mask & -mask);
export const readBits = (word, mask) => (mask ? (word & mask) >>> shiftOf(mask) : 0);
export const writeBits = (value, mask) => (mask ? (value << shiftOf(mask)) & mask : 0);

// How the n-th message is called in submit_sm_resp and in its receipt.
export const IDS = {
  decimal: { response: (n) => String(n), receipt: (n) => String(n) },
  zeros: { response: (n) => String(n).padStart(10, '0'), receipt: (n) => String(n).padStart(10, '0') },
  'zeros-lost': { response: (n) => String(n).padStart(10, '0'), receipt: (n) => String(n) },
  hex: { response: (n) => n.toString(16).toUpperCase(), receipt: (n) => String(n) },
  'hex-zeros': { response: (n) => n.toString(16).padStart(8, '0'), receipt: (n) => String(n).padStart(10, '0') },
};

// SMPP v3.4, 5.2.28 and appendix B.
export const STATES = {
  ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8,
};

const two = (n) => String(n).padStart(2, '0');
const minute = (d) => two(d.getUTCFullYear() % 100) + [d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes()].map(two).join('');

// What a receipt carries. `form`: text, tlv or both.
export function receiptOf(id, state, form, at = new Date()) {
  const text = `id:${id} sub:001 dlvrd:${state === 'DELIVRD' ? '001' : '000'} submit date:${minute(at)} done date:${minute(at)} `
    + `stat:${state} err:${state === 'DELIVRD' ? '000' : '011'} text:`;
  return {
    esm_class: 0x04,
    short_message: Buffer.from(form === 'tlv' ? '' : text, 'latin1'),
    ...(form === 'text' ? {} : { receipted_message_id: id, message_state: STATES[state] }),
  };
}
