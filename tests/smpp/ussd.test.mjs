// SPDX-License-Identifier: Apache-2.0
// USSD by way of mekongline-smpp, in the two dialects that are built in and in one that nobody speaks: a section of the configuration.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import { ALPHABETS } from './coding.mjs';
import { DIALECTS } from './dialects.mjs';
import { Refused } from './phone.mjs';

const OWN = {
  profile: {
    ussd_service_type: 'MENU', ussd_begin: '0x20', ussd_continue: '0x21 0x22', ussd_user: '0x23', ussd_timeout: '0x24', ussd_network: '0x25',
    ussd_ask: '0x30', ussd_end: '0x31', session_mask: '0x0ff0', sequence_mask: '0x7000', end_mask: '0x0002', sequence_next: 'yes',
    code_in: 'destination', ussd_dcs_gsm7: '0x00', ussd_dcs_ucs2: '0x48', ussd_packed: 'yes',
  },
  dialect: {
    serviceType: 'MENU', ops: { begin: 0x20, answer: 0x21, abort: 0x23, timeout: 0x24 }, ask: 0x30, end: 0x31,
    sessionMask: 0x0ff0, sequenceMask: 0x7000, endMask: 0x0002, sequence: 'next', code: 'destination', dcs: { gsm7: 0x00, ucs2: 0x48 }, packed: true,
  },
};
const CARRIERS = { standard: 'laotel', sixdee: 'sixdee', own: 'own' };
const CAUSES = { standard: 'user', sixdee: 'user', own: 'timeout' }; // the first two have no op of their own for a time-out
const DCS = { standard: [0x08, 0x0f], sixdee: [0x08, 0x0f], own: [0x48, 0x00] };

let count = 0;
const phoneOf = (carrier, name) => carrier.phone(String(8562055520000 + (count += 1)), name);
const isFrom = ({ msisdn }, wanted) => (one) => one.msisdn === msisdn && one.event === wanted;
const refusal = (status) => (error) => error instanceof Refused && error.status === status;

test('USSD', async (t) => {
  const carrier = await Carrier.start(t, {
    others: {
      sixdee: { smsc: { dialect: DIALECTS.sixdee }, smpp: { profile: 'sixdee' } },
      own: { smsc: { dialect: OWN.dialect }, profile: OWN.profile },
    },
  });
  const { bridge, smsc } = carrier;

  for (const [dialect, name] of Object.entries(CARRIERS)) {
    await t.test(`${dialect}: a dialogue, until we end it`, async () => {
      const phone = phoneOf(carrier, name);
      assert.match(await phone.dial('*1234#'), /^1 ລາວ\n2 ไทย\n/);
      assert.deepEqual([phone.screen.alphabet, phone.screen.pdu.data_coding], ['ucs2', DCS[dialect][0]]);
      assert.match(await phone.answer('7'), /^Mekong Line\n1 Before you go\n/);
      assert.deepEqual([phone.screen.alphabet, phone.screen.pdu.data_coding], ['gsm7', DCS[dialect][1]]);
      assert.match(await phone.answer('2'), /^Fees\n1 Fee check/);
      assert.match(await phone.answers('0', '2', '0', '2', '0', '2', '0'), /^Mekong Line\n/); // more units than its count has numbers
      assert.ok(phone.inSession);
      await phone.answer('99');
      assert.ok(phone.screen.end && !phone.inSession);
      const { session } = await carrier.sends(isFrom(phone, 'begin'));
      assert.ok(carrier.inbound.filter(({ msisdn }) => msisdn === phone.msisdn).every((one) => one.session === session));
    });

    await t.test(`${dialect}: deep dial`, async () => {
      const phone = phoneOf(carrier, name);
      await phone.dial('*1234*21#');
      const { code, text } = await carrier.sends(isFrom(phone, 'begin'));
      assert.deepEqual([code, text], ['*1234*21#', '']);
    });

    await t.test(`${dialect}: the subscriber hangs up, the network has waited too long`, async () => {
      for (const [end, cause] of [['hangup', 'user'], ['timeout', CAUSES[dialect]]]) {
        const phone = phoneOf(carrier, name);
        await phone.dial();
        await phone.answer('7');
        assert.equal((await phone[end]()).status, 0);
        assert.equal((await carrier.sends(isFrom(phone, 'end'))).cause, cause);
        assert.ok(await phone.dial());
      }
    });

    await t.test(`${dialect}: input in Lao`, async () => {
      const phone = phoneOf(carrier, name);
      await phone.dial();
      await phone.answer('໗');
      assert.equal((await carrier.sends(isFrom(phone, 'continue'))).text, '໗');
    });
  }

  await t.test('the network ends the session', async () => {
    const phone = phoneOf(carrier, 'own');
    await phone.dial();
    await phone.hangup({ ussd_service_op: 0x25 });
    assert.equal((await carrier.sends(isFrom(phone, 'end'))).cause, 'network');
  });

  await t.test('a packed answer, and a second op that means the same', async () => {
    const phone = phoneOf(carrier, 'own');
    await phone.dial();
    await phone.answer('1234567', { ussd_service_op: 0x22 }); // seven septets, with CR for an eighth
    assert.equal((await carrier.sends(isFrom(phone, 'continue'))).text, '1234567');
  });

  await t.test('alphabets of what is typed', async () => {
    const ucs2 = (text) => Buffer.from(ALPHABETS.ucs2.coder.encode(text));
    for (const [dcs, octets, text] of [[0x00, '7', '7'], [0x10, 'en\r7', '7'], [0x11, Buffer.concat([Buffer.from('lo'), ucs2('໗')]), '໗'],
      [0x48, ucs2('໗'), '໗'], [0xf0, '7', '7'], [0x0f, '', '']]) {
      const phone = phoneOf(carrier);
      await phone.dial();
      await phone.answer('x', { data_coding: dcs, short_message: Buffer.from(octets) });
      assert.equal((await carrier.sends(isFrom(phone, 'continue'))).text, text);
    }
  });

  await t.test('a session that the gateway does not know gets an answer, too', async () => {
    const phone = phoneOf(carrier);
    const before = smsc.counted.submit_sm;
    const { status } = await smsc.deliver({ service_type: 'USSD', source_addr_ton: 1, source_addr_npi: 1, source_addr: phone.msisdn,
      destination_addr: '1234', data_coding: 15, short_message: Buffer.from('7'), ussd_service_op: 18, its_session_info: Buffer.from([251, 4]) });
    assert.equal(status, 0);
    await smsc.fault(/a screen for no session/);
    assert.equal(smsc.counted.submit_sm, before + 1);
    const { pdu } = smsc.pdus.findLast((one) => one.pdu.command === 'submit_sm');
    assert.deepEqual([pdu.its_session_info[0], pdu.its_session_info[1] & 0xfe, pdu.destination_addr], [251, 4, phone.msisdn]);
    await until('nothing waits', async () => await bridge.metric('smpp_queue', 'laotel') === 0);
  });

  await t.test('what the profile does not know is refused, and the dialogue goes on', async () => {
    const phone = phoneOf(carrier);
    const begin = { service_type: 'USSD', source_addr_ton: 1, source_addr_npi: 1, source_addr: phone.msisdn, destination_addr: '1234',
      data_coding: 15, short_message: Buffer.from('*1234#') };
    const session = { its_session_info: Buffer.from([252, 0]) };
    for (const [members, status, why] of [
      [{ ussd_service_op: 77, ...session }, 0xc4, 'ussd_service_op 77'],
      [session, 0xc3, 'no ussd_service_op'],
      [{ ussd_service_op: 1 }, 0xc3, '0x1383 is missing'],
      [{ ussd_service_op: 1, ...session, source_addr_ton: 2 }, 0x0a, 'no international number'],
      [{ ussd_service_op: 1, ...session, data_coding: 0x44 }, 0x104, 'data_coding 0x44'],
      [{ ussd_service_op: 1, ...session, short_message: Buffer.from('hello') }, 0xc4, 'no service code in the text'],
      [{ ussd_service_op: 1, ...session, message_payload: Buffer.from('x'.repeat(2000)), short_message: Buffer.alloc(0) }, 0x104, 'too long'],
    ]) {
      assert.equal((await smsc.deliver({ ...begin, ...members })).status, status, why);
      await bridge.logs('smpp_refused', why);
    }
    assert.equal(await carrier.steps(phone), 0);
    await phone.dial();
    await assert.rejects(phone.answer('7', { ussd_service_op: 78 }), refusal(0xc4));
    assert.match(await phone.answer('7'), /^Mekong Line\n/);
  });

  await t.test('a text that is asked for in a dialogue comes by SMS', async () => {
    const phone = phoneOf(carrier);
    await phone.dial();
    await phone.answers('7', '1', '1', '97');
    const sms = await phone.inbox.take('the text by SMS');
    assert.ok(sms.text.length > 100);
    assert.deepEqual([sms.from, sms.parts[0].source_addr_ton, sms.parts[0].service_type], ['MekongLine', 5, '']);
  });
});
