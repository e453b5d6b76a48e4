// SPDX-License-Identifier: Apache-2.0
// What operators see: status topics, metrics, health.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetrics, World } from './support/world.mjs';
import { Mailbox, until } from './support/wait.mjs';

// What a newcomer finds on a topic: the retained message.
async function retained(world, topic) {
  const client = world.connect();
  const found = new Mailbox();
  client.on('connect', () => client.subscribe(topic));
  client.on('message', (_, payload, packet) => found.put({ message: JSON.parse(payload), retained: packet.retain }));
  try {
    return await found.take(`a message on ${topic}`);
  } finally {
    await client.endAsync(true);
  }
}

const STATUS = 'mekong/1/gateway/gateway-1/status';

test('the status of a gateway is retained and names version, content and what is degraded', async (t) => {
  const world = await World.start(t);
  await world.gateway.says((one) => one.state === 'up' && one.degraded.length === 0);
  const { message, retained: kept } = await retained(world, STATUS);
  assert.ok(kept);
  assert.deepEqual({ ...message, content: message.content.length },
    { v: 1, state: 'up', version: message.version, content: 16, degraded: [] });
});

test('two gateways with the same content say the same content version', async (t) => {
  const world = await World.start(t, { gateways: 2 });
  const [one, two] = await Promise.all(world.gateways.map((g) => g.says((said) => said.state === 'up')));
  assert.equal(one.content, two.content);
});

test('a gateway that is killed leaves its will: down', async (t) => {
  const world = await World.start(t);
  await world.gateway.says((one) => one.state === 'up');
  await world.gateway.kill();
  await world.gateway.says((one) => one.state === 'down');
  const { message } = await retained(world, STATUS);
  assert.equal(message.state, 'down');
});

test('the status of a bridge is counted in a metric', async (t) => {
  const world = await World.start(t);
  const bridge = await world.bridge('laotel');
  const value = () => world.gateway.metric('mekongline_bridge_up{bridge="laotel"}');
  await until('the bridge is up', async () => await value() === 1);
  bridge.raw('{"v":1,"state":"down"}', { topic: bridge.topic('status') });
  await until('the bridge is down', async () => await value() === 0);
});

test('/metrics is Prometheus text with help and type for each name, and without phone numbers', async (t) => {
  const world = await World.start(t);
  const phone = (await world.bridge()).phone('8562055550001');
  await phone.begin();
  const { status, body } = await world.gateway.get('/metrics');
  assert.equal(status, 200);
  const metrics = readMetrics(body);
  const typed = new Map([...body.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)].map(([, name, type]) => [name, type]));
  for (const key of metrics.keys()) {
    const name = key.replace(/\{.*/, '');
    const family = typed.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    assert.ok(typed.has(family), `no TYPE for ${name}`);
    assert.match(body, new RegExp(`^# HELP ${family} \\S`, 'm'));
  }
  assert.equal(metrics.get('mekongline_mo_total{kind="ussd"}') ?? metrics.get('mekongline_mo_total{kind="begin"}'), 2);
  assert.equal(metrics.get('mekongline_mqtt_up'), 1);
  assert.equal(metrics.get('mekongline_redis_up'), 1);
  assert.ok(!body.includes(phone.msisdn));
});

test('/healthz and /readyz', async (t) => {
  const world = await World.start(t);
  assert.deepEqual(await world.gateway.get('/healthz').then(({ status, body }) => [status, body.trim()]), [200, 'ok']);
  assert.deepEqual(await world.gateway.get('/readyz').then(({ status, body }) => [status, body.trim()]), [200, 'ready']);
  assert.equal((await world.gateway.get('/nothing')).status, 404);
  await world.broker.kill();
  await until('not ready', async () => (await world.gateway.get('/readyz')).status === 503);
  assert.notEqual((await world.gateway.get('/readyz')).body.trim(), '');
  assert.equal((await world.gateway.get('/healthz')).status, 200);
});
