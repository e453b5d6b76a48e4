// SPDX-License-Identifier: Apache-2.0
// Redis by way of Sentinel, as deploy/redis configures both: the master goes away under load, and no worker's step goes with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts, HOST, listens } from '../support/ports.mjs';
import { sessionKey } from './support/casework.mjs';
import { Process } from './support/processes.mjs';
import { shipped } from './support/shipped.mjs';
import { choice, label, opening, options } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const PHONES = 12;
const THINK_MS = 40; // of a person between two keys
const run = promisify(execFile);
const isWell = (one) => one.state === 'up' && one.degraded.length === 0;
const password = (user) => `password-of-${user}`;

const accepts = (port) => until(`${port} listens`, () => listens(port));

// What a server answers to this user (null: nobody, as a sentinel has none), a line for each element.
async function ask(port, user, ...words) {
  const login = user ? ['--user', user, '-a', password(user), '--no-auth-warning'] : [];
  return (await run('redis-cli', ['-h', HOST, '-p', port, ...login, ...words])).stdout.trim();
}

// A Redis or a sentinel in a folder of its own, with these lines in its file, which it may rewrite.
function server(t, world, name, port, lines, ...args) {
  const folder = world.file(`${name}-${port}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'server.conf'), `${lines.join('\n')}\ndir ${folder}\n`);
  const one = new Process(`${name} ${port}`, 'redis-server', [path.join(folder, 'server.conf'), ...args], { ready: () => accepts(port) });
  t.after(() => one.stop());
  return Object.assign(one, { port });
}

function redis(t, world, port) {
  const lists = ['gateway', 'console', 'sentinel', 'replica'].reduce((text, user) => text.replace(`#${user.toUpperCase()}`,
    `#${createHash('sha256').update(password(user)).digest('hex')}`), shipped('redis/mekongline.acl') + shipped('redis/sentinel.acl'));
  const acl = world.file(`${port}.acl`);
  fs.writeFileSync(acl, lists);
  const single = shipped('redis/mekongline.conf').replace('/run/redis/mekongline.sock', world.file(`${port}.sock`)).replace('/etc/redis/mekongline.acl', acl);
  const replicated = shipped('redis/replicated.conf').replace('127.0.0.1 ADDRESS', HOST).replace('port 6379', `port ${port}`)
    .replace('masterauth PASSWORD', `masterauth ${password('replica')}`);
  return server(t, world, 'redis', port, [single, replicated, 'repl-diskless-sync-delay 0', 'shutdown-timeout 0']);
}

function sentinel(t, world, port, master) {
  const lines = shipped('redis/sentinel.conf').replace('127.0.0.1 ADDRESS', HOST).replace('port 26379', `port ${port}`).replace('MASTER 6379', `${HOST} ${master}`)
    .replace('PASSWORD', password('sentinel')).replace('mekongline 5000', 'mekongline 500').replace('mekongline 30000', 'mekongline 3000');
  return server(t, world, 'sentinel', port, [lines], '--sentinel');
}

// A master with its replica, three sentinels that know all of each other, and a gateway that knows the sentinels.
async function start(t) {
  const world = await World.start(t, { start: ['broker'] });
  const [masterPort, replicaPort, ...ports] = await freePorts(5);
  const [master, replica] = [masterPort, replicaPort].map((port) => redis(t, world, port));
  fs.appendFileSync(replica.args[0], `replicaof ${HOST} ${masterPort}\n`);
  fs.writeFileSync(world.file('redis.password'), password('gateway'), { mode: 0o600 });
  world.gateway.configure({ redis: { username: 'gateway', password_file: world.file('redis.password'),
    sentinels: ports.map((port) => `${HOST}:${port}`).join(' ') } });
  const starting = world.gateway.start(); // it finds them when they are there
  starting.catch(() => {});
  await Promise.all([master.start(), replica.start()]);
  await until('the replica follows', async () => /connected/.test(await ask(replicaPort, 'sentinel', 'ROLE')));
  await Promise.all(ports.map((port) => sentinel(t, world, port, masterPort).start()));
  await until('the sentinels know each other', async () => (await Promise.all(ports.map((port) => ask(port, null, 'INFO', 'sentinel'))))
    .every((text) => /slaves=1,sentinels=3/.test(text)));
  await starting;
  await world.gateway.says(isWell);
  return { world, master, replica };
}

// Phones that walk the same way again and again: each screen tells whether a step was lost, or taken twice.
class Crowd {
  rounds = 0;
  steps = 0;
  #going = true;

  constructor(bridge) {
    this.bridge = bridge;
    this.phones = Array.from({ length: PHONES }, (_, i) => bridge.phone(String(8562055543000 + i)));
  }

  async begin() {
    await Promise.all(this.phones.map((one) => one.begin()));
    this.steps += 2 * PHONES;
    this.walks = Promise.all(this.phones.map((one) => this.#walk(one)));
    this.walks.catch(() => {}); // heard by whoever awaits it
  }

  async #walk(phone) {
    const menu = `1 ${label('before.why-regular')}`;
    const way = [[choice('main', 'before'), menu], ['1', opening('before.why-regular').slice(0, 12)], ['0', menu], ['0', options('main')[0]]];
    while (this.#going) {
      for (const [key, part] of way) {
        await setTimeout(THINK_MS);
        phone.lastId = this.bridge.nextId();
        await phone.answer(key, { id: phone.lastId });
        phone.lastKey = key;
        this.steps += 1;
        phone.sees(part);
      }
      this.rounds += 1;
    }
  }

  // So many more rounds by all together; fails as soon as a phone does.
  more(rounds) {
    const wanted = this.rounds + rounds;
    return Promise.race([until(`${rounds} rounds more`, () => this.rounds >= wanted), this.walks.then(() => assert.fail('the walks ended'))]);
  }

  async end() {
    this.#going = false;
    await this.walks;
  }
}

// Lines about steps that were logged from an instant on: { at, saved }.
const stepsSince = (world, ms) => [...world.gateway.output.matchAll(/^(\S+) level=debug event=step .* saved=(\d)/gm)]
  .map(([, at, saved]) => ({ at: Date.parse(at), saved: saved === '1' })).filter(({ at }) => at >= ms);

// How long until the steps of the crowd were saved again.
async function savedAgain(t, world, crowd, since) {
  await world.gateway.says((one) => one.degraded.includes('redis'));
  await world.gateway.says(isWell);
  await crowd.more(2 * PHONES);
  const steps = stepsSince(world, since);
  const last = steps.findLastIndex(({ saved }) => !saved);
  assert.ok(last >= 0 && last < steps.length - 1, 'the gap was met by steps, and is over');
  t.diagnostic(`steps are saved again after ${steps[last + 1].at - since} ms; ${steps.filter(({ saved }) => !saved).length} were taken from memory`);
}

// Each phone's last message once more: the same answer, and no step.
async function repeat({ phones }) {
  for (const phone of phones) {
    const { text } = phone;
    await phone.answer(phone.lastKey, { id: phone.lastId });
    assert.equal(phone.text, text);
  }
}

async function isOn(world, { port }, phones) {
  assert.match(await ask(port, 'sentinel', 'ROLE'), /^master/);
  for (const { msisdn } of phones)
    assert.notEqual(await ask(port, 'gateway', 'GET', `ml:${sessionKey(msisdn)}`), '', 'the session is there');
  const { stdout } = await run(process.env.MEKONGLINE, ['doctor', '-c', world.file('gateway-1.conf')]).catch((error) => error);
  assert.match(stdout, new RegExp(`^good +redis +the master ${HOST}:${port} answers`, 'm'));
}

test('the master is killed under load with writes that its replica never got: no step is lost, and none taken twice', async (t) => {
  const { world, master, replica } = await start(t);
  const crowd = new Crowd(await world.bridge('laotel', { retryMs: 1000 }));
  await crowd.begin();
  await crowd.more(PHONES);
  const thinker = crowd.bridge.phone('8562055543999'); // reads while the masters change
  await thinker.begin();
  await thinker.answer(choice('main', 'before'));
  await isOn(world, master, crowd.phones);
  replica.signal('SIGSTOP');
  await ask(master.port, 'sentinel', 'CLIENT', 'KILL', 'TYPE', 'replica');
  await crowd.more(PHONES); // saved at the master alone: that is lost with it
  await thinker.answer('1');
  const since = Date.now();
  await master.kill();
  replica.signal('SIGCONT');
  await savedAgain(t, world, crowd, since);
  await crowd.end();
  await thinker.answer('0');
  thinker.sees(`1 ${label('before.why-regular')}`);
  assert.equal(await world.gateway.metric('mekongline_steps_total'), crowd.steps + 5);
  await isOn(world, replica, [...crowd.phones, thinker]);
  await repeat(crowd);
  await world.gateway.kill(); // now only the new master knows
  await world.gateway.says((one) => one.state === 'down');
  await world.gateway.start();
  await world.gateway.says(isWell);
  await repeat(crowd);
  await Promise.all(crowd.phones.map(async (phone) => {
    await phone.answer(choice('main', 'before'));
    phone.sees(`1 ${label('before.why-regular')}`);
  }));
});

test('the master hangs and wakes as no master any more: the gateway has left it', async (t) => {
  const { world, master, replica } = await start(t);
  const crowd = new Crowd(await world.bridge('laotel', { retryMs: 1000 }));
  await crowd.begin();
  await crowd.more(PHONES);
  const since = Date.now();
  master.signal('SIGSTOP');
  await savedAgain(t, world, crowd, since);
  master.signal('SIGCONT');
  await crowd.more(PHONES);
  await crowd.end();
  assert.equal(await world.gateway.metric('mekongline_steps_total'), crowd.steps);
  await isOn(world, replica, crowd.phones);
  await repeat(crowd);
});
