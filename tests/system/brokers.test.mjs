// SPDX-License-Identifier: Apache-2.0
// Other brokers than one mosquitto: aedes, which has neither MQTT 5 nor shared subscriptions; clusters of aedes and of ejabberd; and mosquitto
// behind mosquitto, each with half of the shards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { HOST, listens } from '../support/ports.mjs';
import { shardOf } from './support/bridge.mjs';
import { bundleOf, filesOf } from './support/bundles.mjs';
import { ROOT_FOLDER } from './support/contract.mjs';
import { ejabberd, LOGIN } from './support/ejabberd.mjs';
import { withPort } from './support/listener.mjs';
import { Process } from './support/processes.mjs';
import { choice, label, opening } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const AEDES = fileURLToPath(new URL('support/aedes_node.mjs', import.meta.url));
const SPLIT = path.join(ROOT_FOLDER, 'deploy/mosquitto/split.sh');
const OLD = { version: '3.1.1', share: '' }; // what a gateway needs for it
const LOW = '00-7f', HIGH = '80-ff';
const isLow = (msisdn) => shardOf(msisdn) < '80';

// On a busy machine answers come late: where messages are counted, a bridge must not repeat one that is on its way (PATIENT), and Redis is given time.
const PATIENT = 10000, RESTLESS = 300;
const CONF = { redis: { timeout_ms: 5000 } };

// A node of aedes at this socket. `cluster`: it shares the world's Redis with others.
const aedes = (world, socket, { cluster = false } = {}) => new Process(`aedes at ${socket}`, process.execPath,
  [AEDES, world.file(socket), ...(cluster ? [world.file('redis.sock')] : [])], { ready: () => world.listens(socket) });

const phonesOf = (bridge, count, first) => Array.from({ length: count }, (_, i) => bridge.phone(String(first + i)));

async function read(phone) {
  await phone.begin();
  await phone.answer(choice('main', 'before'));
  phone.sees(`1 ${label('before.why-regular')}`);
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
}

// Correlation Data, which MQTT 5 alone has, comes back.
async function assertCorrelation(bridge, { msisdn, session }) {
  const { packet } = await bridge.settle({ kind: 'ussd', msisdn, session, event: 'continue', text: '1' }, { correlationData: Buffer.from('c1') });
  assert.equal(packet.properties?.correlationData?.toString(), 'c1');
}

test('aedes: a gateway of MQTT 5 is told which option it needs; with it, two gateways by shards serve USSD and SMS', async (t) => {
  const world = await World.start(t, { gateways: 2, conf: CONF, broker: (one) => aedes(one, 'broker.sock'), client: { protocolVersion: 4 }, start: ['broker', 'redis'] });
  const [one, two] = world.gateways;
  one.spawn();
  await until(() => `the reason is logged\n${one.output}`, () => /event=mqtt_down .*set mqtt\.version to 3\.1\.1/.test(one.output));
  await one.stop();
  one.configure({ mqtt: { ...OLD, shards: LOW } });
  two.configure({ mqtt: { ...OLD, shards: HIGH } });
  await Promise.all([one.start(), two.start()]);
  await two.says(({ state, shards }) => state === 'up' && shards === HIGH);
  const bridge = await world.bridge('laotel', { retryMs: PATIENT });
  const phones = phonesOf(bridge, 8, 8562055570000);
  await Promise.all(phones.map(read));
  await phones[0].sms('HELP');
  assert.equal(phones[0].screen.kind, 'sms');
  assert.equal(bridge.received.length, bridge.sent);
  await two.kill();
  await two.says(({ state }) => state === 'down'); // its last will
});

test('two nodes of aedes are a cluster by Redis: the bridge at one, the gateway at the other; each is killed', async (t) => {
  const world = await World.start(t, { broker: (one) => aedes(one, 'broker.sock', { cluster: true }), client: { protocolVersion: 4 }, start: ['redis'] });
  const far = aedes(world, 'far.sock', { cluster: true });
  t.after(() => far.kill());
  const { gateway } = world;
  gateway.configure({ mqtt: { ...OLD, host: world.file('far.sock') } });
  await Promise.all([world.broker.start(), far.start(), gateway.start()]);
  await gateway.says(({ state }) => state === 'up');
  const bridge = await world.bridge('laotel', { retryMs: RESTLESS });
  const phone = bridge.phone('8562055571000');
  await read(phone);

  await far.kill(); // the gateway's node; what it had to say for its clients, their last wills too, is not said
  fs.rmSync(world.file('far.sock'));
  const later = phone.answer('0');
  await until('the bridge has repeated it in vain', () => bridge.sent > 6);
  assert.ok(!world.traffic.some(({ topic, payload }) => topic.endsWith('gateway-1/status') && payload.includes('"down"')));
  await far.start();
  await later;
  phone.sees(`1 ${label('before.why-regular')}`);

  await world.broker.kill(); // the bridge's node
  fs.rmSync(world.file('broker.sock'));
  const still = phone.answer('1');
  await world.broker.start();
  await still;
  phone.sees(opening('before.why-regular').slice(0, 12));
  assert.equal(await gateway.metric('mekongline_bad_records_total'), 0);
});

// Wait until what is published at this socket is seen at the world's broker.
async function areOne(world, socket) {
  const topic = 'mekong/1/probe/status', client = world.connect({}, socket);
  try {
    await until('the nodes are one cluster', () => {
      client.publish(topic, '{"v":1,"state":"down"}');
      return world.traffic.some((one) => one.topic === topic);
    });
  } finally {
    await client.endAsync(true);
  }
}

test('two nodes of ejabberd are a cluster: MQTT 5, a gateway at each, each with half of the shards; a node is killed', async (t) => {
  await withPort(async (port) => {
    const one = '127.0.0.1', two = '127.0.0.2';
    const world = await World.start(t, { gateways: 2, conf: CONF, client: LOGIN, start: ['broker', 'redis'],
      broker: (it) => ejabberd(it, 'broker.sock', { address: one, port }) });
    const far = ejabberd(world, 'far.sock', { address: two, port, join: one });
    t.after(() => far.kill());
    await far.start();
    await areOne(world, 'far.sock');
    fs.writeFileSync(world.file('password'), LOGIN.password, { mode: 0o600 });
    // A name, or what balances the load, stands before the nodes: here a link.
    fs.symlinkSync(world.file('far.sock'), world.file('near.sock'));
    const mqtt = { username: LOGIN.username, password_file: world.file('password') };
    const [low, high] = world.gateways;
    high.configure({ mqtt: { ...mqtt, host: world.file('near.sock'), shards: HIGH } });
    high.spawn();
    await until(() => `the reason is logged\n${high.output}`, () => /event=mqtt_down .*set mqtt\.share to nothing/.test(high.output));
    await high.stop();
    low.configure({ mqtt: { ...mqtt, share: '', shards: LOW } });
    high.configure({ mqtt: { ...mqtt, share: '', host: world.file('near.sock'), shards: HIGH } });
    await Promise.all([low.start(), high.start()]);
    const bridge = await world.bridge('laotel', { retryMs: RESTLESS });
    const phones = phonesOf(bridge, 12, 8562055573000);
    await Promise.all(phones.map(read));
    await assertCorrelation(bridge, phones[0]);
    assert.deepEqual(await Promise.all(world.gateways.map((it) => it.metric('mekongline_store_conflicts_total'))), [0, 0]);

    await far.kill();
    const later = Promise.all(phones.map((phone) => phone.answer('0')));
    fs.rmSync(world.file('near.sock'));
    fs.symlinkSync(world.file('broker.sock'), world.file('near.sock'));
    await later;
    for (const phone of phones.slice(1))
      phone.sees(`1 ${label('before.why-regular')}`);
    assert.ok(await high.metric('mekongline_steps_total') > 0);
  });
});

// A mosquitto behind the one in front, on a socket for its gateway and a port for the one in front.
function behind(t, world, name, port) {
  const file = world.file(`${name}.conf`);
  fs.writeFileSync(file, `listener 0 ${world.file(`${name}.sock`)}\nlistener ${port} ${HOST}\nallow_anonymous true\npersistence false\nuser ${os.userInfo().username}\n`);
  const broker = new Process(name, 'mosquitto', ['-c', file], { env: { PATH: `${process.env.PATH}:/usr/sbin` },
    ready: () => Promise.all([world.listens(`${name}.sock`), until(`${name} listens`, () => listens(port))]) });
  t.after(() => broker.stop());
  return broker;
}

// What goes to all gateways and comes from them passes between the brokers, once each: { topic: payload } as PROTOCOL.md has it.
async function assertPassesOn(world) {
  const id = '46faf04d3d248c00';
  const down = { 'mekong/1/request/ack': { v: 1, id }, 'mekong/1/content': bundleOf(filesOf(world.content)) };
  const up = { 'mekong/1/request/ask': { v: 1, id: 'gateway-9.7', case: '299392469', proof: '70af76589b547c29' } };
  const clients = Object.fromEntries(['low.sock', 'high.sock', 'broker.sock'].map((socket) => [socket, world.connect({}, socket)]));
  const seen = [];
  await Promise.all(Object.entries(clients).map(async ([socket, client]) => {
    client.on('message', (topic) => seen.push(`${topic} at ${socket}`));
    await client.subscribeAsync([...Object.keys(down), ...Object.keys(up)]);
  }));
  for (const [topic, message] of Object.entries(down))
    clients['broker.sock'].publish(topic, JSON.stringify(message), { retain: topic.endsWith('content') });
  for (const [topic, message] of Object.entries(up))
    clients['low.sock'].publish(topic, JSON.stringify(message));
  const expected = [...Object.keys(down), ...Object.keys(up)].flatMap((topic) => Object.keys(clients).map((socket) => `${topic} at ${socket}`));
  await until(() => `all is seen everywhere: ${seen}`, () => expected.every((one) => seen.includes(one)));
  assert.equal(seen.length, expected.length, String(seen));
  await Promise.all(Object.values(clients).map((client) => client.endAsync(true)));
}

test('two mosquitto behind a third, each with half of the shards and a gateway of its own; one of them is killed', async (t) => {
  await withPort(async (low, high) => {
    const split = (name, port, shards) => execFileSync('sh', [SPLIT, name, `${HOST}:${port}`, shards], { encoding: 'utf8' });
    const listener = () => [split('low', low, LOW), split('high', high, HIGH)];
    assert.equal(new Set(listener().join('').match(/^topic mekong\/1\/\+\/in\/[0-9a-f]{2} out 0$/gm)).size, 256);
    const world = await World.start(t, { gateways: 2, conf: CONF, listener, start: ['redis'] });
    const brokers = [behind(t, world, 'low', low), behind(t, world, 'high', high)];
    await Promise.all(brokers.map((one) => one.start()));
    await world.broker.start();
    ['low', 'high'].forEach((name, i) => world.gateways[i].configure({ mqtt: { host: world.file(`${name}.sock`) } }));
    await Promise.all(world.gateways.map((one) => one.start()));
    const [one, two] = world.gateways;
    await Promise.all([one, two].map((gateway) => gateway.says(({ state }) => state === 'up'))); // through the broker in front
    const bridge = await world.bridge('laotel', { retryMs: RESTLESS });
    const phones = phonesOf(bridge, 12, 8562055572000);
    await Promise.all(phones.map(read));
    const half = phones.filter(({ msisdn }) => isLow(msisdn)), rest = phones.filter(({ msisdn }) => !isLow(msisdn));
    assert.ok(half.length > 0 && rest.length > 0);
    assert.deepEqual(await Promise.all([one, two].map((gateway) => gateway.metric('mekongline_steps_total'))), [half.length * 4, rest.length * 4]);
    assert.deepEqual(await Promise.all([one, two].map((gateway) => gateway.metric('mekongline_store_conflicts_total'))), [0, 0]);

    await assertPassesOn(world);

    await brokers[1].kill();
    const later = Promise.all(rest.map((phone) => phone.answer('0')));
    await Promise.all(half.map((phone) => phone.answer('0')));
    await assertCorrelation(bridge, half[0]);
    fs.rmSync(world.file('high.sock'), { force: true });
    await brokers[1].start();
    await later;
    for (const phone of [...half.slice(1), ...rest])
      phone.sees(`1 ${label('before.why-regular')}`);
  }, 2);
});
