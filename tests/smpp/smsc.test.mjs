// SPDX-License-Identifier: Apache-2.0
// The simulated carrier itself, with a plain ESME on node's smpp.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Certificates } from '../system/support/certificates.mjs';
import { until } from '../system/support/wait.mjs';
import { cut, decode, encode, pack, unpack } from './coding.mjs';
import { DIALECTS, IDS } from './dialects.mjs';
import { Esme } from './esme.mjs';
import { Smsc } from './smsc.mjs';

const NUMBER = '8562055512345';

function folder(t) {
  const name = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(name, { recursive: true }));
  return name;
}

async function start(t, options = {}) {
  const smsc = await Smsc.start(t, { at: path.join(folder(t), 'smsc.sock'), ...options });
  const esme = await Esme.bind(smsc, options.esme);
  return { smsc, esme, phone: smsc.phone(NUMBER) };
}

// Answer each USSD message with a screen: what came in brackets; 0 ends.
function menu(esme, options = () => ({})) {
  esme.onDeliver = (pdu) => {
    const text = Esme.textOf(pdu);
    esme.screen(pdu, `[${text}]`, { end: text === '0', ...options(pdu, text) });
  };
}

test('a dialogue in the dialect standard', async (t) => {
  const { smsc, esme, phone } = await start(t);
  menu(esme);
  assert.equal(await phone.dial('*1234#'), '[*1234#]');
  assert.equal(await phone.answer('7'), '[7]');
  assert.ok(phone.inSession);
  assert.equal(await phone.answer('0'), '[0]');
  assert.ok(phone.screen.end && !phone.inSession);
  const sent = smsc.pdus.filter(({ pdu }) => pdu.command === 'deliver_sm').map(({ pdu }) => pdu);
  assert.deepEqual(sent.map((pdu) => [pdu.ussd_service_op, pdu.its_session_info.toString('hex'), pdu.service_type]),
    [[1, '0100', 'USSD'], [18, '0102', 'USSD'], [18, '0104', 'USSD']]);
});

test('a dialogue in the dialect sixdee, an abort and a time-out', async (t) => {
  const { smsc, esme, phone } = await start(t, { dialect: DIALECTS.sixdee });
  menu(esme, (pdu, text) => ({ op: text === '0' ? 0x17 : 2 }));
  await phone.dial();
  assert.equal(await phone.answer('0'), '[0]');
  await phone.dial();
  assert.equal((await phone.hangup()).status, 0);
  await phone.dial();
  await phone.timeout();
  const sent = smsc.pdus.filter(({ pdu }) => pdu.command === 'deliver_sm').map(({ pdu }) => pdu);
  assert.deepEqual(sent.map((pdu) => [pdu.ussd_service_op, pdu.its_session_info.toString('hex')]),
    [[1, '0002'], [18, '0002'], [1, '0004'], [0x81, '0005'], [1, '0006'], [18, '0007']]);
});

test('what an ESME does wrong in a dialogue is a fault', async (t) => {
  const { smsc, esme, phone } = await start(t);
  const wrong = [
    [{ op: 3 }, /ussd_service_op 3/],
    [{ end: true, word: 0x0100 }, /end bit/],
    [{ word: 0x0104 }, /sequence 2 where 0/],
    [{ word: 0x0200 }, /no session/],
    [{ octets: Buffer.from([0x80]) }, /over 0x7f/],
  ];
  phone.dial().catch(() => {});
  const pdu = await esme.received.take('the begin');
  for (const [options, fault] of wrong) {
    assert.notEqual((await esme.screen(pdu, 'x', options)).command_status, 0);
    await smsc.fault(fault);
  }
  assert.equal((await esme.screen(pdu, 'right')).command_status, 0);
  await until('the screen', () => phone.text === 'right');
});

test('packed USSD, a code in the destination, and an ESME that counts on', async (t) => {
  const dialect = { ...DIALECTS.standard, packed: true, code: 'destination', sequence: 'next' };
  const { esme, phone } = await start(t, { dialect });
  phone.dial('*1234*21#').catch(() => {});
  const begin = await esme.received.take('the begin');
  assert.deepEqual([begin.destination_addr, begin.short_message.length], ['*1234*21#', 0]);
  const octets = pack(encode('seven..', 'gsm7'));
  assert.equal((await esme.screen(begin, '', { octets, word: 0x0102 })).command_status, 0);
  await until('the screen', () => phone.text === 'seven..');
  phone.answer('12345678').catch(() => {});
  const next = await esme.received.take('the answer');
  assert.deepEqual([next.its_session_info.readUInt16BE(0), next.short_message.length], [0x0104, 7]);
});

test('GSM 7-bit is packed as the standard has it', () => {
  assert.equal(pack(encode('hellohello', 'gsm7')).toString('hex'), 'e8329bfd4697d9ec37'); // TS 23.038's way, well-known vector
  for (let n = 0; n <= 182; n += 1) {
    const text = 'abcdefgh@'.repeat(21).slice(0, n);
    assert.equal(decode(unpack(pack(encode(text, 'gsm7'))), 'gsm7'), text);
    assert.ok(pack(encode(text, 'gsm7')).length <= 160);
  }
});

test('an SMS there and back', async (t) => {
  const { esme, phone } = await start(t);
  const answer = phone.sms('1234', 'HELP {€}');
  const pdu = await esme.received.take('the SMS');
  assert.deepEqual([pdu.source_addr, pdu.destination_addr, pdu.data_coding, pdu.short_message.length], [NUMBER, '1234', 0, 11]);
  await esme.sms('1234', NUMBER, 'Here');
  assert.equal(await answer, 'Here');
});

for (const long of ['udh8', 'udh16', 'sar', 'payload']) {
  test(`a long SMS by ${long}, both ways`, async (t) => {
    const { smsc, esme, phone } = await start(t, { moId: 'receipted_message_id' });
    const texts = { gsm7: 'ab{'.repeat(150), ucs2: 'ສະບາຍດີ😀'.repeat(30), latin1: 'é'.repeat(300) };
    for (const [alphabet, text] of Object.entries(texts)) {
      const settled = await phone.send('1234', text, { alphabet, long });
      assert.ok(settled.every(({ status }) => status === 0));
      const parts = await Promise.all(settled.map(() => esme.received.take('a part')));
      assert.equal(new Set(parts.map((one) => one.receipted_message_id)).size, parts.length);
      for (const part of [...parts].reverse()) {
        const { short_message, message_payload, esm_class, data_coding, sar_msg_ref_num, sar_total_segments, sar_segment_seqnum } = part;
        const tlvs = Object.fromEntries(Object.entries({ message_payload, sar_msg_ref_num, sar_total_segments, sar_segment_seqnum })
          .filter(([, value]) => value !== undefined));
        const { command_status: status } = await esme.submit({ source_addr: '1234', destination_addr: NUMBER, esm_class, data_coding, short_message, ...tlvs });
        assert.equal(status, 0);
      }
      const sms = await phone.inbox.take('the SMS');
      assert.deepEqual([sms.text, sms.alphabet, sms.kind, sms.parts.length], [text, alphabet, long, parts.length]);
    }
    assert.equal(smsc.faults.length, 0);
  });
}

test('parts hold whole letters, and are as long as they may be', () => {
  const octets = (text, alphabet, long) => cut(encode(text, alphabet), alphabet, long, 1).map((one) => one.short_message.length);
  assert.deepEqual(octets(`${'a'.repeat(152)}{${'a'.repeat(20)}`, 'gsm7', 'udh8'), [6 + 152, 6 + 22]);
  assert.deepEqual(octets(`${'a'.repeat(66)}😀${'a'.repeat(20)}`, 'ucs2', 'udh8'), [6 + 132, 6 + 44]);
  assert.deepEqual(octets('a'.repeat(160), 'gsm7', 'udh8'), [160]);
  assert.deepEqual(octets('a'.repeat(161), 'gsm7', 'udh16'), [7 + 152, 7 + 9]);
});

test('parts may come in any order, twice, or not at all', async (t) => {
  const { esme, phone } = await start(t);
  await phone.send('1234', 'x'.repeat(400), { order: [3, 1, 1] });
  const numbers = [];
  for (let i = 0; i < 3; i += 1)
    numbers.push((await esme.received.take('a part')).short_message[5]);
  assert.deepEqual(numbers, [3, 1, 1]);
});

test('8-bit data is sent as such', async (t) => {
  const { esme, phone } = await start(t);
  await phone.send('1234', '', { alphabet: '8bit', octets: Buffer.from([0, 255, 128]) });
  const pdu = await esme.received.take('the SMS');
  assert.deepEqual([pdu.data_coding, pdu.short_message.toString('hex')], [4, '00ff80']);
});

for (const [name, ids] of Object.entries(IDS)) {
  for (const form of ['text', 'tlv', 'both']) {
    test(`receipts: ${form}, ids ${name}`, async (t) => {
      const { esme } = await start(t, { ids, receipts: { form } });
      const { message_id: id } = await esme.sms('1234', NUMBER, 'x', { registered_delivery: 1 });
      const receipt = await esme.received.take('the receipt');
      assert.equal(receipt.esm_class, 4);
      assert.equal(id, ids.response(1));
      if (form !== 'tlv')
        assert.match(Esme.textOf(receipt), new RegExp(`^id:${ids.receipt(1)} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:$`));
      if (form !== 'text')
        assert.deepEqual([receipt.receipted_message_id, receipt.message_state], [ids.receipt(1), 2]);
    });
  }
}

test('a receipt overtakes the response, and a test may send its own', async (t) => {
  const { smsc, esme, phone } = await start(t, { receipts: { when: 'before' } });
  await esme.sms('1234', NUMBER, 'x', { registered_delivery: 1 });
  const kinds = smsc.pdus.filter(({ from }) => from === 'smsc').map(({ pdu }) => pdu.command);
  assert.ok(kinds.indexOf('deliver_sm') < kinds.indexOf('submit_sm_resp'));
  await esme.received.take('the receipt');
  const sms = await phone.inbox.take('the SMS');
  await smsc.receipt(sms.messages[0], 'UNDELIV', { form: 'tlv' });
  assert.equal((await esme.received.take('another receipt')).message_state, 5);
});

test('what is not settled comes again with the same content', async (t) => {
  const { smsc, esme, phone } = await start(t, { retry: { ms: 1, answerMs: 50 } });
  const answers = [0x14, null, 0x14, 0];
  esme.answer = () => answers.shift();
  const [settled] = await phone.send('1234', 'x');
  assert.deepEqual(settled, { status: 0, tries: 4 });
  const sent = smsc.pdus.filter(({ pdu }) => pdu.command === 'deliver_sm').map(({ pdu }) => pdu.toBuffer().subarray(16).toString('hex'));
  assert.deepEqual([sent.length, new Set(sent).size], [4, 1]);
  esme.answer = () => 0x65;
  await assert.rejects(phone.dial(), /refused with 0x65/);
});

test('what was under way when the link broke comes again', async (t) => {
  const { smsc, esme, phone } = await start(t, { retry: { ms: 1 } });
  esme.answer = () => null;
  const settled = phone.send('1234', 'x');
  await esme.received.take('the SMS');
  await smsc.close();
  await smsc.listen();
  await Esme.bind(smsc);
  assert.deepEqual(await settled, [{ status: 0, tries: 2 }]);
});

test('throttling, silence, a lost answer, a held one, a cut', async (t) => {
  const { smsc, esme, phone } = await start(t);
  smsc.throttle(2);
  const codes = [];
  for (let i = 0; i < 3; i += 1)
    codes.push((await esme.sms('1234', NUMBER, 'x')).command_status);
  assert.deepEqual(codes, [0x58, 0x58, 0]);
  await phone.inbox.take('the SMS');
  const lost = smsc.rule('submit_sm', { times: 1, lost: true });
  esme.session.submit_sm({ source_addr: '1234', destination_addr: NUMBER, short_message: encode('lost', 'gsm7') });
  assert.equal((await phone.inbox.take('the SMS')).text, 'lost');
  assert.equal(lost.used, 1);
  const held = smsc.rule('submit_sm', { hold: true });
  const later = esme.sms('1234', NUMBER, 'held');
  await until('it is held', () => held.held === 1);
  assert.ok(!phone.inbox.has());
  held.release();
  assert.equal((await later).command_status, 0);
  smsc.rule('submit_sm', { times: 1, silent: true });
  esme.session.submit_sm({ source_addr: '1234', destination_addr: NUMBER, short_message: encode('unheard', 'gsm7') });
  await esme.ask('enquire_link');
  smsc.rule('enquire_link', { close: true });
  esme.session.enquire_link();
  await until('the connection is cut', () => esme.closed);
  assert.equal((await phone.inbox.take('the SMS')).text, 'held');
  assert.ok(!phone.inbox.has());
});

test('windows, both ways', async (t) => {
  const { smsc, esme, phone } = await start(t, { window: 2, submitWindow: 2 });
  const waiting = [];
  esme.answer = (pdu) => { waiting.push(pdu); return null; };
  const settled = Promise.all([1, 2, 3].map((n) => phone.send('1234', String(n))));
  await until('two are under way', () => waiting.length === 2);
  await esme.ask('enquire_link');
  assert.equal(waiting.length, 2);
  esme.session.send(waiting[0].response());
  await until('the third is under way', () => waiting.length === 3);
  waiting.slice(1).forEach((pdu) => esme.session.send(pdu.response()));
  await settled;
  const held = smsc.rule('submit_sm', { times: 2, hold: true });
  const first = [1, 2].map((n) => esme.sms('1234', NUMBER, String(n)));
  assert.equal((await esme.sms('1234', NUMBER, '3')).command_status, 0x58);
  held.release();
  assert.deepEqual((await Promise.all(first)).map((one) => one.command_status), [0, 0]);
});

test('a rate', async (t) => {
  const { esme } = await start(t, { submitRate: 5 });
  const codes = await Promise.all(Array.from({ length: 20 }, () => esme.sms('1234', NUMBER, 'x')));
  const taken = codes.filter((one) => one.command_status === 0).length;
  assert.ok(taken >= 5 && taken <= 10, `${taken}`); // 10 if the second changes meanwhile
});

test('it can stop reading', async (t) => {
  const { smsc, esme } = await start(t);
  smsc.pauseReading();
  const answer = esme.ask('enquire_link');
  const socket = esme.session.socket;
  while (socket.writableLength < 1 << 20)
    esme.session.submit_sm({ source_addr: '1', destination_addr: '2', message_payload: Buffer.alloc(60000) });
  assert.equal(smsc.counted.enquire_link, undefined);
  smsc.resumeReading();
  assert.equal((await answer).command_status, 0);
  await until('all is written', () => socket.writableLength === 0);
});

test('binds: what is refused, a pair, enquire_link, unbind', async (t) => {
  const { smsc, esme, phone } = await start(t, { esme: { bind: 'receiver' }, enquireMs: 10 });
  assert.equal((await Esme.bind(smsc, { password: 'other' })).session.sequence, 1);
  assert.equal(smsc.pdus.findLast(({ from, pdu }) => from === 'smsc' && pdu.command === 'bind_transceiver_resp').pdu.command_status, 0x0e);
  assert.equal((await esme.sms('1234', NUMBER, 'x')).command_status, 4);
  await smsc.fault(/without a bind/);
  assert.equal((await esme.ask('query_sm', { message_id: '1' })).command_status, 3);
  const transmitter = await Esme.bind(smsc, { bind: 'transmitter' });
  const answer = phone.sms('1234', 'HELP');
  await esme.received.take('the SMS');
  await transmitter.sms('1234', NUMBER, 'Here');
  assert.equal(await answer, 'Here');
  await until('enquire_link was answered', () => smsc.counted.enquire_link_resp > 1);
  await transmitter.unbind();
  smsc.unbind();
  await until('the ESME has gone', () => esme.closed);
});

test('octets that are no PDU, and a sequence number used twice, are faults', async (t) => {
  const { smsc, esme } = await start(t);
  const held = smsc.rule('enquire_link', { times: 1, hold: true });
  esme.session.enquire_link({ sequence_number: 77 });
  esme.session.enquire_link({ sequence_number: 77 });
  await smsc.fault(/77 is used twice/);
  held.release();
  esme.session.socket.write(Buffer.from('ffffffff0000001500000000000000ff', 'hex'));
  await smsc.fault(/unreadable/);
  await until('it was cut', () => esme.closed);
});

test('TLS, with a certificate of the ESME', async (t) => {
  const made = new Certificates(folder(t));
  const [carrier, client] = [made.issue('127.0.0.1', { server: true }), made.issue('esme')];
  const smsc = await Smsc.start(t, { tls: { ...carrier.pem, ca: made.pem, requestCert: true } });
  const esme = await Esme.bind(smsc, { tls: { ca: made.pem, ...client.pem } });
  esme.answer = () => 0;
  assert.deepEqual(await smsc.phone(NUMBER).send('1234', 'x'), [{ status: 0, tries: 1 }]);
  await assert.rejects(Esme.bind(smsc, { tls: { ca: made.pem } }));
});
