// SPDX-License-Identifier: Apache-2.0
// Phones of an aggregator that asks by form POST and is answered with CON or END.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { Program, section } from '../system/support/program.mjs';
import { until } from '../system/support/wait.mjs';
import { World } from '../system/support/world.mjs';
import { Aggregator } from './aggregator.mjs';

test('an aggregator', async (t) => {
  const aggregator = await Aggregator.start(t);
  const { program, world } = aggregator;

  await t.test('a dialogue', async () => {
    const phone = aggregator.phone('8562055500001');
    assert.match(await phone.dial(), /^1 ລາວ\n2 ไทย\n/);
    assert.match(await phone.answer('7'), /^Mekong Line\n1 Before you go\n/);
    assert.match(await phone.answer('2'), /^Fees\n1 Fee check/);
    await phone.answer('99');
    assert.ok(phone.over);
  });

  await t.test('the same question again has the same answer and is no second step', async () => {
    const phone = aggregator.phone('8562055500002');
    await phone.dial();
    const menu = await phone.answer('7');
    assert.equal(await phone.ask(), menu);
    assert.match(await phone.answer('2'), /^Fees/);
  });

  await t.test('the same question twice at a time is one step, and both are answered', async () => {
    const phone = aggregator.phone('8562055500003');
    await phone.dial();
    const [one, two] = await Promise.all([phone.answer('7'), phone.ask()]);
    assert.equal(one, two);
    assert.match(await phone.answer('2'), /^Fees/);
  });

  await t.test('an input may hold a star', async () => {
    const phone = aggregator.phone('8562055500004');
    await phone.dial();
    assert.match(await phone.answer('7*2'), /Mekong Line|ລາວ/); // no choice of that screen: it comes again
    assert.match(await phone.answer('7'), /^Mekong Line\n1 Before you go\n/);
  });

  await t.test('a dialogue outlives this program', async () => {
    const phone = aggregator.phone('8562055500005');
    await phone.dial();
    await phone.answer('7');
    await program.kill();
    await program.start();
    await until('the broker is connected again', async () => (await program.get('/readyz')).status === 200);
    assert.match(await phone.answer('2'), /^Fees\n1 Fee check/);
  });

  await t.test('who may not ask is told so, and the gateway hears nothing', async () => {
    const phone = aggregator.phone('8562055500006');
    const fields = { sessionId: 's', phoneNumber: phone.msisdn, serviceCode: '*384#', text: '' };
    assert.equal((await aggregator.post(fields, { secret: '' })).status, 403);
    assert.equal((await aggregator.post(fields, { secret: 'another' })).status, 403);
    assert.equal((await aggregator.post(fields, { path: '/nobody/ussd' })).status, 404);
    assert.equal((await aggregator.post(fields, { path: '/africell/sms' })).status, 404);
    assert.equal(await program.metric('http_forbidden_total', 'africell'), 2);
    assert.ok(!world.traffic.some(({ topic, payload }) => topic.includes('/in/') && payload.includes(phone.msisdn)));
  });

  await t.test('what is wrong in a form is named, and its value is not', async () => {
    const phone = aggregator.phone('8562055500007');
    const wrong = [[{ sessionId: '' }, /sessionId/], [{ sessionId: 'x'.repeat(65) }, /sessionId/],
      [{ phoneNumber: 'anonymous' }, /phoneNumber/], [{ phoneNumber: '12345' }, /phoneNumber/],
      [{ serviceCode: '' }, /serviceCode/], [{ text: 'x'.repeat(1601) }, /text/]];
    await phone.dial();
    for (const [fields, named] of wrong) {
      const { status, body } = await phone.post(fields);
      assert.equal(status, 400);
      assert.match(body, named);
      assert.ok(!body.includes('anonymous') && !body.includes('12345'));
    }
    assert.equal((await aggregator.request({ method: 'GET', headers: { Authorization: 'Bearer a secret of the tests' } })).status, 405);
  });

  await t.test('a slow gateway: the question asked again meanwhile is one step', async () => {
    const phone = aggregator.phone('8562055500008');
    await phone.dial();
    world.gateway.signal('SIGSTOP');
    phone.answer('7').catch(() => {});
    await until('the message waits', async () => await program.metric('bridge_unsettled', 'africell') === 1);
    world.gateway.signal('SIGCONT');
    assert.match(await phone.ask(), /^Mekong Line/);
    assert.match(await phone.answer('2'), /^Fees/);
  });
});

test('no gateway in time: 503; SMS have nowhere to go', async (t) => {
  const aggregator = await Aggregator.start(t, { conf: { session_s: 10, answer_ms: 500 } });
  const { program, world } = aggregator;
  const phone = aggregator.phone();
  await world.gateway.kill();
  assert.equal((await phone.post({ serviceCode: '*384#' })).status, 503);
  await world.gateway.start();
  await phone.dial();
  await phone.answer('7');
  await phone.answer('1');
  await phone.answer('1');
  await phone.answer('97');
  await program.logs('http_not_sent', 'send_url');
});

test('where others can reach it, it listens only if that is wanted', async (t) => {
  const world = await World.start(t, { start: ['broker'] });
  fs.writeFileSync(world.file('secret of africell'), 'word', { mode: 0o600 });
  const programOf = (bridge) => new Program(world, 'mekongline-http', 'MEKONGLINE_HTTP', { bridge: { http_listen: '0.0.0.0:0', ...bridge },
    sections: [section('aggregator africell', { secret_file: world.file('secret of africell') })] });
  await assert.rejects(programOf({}).start(), /no ADDRESS:PORT on loopback/);
  const program = programOf({ http_anywhere: 'yes' });
  t.after(() => program.end());
  await program.start();
  await program.logs('http_up', '0.0.0.0:0');
});
