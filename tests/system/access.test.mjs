// SPDX-License-Identifier: Apache-2.0
// Broker and Redis as deploy/ configures them: the programs work, and what is not theirs is refused.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { test } from 'node:test';
import { MqttClient } from 'mqtt';
import { sessionKey } from './support/casework.mjs';
import { Certificates } from './support/certificates.mjs';
import { visit, withPort } from './support/listener.mjs';
import { replaced, shipped } from './support/shipped.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const USERS = ['gateway', 'console', 'operator', 'smpp', 'http'];
const password = (user) => `password of ${user}`;

// The shipped list with a carrier each for smpp and http, as its comments tell; the listener for other machines at this port, if there is one.
function brokerConf(world, port) {
  const acl = shipped('mosquitto/mekongline.acl').replace(/^#topic/gm, 'topic');
  fs.writeFileSync(world.file('mekongline.acl'), `${acl}\nuser observer\ntopic read #\n`);
  for (const user of [...USERS, 'observer'])
    execFileSync('mosquitto_passwd', [...(user === 'gateway' ? ['-c'] : []), '-b', world.file('mekongline.passwd'), user, password(user)],
      { stdio: 'ignore' });
  const conf = replaced(shipped('mosquitto/mekongline.conf'), [['listener 1883 127.0.0.1', `listener 0 ${world.file('broker.sock')}`]])
    .replaceAll('/etc/mosquitto/', `${world.folder}/`);
  const own = port ? replaced(conf, [['listener 8884', `listener ${port} 127.0.0.1`]]) : conf.slice(0, conf.indexOf('\nlistener 8884'));
  fs.writeFileSync(world.file('broker.conf'), `user ${os.userInfo().username}\n${own}`);
}

function redisConf(world) {
  const hash = (user) => createHash('sha256').update(password(user)).digest('hex');
  const acl = shipped('redis/mekongline.acl').replace('#GATEWAY', `#${hash('gateway')}`)
    .replace('#CONSOLE', `#${hash('console')}`);
  fs.writeFileSync(world.file('mekongline.acl.redis'), acl);
  fs.writeFileSync(world.file('redis.conf'), shipped('redis/mekongline.conf')
    .replace('/run/redis/mekongline.sock', world.file('redis.sock')).replace('/etc/redis/mekongline.acl', world.file('mekongline.acl.redis')));
  world.redis.args = [world.file('redis.conf'), '--dir', world.folder];
}

// A broker, a Redis and a gateway by the shipped files.
async function start(t) {
  const world = new World({});
  t.after(() => world.end());
  brokerConf(world);
  redisConf(world);
  for (const user of USERS)
    fs.writeFileSync(world.file(`${user}.password`), password(user), { mode: 0o600 });
  const login = { username: 'gateway', password_file: world.file('gateway.password') };
  world.gateway.configure({ mqtt: login, redis: login });
  await world.broker.start();
  await world.redis.start();
  await world.gateway.start();
  return world;
}

async function client(world, user) {
  const one = new MqttClient(() => net.connect(world.file('broker.sock')), { protocolVersion: 5, clean: true, username: user, password: password(user),
    reconnectPeriod: 0 });
  one.on('error', () => {});
  await new Promise((resolve, reject) => { one.once('connect', resolve); one.once('close', () => reject(new Error('refused'))); });
  return one;
}

// Is a message taken? The broker acknowledges what it refuses with a reason; npm's mqtt then reads no more, so each has a client.
async function isTaken(one, topic) {
  const ack = new Promise((resolve) => { one.on('packetreceive', (packet) => packet.cmd === 'puback' && resolve(packet)); });
  one.publish(topic, '{}', { qos: 1 }, () => {});
  const { reasonCode = 0 } = await ack;
  await one.endAsync(true);
  return reasonCode < 0x80;
}

const publishes = async (world, user, topic) => isTaken(await client(world, user), topic);

// Does a user hear a message of whom its topic belongs to?
async function hears(world, user, filter, topic, writer) {
  const [one, observer] = await Promise.all([client(world, user), client(world, 'observer')]);
  let heard = false;
  one.on('message', (at) => { heard ||= at === topic; });
  await observer.subscribeAsync(topic);
  await one.subscribeAsync(filter).catch(() => {});
  const seen = new Promise((resolve) => { observer.once('message', resolve); });
  assert.ok(await publishes(world, writer, topic), `${writer} writes ${topic}`);
  await seen;
  await new Promise((resolve) => { one.once('packetreceive', resolve); one.unsubscribe('nothing'); }); // a round trip: what was to come has come
  await Promise.all([one.endAsync(true), observer.endAsync(true)]);
  return heard;
}

const redis = (world, user, ...words) => execFileSync('redis-cli', ['-s', world.file('redis.sock'),
  ...(user ? ['--user', user, '-a', password(user), '--no-auth-warning'] : []), ...words], { encoding: 'utf8' }).trim();

test('a gateway serves a bridge by the shipped files', async (t) => {
  const world = await start(t);
  const smpp = await client(world, 'smpp');
  await smpp.subscribeAsync('mekong/1/laotel/out/+');
  const answer = new Promise((resolve) => { smpp.once('message', (topic, payload) => resolve(JSON.parse(payload))); });
  smpp.publish('mekong/1/laotel/in/00', JSON.stringify({ v: 1, kind: 'ussd', id: 'a1', msisdn: '8562055512345', session: 's1',
    event: 'begin', code: '*1234#', text: '', at: Date.now() }));
  assert.match((await answer).text, /ລາວ/);
  await until('the session is saved', () => redis(world, 'gateway', 'GET', `ml:${sessionKey('8562055512345')}`).length > 8);
  assert.equal(await world.gateway.metric('mekongline_redis_errors_total'), 0);
  await smpp.endAsync(true);
});

test('a bridge reads and writes what is its own, and nothing else', async (t) => {
  const world = await start(t);
  assert.ok(await publishes(world, 'smpp', 'mekong/1/laotel/status'));
  assert.ok(await hears(world, 'smpp', 'mekong/1/laotel/out/+', 'mekong/1/laotel/out/00', 'gateway'));
  for (const topic of ['mekong/1/africell/in/00', 'mekong/1/laotel/out/00', 'mekong/1/content', 'mekong/1/request/00', 'mekong/1/request/ack',
    'mekong/1/gateway/forget', 'mekong/1/gateway/gateway-1/status'])
    assert.equal(await publishes(world, 'smpp', topic), false, `a bridge forges ${topic}`);
  for (const [filter, topic, writer] of [['mekong/1/+/out/+', 'mekong/1/laotel/out/00', 'gateway'], ['#', 'mekong/1/laotel/in/00', 'smpp'],
    ['#', 'mekong/1/request/00', 'gateway'], ['mekong/1/content', 'mekong/1/content', 'console']])
    assert.equal(await hears(world, 'http', filter, topic, writer), false, `a bridge hears ${topic}`);
});

test('the gateway forges no message of a phone and no content; nor does the console what is not its own', async (t) => {
  const world = await start(t);
  for (const [user, ...topics] of [
    ['gateway', 'mekong/1/laotel/in/00', 'mekong/1/content', 'mekong/1/gateway/forget'],
    ['console', 'mekong/1/laotel/in/00', 'mekong/1/laotel/out/00', 'mekong/1/console/in/00', 'mekong/1/gateway/forget', 'mekong/1/request/00'],
    ['operator', 'mekong/1/content', 'mekong/1/laotel/in/00', 'mekong/1/request/ack/00']])
    for (const topic of topics)
      assert.equal(await publishes(world, user, topic), false, `the ${user} forges ${topic}`);
  await assert.rejects(client(world, 'nobody'));
});

// Broker and gateway as on two machines: TLS between them, and certificates of one authority say who comes.
function startApart(t) {
  return withPort(async (port) => {
    const world = new World({});
    t.after(() => world.end());
    const made = new Certificates(world.file('certs'), 'mekongline-ca');
    made.issue('mekongline', { server: true });
    brokerConf(world, port);
    await world.broker.start();
    const { cert, key } = made.issue('gateway');
    world.gateway.configure({ mqtt: { host: '127.0.0.1', port, ca_file: made.file, cert_file: cert, key_file: key } });
    return { world, port, made };
  });
}

test('another machine comes in by TLS, and its certificate says who it is, whatever it says itself', async (t) => {
  const { world, port, made } = await startApart(t);
  await world.gateway.start();
  const own = { ca: made.pem, ...made.issue('smpp').pem };
  const smpp = await visit(t, port, own);
  const answer = new Promise((resolve) => { smpp.once('message', (topic, payload) => resolve(JSON.parse(payload))); });
  await smpp.subscribeAsync('mekong/1/laotel/out/+');
  smpp.publish('mekong/1/laotel/in/00', JSON.stringify({ v: 1, kind: 'ussd', id: 'a1', msisdn: '8562055512345', session: 's1',
    event: 'begin', code: '*1234#', text: '', at: Date.now() }));
  assert.equal((await answer).re, 'a1');
  assert.ok(await isTaken(smpp, 'mekong/1/laotel/status'));
  const posing = { username: 'console', password: password('console') };
  assert.equal(await isTaken(await visit(t, port, own, posing), 'mekong/1/content'), false, 'smpp is taken for the console');
  assert.ok(await isTaken(await visit(t, port, { ca: made.pem, ...made.issue('console').pem }), 'mekong/1/content'));
});

test('without TLS or without a certificate of ours nobody comes in, a password or not', async (t) => {
  const { world, port, made } = await startApart(t);
  const stranger = new Certificates(world.file('stranger'), 'stranger');
  const login = { username: 'gateway', password: password('gateway') }, right = made.issue('smpp').pem;
  await assert.rejects(visit(t, port, null, { ...login, connect: () => net.connect(port, '127.0.0.1') }), 'without TLS');
  await assert.rejects(visit(t, port, { ca: made.pem }, login), 'without a certificate');
  await assert.rejects(visit(t, port, { ca: made.pem, ...stranger.issue('gateway').pem }, login), 'with that of another authority');
  await assert.rejects(visit(t, port, { ca: stranger.pem, ...right }), /self-signed|certificate/, 'and a client sees whose broker it is');
  await visit(t, port, { ca: made.pem, ...right });
});

test('Redis: sessions for the gateway, counts for the console, nothing for anybody else', async (t) => {
  const world = await start(t);
  const ask = (...words) => redis(world, ...words);
  assert.match(ask(null, 'GET', 'ml:{x}'), /NOAUTH/);
  assert.equal(ask('gateway', 'SET', 'ml:{x}', 'record'), 'OK');
  assert.equal(ask('gateway', 'GET', 'ml:{x}'), 'record');
  assert.match(ask('gateway', 'GET', 'other'), /NOPERM/);
  for (const words of [['KEYS', '*'], ['SCAN', '0'], ['FLUSHALL'], ['CONFIG', 'GET', '*'], ['ACL', 'LIST'], ['MONITOR']])
    assert.match(ask('gateway', ...words), /NOPERM/, words.join(' '));
  assert.equal(ask('console', 'HGETALL', 'ml:volumes:2026-01-01T00'), '');
  for (const words of [['GET', 'ml:{x}'], ['HGETALL', 'ml:{x}'], ['HSET', 'ml:volumes:2026-01-01T00', 'a', 'b'], ['EVAL', 'return 1', '0'], ['KEYS', '*']])
    assert.match(ask('console', ...words), /NOPERM/, words.join(' '));
});
