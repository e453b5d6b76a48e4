// SPDX-License-Identifier: Apache-2.0
// Gateways that serve shards: each subscriber always meets the same one, and of a pair the other when one is gone.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { shardOf } from './support/bridge.mjs';
import { choice, label } from './support/texts.mjs';
import { World } from './support/world.mjs';

const LOW = '00-7f', HIGH = '80-ff';
const isLow = (msisdn) => shardOf(msisdn) < '80';
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const metric = (world, name) => Promise.all(world.gateways.map((one) => one.metric(name)));

// On a busy machine answers come late: where messages are counted, a bridge must not repeat one that is on its way (PATIENT), and Redis is given time.
const PATIENT = 10000, RESTLESS = 300;

// A world whose gateways have these options of [mqtt].
async function start(t, sections, retryMs = RESTLESS) {
  const world = await World.start(t, { gateways: sections.length, start: ['broker', 'redis'], conf: { redis: { timeout_ms: 5000 } } });
  world.gateways.forEach((one, i) => one.configure({ mqtt: sections[i] }));
  await Promise.all(world.gateways.map((one) => one.start()));
  return { world, bridge: await world.bridge('laotel', { retryMs }) };
}

const phonesOf = (bridge, count, first) => Array.from({ length: count }, (_, i) => bridge.phone(String(first + i)));

const WAY = 7; // messages

// Every phone goes it; returns how many messages that are.
async function goRound(phones) {
  await Promise.all(phones.map(async (phone) => {
    await phone.begin();
    await phone.answers(choice('main', 'work'), '0', choice('main', 'before'));
    phone.sees(`1 ${label('before.why-regular')}`);
    await phone.answers('1', '0');
  }));
  return phones.length * WAY;
}

// What `mekongline doctor` says of a gateway's shards.
function doctor(world, gateway) {
  return new Promise((resolve) => {
    const child = spawn(gateway.command, ['doctor', '-c', world.file(`${gateway.instance}.conf`)]);
    let said = '';
    child.stdout.on('data', (text) => { said += text; });
    child.on('close', () => resolve(said.split('\n').find((line) => / shards /.test(line))));
  });
}

for (const [what, more] of [['in a shared subscription', {}], ['without shared subscriptions', { share: '' }]]) {
  test(`two gateways with half of the shards each, ${what}: each message is served once, by the one whose it is, without a conflict`, async (t) => {
    const { world, bridge } = await start(t, [{ shards: LOW, ...more }, { shards: HIGH, ...more }], PATIENT);
    const phones = phonesOf(bridge, 24, 8562055560000);
    const sent = await goRound(phones);
    const low = phones.filter(({ msisdn }) => isLow(msisdn)).length;
    assert.ok(low > 0 && low < phones.length);
    assert.deepEqual(await metric(world, 'mekongline_mo_total'), [low * WAY, (phones.length - low) * WAY]);
    assert.equal(bridge.sent, sent);
    assert.deepEqual(await metric(world, 'mekongline_repeats_total'), [0, 0]);
    assert.deepEqual(await metric(world, 'mekongline_store_conflicts_total'), [0, 0]);
    assert.equal(new Set(bridge.received.map(({ message }) => message.re)).size, sent);
    assert.equal(bridge.received.length, sent);
  });
}

test('one of two is killed: the other serves its own on, and the rest wait for the one that comes back; doctor says which', async (t) => {
  const { world, bridge } = await start(t, [{ shards: LOW }, { shards: HIGH }]);
  const phones = phonesOf(bridge, 12, 8562055561000);
  await goRound(phones);
  const [one, two] = world.gateways;
  await two.says(({ state, shards }) => state === 'up' && shards === HIGH);
  assert.match(await doctor(world, one), /^good/);
  await two.kill();
  await two.says(({ state }) => state === 'down');
  const waiting = phones.filter(({ msisdn }) => !isLow(msisdn));
  const later = Promise.all(waiting.map((phone) => phone.answer(choice('main', 'work'))));
  await Promise.all(phones.filter(({ msisdn }) => isLow(msisdn)).map((phone) => phone.answer('00')));
  assert.match(await doctor(world, one), /^MEND +shards +nobody serves 80-ff; start the gateways that have them, or add them to mqtt\.shards$/);
  await two.start();
  await later;
  assert.equal(await two.metric('mekongline_steps_total'), waiting.length);
});

test('where two lists overlap both gateways share the work; one is killed, and the other serves all at once', async (t) => {
  const { world, bridge } = await start(t, [{ shards: LOW }, { shards: `${HIGH} ${LOW}` }], PATIENT);
  const phones = phonesOf(bridge, 24, 8562055562000).filter(({ msisdn }) => isLow(msisdn));
  const sent = await goRound(phones);
  const taken = await metric(world, 'mekongline_mo_total');
  assert.ok(taken.every((n) => n > 0), `one gateway has all the work: ${taken}`);
  assert.equal(sum(taken), sent);
  await world.gateways[0].kill();
  bridge.retryMs = RESTLESS;
  await goRound(phones);
});

test('beside one with shards a gateway without gets all messages too: they are answered alike, and doctor says it', async (t) => {
  const { world, bridge } = await start(t, [{ shards: '00-ff' }, {}]);
  const phones = phonesOf(bridge, 4, 8562055564000);
  await goRound(phones);
  assert.equal(sum(await metric(world, 'mekongline_steps_total')), phones.length * WAY);
  assert.match(await doctor(world, world.gateways[0]), /^MEND +shards +gateway-2 has no mqtt\.shards, this gateway has its own/);
  assert.match(await doctor(world, world.gateways[1]), /^MEND +shards +gateway-1 has its own mqtt\.shards, this gateway has none/);
});
