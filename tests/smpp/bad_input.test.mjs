// SPDX-License-Identifier: Apache-2.0
// A carrier that breaks the standard: answered as SMPP v3.4 says, the connection kept where the stream can be read on, no number in the log.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import smpp from './library.mjs';

const NUMBER = '8562055540001';
const NACK = 'generic_nack';
const RINVMSGLEN = 0x01, RINVCMDLEN = 0x02, RINVCMDID = 0x03, RINVBNDSTS = 0x04, RINVSRCADR = 0x0a, RINVDSTADR = 0x0b, REFUSED = 0x65, RMSGQFUL = 0x14;
const RINVOPTPARSTREAM = 0xc0, RINVPARLEN = 0xc2, RINVOPTPARAMVAL = 0xc4, RINVDCS = 0x104;

const word = (n) => { const octets = Buffer.alloc(4); octets.writeUInt32BE(n >>> 0); return octets; };
const head = (length, command, sequence, status = 0) => Buffer.concat([length, command, status, sequence].map(word));
const pdu = (command, body, sequence) => Buffer.concat([head(16 + body.length, command, sequence), body]);
const tlv = (tag, value) => Buffer.concat([Buffer.from([tag >> 8, tag & 0xff, value.length >> 8, value.length & 0xff]), value]);
const DELIVER = 0x05, SUBMIT = 0x04;

// The body of a deliver_sm.
function body({ type = '', source = NUMBER, ton = 1, dest = '1234', esm = 0, dcs = 0, text = Buffer.from('HELP'), length = text.length, tail = [] } = {}) {
  const cstring = (value) => Buffer.concat([Buffer.from(value, 'latin1'), Buffer.from([0])]);
  return Buffer.concat([cstring(type), Buffer.from([ton, 1]), cstring(source), Buffer.from([0, 1]), cstring(dest), Buffer.from([esm, 0, 0, 0, 0, 0, 0, dcs, 0, length]),
    text, ...tail]);
}

test('bad input', async (t) => {
  const carrier = await Carrier.start(t, { others: { pair: { smpp: { bind: 'pair' } } } });
  const { bridge, smsc } = carrier;
  carrier.world.numbers.add(NUMBER);
  let sequence = 5000;

  // The answer of the bridge to these octets, which have this sequence number.
  async function answer(octets, number = sequence, { count = 1 } = {}) {
    const [connection] = smsc.bound();
    const found = () => smsc.pdus.filter((one) => one.from === 'esme' && one.pdu.sequence_number === number && one.pdu.isResponse());
    const before = found().length;
    connection.socket.write(octets);
    const last = await until(`an answer to ${number}`, () => found()[before + count - 1]);
    return [last.pdu.command, last.pdu.command_status];
  }
  const next = () => { sequence += 1; return sequence; };
  const deliver = (members) => { const number = next(); return answer(pdu(DELIVER, body(members), number), number); };

  // The connection is the same as before, and serves.
  async function stands(connection) {
    assert.deepEqual(smsc.bound(), [connection]);
    assert.deepEqual(await deliver({ text: Buffer.from(`word ${sequence}`) }), ['deliver_sm_resp', 0]);
  }

  async function isKept(name, cases) {
    await t.test(name, async () => {
      const [connection] = smsc.bound();
      for (const [what, give, wanted] of cases)
        assert.deepEqual(await give(), wanted, what);
      await stands(connection);
    });
  }

  const raw = (command, octets) => () => { const number = next(); return answer(pdu(command, octets, number), number); };

  await isKept('commands that are unknown, or that only we may say', [
    ['unknown', raw(0x00000077, Buffer.from('x')), [NACK, RINVCMDID]],
    ['vendor', raw(0x00010201, Buffer.alloc(0)), [NACK, RINVCMDID]],
    ['data_sm', raw(0x00000103, Buffer.alloc(12)), [NACK, RINVCMDID]],
    ['outbind', raw(0x0000000b, Buffer.from('a\0b\0')), [NACK, RINVCMDID]],
    ['submit_sm', raw(SUBMIT, body()), ['submit_sm_resp', RINVBNDSTS]],
    ['bind_transceiver', raw(0x09, Buffer.from('a\0b\0\0\x34\0\0\0')), ['bind_transceiver_resp', RINVBNDSTS]],
  ]);

  await isKept('lengths', [
    ['a body that ends after a member', raw(DELIVER, body().subarray(0, 18)), [NACK, RINVCMDLEN]],
    ['a body that ends within a member', raw(DELIVER, body().subarray(0, 9)), ['deliver_sm_resp', RINVPARLEN]],
    ['no body', raw(DELIVER, Buffer.alloc(0)), [NACK, RINVCMDLEN]],
    ['octets left over', raw(0x15, Buffer.from([1, 2, 3])), [NACK, RINVCMDLEN]],
    ['sm_length beyond the body', raw(DELIVER, body({ length: 200 })), ['deliver_sm_resp', RINVMSGLEN]],
    ['sm_length of 255', raw(DELIVER, body({ text: Buffer.alloc(255, 0x41) })), ['deliver_sm_resp', RINVMSGLEN]],
    ['an address of 21 octets', () => deliver({ source: '8'.repeat(21) }), ['deliver_sm_resp', RINVPARLEN]],
    ['a service_type of 6 octets', () => deliver({ type: 'ABCDEF' }), ['deliver_sm_resp', RINVPARLEN]],
    ['no NUL at all', raw(DELIVER, Buffer.alloc(60, 0x41)), ['deliver_sm_resp', RINVPARLEN]],
  ]);

  await isKept('optional parameters', [
    ['one that runs over the end', () => deliver({ tail: [Buffer.from([0x02, 0x04, 0x00, 0x09, 1])] }), ['deliver_sm_resp', RINVOPTPARSTREAM]],
    ['half a tag', () => deliver({ tail: [Buffer.from([0x02])] }), ['deliver_sm_resp', RINVOPTPARSTREAM]],
    ['a known one of a wrong length', () => deliver({ tail: [tlv(0x0204, Buffer.from([1]))] }), ['deliver_sm_resp', RINVPARLEN]],
    ['33 of them', () => deliver({ tail: Array.from({ length: 33 }, () => tlv(0x1400, Buffer.from([1]))) }), ['deliver_sm_resp', RINVOPTPARSTREAM]],
    ['text in two places', () => deliver({ tail: [tlv(0x0424, Buffer.from('x'))] }), ['deliver_sm_resp', RINVOPTPARAMVAL]],
    ['part 3 of 2', () => deliver({ tail: [tlv(0x020c, Buffer.from([0, 1])), tlv(0x020e, Buffer.from([2])), tlv(0x020f, Buffer.from([3]))] }), ['deliver_sm_resp', RINVOPTPARAMVAL]],
    ['a header that is longer than the text', () => deliver({ esm: 0x40, text: Buffer.from([9, 0, 3]) }), ['deliver_sm_resp', RINVMSGLEN]],
    ['unknown ones are skipped', () => deliver({ text: Buffer.from('unknown'), tail: [tlv(0x1400, Buffer.alloc(300))] }), ['deliver_sm_resp', 0]],
    ['an op of USSD out of range', () => deliver({ tail: [tlv(0x0501, Buffer.from([200])), tlv(0x1383, Buffer.from([1, 0]))] }), ['deliver_sm_resp', RINVOPTPARAMVAL]],
  ]);

  await isKept('texts of unusual size', [
    ['none', () => deliver({ text: Buffer.alloc(0) }), ['deliver_sm_resp', 0]],
    ['254 octets', () => deliver({ text: Buffer.alloc(254, 0x41) }), ['deliver_sm_resp', 0]],
    ['1,600 characters', () => deliver({ text: Buffer.alloc(0), tail: [tlv(0x0424, Buffer.alloc(1600, 0x41))] }), ['deliver_sm_resp', 0]],
    ['one more', () => deliver({ text: Buffer.alloc(0), tail: [tlv(0x0424, Buffer.alloc(1601, 0x41))] }), ['deliver_sm_resp', REFUSED]],
    ['65,535 octets', () => deliver({ text: Buffer.alloc(0), tail: [tlv(0x0424, Buffer.alloc(65535, 0x41))] }), ['deliver_sm_resp', REFUSED]],
    ['65,535 octets of USSD', () => deliver({ type: 'USSD', text: Buffer.alloc(0), tail: [tlv(0x0424, Buffer.alloc(65535, 0x41)),
      tlv(0x0501, Buffer.from([1])), tlv(0x1383, Buffer.from([1, 0]))] }), ['deliver_sm_resp', RINVDCS]],
  ]);

  await isKept('addresses and texts that the contract has no words for', [
    ['no source', () => deliver({ source: '' }), ['deliver_sm_resp', RINVSRCADR]],
    ['no destination', () => deliver({ dest: '' }), ['deliver_sm_resp', RINVDSTADR]],
    ['a name', () => deliver({ source: 'Bank "X" {1}', ton: 5 }), ['deliver_sm_resp', 0]],
    ['a source that is no text', () => deliver({ source: 'a\xff\xfe' }), ['deliver_sm_resp', RINVSRCADR]],
    ['a source of control characters', () => deliver({ source: 'a\x01\x1b' }), ['deliver_sm_resp', RINVSRCADR]],
    ['a destination that is no text', () => deliver({ dest: '12\xff' }), ['deliver_sm_resp', RINVDSTADR]],
    ['control characters in Latin-1', () => deliver({ dcs: 3, text: Buffer.from('a\0\x01\x85"\\', 'latin1') }), ['deliver_sm_resp', 0]],
    ['half a surrogate pair', () => deliver({ dcs: 8, text: Buffer.from('0041d83d0042', 'hex') }), ['deliver_sm_resp', 0]],
  ]);

  await t.test('octets one at a time, and many PDUs at once', async () => {
    const [connection] = smsc.bound();
    connection.socket.setNoDelay(true);
    const number = next();
    const octets = pdu(DELIVER, body({ text: Buffer.from('slowly') }), number);
    for (const octet of octets.subarray(0, -1)) {
      connection.socket.write(Buffer.from([octet]));
      await new Promise(setImmediate);
    }
    assert.deepEqual(await answer(octets.subarray(-1), number), ['deliver_sm_resp', 0]);
    const numbers = Array.from({ length: 50 }, next);
    assert.deepEqual(await answer(Buffer.concat(numbers.map((one) => pdu(0x15, Buffer.alloc(0), one))), numbers.at(-1)), ['enquire_link_resp', 0]);
    await stands(connection);
  });

  await t.test('a sequence number that is used again', async () => {
    const [connection] = smsc.bound();
    const { gateway } = carrier.world;
    const number = next();
    gateway.signal('SIGSTOP');
    connection.socket.write(pdu(DELIVER, body({ text: Buffer.from('first') }), number));
    await carrier.sends(({ text }) => text === 'first');
    assert.deepEqual(await answer(pdu(DELIVER, body({ text: Buffer.from('second') }), number), number), ['deliver_sm_resp', RMSGQFUL]);
    gateway.signal('SIGCONT');
    await until('the first is answered, once', () => smsc.pdus.filter((one) => one.from === 'esme' && one.pdu.sequence_number === number
      && one.pdu.isResponse()).map((one) => one.pdu.command_status).join() === `${RMSGQFUL},0`);
    assert.deepEqual(await answer(pdu(DELIVER, body({ text: Buffer.from('third') }), number), number), ['deliver_sm_resp', 0]);
    assert.ok(!carrier.inbound.some(({ text }) => text === 'second'));
    await stands(connection);
  });

  await t.test('answers to nothing are not answered', async () => {
    const [connection] = smsc.bound();
    const before = await bridge.metric('smpp_bad_pdus_total', 'laotel');
    const count = smsc.pdus.length;
    for (const command of [0x80000000, 0x80000004, 0x80000015, 0x80000009, 0x80000006, 0x80000077])
      connection.socket.write(pdu(command, Buffer.alloc(0), 999999));
    await until('all are counted', async () => await bridge.metric('smpp_bad_pdus_total', 'laotel') === before + 6);
    assert.ok(!smsc.pdus.slice(count).some((one) => one.from === 'esme' && one.pdu.sequence_number === 999999));
    await stands(connection);
  });

  for (const [what, octets] of [
    ['a length under 16', head(15, 0x15, 1)],
    ['a length of 0', head(0, 0x15, 1)],
    ['a length over all bounds', head(0xffffffff, DELIVER, 1)],
    ['70,001 octets', head(70001, DELIVER, 1)],
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['TLS', Buffer.from('16030100a5010000a10303', 'hex')],
  ]) {
    await t.test(`where the next PDU begins cannot be known: ${what}`, async () => {
      const [connection] = smsc.bound();
      const count = smsc.pdus.length;
      connection.socket.write(octets);
      await until('it is bound anew', () => smsc.bound().length === 1 && smsc.bound()[0] !== connection);
      const nack = smsc.pdus.slice(count).find((one) => one.from === 'esme' && one.pdu.command === NACK);
      assert.deepEqual([nack.pdu.command_status, nack.pdu.sequence_number], [RINVCMDLEN, 0]);
      await stands(smsc.bound()[0]);
    });
  }

  await t.test('a PDU that never ends: the link is not held for ever by it', async () => {
    const [connection] = smsc.bound();
    connection.socket.write(head(1000, DELIVER, next()));
    connection.destroy();
    await until('it is bound anew', () => smsc.bound().length === 1 && smsc.bound()[0] !== connection);
    await stands(smsc.bound()[0]);
  });

  await t.test('a carrier that speaks before the bind', async () => {
    const held = smsc.rule('bind_transceiver', { hold: true, times: 1 });
    smsc.cut();
    await until('it asks to be bound', () => held.held === 1);
    const [connection] = [...smsc.connections];
    const number = next();
    connection.socket.write(pdu(DELIVER, body(), number));
    await until('it is refused', () => smsc.pdus.some((one) => one.from === 'esme' && one.pdu.sequence_number === number
      && one.pdu.command_status === RINVBNDSTS));
    held.release();
    await smsc.becomesBound();
    await stands(connection);
  });

  await t.test('noise, and PDUs with a few octets changed', async () => {
    let seed = 7;
    const random = (n) => { seed = (seed * 1103515245 + 12345) % 0x80000000; return Math.floor(seed / 65536) % n; };
    for (let i = 0; i < 300; i += 1) {
      await smsc.becomesBound();
      const [connection] = smsc.bound();
      const octets = pdu(DELIVER, body({ text: Buffer.from(`noise ${i}`), tail: [tlv(0x0501, Buffer.from([random(30)])), tlv(0x1383, Buffer.from([random(256), random(256)]))] }), next());
      for (let n = random(4); n >= 0; n -= 1) { // its length stays, so that what follows is read, too; and its number, which is nobody else's
        const at = 4 + random(octets.length - 8);
        octets[at < 12 ? at : at + 4] = random(256);
      }
      connection.socket.write(octets);
    }
    await smsc.becomesBound();
    await stands(smsc.bound()[0]);
    assert.ok(bridge.running);
  });
});
