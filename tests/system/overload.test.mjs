// SPDX-License-Identifier: Apache-2.0
// More comes than the gateway can do: who dials is refused in so many words, a request for help goes on, and then all is as before.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './support/wait.mjs';
import { BINARY, World } from './support/world.mjs';

const HELP = '*1234*92#'; // the first screen of a request for help asks what it is about
const overloads = async (world, reason) => (await world.gateway.metrics()).get(`mekongline_overload_total{reason="${reason}"}`) ?? 0;

async function start(t, gateway, redis = {}) {
  const world = await World.start(t, { conf: { gateway, redis }, start: ['broker', 'redis'] });
  execFileSync(BINARY, ['receive-requests', '--make-key', world.folder], { stdio: 'ignore' });
  world.gateway.configure({ request: { journal: world.file('journal'), public_key_file: world.file('requests.pub') } });
  await world.gateway.start();
  return { world, bridge: await world.bridge('laotel', { retryMs: 10000 }) };
}

// Dial, or answer, without waiting for the settlement.
const dials = (bridge, msisdn, code = '*1234#') =>
  bridge.settle({ kind: 'ussd', msisdn, session: msisdn, event: 'begin', code, text: '' }).then(({ message }) => message);
const answers = (bridge, phone, text) =>
  bridge.settle({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session, event: 'continue', text }).then(({ message }) => message);

async function comeToHelp(bridge) {
  const phone = bridge.phone('8562055520001');
  await phone.dial(HELP);
  await phone.answer('7');
  phone.sees('What is it about?');
  return phone;
}

test('with too many in hand a dial is refused, and a request for help goes on to its case number', async (t) => {
  const { world, bridge } = await start(t, { max_inflight: 4 }, { timeout_ms: 5000 });
  const asking = await comeToHelp(bridge);
  world.redis.signal('SIGSTOP');
  t.after(() => world.redis.signal('SIGCONT'));
  const inHand = ['31', '32', '33', '34'].map((end) => dials(bridge, `85620555200${end}`));
  await until('four are in hand', async () => await world.gateway.metric('mekongline_inflight') === 4);
  for (const end of ['41', '42', '43']) {
    const refused = await dials(bridge, `85620555200${end}`);
    assert.deepEqual([refused.error, refused.reason], ['overload', 'in_hand']);
    assert.ok(refused.retry_ms > 0);
  }
  const next = answers(bridge, asking, '2');
  await until('the step of who asks for help is in hand, too', async () => await world.gateway.metric('mekongline_inflight') === 5);
  world.redis.signal('SIGCONT');
  assert.match((await next).text, /Where are you now/);
  for (const message of await Promise.all(inHand))
    assert.match(message.text, /7 English/);
  await asking.answers('2', '3', '1');
  asking.sees('Case number');
  assert.match((await dials(bridge, '8562055520041')).text, /7 English/);
  assert.equal(await overloads(world, 'in_hand'), 3);
  assert.equal(await world.gateway.metric('mekongline_degraded_steps_total'), 0);
  // One line says it for all three, with their number in the next one.
  assert.equal(world.gateway.output.match(/event=message_refused/g).length, 1);
});

test('what waited too long in the broker is refused, whoever asks for help is answered', async (t) => {
  const { world, bridge } = await start(t, { max_wait_ms: 500 });
  const asking = await comeToHelp(bridge);
  const reading = bridge.phone('8562055520002');
  await reading.begin();
  await until('the gateway knows how long messages wait', async () => await world.gateway.metric('mekongline_wait_seconds_count') > 0);
  const before = await overloads(world, 'waited');
  world.broker.signal('SIGSTOP');
  t.after(() => world.broker.signal('SIGCONT'));
  const waiting = [dials(bridge, '8562055520051'), answers(bridge, reading, '1'), answers(bridge, asking, '2'), dials(bridge, '8562055520052', HELP)];
  await pause(2500); // this is how long they wait
  world.broker.signal('SIGCONT');
  const [dial, step, help, helpDial] = await Promise.all(waiting);
  assert.deepEqual([dial.error, dial.reason], ['overload', 'waited']);
  assert.deepEqual([step.error, step.reason], ['overload', 'waited']);
  assert.match(help.text, /Where are you now/);
  assert.match(helpDial.text, /7 English/);
  assert.equal(await overloads(world, 'waited') - before, 2);
  // No step was taken: the same choice shows what it would have shown.
  await until('nothing waits any more', async () => !(await dials(bridge, '8562055520053')).error);
  assert.match((await answers(bridge, reading, '1')).text, /Before you go/);
});
