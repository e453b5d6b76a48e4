// SPDX-License-Identifier: Apache-2.0
// What a worker gets when parts break, and that nothing is lost or done twice.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { choice, label, opening, options, say } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const isWell = (one) => one.state === 'up' && one.degraded.length === 0;
const isWithoutRedis = (one) => one.state === 'up' && one.degraded.includes('redis');

// A world with a phone of a carrier that has chosen English and stands in the menu "Before you go".
async function inDialogue(t, options) {
  const world = await World.start(t, options);
  const bridge = await world.bridge('laotel', { retryMs: 200 });
  const phone = bridge.phone('8562055530001');
  await phone.begin();
  await phone.answer(choice('main', 'before'));
  return { world, bridge, phone };
}

test('the gateway is killed in the middle of a dialogue: after its restart the dialogue goes on', async (t) => {
  const { world, phone } = await inDialogue(t);
  await world.gateway.kill();
  const answered = phone.answer('1'); // repeated by the bridge until somebody answers
  await world.gateway.start();
  await answered;
  phone.sees(opening('before.why-regular').slice(0, 12));
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
});

test('the gateway is killed after an answer: a repeat after its restart gets the same answer and no second step', async (t) => {
  const { world, bridge, phone } = await inDialogue(t);
  const id = bridge.nextId();
  await phone.answer('1', { id });
  const first = phone.screen;
  await world.gateway.kill();
  await world.gateway.start();
  await phone.answer('1', { id });
  assert.deepEqual(phone.screen, first);
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
});

test('the gateway is killed again and again: every step is taken once', async (t) => {
  const { world, phone } = await inDialogue(t);
  await phone.answer('00');
  for (let round = 0; round < 5; round += 1) {
    const step = phone.answer(choice('main', 'work'));
    await world.gateway.kill();
    await world.gateway.start();
    await step;
    phone.sees(`1 ${label('work.arrival')}`);
    await phone.answer('0');
    phone.sees(say('main.title'), options('main')[0]);
  }
});

test('Redis is killed and comes back empty: the dialogue goes on from memory', async (t) => {
  const { world, phone } = await inDialogue(t);
  await world.gateway.says(isWell);
  await world.redis.kill();
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
  await world.gateway.says(isWithoutRedis);
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
  await world.redis.start();
  await world.gateway.says(isWell);
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
  await world.gateway.kill(); // now only Redis knows
  await world.gateway.start();
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
});

test('Redis does not answer: the step is taken from memory in time', async (t) => {
  const { world, bridge, phone } = await inDialogue(t);
  world.redis.signal('SIGSTOP');
  const before = Date.now();
  await phone.answer('1');
  assert.ok(Date.now() - before < 2000, `${Date.now() - before} ms`);
  phone.sees(opening('before.why-regular').slice(0, 12));
  const stranger = bridge.phone('8562055530002');
  await stranger.dial();
  stranger.sees(...options('main', 'lo').slice(0, 2)); // nothing is known: the main menu in the country's language
  world.redis.signal('SIGCONT');
  await until('Redis is used again', async () => {
    const slow = await world.gateway.metric('mekongline_degraded_steps_total');
    await phone.answers('0', '1');
    return await world.gateway.metric('mekongline_degraded_steps_total') === slow;
  });
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('Redis is absent at the start: the gateway serves, says so, and recovers', async (t) => {
  const world = await World.start(t, { start: ['broker'] });
  await world.gateway.start();
  await world.gateway.says(isWithoutRedis);
  const phone = (await world.bridge()).phone('8562055530003');
  await phone.dial();
  phone.sees(...options('main', 'lo').slice(0, 2));
  await world.redis.start();
  await world.gateway.says(isWell);
  await phone.answer('1');
  phone.sees('1 ');
});

test('Redis is slow to connect at the start: the dialogue goes on, nobody is greeted as new', async (t) => {
  const { world, phone } = await inDialogue(t);
  const slow = new FaultProxy(world.file('slow.sock'), world.file('redis.sock'));
  await slow.listen();
  t.after(() => slow.end());
  slow.set({ delay: { ms: 200 } });
  await world.gateway.kill();
  world.gateway.configure({ redis: { host: slow.front, timeout_ms: 5000 } });
  await Promise.all([world.gateway.start(), phone.answer('1')]);
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('Redis refuses the password: the gateway serves and says so, without the password in its log', async (t) => {
  const world = await World.start(t, { redisArgs: ['--requirepass', 'right-password'], start: ['broker', 'redis'] });
  fs.writeFileSync(world.file('password'), 'wrong-password\n', { mode: 0o600 });
  world.gateway.configure({ redis: { password_file: world.file('password') } });
  await world.gateway.start();
  await world.gateway.says(isWithoutRedis);
  const phone = (await world.bridge()).phone('8562055530004');
  await phone.dial();
  phone.sees(...options('main', 'lo').slice(0, 2));
  assert.doesNotMatch(world.gateway.output, /wrong-password/);
});

test('Redis takes the right password', async (t) => {
  const world = await World.start(t, { redisArgs: ['--requirepass', 'right-password'], start: ['broker', 'redis'] });
  fs.writeFileSync(world.file('password'), 'right-password\n', { mode: 0o600 });
  world.gateway.configure({ redis: { password_file: world.file('password') } });
  await world.gateway.start();
  await world.gateway.says(isWell);
});

test('the broker is killed and restarted: the dialogue goes on', async (t) => {
  const { world, phone } = await inDialogue(t);
  await world.gateway.says(isWell);
  await world.broker.kill();
  await until('the gateway notices', async () => (await world.gateway.get('/readyz')).status === 503);
  const answered = phone.answer('1');
  await world.broker.start();
  await answered;
  phone.sees(opening('before.why-regular').slice(0, 12));
  await world.gateway.says(isWell);
});

test('the broker is absent at the start: the gateway waits for it', async (t) => {
  const world = await World.start(t, { start: ['redis'] });
  world.gateway.spawn();
  await world.gateway.logs('mqtt_down');
  assert.equal((await until('http is up', () => world.gateway.get('/healthz'))).status, 200);
  assert.equal((await world.gateway.get('/readyz')).status, 503);
  await world.broker.start();
  await world.gateway.becomesReady();
  const phone = (await world.bridge()).phone('8562055530005');
  await phone.begin();
  phone.sees(...options('main'));
});

test('the broker hangs: the gateway survives and the dialogue goes on', async (t) => {
  const { world, phone } = await inDialogue(t);
  world.broker.signal('SIGSTOP');
  const answered = phone.answer('1');
  world.broker.signal('SIGCONT');
  await answered;
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('SIGTERM: the gateway drains, says that it is down, and ends with 0', async (t) => {
  const { world } = await inDialogue(t);
  world.gateway.signal('SIGTERM');
  await world.gateway.says((one) => one.state === 'draining');
  await world.gateway.says((one) => one.state === 'down');
  assert.deepEqual(await world.gateway.exited(), { code: 0, signal: null });
  assert.match(world.gateway.output, /event=gateway_drain[\s\S]*event=gateway_stop/);
});

test('SIGTERM without broker and Redis ends it, too', async (t) => {
  const world = await World.start(t, { start: [] });
  world.gateway.spawn();
  await world.gateway.logs('mqtt_down');
  world.gateway.signal('SIGTERM');
  assert.equal((await world.gateway.exited()).code, 0);
});

test('SIGHUP with broken content keeps the old, with mended content takes the new', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  const content = world.copyContent();
  world.gateway.configure({});
  await world.gateway.start();
  const { content: old } = await world.gateway.says(isWell);
  const phone = (await world.bridge()).phone('8562055530006');
  await phone.begin();

  const file = path.join(content, 'texts/en/menu.json');
  const good = fs.readFileSync(file, 'utf8');
  fs.writeFileSync(file, good.slice(0, good.length / 2));
  world.gateway.signal('SIGHUP');
  await world.gateway.logs('content_refused');
  await phone.answer('00');
  phone.sees(...options('main'));

  fs.writeFileSync(file, good.replace(`"${label('work')}"`, '"Working"'));
  world.gateway.signal('SIGHUP');
  const { content: fresh } = await world.gateway.says((one) => one.content !== old);
  assert.notEqual(fresh, old);
  const other = (await world.bridge('unitel')).phone('8562055530007');
  await other.begin();
  other.sees('Working');
});

test('SIGHUP with a broken configuration keeps the old one', async (t) => {
  const { world, phone } = await inDialogue(t);
  world.gateway.configure({ gateway: { no_such_option: 1 } });
  world.gateway.signal('SIGHUP');
  await world.gateway.logs('config_refused');
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
});

// Start a gateway that must refuse to start; returns what it said.
async function refusesToStart(world) {
  world.gateway.spawn();
  const { code, signal } = await world.gateway.exited();
  assert.equal(signal, null);
  assert.notEqual(code, 0);
  return world.gateway.output;
}

test('broken content at the start: the gateway refuses and names the file', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  fs.writeFileSync(path.join(world.copyContent(), 'texts/en/menu.json'), '{"texts": {');
  world.gateway.configure({});
  assert.match(await refusesToStart(world), /texts\/en\/menu\.json/);
});

test('no content at the start: the gateway refuses and names the folder', async (t) => {
  const world = await World.start(t, { start: [] });
  world.gateway.configure({ gateway: { content: '/nowhere/content' } });
  assert.match(await refusesToStart(world), /\/nowhere\/content/);
});

test('a wrong option, a secret that others may read, a short secret: refused with a remedy', async (t) => {
  const world = await World.start(t, { start: [] });
  world.gateway.configure({ redis: { tmeout_ms: 100 } });
  assert.match(await refusesToStart(world), /gateway-1\.conf:\d+: .*tmeout_ms.*timeout_ms/);
  world.gateway.configure({});
  fs.chmodSync(world.file('secret'), 0o644);
  assert.match(await refusesToStart(world), /secret/);
  fs.writeFileSync(world.file('secret'), 'short');
  fs.chmodSync(world.file('secret'), 0o600);
  assert.match(await refusesToStart(world), /secret.*32/);
});
