// SPDX-License-Identifier: Apache-2.0
// Several gateways at one broker and one Redis behave as one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shardOf } from './support/bridge.mjs';
import { choice, label, opening, options } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const metric = (world, name) => Promise.all(world.gateways.map((one) => one.metric(name)));

async function start(t, gateways = 2) {
  const world = await World.start(t, { gateways });
  return { world, bridge: await world.bridge('laotel', { retryMs: 300 }) };
}

test('two gateways share the work, and one dialogue goes on from one to the other', async (t) => {
  const { world, bridge } = await start(t);
  const phones = Array.from({ length: 10 }, (_, i) => bridge.phone(String(8562055540000 + i)));
  await Promise.all(phones.map(async (phone) => {
    await phone.begin();
    await phone.answer(choice('main', 'before'));
    phone.sees(`1 ${label('before.why-regular')}`);
    await phone.answers('1', '0', '00');
    phone.sees(...options('main'));
  }));
  const taken = await metric(world, 'mekongline_mo_total');
  assert.ok(taken.every((n) => n > 0), `one gateway has all the work: ${taken}`);
});

test('every step is taken once', async (t) => {
  const { world, bridge } = await start(t);
  const phones = Array.from({ length: 5 }, (_, i) => bridge.phone(String(8562055541000 + i)));
  await Promise.all(phones.map((phone) => phone.begin()));
  const before = sum(await metric(world, 'mekongline_steps_total'));
  const path = [choice('main', 'work'), '0', choice('main', 'before'), '1', '0'];
  await Promise.all(phones.map((phone) => phone.answers(...path)));
  assert.equal(sum(await metric(world, 'mekongline_steps_total')) - before, phones.length * path.length);
});

test('a repeat that the other gateway gets is answered alike and not stepped', async (t) => {
  const { world, bridge } = await start(t);
  const phone = bridge.phone('8562055542000');
  await phone.begin();
  const id = bridge.nextId();
  await phone.answer(choice('main', 'before'), { id });
  const first = phone.screen;
  const before = await metric(world, 'mekongline_repeats_total');
  for (let i = 0; i < 4; i += 1) {
    await phone.answer(choice('main', 'before'), { id });
    assert.deepEqual(phone.screen, first);
  }
  const after = await metric(world, 'mekongline_repeats_total');
  assert.ok(after.every((n, i) => n > before[i]), `not every gateway saw a repeat: ${before} ${after}`);
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('copies of one message at two gateways at the same moment are one step', async (t) => {
  const { world, bridge } = await start(t);
  for (let round = 0; round < 20; round += 1) {
    const phone = bridge.phone(String(8562055543000 + round));
    await phone.begin();
    const mo = bridge.mo({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session, event: 'continue', text: '1' });
    bridge.raw(JSON.stringify(mo), { shard: shardOf(phone.msisdn) });
    bridge.raw(JSON.stringify(mo), { shard: shardOf(phone.msisdn) });
    await bridge.answers.take('an answer', ({ message }) => message.re === mo.id);
    await phone.answer('1');
    phone.sees(opening('before.why-regular').slice(0, 12));
    const copies = bridge.received.filter(({ message }) => message.re === mo.id).map(({ packet }) => String(packet.payload));
    assert.equal(new Set(copies).size, 1, copies.join('\n'));
  }
  assert.equal(sum(await metric(world, 'mekongline_bad_records_total')), 0);
});

test('different inputs of one subscriber at the same moment are all taken, in some order', async (t) => {
  const { world, bridge } = await start(t);
  const phone = bridge.phone('8562055544000');
  await phone.begin();
  const before = sum(await metric(world, 'mekongline_steps_total'));
  const ask = (text) => bridge.settle({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session, event: 'continue', text });
  await Promise.all(['77', '78', '79', '76'].map(ask));
  assert.equal(sum(await metric(world, 'mekongline_steps_total')) - before, 4);
  await phone.answer('00');
  phone.sees(...options('main'));
});

test('one of two gateways is killed: the other takes over, the dialogue goes on', async (t) => {
  const { world, bridge } = await start(t);
  const phone = bridge.phone('8562055545000');
  await phone.begin();
  await world.gateways[0].kill();
  await phone.answer(choice('main', 'before'));
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
  await world.gateways[0].start();
  await world.gateways[1].stop();
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
});

test('one of two gateways hangs: the bridge repeats, the other answers, and the late one does no harm', async (t) => {
  const { world, bridge } = await start(t);
  const phone = bridge.phone('8562055546000');
  await phone.begin();
  world.gateways[0].signal('SIGSTOP');
  await phone.answer(choice('main', 'before'));
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
  world.gateways[0].signal('SIGCONT');
  await until('the late one has caught up', async () => (await world.gateways[0].get('/readyz')).status === 200);
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
});

test('one of two gateways drains: its work in hand is settled and the other goes on', async (t) => {
  const { world, bridge } = await start(t);
  const phones = Array.from({ length: 8 }, (_, i) => bridge.phone(String(8562055547000 + i)));
  await Promise.all(phones.map((phone) => phone.begin()));
  const steps = Promise.all(phones.map((phone) => phone.answer(choice('main', 'before'))));
  world.gateways[0].signal('SIGTERM');
  await steps;
  assert.equal((await world.gateways[0].exited()).code, 0);
  for (const phone of phones)
    phone.sees(`1 ${label('before.why-regular')}`);
});
