// SPDX-License-Identifier: Apache-2.0
// Redis by way of Sentinel, as deploy/redis configures both: the master goes away under load, and no worker's step goes with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePorts, HOST } from '../support/ports.mjs';
import { sessionKey } from './support/casework.mjs';
import { Crowd, isKnownToOthers, isWell, PHONES, repeat, stepsSince } from './support/crowd.mjs';
import { accessList, ask, password, server } from './support/redises.mjs';
import { shipped } from './support/shipped.mjs';
import { choice, label } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const run = promisify(execFile);

function redis(t, world, port) {
  const acl = accessList(world, port, 'redis/mekongline.acl', 'redis/sentinel.acl');
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
  await isKnownToOthers(world, crowd); // only the new master knows
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
