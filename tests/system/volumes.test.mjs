// SPDX-License-Identifier: Apache-2.0
// What gateways count, and what `mekongline volumes` says of it: over restarts, kills and a Redis that goes away.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT_FOLDER } from './support/contract.mjs';
import { choice } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const run = promisify(execFile);
const BINARY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));

// Run the command. Returns { code, stdout, stderr }.
async function volumes(world, ...words) {
  try {
    return { code: 0, ...await run(BINARY, ['volumes', '-c', world.file('gateway-1.conf'), ...words]) };
  } catch (error) {
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

async function ask(world, ...words) {
  const { code, stdout, stderr } = await volumes(world, '--json', ...words);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const phonesOf = (bridge, count, first = 8562055580000) => Array.from({ length: count }, (_, i) => bridge.phone(String(first + i)));

test('what two gateways have counted is there when they have stopped, and once', async (t) => {
  const world = await World.start(t, { gateways: 2 });
  const bridge = await world.bridge('laotel');
  await Promise.all(phonesOf(bridge, 12).map(async (phone) => {
    await phone.begin(); // chooses English
    await phone.answers(choice('main', 'before'), '0');
  }));
  await Promise.all(phonesOf(bridge, 6, 66810000000).map((phone) => phone.sms('HELP')));
  await Promise.all(world.gateways.map((one) => one.stop()));
  const by = await ask(world, '--by', 'carrier,kind,language,country');
  assert.deepEqual(by.rows.map(({ carrier, kind, language, country, sessions, steps, sms_in, sms_out }) =>
    [carrier, kind, language, country, sessions, steps, sms_in, sms_out]), [
    ['laotel', 'ussd', 'lo', 'LA', 12, 12, 0, 0],
    ['laotel', 'sms', 'th', 'TH', 6, 6, 6, 6],
    ['laotel', 'ussd', 'en', 'LA', 0, 36, 0, 0],
  ]);
  assert.deepEqual(by.total, { sessions: 18, steps: 54, sms_in: 6, sms_out: 6 });
  const nodes = (await ask(world, '--by', 'node')).rows;
  assert.deepEqual(nodes.find(({ node }) => node === 'main'), { node: 'main', shown: 24, chosen: 12, back: 0, dropped: 0 });
  assert.deepEqual(nodes.find(({ node }) => node === 'before'), { node: 'before', shown: 12, chosen: 0, back: 12, dropped: 0 });
  const [version, ...more] = (await ask(world, '--by', 'version')).rows;
  assert.match(version.version, /^[0-9a-f]{16}$/);
  assert.equal(version.sessions, 18);
  assert.deepEqual(more, []);
});

test('small numbers are hidden in every form', async (t) => {
  const world = await World.start(t);
  const bridge = await world.bridge('laotel');
  await Promise.all(phonesOf(bridge, 2).map((phone) => phone.begin()));
  await world.gateway.stop();
  for (const form of [['--json'], ['--csv'], [], ['--chart'], ['--chart', '--count', 'steps']]) {
    const { stdout } = await volumes(world, '--by', 'language', ...form);
    assert.match(stdout, /<5/);
    const figures = stdout.replace(/"(from|until|zone|hours|kept)":[^,]*/g, '').replace(/: \S+ to \S+, UTC\+7/, '').replace('UTC+7', '').replace(/sms_/g, '');
    assert.doesNotMatch(figures, /(?<!<)\b[1-9]/, `a small number: ${stdout}`);
  }
});

test('counts outlive a gateway that is killed, a Redis that goes away and one that forgets', async (t) => {
  const world = await World.start(t, { conf: { redis: { volumes_s: 1 } } });
  const bridge = await world.bridge('laotel');
  const sessions = async () => (await ask(world)).total.sessions;
  const counted = (n) => until(`${n} sessions`, async () => await sessions() === n);
  await Promise.all(phonesOf(bridge, 6).map((phone) => phone.begin()));
  await counted(6);
  await world.gateway.kill();
  await world.gateway.start();
  await Promise.all(phonesOf(bridge, 6, 8562055581000).map((phone) => phone.begin()));
  await counted(12);
  await world.redis.kill(); // it keeps nothing on disk: what the first life counted is gone with it
  await Promise.all(phonesOf(bridge, 7, 8562055582000).map((phone) => phone.begin()));
  await world.redis.start();
  await counted(13);
  await counted(13);
});

test('wrong words and a missing Redis are explained', async (t) => {
  const world = await World.start(t, { start: [] });
  const help = await volumes(world, '--help');
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--from/);
  for (const words of [['--by', 'msisdn'], ['--from', 'monday'], ['--count', 'x'], ['extra'], ['--nonsense']]) {
    const { code, stderr } = await volumes(world, ...words);
    assert.equal(code, 2, words.join(' '));
    assert.ok(stderr.length > 20);
  }
  const { code, stdout, stderr } = await volumes(world);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /Redis cannot be reached; check/);
});

test('a time without counts says so', async (t) => {
  const world = await World.start(t, { start: ['redis'] });
  const { code, stdout, stderr } = await volumes(world, '--from', '2026-01-01', '--to', '2026-01-02', '--csv');
  assert.equal(code, 0);
  assert.equal(stdout, 'day (UTC+7),sessions,steps,sms_in,sms_out\r\n2026-01-01,0,0,0,0\r\n2026-01-02,0,0,0,0\r\n');
  assert.match(stderr, /Nothing is kept of this time/);
});
