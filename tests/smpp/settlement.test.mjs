// SPDX-License-Identifier: Apache-2.0
// What is settled when: a deliver_sm is answered by the gateway or put off, a submit_sm is tried again or given up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import { DIALECTS } from './dialects.mjs';
import smpp from './library.mjs';

const STEPS = 20; // of one phone in a minute
const HASTY = { sms_answer_ms: 500, ussd_answer_ms: 500 };

let count = 0;
const phoneOf = (carrier, name) => carrier.phone(String(8562055510000 + (count += 1)), name);
const from = (who, command) => (smsc) => smsc.pdus.filter((one) => one.from === who && one.pdu.command === command).map(({ pdu }) => pdu);
const responses = from('esme', 'deliver_sm_resp'), submits = from('esme', 'submit_sm');
const putOff = (smsc) => responses(smsc).filter((pdu) => pdu.command_status === 0x14).length;
const screens = (smsc, phone) => submits(smsc).filter((pdu) => pdu.ussd_service_op !== undefined && pdu.destination_addr === phone.msisdn).length;

// All that the bridge had to say before this moment is said.
async function quiet(smsc) {
  const before = smsc.counted.enquire_link_resp ?? 0;
  smsc.bound()[0].send(new smpp.PDU('enquire_link'));
  await until('an answer to enquire_link', () => smsc.counted.enquire_link_resp > before);
}

test('settlement', async (t) => {
  const carrier = await Carrier.start(t, {
    world: { conf: { limit: { steps_per_minute: STEPS } } },
    smpp: { response_ms: 300 },
    others: {
      hasty: { smpp: HASTY },
      slowed: { smpp: { ...HASTY, throttle_ms: 2 * HASTY.ussd_answer_ms } },
      narrow: { smpp: { ...HASTY, parts_hold_ms: 20 }, smsc: { window: 1 } },
      mute: { smpp: { response_ms: 100 } },
      first: { profile: { answer_first: 'yes' } },
      own: { smpp: HASTY, smsc: { retry: { times: 1 } },
        profile: { error_temporary: 0x64, error_permanent: 0x66, errors_throttled: '0x401', errors_temporary: '0x402' } },
      sixdee: { smpp: { profile: 'sixdee' }, smsc: { dialect: DIALECTS.sixdee } },
      stable: { profile: { mo_id: 'receipted_message_id' }, smsc: { moId: 'receipted_message_id' } },
    },
  });
  const { bridge, smsc, smscs, world: { gateway } } = carrier;

  // Meanwhile no gateway answers.
  async function away(act) {
    gateway.signal('SIGSTOP');
    try {
      return await act();
    } finally {
      gateway.signal('SIGCONT');
    }
  }

  await t.test('success is said when the gateway has settled, not before', async () => {
    const [caller, writer] = [phoneOf(carrier), phoneOf(carrier)];
    const before = responses(smsc).length;
    const [screen, settled] = await away(async () => {
      const both = [caller.dial(), writer.send('1234', 'HELP')];
      await carrier.sends(({ msisdn }) => msisdn === caller.msisdn);
      await carrier.sends(({ msisdn }) => msisdn === writer.msisdn);
      await quiet(smsc);
      assert.equal(responses(smsc).length, before);
      return both;
    });
    assert.match(await screen, /^1 ລາວ/);
    assert.deepEqual(await settled, [{ status: 0, tries: 1 }]);
    assert.ok(responses(smsc).length >= before + 2); // and the receipt's
  });

  await t.test('an SMS is answered when its answer is with the carrier; or first, if the profile says so', async () => {
    for (const [name, first] of [['laotel', false], ['first', true]]) {
      const phone = phoneOf(carrier, name);
      const held = smscs[name].rule('submit_sm', { hold: true });
      let settled = null;
      const sent = phone.send('1234', 'HELP').then((answer) => { settled = answer; });
      await until('the answer is submitted', () => held.held > 0);
      await quiet(smscs[name]);
      assert.equal(settled !== null, first);
      held.release();
      await sent;
      assert.equal(settled[0].status, 0);
      assert.ok((await phone.inbox.take('the answer')).text);
    }
  });

  await t.test('no gateway: an SMS is put off after the deadline, and taken once', async () => {
    const phone = phoneOf(carrier, 'hasty');
    const before = putOff(smscs.hasty);
    const settled = await away(async () => {
      const sent = phone.send('1234', 'HELP');
      await until('it is put off', () => putOff(smscs.hasty) > before);
      await until('it is delivered again', () => carrier.inbound.filter(({ msisdn }) => msisdn === phone.msisdn).length > 1);
      return [sent];
    });
    const [{ status, tries }] = await settled[0];
    assert.ok(status === 0 && tries > 1);
    assert.ok((await phone.inbox.take('the answer')).text);
    assert.equal(await carrier.steps(phone), 1);
    assert.ok(await bridge.metric('smpp_unsettled_total', 'hasty') >= 1);
    await quiet(smscs.hasty);
    assert.ok(!phone.inbox.has());
  });

  await t.test('no gateway: a step of a dialogue is put off, and taken once', async () => {
    const phone = phoneOf(carrier, 'hasty');
    await phone.dial();
    const before = putOff(smscs.hasty);
    const [screen] = await away(async () => {
      const answer = phone.answer('7');
      await until('it is put off', () => putOff(smscs.hasty) > before);
      return [answer];
    });
    assert.match(await screen, /^Mekong Line\n/);
    assert.equal(await carrier.steps(phone, ({ event }) => event === 'continue'), 1);
    assert.match(await phone.answer('2'), /^Fees\n/);
    assert.equal(screens(smscs.hasty, phone), 3);
  });

  await t.test('no gateway: parts that were answered already are not lost', async () => {
    const phone = phoneOf(carrier, 'narrow');
    const text = 'Keep your papers with you. '.repeat(15);
    const before = putOff(smscs.narrow);
    const [sent] = await away(async () => {
      const settled = phone.send('1234', text);
      await until('the last part is put off', () => putOff(smscs.narrow) > before);
      return [settled];
    });
    assert.ok((await sent).every(({ status }) => status === 0));
    assert.ok((await phone.inbox.take('the answer')).text);
    assert.equal((await carrier.sends(({ msisdn }) => msisdn === phone.msisdn)).text, text);
    assert.equal(await carrier.steps(phone), 1);
  });

  await t.test('the same words again are a second step', async () => {
    const writer = phoneOf(carrier);
    await writer.sms('1234', 'HELP');
    await writer.sms('1234', 'HELP');
    assert.equal(await carrier.steps(writer), 2);
    const caller = phoneOf(carrier, 'sixdee'); // its units are not counted: only the text tells one from another
    await caller.dial();
    await caller.answers('7', '1', '1');
    assert.equal(await carrier.steps(caller, ({ event }) => event === 'continue'), 3);
  });

  await t.test('a carrier that loses patience delivers again: both are answered, and it is one step', async () => {
    const phone = phoneOf(carrier);
    const { answerMs } = smsc.retry;
    const before = responses(smsc).length;
    smsc.retry.answerMs = 50;
    const [sent] = await away(async () => {
      const settled = phone.send('1234', 'HELP');
      await until('it came again', async () => await bridge.metric('smpp_redelivered_total', 'laotel') >= 1);
      smsc.retry.answerMs = answerMs;
      return [settled];
    });
    assert.equal((await sent)[0].status, 0);
    await phone.inbox.take('the answer');
    assert.equal(await carrier.steps(phone), 1);
    assert.ok(responses(smsc).slice(before).every((pdu) => pdu.command_status === 0));
  });

  await t.test('an answer that the broken link may have lost: the same again is no second step', async () => {
    const phone = phoneOf(carrier);
    await phone.sms('1234', 'HELP');
    smsc.cut();
    await smsc.becomesBound();
    assert.equal((await phone.send('1234', 'HELP'))[0].status, 0);
    assert.equal(await carrier.steps(phone), 1);
    await quiet(smsc);
    assert.ok(!phone.inbox.has());
  });

  for (const [what, text] of [['a message', 'HELP'], ['a long message, whose parts have one each', `HELP ${'x'.repeat(300)}`]]) {
    await t.test(`an id of the carrier names ${what} even when the bridge was killed`, async () => {
      const phone = phoneOf(carrier, 'stable');
      const [sent] = await away(async () => {
        const settled = phone.send('1234', text);
        await carrier.sends(({ msisdn }) => msisdn === phone.msisdn);
        await bridge.kill();
        await bridge.start();
        await Promise.all(Object.values(smscs).map((one) => one.becomesBound()));
        await until('it came again', () => carrier.inbound.filter(({ msisdn }) => msisdn === phone.msisdn).length >= 2);
        return [settled];
      });
      assert.ok((await sent).every(({ status }) => status === 0));
      await phone.inbox.take('the answer');
      assert.equal(await carrier.steps(phone), 1);
    });
  }

  await t.test('too fast: it waits, and tries again', async () => {
    const phone = phoneOf(carrier);
    for (const status of [0x58, 0x14, 0x08]) {
      const rule = smsc.throttle(2, status);
      carrier.publish(phone.msisdn, `after ${status}`);
      assert.equal((await phone.inbox.take('the SMS')).text, `after ${status}`);
      assert.equal(rule.used, 2);
    }
    assert.equal(await bridge.metric('smpp_throttled_total', 'laotel'), 4);
    const caller = phoneOf(carrier);
    smsc.throttle(1);
    assert.match(await caller.dial(), /^1 ລາວ/);
    assert.equal(screens(smsc, caller), 2);
  });

  await t.test('too fast for so long that no screen could come in time: the input is put off, and then has its screen', async () => {
    const phone = phoneOf(carrier, 'slowed');
    smscs.slowed.throttle(1);
    carrier.publish(phone.msisdn, 'Hello', { name: 'slowed' });
    await until('the bridge waits', async () => await bridge.metric('smpp_throttled_total', 'slowed') === 1);
    assert.match(await phone.dial(), /^1 ລາວ/);
    assert.ok(putOff(smscs.slowed) >= 1);
    assert.equal(await bridge.metric('smpp_expired_total', 'slowed'), 0);
    assert.equal(await carrier.steps(phone), 1);
  });

  await t.test('statuses of the profile, both ways', async () => {
    const phone = phoneOf(carrier, 'own');
    for (const status of [0x401, 0x402]) {
      const rule = smscs.own.throttle(1, status);
      carrier.publish(phone.msisdn, `after ${status}`, { name: 'own' });
      assert.equal((await phone.inbox.take('the SMS')).text, `after ${status}`);
      assert.equal(rule.used, 1);
    }
    assert.equal(await bridge.metric('smpp_throttled_total', 'own'), 1);
    smscs.own.throttle(1, 0x58); // says nothing to this profile
    assert.equal((await carrier.receiptOf(carrier.publish(phone.msisdn, 'Hello', { name: 'own' }))).status, 'rejected');
    assert.deepEqual(await phone.send('1234', '8-bit', { alphabet: '8bit' }), [{ status: 0x66, tries: 1 }]);
    assert.deepEqual(await away(() => phone.send('1234', 'HELP')), [{ status: 0x64, tries: 1 }]);
  });

  await t.test('a permanent error is reported, once for all parts', async () => {
    const phone = phoneOf(carrier);
    const one = smsc.rule('submit_sm', { status: 0x0b, times: 1 });
    assert.equal((await carrier.receiptOf(carrier.publish(phone.msisdn, 'Hello'))).status, 'rejected');
    assert.equal(one.used, 1);
    await bridge.logs('smpp_not_taken', 'ESME_RINVDSTADR');
    const part = smsc.rule('submit_sm', { status: 0x45, times: 1, where: (pdu) => pdu.short_message[5] === 2 });
    const id = carrier.publish(phone.msisdn, 'Keep your papers with you. '.repeat(15));
    assert.equal((await carrier.receiptOf(id)).status, 'rejected');
    assert.equal(part.used, 1);
    const last = carrier.publish(phone.msisdn, 'Hello');
    await carrier.receiptOf(last);
    assert.equal(await carrier.receipts(id), 1);
    assert.equal(await bridge.metric('smpp_queue', 'laotel'), 0);
  });

  await t.test('an answer of the carrier is lost: an SMS comes again, a screen does not', async () => {
    const phone = phoneOf(carrier);
    const unsure = await bridge.metric('smpp_unsure_total', 'laotel');
    const sms = smsc.rule('submit_sm', { lost: true, times: 1 });
    carrier.publish(phone.msisdn, 'Hello');
    assert.equal((await phone.inbox.take('the SMS')).text, 'Hello');
    assert.equal((await phone.inbox.take('the SMS again')).text, 'Hello');
    assert.equal(sms.used, 1);
    smsc.rule('submit_sm', { lost: true, times: 1 });
    await phone.dial();
    await until('nobody knows', async () => await bridge.metric('smpp_unsure_total', 'laotel') === unsure + 2);
    assert.equal(await bridge.metric('smpp_queue', 'laotel'), 0);
    assert.match(await phone.answer('7'), /^Mekong Line\n/);
    assert.equal(screens(smsc, phone), 2);
  });

  await t.test('a carrier that takes and never answers: copies come ever more rarely', async () => {
    const phone = phoneOf(carrier, 'mute');
    const times = [];
    smscs.mute.rule('submit_sm', { lost: true, times: 4, where: () => times.push(performance.now()) });
    carrier.publish(phone.msisdn, 'Hello', { name: 'mute' });
    await until('it is taken in the end', async () => times.length === 4 && await bridge.metric('smpp_queue', 'mute') === 0);
    const waits = times.slice(1).map((at, i) => at - times[i]);
    [100, 300, 500].forEach((least, i) => assert.ok(waits[i] >= least - 5, `${waits}`));
  });

  await t.test('too many steps: the gateway takes none, and the carrier is to come again', async () => {
    const phone = phoneOf(carrier);
    for (let i = 0; i < STEPS; i += 1)
      await phone.send('1234', `word${i}`);
    const { times } = smsc.retry;
    smsc.retry.times = 1;
    assert.deepEqual(await phone.send('1234', 'HELP'), [{ status: 0x14, tries: 1 }]);
    smsc.retry.times = times;
    await bridge.logs('smpp_refused');
  });
});
