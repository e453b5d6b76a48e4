// SPDX-License-Identifier: Apache-2.0
// Redis Cluster, as deploy/redis configures it: under load slots move from node to node and a master dies, and no worker's step goes with them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePorts, HOST } from '../support/ports.mjs';
import { sessionKey } from './support/casework.mjs';
import { Crowd, isKnownToOthers, isWell, PHONES, repeat, stepsSince } from './support/crowd.mjs';
import { accessList, ask, password, server } from './support/redises.mjs';
import { replaced, shipped } from './support/shipped.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const MASTERS = 3; // and a replica of the last
const SLOTS = 400; // that redis-cli moves
const run = promisify(execFile);
const keyOf = ({ msisdn }) => `ml:${sessionKey(msisdn)}`;

function node(t, world, port, bus) {
  const single = replaced(shipped('redis/mekongline.conf'), [['/run/redis/mekongline.sock', world.file(`${port}.sock`)],
    ['/etc/redis/mekongline.acl', accessList(world, port, 'redis/mekongline.acl', 'redis/cluster.acl')]]);
  const clustered = replaced(shipped('redis/cluster.conf'), [['127.0.0.1 ADDRESS', HOST], ['port 6379', `port ${port}`],
    ['masterauth PASSWORD', `masterauth ${password('replica')}`], ['timeout 5000', 'timeout 500']]);
  const one = server(t, world, 'node', port, [single, clustered, `cluster-port ${bus}`, 'repl-diskless-sync-delay 0', 'shutdown-timeout 0']);
  return Object.assign(one, { bus, address: `${HOST}:${port}`, tell: (...words) => ask(port, 'operator', ...words) });
}

// redis-cli --cluster, as the operator of the manual.
const manage = (...words) => run('redis-cli', ['--user', 'operator', '-a', password('operator'), '--no-auth-warning', '--cluster', ...words], { maxBuffer: 1 << 26 });

// Three masters with a third of the slots each, made by the manual's commands, a replica of the last, and a gateway that knows the first two.
async function start(t) {
  const world = await World.start(t, { start: ['broker'] });
  const ports = await freePorts(2 * (MASTERS + 1));
  const nodes = Array.from({ length: MASTERS + 1 }, (_, i) => node(t, world, ports[i], ports[MASTERS + 1 + i]));
  await Promise.all(nodes.map((one) => one.start()));
  await manage('create', ...nodes.slice(0, MASTERS).map((one) => `${one.address}@${one.bus}`), '--cluster-yes');
  await Promise.all(nodes.map(async (one) => { one.id = await one.tell('CLUSTER', 'MYID'); }));
  const [first, second, last, replica] = nodes;
  await manage('add-node', `${replica.address}@${replica.bus}`, `${first.address}@${first.bus}`, '--cluster-slave', '--cluster-master-id', last.id);
  fs.writeFileSync(world.file('redis.password'), password('gateway'), { mode: 0o600 });
  world.gateway.configure({ redis: { username: 'gateway', password_file: world.file('redis.password'), timeout_ms: 1000, volumes_s: 1,
    cluster: `${first.address} ${second.address}` } });
  await until('the replica follows', async () => /connected/.test(await replica.tell('ROLE')));
  await Promise.all(nodes.map((one) => until('the cluster is whole', async () => /cluster_state:ok/.test(await one.tell('CLUSTER', 'INFO')))));
  await world.gateway.start();
  await world.gateway.says(isWell);
  return { world, nodes };
}

// The master that has a key now, as the first node sees it.
async function masterOf(nodes, key) {
  const slot = Number(await nodes[0].tell('CLUSTER', 'KEYSLOT', key));
  const [reply] = JSON.parse((await run('redis-cli', ['--user', 'operator', '-a', password('operator'), '--no-auth-warning', '-p', nodes[0].port, '--json', 'CLUSTER', 'SLOTS'])).stdout)
    .filter(([from, to]) => from <= slot && slot <= to);
  return { slot, owner: nodes.find((one) => one.port === reply[2][1]) };
}

async function isOn(world, nodes, phones) {
  for (const phone of phones) {
    const { owner } = await masterOf(nodes, keyOf(phone));
    assert.notEqual(await ask(owner.port, 'gateway', 'GET', keyOf(phone)), '', 'the session is where its slot is');
  }
}

// The steps taken since: all of them were saved, but for those of these phones.
function allSaved(world, crowd, since, but = []) {
  const steps = stepsSince(world, since);
  assert.ok(steps.length > 0);
  for (const { id } of steps.filter(({ saved }) => !saved))
    assert.ok(but.includes(crowd.askedBy.get(id)), `the step of ${id} was saved`);
  return steps;
}

// A phone's slot on its way to the next master, with the phone's key; `arrive` ends it.
async function leave(nodes, phone) {
  const key = keyOf(phone);
  const { slot, owner } = await masterOf(nodes, key);
  const to = nodes[(nodes.indexOf(owner) + 1) % MASTERS];
  await to.tell('CLUSTER', 'SETSLOT', slot, 'IMPORTING', owner.id);
  await owner.tell('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  assert.equal(await owner.tell('MIGRATE', HOST, to.port, key, 0, 5000, 'AUTH2', 'operator', password('operator')), 'OK');
  return async () => {
    for (const one of [to, owner, ...nodes.filter((other) => other !== to && other !== owner && other !== nodes[MASTERS])])
      assert.equal(await one.tell('CLUSTER', 'SETSLOT', slot, 'NODE', to.id), 'OK');
  };
}

const redirections = async (world) => {
  const all = await world.gateway.metrics();
  return ['moved', 'ask'].map((kind) => all.get(`mekongline_redis_redirections_total{kind="${kind}"}`) ?? 0);
};

async function slotsMove(t, { world, nodes }, crowd) {
  const since = Date.now();
  const arrivals = [];
  for (const phone of crowd.phones)
    arrivals.push(await leave(nodes, phone));
  await crowd.more(PHONES);
  const [, ask] = await redirections(world);
  assert.ok(ask >= PHONES, 'each phone was asked for at the other node');
  for (const arrive of arrivals) // one after the other, as redis-cli does: else an old owner with a newer epoch takes its slot back
    await arrive();
  await crowd.more(PHONES);
  const [moved] = await redirections(world);
  assert.ok(moved > 0);
  await until('the nodes agree', () => manage('check', nodes[0].address));
  const begun = Date.now();
  await manage('reshard', nodes[0].address, '--cluster-from', nodes[0].id, '--cluster-to', nodes[1].id, '--cluster-slots', SLOTS, '--cluster-yes');
  const took = Date.now() - begun;
  await crowd.more(PHONES);
  const steps = allSaved(world, crowd, since);
  await isOn(world, nodes, crowd.phones);
  t.diagnostic(`${steps.length} steps, all saved, while ${PHONES} slots moved with their keys and ${SLOTS} more in ${took} ms: ${(await redirections(world)).join(' MOVED, ')} ASK`);
}

async function masterDies(t, { world, nodes }, crowd) {
  const [, , last, replica] = nodes;
  const owners = await Promise.all(crowd.phones.map(async (phone) => (await masterOf(nodes, keyOf(phone))).owner));
  const hurt = crowd.phones.filter((_, i) => owners[i] === last);
  assert.ok(hurt.length > 0 && hurt.length < PHONES, 'some phones are there, and not all');
  const since = Date.now();
  await last.kill();
  await world.gateway.says((one) => one.degraded.includes('redis'));
  assert.equal((await world.gateway.metrics()).get('mekongline_redis_nodes{state="down"}'), 1);
  await world.gateway.says(isWell);
  nodes.splice(2, 2, replica);
  await crowd.more(2 * PHONES);
  const steps = allSaved(world, crowd, since, hurt).filter(({ id }) => hurt.includes(crowd.askedBy.get(id)));
  const gap = steps.findLastIndex(({ saved }) => !saved);
  assert.ok(gap >= 0 && gap < steps.length - 1, 'the gap was met by steps, and is over');
  t.diagnostic(`${hurt.length} phones of ${PHONES} were at that master; their steps are saved again after ${steps[gap + 1].at - since} ms; `
    + `${steps.filter(({ saved }) => !saved).length} were taken from memory, all others were saved`);
}

test('slots move and a master dies under load: no step is lost, and none taken twice', async (t) => {
  const cluster = await start(t);
  const { world, nodes } = cluster;
  const crowd = new Crowd(await world.bridge('laotel', { retryMs: 1000 }), { thinkMs: 150 });
  await crowd.begin();
  await crowd.more(PHONES);
  await slotsMove(t, cluster, crowd);
  await masterDies(t, cluster, crowd);
  await crowd.end();
  assert.equal(await world.gateway.metric('mekongline_steps_total'), crowd.steps);
  await isOn(world, nodes, crowd.phones);
  await repeat(crowd);
  await isKnownToOthers(world, crowd); // only the nodes know
  const { stdout } = await run(process.env.MEKONGLINE, ['doctor', '-c', world.file('gateway-1.conf')]).catch((error) => error);
  assert.match(stdout, /^good +redis +the cluster at [0-9.: ]+ answers, and takes the gateway's script/m);
  await world.gateway.stop();
  const { total } = JSON.parse((await run(process.env.MEKONGLINE, ['volumes', '-c', world.file('gateway-1.conf'), '--json'])).stdout);
  assert.ok(total.steps > PHONES, 'the hour is counted in the cluster, by both gateways');
});
