// SPDX-License-Identifier: Apache-2.0
// Gateways are replaced one after the other while phones go on, and by programs that knew another format of sessions.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { seenId, seenInRecord, sessionKey } from '../ledger/codes.mjs';
import { Casework } from './support/casework.mjs';
import { choice, label, options, say } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const PHONES = 20, STEPS_MAX = 100, REPEAT_EVERY = 20; // a session remembers 128 messages

// From the main menu to the main menu.
const ROUND = [choice('main', 'before'), '1', '98', '0', '0', '00', choice('main', 'work'), '0', choice('main', 'problems'), '1', '00'];

const program = process.env.MEKONGLINE;

// `mekongline drain` as an operator runs it: { status, stdout, stderr }.
function drain(world, gateway) {
  return new Promise((resolve) => {
    execFile(program, ['drain', '-c', world.file(`${gateway.instance}.conf`)], (error, stdout, stderr) => {
      assert.doesNotMatch(stderr, /Sanitizer|runtime error/);
      resolve({ status: error ? error.code : 0, stdout, stderr });
    });
  });
}

const redis = (world, ...words) => execFileSync('redis-cli', ['-s', world.file('redis.sock'), ...words]);

const recordOf = (world, phone) => redis(world, 'GET', sessionKey(phone.msisdn)).subarray(0, -1);

const put = (world, phone, record) =>
  execFileSync('redis-cli', ['-s', world.file('redis.sock'), '-x', 'SET', sessionKey(phone.msisdn)], { input: record });

// A phone that goes its rounds until it has had enough or the others have; every screen must be the one that is due.
async function live(phone, screens, crowd) {
  const life = { phone, ids: [] };
  const send = (step) => {
    life.ids.push(phone.bridge.nextId());
    return step(life.ids.at(-1));
  };
  await send((id) => phone.dial('*1234#', { id }));
  await send((id) => phone.answer('7', { id }));
  while (!crowd.over && life.ids.length + ROUND.length < STEPS_MAX) {
    for (const [i, key] of ROUND.entries()) {
      assert.equal(await send((id) => phone.answer(key, { id })), screens[i], `${phone.msisdn}, step ${life.ids.length}`);
      crowd.steps += 1;
      if (crowd.steps % REPEAT_EVERY === 0) // as by a bridge that has not noted the answer
        assert.equal(await phone.answer(key, { id: life.ids.at(-1) }), screens[i], `${phone.msisdn}, step ${life.ids.length} again`);
    }
  }
  return life;
}

// As many lives at a time as there are phones, until it is over.
async function crowdOf(bridge, screens, crowd) {
  const lives = [];
  await Promise.all(Array.from({ length: PHONES }, async () => {
    while (!crowd.over) {
      crowd.phones += 1;
      lives.push(await live(bridge.phone(String(8562055600000 + crowd.phones)), screens, crowd));
    }
  }));
  return lives;
}

async function replace(world, gateway, crowd) {
  const steps = crowd.steps;
  await until('the phones are busy', () => crowd.steps > steps + PHONES);
  const { status, stdout, stderr } = await drain(world, gateway);
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`^${gateway.instance} drains, process ${gateway.pid}, for 5 s at most\nhas left after \\d+\\.\\d s\n$`));
  assert.deepEqual(await gateway.exited(), { code: 0, signal: null });
  await gateway.says(({ state }) => state === 'down');
  await gateway.start();
  await until(`${gateway.name} works again`, async () => await gateway.metric('mekongline_steps_total') > 0);
}

test('two gateways are drained and replaced in turn under load: no step is lost, none is taken twice', async (t) => {
  // On a busy machine Redis may answer later than a gateway in service would wait; then steps are taken from memory, which is not what is tried.
  const world = await World.start(t, { gateways: 2, conf: { redis: { timeout_ms: 5000 } } });
  const bridge = await world.bridge('laotel', { retryMs: 100 });
  const teacher = bridge.phone('8562055600000');
  await teacher.begin();
  const screens = [];
  for (const key of ROUND)
    screens.push(await teacher.answer(key));
  teacher.sees(...options('main'));

  const crowd = { steps: 0, phones: 0, over: false };
  const lives = crowdOf(bridge, screens, crowd);
  const rolled = (async () => {
    for (const gateway of [...world.gateways, ...world.gateways])
      await replace(world, gateway, crowd);
  })().finally(() => { crowd.over = true; });
  await Promise.all([rolled, lives]);

  const texts = new Map();
  const answers = bridge.received.filter(({ message }) => message.error === undefined);
  for (const { message } of answers)
    texts.set(message.re, (texts.get(message.re) ?? new Set()).add(JSON.stringify([message.id, message.text])));
  for (const { phone, ids } of await lives) {
    const seen = seenInRecord(recordOf(world, phone));
    assert.deepEqual([...seen].reverse(), ids.map((id) => seenId(bridge.name, id)), `steps of ${phone.msisdn}`);
    for (const id of ids)
      assert.equal(texts.get(id).size, 1, [...texts.get(id)].join('\n'));
  }
  const refused = bridge.received.filter(({ message }) => message.error).map(({ message }) => message.error);
  assert.ok(refused.length > 0, 'no gateway was drained while a message came');
  assert.deepEqual([...new Set(refused)], ['overload']);
  t.diagnostic(`${crowd.steps} steps of ${crowd.phones} phones, ${bridge.sent} messages, ${refused.length} put off`);
});

test('drain says what it could not do', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  const none = await drain(world, world.gateway);
  assert.equal(none.status, 1);
  assert.match(none.stderr, /^mekongline drain: No gateway answers at http\.listen = \/.*gateway-1\.http: .*Nothing was done\./);
  world.gateway.configure({ http: { listen: '' } });
  assert.match((await drain(world, world.gateway)).stderr, /http\.listen is not set/);
  world.gateway.configure({ gateway: { drain_s: 'x' } });
  const typo = await drain(world, world.gateway);
  assert.equal(typo.status, 2);
  assert.match(typo.stderr, /drain_s/);
});

test('a gateway that cannot finish leaves when its time is over; who asks a second time waits, and ends nothing', async (t) => {
  const world = await World.start(t, { conf: { gateway: { drain_s: 2, log_level: 'debug' } } }); // less than Redis' silence may last
  const bridge = await world.bridge();
  await bridge.phone('8562055610000').begin();
  world.redis.signal('SIGSTOP');
  const first = drain(world, world.gateway);
  await world.gateway.says(({ state }) => state === 'draining');
  const both = await Promise.all([first, drain(world, world.gateway)]);
  assert.deepEqual(await world.gateway.exited(), { code: 0, signal: null });
  world.redis.signal('SIGCONT');
  for (const { status, stdout, stderr } of both) {
    assert.equal(status, 0, stderr);
    assert.match(stdout, /for 2 s at most\nhas left after \d+\.\d s\n/);
  }
  assert.match(both[0].stdout, /bridges send again what was still in hand\n$/);
});

// Format 1 lacks the four octets of the day's budget, before the trail.
function asFormat1(record) {
  const former = Buffer.concat([record.subarray(0, 46), record.subarray(50)]);
  former[8] = 1;
  return former;
}

test('a session that the previous program wrote goes on, and is kept in the present format', async (t) => {
  const world = await World.start(t);
  const bridge = await world.bridge();
  const phone = bridge.phone('8562055620000');
  await phone.begin();
  await phone.answer(choice('main', 'before'));
  await world.gateway.stop();
  put(world, phone, asFormat1(recordOf(world, phone)));
  await world.gateway.start();
  await phone.answer('1');
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
  assert.equal(recordOf(world, phone)[8], 2);
  assert.equal(await world.gateway.metric('mekongline_bad_records_total'), 0);
});

test('a session that a later program wrote begins anew, is counted, and is replaced', async (t) => {
  const world = await World.start(t);
  const bridge = await world.bridge();
  const phone = bridge.phone('8562055630000');
  await phone.begin();
  await world.gateway.stop();
  const later = Buffer.concat([recordOf(world, phone), Buffer.from('more')]);
  later[8] = 3;
  put(world, phone, later);
  await world.gateway.start();
  await phone.dial();
  phone.sees('7 English');
  await phone.answer('7');
  phone.sees(...options('main'));
  assert.equal(recordOf(world, phone)[8], 2);
  assert.equal(await world.gateway.metric('mekongline_bad_records_total'), 1);
});

// What a later program would have left: the version stands in SQLite's header, big-endian.
function setVersion(file, version) {
  const octets = fs.readFileSync(file);
  octets.writeUInt32BE(version, 60);
  fs.writeFileSync(file, octets);
}

async function restart(desk) {
  await desk.gateway.stop();
  desk.gateway.output = '';
}

async function ask(phone) {
  phone.hangup();
  await phone.dial('*1234*422#');
  return phone.answers('1', '1', '4', '1');
}

test('a journal of a later program is left as it is: the gateway says so, confirms nothing, and loses nothing', async (t) => {
  const desk = await Casework.start(t, { start: ['broker', 'redis', 'gateway'] });
  const phone = (await desk.bridge()).phone('8562055640000');
  await phone.begin();
  const number = /\d{3} \d{3} \d{3}/.exec(await ask(phone))[0].replaceAll(' ', '');
  await restart(desk);
  setVersion(desk.file('journal'), 2);
  const before = fs.readFileSync(desk.file('journal'));

  await desk.gateway.start();
  await until('the gateway says why', () => /event=journal_failed .*later version/.test(desk.gateway.output));
  assert.match(await ask(phone), new RegExp(say('request.failed').slice(0, 25)));
  await restart(desk);
  assert.deepEqual(fs.readFileSync(desk.file('journal')), before);

  setVersion(desk.file('journal'), 1);
  await desk.gateway.start();
  await desk.receiver.start();
  await until('the request is stored', async () => (await desk.list()).length === 1);
  assert.equal((await desk.list())[0].case, number);
});
