// SPDX-License-Identifier: Apache-2.0
// Rates, windows, queues, and what happens when one side stops: nothing grows without limit, and it goes on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import smpp from './library.mjs';

const FLOOD = 2000;
const GROWTH = 16 << 20; // octets that a flood may cost; unbounded, each would cost more
const ENV = { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:quarantine_size_mb=2' };

let count = 0;
const phoneOf = (carrier, name) => carrier.phone(String(8562055530000 + (count += 1)), name);
const responses = (smsc, status) => smsc.pdus.filter(({ from, pdu }) => from === 'esme' && pdu.command === 'deliver_sm_resp'
  && pdu.command_status === status).length;
const throttled = (smsc) => smsc.pdus.some(({ from, pdu }) => from === 'smsc' && pdu.command_status === 0x58);
const memory = ({ pid }) => Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

// All that the bridge had to send before this moment is sent.
async function quiet(smsc) {
  const before = smsc.counted.enquire_link_resp ?? 0;
  smsc.bound()[0].send(new smpp.PDU('enquire_link'));
  await until('an answer to enquire_link', () => smsc.counted.enquire_link_resp > before);
}

test('flow', async (t) => {
  const carrier = await Carrier.start(t, {
    world: { start: ['broker'] },
    others: {
      rated: { smpp: { rate: 100 } },
      windowed: { smpp: { window_out: 3 }, smsc: { submitWindow: 3 } },
      inward: { smpp: { window_in: 5, sms_answer_ms: 1000 }, smsc: { window: 20, retry: { times: 1 } } },
      queued: { smpp: { queue: 5, sms_answer_ms: 500 }, smsc: { retry: { times: 1 } } },
    },
  });
  const { bridge, smscs: { rated, windowed, inward, queued } } = carrier;

  await t.test('no more submit_sm in a second than the rate', async () => {
    const phone = phoneOf(carrier, 'rated');
    const times = [];
    const note = rated.rule('submit_sm', { status: 0, where: () => times.push(performance.now()) });
    for (let i = 0; i <= 100; i += 1)
      carrier.publish(phone.msisdn, `${i}`, { name: 'rated' });
    await until('all are sent', () => note.used === 101);
    assert.ok(times.at(-1) - times[0] > 950, `100 more in ${times.at(-1) - times[0]} ms`);
  });

  await t.test('no more submit_sm without an answer than the window', async () => {
    const phone = phoneOf(carrier, 'windowed');
    const held = windowed.rule('submit_sm', { hold: true });
    for (let i = 0; i < 20; i += 1)
      carrier.publish(phone.msisdn, `${i}`, { name: 'windowed' });
    await until('all have come', async () => await bridge.metric('smpp_queue', 'windowed') === 20);
    await quiet(windowed);
    assert.equal(held.held, 3);
    held.release(1);
    await until('one more', () => held.held === 3);
    await quiet(windowed);
    assert.equal(held.held, 3);
    held.release();
    for (let i = 0; i < 20; i += 1)
      assert.equal((await phone.inbox.take('an SMS')).text, `${i}`);
    assert.ok(!throttled(windowed));
  });

  await t.test('no more deliver_sm in hand than the window: more are put off at once', async () => {
    const settled = Promise.all(Array.from({ length: 8 }, (_, i) => phoneOf(carrier, 'inward').send('1234', `${i}`)));
    await until('three are put off', () => responses(inward, 0x14) === 3);
    assert.equal(await bridge.metric('bridge_unsettled', 'inward'), 5);
    assert.equal(await bridge.metric('smpp_busy_total', 'inward'), 3);
    assert.equal(await bridge.metric('smpp_bad_pdus_total', 'inward'), 0);
    await settled; // nobody answers, and their deadline puts the others off, too
    assert.equal(await bridge.metric('bridge_unsettled', 'inward'), 0);
    await carrier.seen();
    assert.equal(carrier.inbound.filter((one) => one.bridge === 'inward' && one.kind === 'sms').map(({ id }) => id)
      .filter((id, i, all) => all.indexOf(id) === i).length, 5);
  });

  await t.test('a full queue: SMS are refused by a receipt, questions are put off', async () => {
    const phone = phoneOf(carrier, 'queued');
    const held = queued.rule('submit_sm', { hold: true });
    const ids = Array.from({ length: 8 }, (_, i) => carrier.publish(phone.msisdn, `${i}`, { name: 'queued' }));
    for (const id of ids.slice(5))
      assert.equal((await carrier.receiptOf(id)).status, 'rejected');
    await bridge.logs('smpp_not_sent', 'the queue is full');
    assert.deepEqual(await phone.send('1234', 'HELP'), [{ status: 0x14, tries: 1 }]);
    assert.equal(await carrier.steps(phone), 0);
    held.release();
    for (const id of ids.slice(0, 5))
      assert.equal((await carrier.receiptOf(id)).status, 'delivered');
    const question = phone.send('1234', 'HELP');
    await carrier.sends(({ msisdn }) => msisdn === phone.msisdn);
    await question;
  });
});

test('floods', async (t) => {
  const carrier = await Carrier.start(t, {
    world: { conf: { limit: { steps_per_minute: 1000 } } }, env: ENV,
    smpp: { queue: 100, window_in: 100, enquire_s: 1, response_ms: 1000 }, smsc: { window: 400, record: false },
  });
  const { bridge, smsc, world: { gateway, broker } } = carrier;
  const phones = Array.from({ length: 1000 }, () => phoneOf(carrier));

  // Every phone sends SMS; all of them are settled in the end.
  const flood = (many) => Promise.all(Array.from({ length: many }, (_, i) => phones[i % phones.length].send('1234', `word ${i}`)));
  const settled = (all) => all.flat().every(({ status }) => status === 0);
  let before;

  await t.test('it warms up', async () => {
    assert.ok(settled(await flood(500)));
    await until('all is sent', async () => await bridge.metric('smpp_queue') === 0);
    before = memory(bridge);
  });

  await t.test('the gateway stops: what is over the window is put off, and all is settled in the end', async () => {
    t.after(() => gateway.signal('SIGCONT'));
    gateway.signal('SIGSTOP');
    const all = flood(FLOOD);
    await until('many were put off', async () => await bridge.metric('smpp_busy_total') > FLOOD);
    assert.ok(memory(bridge) - before < GROWTH, `${memory(bridge) - before}`);
    gateway.signal('SIGCONT');
    assert.ok(settled(await all));
  });

  await t.test('the bridge stops: the carrier keeps what it has', async () => {
    bridge.signal('SIGSTOP');
    const all = flood(500);
    bridge.signal('SIGCONT');
    assert.ok(settled(await all));
    assert.ok(memory(bridge) - before < GROWTH, `${memory(bridge) - before}`);
  });

  await t.test('the broker stops', async () => {
    broker.signal('SIGSTOP');
    const all = flood(500);
    await until('many were put off', async () => await bridge.metric('smpp_delivered_total') > 5000);
    assert.ok(memory(bridge) - before < GROWTH, `${memory(bridge) - before}`);
    broker.signal('SIGCONT');
    assert.ok(settled(await all));
  });

  await t.test('the carrier does not read: the link is given up, and what was to be sent is sent on the next one', async () => {
    await until('all is sent', async () => await bridge.metric('smpp_queue') === 0);
    const [stuck] = smsc.bound();
    smsc.pauseReading();
    const ids = Array.from({ length: FLOOD }, (_, i) => carrier.publish(phones[0].msisdn, `flood ${i}`));
    const enquiry = new smpp.PDU('enquire_link').toBuffer();
    stuck.socket.write(Buffer.alloc(GROWTH * 2, enquiry)); // each answer is as long, and nobody takes it
    await bridge.logs('smpp_lost', 'no answer to enquire_link in time');
    assert.ok(memory(bridge) - before < GROWTH, `${memory(bridge) - before}`);
    smsc.resumeReading();
    await until('it is bound anew', () => smsc.bound().some((one) => one !== stuck));
    const fates = new Map();
    await until('each has its fate', () => {
      carrier.inbound.filter(({ kind }) => kind === 'receipt').forEach(({ of, status }) => fates.set(of, status));
      return ids.every((id) => fates.has(id));
    });
    assert.ok(ids.filter((id) => fates.get(id) === 'delivered').length >= 100);
    await until('all is sent', async () => await bridge.metric('smpp_queue') === 0);
    assert.ok(memory(bridge) - before < GROWTH, `${memory(bridge) - before}`);
  });
});
