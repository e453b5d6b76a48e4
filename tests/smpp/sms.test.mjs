// SPDX-License-Identifier: Apache-2.0
// SMS by way of mekongline-smpp: alphabets, long ones in both directions, senders, and what receipts say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import { IDS } from './dialects.mjs';

const QUICK = { response_ms: 200 }; // ids that are written in two ways are matched after it
const LONG = { udh8: 'laotel', udh16: 'udh16', sar: 'sar', payload: 'payload' };
const REFUSED = 0x65;

let count = 0;
const phoneOf = (carrier, name) => carrier.phone(String(8562055500000 + (count += 1)), name);
const isFrom = ({ msisdn }, text) => (one) => one.kind === 'sms' && one.msisdn === msisdn && (text === undefined || one.text === text);
const ok = (settled) => assert.deepEqual(settled.map(({ status }) => status), settled.map(() => 0));
const lastSubmit = (smsc) => smsc.pdus.findLast(({ pdu }) => pdu.command === 'submit_sm').pdu;
const words = (length) => 'Keep your papers with you, and a copy of them elsewhere. '.repeat(30).slice(0, length);
const lao = (length) => 'ທ່ານຮັກສາເອກະສານໄວ້ກັບຕົວ '.repeat(30).slice(0, length);

// The answers that the bridge gave with this status.
const answered = (smsc, status) => smsc.pdus.filter(({ from, pdu }) => from === 'esme' && pdu.command === 'deliver_sm_resp'
  && pdu.command_status === status).length;

test('SMS', async (t) => {
  const carrier = await Carrier.start(t, {
    smpp: { parts_hold_ms: 60000, ...QUICK },
    others: {
      udh16: { profile: { sms_long: 'udh16' }, smpp: QUICK, smsc: { ids: IDS['zeros-lost'], receipts: { form: 'tlv' } } },
      sar: { profile: { sms_long: 'sar' }, smpp: QUICK, smsc: { ids: IDS.hex, receipts: { form: 'both' } } },
      payload: { profile: { sms_long: 'payload' }, smpp: QUICK, smsc: { ids: IDS['hex-zeros'] } },
      brief: { smpp: { parts_hold_ms: 60000, parts_s: 1 } },
      narrow: { smpp: { parts_hold_ms: 20 }, smsc: { window: 1 } },
      slow: { smpp: { parts_hold_ms: 300 } },
      latin: { profile: { dcs_0: 'latin1', sms_dcs_ucs2: 0x18, source_ton: 3, source_npi: 8, dest_ton: 2, dest_npi: 6, receipts: 'no' } },
      early: { smpp: QUICK, smsc: { ids: IDS.zeros, receipts: { when: 'before' } } },
      forgetful: { smpp: { ...QUICK, receipts_s: 1 }, smsc: { receipts: { when: 'never' } } },
      quiet: { smpp: QUICK, smsc: { receipts: { when: 'never' } } },
    },
  });
  const { bridge, smsc, smscs } = carrier;

  await t.test('a word is answered, and the gateway hears that the answer arrived', async () => {
    const phone = phoneOf(carrier);
    assert.match(await phone.sms('1234', 'HELP'), /^ຕອບດ້ວຍເລກ/);
    const { id } = await carrier.sends(isFrom(phone));
    assert.equal((await carrier.receiptOf(`${id}.0`)).status, 'delivered');
  });

  await t.test('alphabets', async () => {
    for (const [alphabet, text, more] of [['gsm7', 'HELP {€} Ω'], ['latin1', 'ça va? ÿ'], ['latin1', 'plain', { data_coding: 1 }],
      ['ucs2', 'ສະບາຍດີ 😀'], ['ucs2', 'ແຈ້ງ', { data_coding: 0x18 }], ['gsm7', 'flash', { data_coding: 0xf0 }], ['gsm7', '']]) {
      const phone = phoneOf(carrier);
      ok(await phone.send('1234', text, { alphabet, more }));
      assert.equal((await carrier.sends(isFrom(phone))).text, text);
    }
    const phone = phoneOf(carrier, 'latin');
    ok(await phone.send('1234', 'é is one octet', { alphabet: 'latin1', more: { data_coding: 0 } }));
    await carrier.sends(isFrom(phone, 'é is one octet'));
  });

  await t.test('what is no text is refused clearly, and for good', async () => {
    for (const [more, octets, why] of [
      [{ data_coding: 0x04 }, Buffer.from('ff00', 'hex'), 'data_coding 0x04 is 8-bit data, not text.'],
      [{ data_coding: 0xf5 }, Buffer.from('0102', 'hex'), 'data_coding 0xf5 is 8-bit data, not text.'],
      [{ data_coding: 0x20 }, Buffer.from('0102', 'hex'), 'data_coding 0x20 is compressed, not text.'],
      [{ data_coding: 0x08 }, Buffer.from('0e', 'hex'), 'no text of data_coding 0x08.'],
      [{ data_coding: 0x00 }, Buffer.from('80', 'hex'), 'no text of data_coding 0x00.']]) {
      const phone = phoneOf(carrier);
      assert.deepEqual(await phone.send('1234', '', { octets, more }), [{ status: REFUSED, tries: 1 }]);
      await bridge.logs('smpp_refused', why);
      assert.equal(await carrier.steps(phone), 0);
    }
  });

  for (const long of Object.keys(LONG)) {
    await t.test(`a long one by ${long} arrives as one, parts in any order and twice`, async () => {
      for (const [alphabet, text] of [['gsm7', `${words(151)}{€}${words(200)}`], ['ucs2', `${lao(66)}😀${lao(120)}`], ['latin1', 'é'.repeat(300)]]) {
        const phone = phoneOf(carrier);
        const settled = await phone.send('1234', text, { alphabet, long, order: long === 'payload' ? [1] : [3, 1, 1, 2] });
        assert.ok(settled.every(({ status, tries }) => status === 0 && tries === 1), 'an answer is missing');
        await carrier.sends(isFrom(phone, text));
        assert.equal(await carrier.steps(phone), 1);
      }
    });
  }

  await t.test('two phones use one reference at a time', async () => {
    const [a, b] = [phoneOf(carrier), phoneOf(carrier)];
    const texts = [words(200), words(250).toUpperCase()];
    const settled = [1, 2].flatMap((part) => [a, b].map((phone, i) => phone.send('1234', texts[i], { reference: 7, order: [part] })));
    ok((await Promise.all(settled)).flat());
    await carrier.sends(isFrom(a, texts[0]));
    await carrier.sends(isFrom(b, texts[1]));
  });

  await t.test('a missing part: the others are asked for again, until it is there', async () => {
    const phone = phoneOf(carrier, 'brief');
    const [text, reference] = [words(400), 9];
    const others = phone.send('1234', text, { reference, order: [1, 3] });
    await until('both are put off', () => answered(smscs.brief, 0x14) >= 2);
    assert.ok(await bridge.metric('smpp_parts_expired_total', 'brief') >= 1);
    assert.equal(await carrier.steps(phone), 0);
    ok(await phone.send('1234', text, { reference, order: [2] }));
    ok(await others);
    await carrier.sends(isFrom(phone, text));
    assert.equal(await carrier.steps(phone), 1);
  });

  await t.test('a carrier that waits for each answer gets them in time', async () => {
    const phone = phoneOf(carrier, 'narrow');
    const start = performance.now();
    ok(await phone.send('1234', words(900)));
    assert.ok(performance.now() - start < 3000, 'each part was held longer than parts_hold_ms');
    await carrier.sends(isFrom(phone, words(900)));
  });

  await t.test('a link drops: parts without an answer come again, all of them', async () => {
    const phone = phoneOf(carrier);
    const before = await bridge.metric('smpp_delivered_total', 'laotel');
    const first = phone.send('1234', words(400), { reference: 11, order: [1, 2] });
    await until('both are there', async () => await bridge.metric('smpp_delivered_total', 'laotel') === before + 2);
    smsc.cut();
    await until('both are there again', async () => await bridge.metric('smpp_delivered_total', 'laotel') === before + 4);
    ok(await phone.send('1234', words(400), { reference: 11, order: [3] }));
    ok(await first);
    await carrier.sends(isFrom(phone, words(400)));
    assert.equal(await carrier.steps(phone), 1);
  });

  await t.test('a link drops: those that were answered alone do not come again', async () => {
    const phone = phoneOf(carrier, 'slow');
    ok(await phone.send('1234', words(400), { reference: 12, order: [1] }));
    const second = phone.send('1234', words(400), { reference: 12, order: [2] });
    await until('it is there', async () => await bridge.metric('smpp_delivered_total', 'slow') === 2);
    smscs.slow.cut();
    ok(await second);
    ok(await phone.send('1234', words(400), { reference: 12, order: [3] }));
    await carrier.sends(isFrom(phone, words(400)));
    ok(await phone.send('1234', words(400), { reference: 12, order: [2] })); // its answer was lost
    assert.equal(await carrier.steps(phone), 1);
  });

  const published = [];
  for (const [long, name] of Object.entries(LONG)) {
    await t.test(`a long one goes out by ${long}`, async () => {
      const phone = phoneOf(carrier, name);
      for (const [text, alphabet, dcs, parts] of [[words(400), 'gsm7', 0, 3], [lao(180), 'ucs2', 8, 3], [words(160), 'gsm7', 0, 1]]) {
        published.push(carrier.publish(phone.msisdn, text, { name }));
        const sms = await phone.inbox.take('the SMS');
        assert.deepEqual([sms.text, sms.alphabet], [text, alphabet]);
        assert.equal(sms.kind, parts === 1 ? 'whole' : long);
        if (long !== 'payload')
          assert.ok(sms.parts.length >= parts && sms.parts.length <= parts + 1, `${sms.parts.length} parts`);
        assert.ok(sms.parts.every((pdu) => pdu.data_coding === dcs && pdu.registered_delivery === 1));
      }
    });
  }

  await t.test('receipts find their message however its id is written, and once for all parts', async () => {
    for (const id of published) {
      assert.equal((await carrier.receiptOf(id)).status, 'delivered');
      assert.equal(await carrier.receipts(id), 1);
    }
  });

  await t.test('data_coding and numbering as the profile says', async () => {
    const phone = phoneOf(carrier, 'latin');
    const { latin } = smscs;
    carrier.publish(phone.msisdn, lao(20), { name: 'latin' });
    const [sent] = (await phone.inbox.take('the SMS')).parts;
    const fields = ({ data_coding, registered_delivery, source_addr_ton, source_addr_npi, dest_addr_ton, dest_addr_npi }) => [
      data_coding, registered_delivery, source_addr_ton, source_addr_npi, dest_addr_ton, dest_addr_npi];
    assert.deepEqual(fields(sent), [0x18, 0, 3, 8, 2, 6]);
    const taken = latin.rule('submit_sm', { status: 0, times: 1 });
    carrier.publish(phone.msisdn, 'àé', { name: 'latin' });
    await until('it is submitted', () => taken.used === 1);
    assert.deepEqual([...lastSubmit(latin).short_message], [0xe0, 0xe9]);
  });

  await t.test('senders: a shortcode, a name, a number', async () => {
    const phone = phoneOf(carrier);
    for (const [from, wanted] of [['1234', ['1234', 0, 0]], ['MekongLine', ['MekongLine', 5, 0]], ['+8562099999999', ['8562099999999', 1, 1]]]) {
      carrier.publish(phone.msisdn, 'Hello', { from });
      const { parts: [pdu] } = await phone.inbox.take('the SMS');
      assert.deepEqual([pdu.source_addr, pdu.source_addr_ton, pdu.source_addr_npi], wanted);
      assert.deepEqual([pdu.dest_addr_ton, pdu.dest_addr_npi], [1, 1]);
    }
  });

  await t.test('receipts that come before the response', async () => {
    const phone = phoneOf(carrier, 'early');
    for (const text of ['Hello', words(400)]) {
      const id = carrier.publish(phone.msisdn, text, { name: 'early' });
      assert.equal((await carrier.receiptOf(id)).status, 'delivered');
    }
  });

  await t.test('an early receipt is not taken for that of another id that looks alike', async () => {
    const phone = phoneOf(carrier, 'early');
    const { early } = smscs;
    const { ids, receipts } = early;
    early.ids = { response: () => '10', receipt: () => '10' };
    early.receipts = { ...receipts, when: 'never' };
    const ten = carrier.publish(phone.msisdn, 'first', { name: 'early' });
    const { messages: [first] } = await phone.inbox.take('the SMS');
    early.ids = { response: () => '16', receipt: () => '16' }; // 0x10
    early.receipts = receipts;
    const sixteen = carrier.publish(phone.msisdn, 'second', { name: 'early' });
    assert.equal((await carrier.receiptOf(sixteen)).status, 'delivered');
    await early.receipt(first, 'EXPIRED');
    assert.equal((await carrier.receiptOf(ten)).status, 'expired');
    early.ids = ids;
  });

  await t.test('what receipts say, in both forms', async () => {
    const phone = phoneOf(carrier, 'quiet');
    const { quiet } = smscs;
    for (const form of ['text', 'tlv']) {
      for (const [state, status] of [['DELIVRD', 'delivered'], ['UNDELIV', 'failed'], ['DELETED', 'failed'], ['EXPIRED', 'expired'],
        ['REJECTD', 'rejected'], ['UNKNOWN', 'failed']]) {
        const id = carrier.publish(phone.msisdn, 'Hello', { name: 'quiet' });
        const { messages: [message] } = await phone.inbox.take('the SMS');
        assert.equal((await quiet.receipt(message, 'ENROUTE', { form })).status, 0);
        assert.equal((await quiet.receipt(message, state, { form })).status, 0);
        assert.equal((await quiet.receipt(message, state, { form })).status, 0);
        assert.equal((await carrier.receiptOf(id)).status, status);
      }
    }
    const of = carrier.inbound.filter(({ kind, bridge: name }) => kind === 'receipt' && name === 'quiet').map((one) => one.of);
    assert.equal(new Set(of).size, of.length);
  });

  await t.test('one of several parts fails: the message has failed, once', async () => {
    const phone = phoneOf(carrier, 'quiet');
    const id = carrier.publish(phone.msisdn, words(400), { name: 'quiet' });
    const { messages } = await phone.inbox.take('the SMS');
    for (const [i, message] of messages.entries())
      await smscs.quiet.receipt(message, i === 1 ? 'UNDELIV' : 'DELIVRD');
    assert.equal((await carrier.receiptOf(id)).status, 'failed');
    const next = carrier.publish(phone.msisdn, 'Hello', { name: 'quiet' });
    await smscs.quiet.receipt((await phone.inbox.take('the SMS')).messages[0], 'DELIVRD');
    await carrier.receiptOf(next);
    assert.equal(await carrier.receipts(id), 1);
  });

  await t.test('a message whose time for a receipt is over is forgotten', async () => {
    const phone = phoneOf(carrier, 'forgetful');
    carrier.publish(phone.msisdn, 'Hello', { name: 'forgetful' });
    const { messages: [message] } = await phone.inbox.take('the SMS');
    await smscs.forgetful.receipt(message, 'ENROUTE');
    assert.equal(await bridge.metric('smpp_receipts_unmatched_total', 'forgetful'), 0);
    await until('its receipt is one of nothing', async () => {
      await smscs.forgetful.receipt(message, 'ENROUTE');
      return await bridge.metric('smpp_receipts_unmatched_total', 'forgetful') > 0;
    });
  });

  await t.test('receipts of nothing are answered, and counted', async () => {
    const phone = phoneOf(carrier, 'quiet');
    const before = await bridge.metric('smpp_receipts_unmatched_total', 'quiet');
    assert.equal((await smscs.quiet.receipt({ from: '1234', to: phone.msisdn, receiptId: 'nobody' }, 'DELIVRD')).status, 0);
    assert.equal(await bridge.metric('smpp_receipts_unmatched_total', 'quiet'), before + 1);
    ok(await phone.send('1234', 'stat:DELIVRD', { more: { esm_class: 4 } }));
    await bridge.logs('smpp_refused', 'a receipt without id or state');
    assert.equal(await carrier.steps(phone), 0);
  });
});
