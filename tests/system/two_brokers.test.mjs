// SPDX-License-Identifier: Apache-2.0
// A carrier with a broker of its own: the shipped configuration of both sides (deploy/mosquitto), TLS with client certificates between
// them, the gateway on one side and a foreign bridge on the other.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { MqttClient } from 'mqtt';
import { Certificates } from './support/certificates.mjs';
import { visit, withPort } from './support/listener.mjs';
import { Process } from './support/processes.mjs';
import { replaced, shipped } from './support/shipped.mjs';
import { Mailbox, until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const HOST = '127.0.0.1', NUMBER = '8562055512345';

// The line between the two brokers, which can be cut.
class Line {
  #sockets = new Set();

  static async start(t, port) {
    const line = new Line();
    const server = net.createServer((near) => {
      if (line.isCut)
        return near.destroy();
      const far = net.connect(port, HOST);
      for (const [one, other] of [[near, far], [far, near]]) {
        line.#sockets.add(one);
        one.on('error', () => {}).on('close', () => { line.#sockets.delete(one); other.destroy(); }).pipe(other);
      }
      return undefined;
    });
    await new Promise((resolve) => { server.listen(0, HOST, resolve); });
    t.after(() => { line.cut(); server.close(); });
    line.port = server.address().port;
    return line;
  }

  cut() {
    this.isCut = true;
    this.#sockets.forEach((one) => one.destroy());
  }

  mend() {
    this.isCut = false;
  }
}

// Our broker with the gateway, its door for carriers on a port of the kernel's choice.
function ours(t, made) {
  const server = made.issue('broker', { server: true });
  return withPort(async (port) => {
    const listener = (world) => {
      fs.writeFileSync(world.file('carriers.acl'), shipped('mosquitto/carriers.acl'));
      // With max_queued_messages 0, mosquitto 2.0.11 cuts a client that publishes anything after a refused message.
      return ['max_queued_messages 100000', replaced(shipped('mosquitto/gateway.conf'), [['per_listener_settings true\n', ''], ['listener 8883', `listener ${port} ${HOST}`],
        ['/etc/mosquitto/carriers/ca.crt', made.file], ['/etc/mosquitto/carriers/broker.crt', server.cert],
        ['/etc/mosquitto/carriers/broker.key', server.key], ['/etc/mosquitto/carriers/carriers.acl', world.file('carriers.acl')]])];
    };
    return { world: await World.start(t, { listener }), port };
  });
}

// The carrier's broker, connected to ours over a line.
async function theirs(t, made, port) {
  const folder = made.folder, socket = path.join(folder, 'carrier.sock'), file = path.join(folder, 'carrier.conf');
  const { cert, key } = made.issue('laotel');
  fs.writeFileSync(file, `listener 0 ${socket}\nallow_anonymous true\npersistence false\nuser ${os.userInfo().username}\n${
    replaced(shipped('mosquitto/carrier.conf'), [['gateway.example.org:8883', `${HOST}:${port}`], ['/etc/mosquitto/mekongline/ca.crt', made.file],
      ['/etc/mosquitto/mekongline/laotel.crt', cert], ['/etc/mosquitto/mekongline/laotel.key', key], ['restart_timeout 1 30', 'restart_timeout 1']])}`);
  const broker = new Process('mosquitto of the carrier', 'mosquitto', ['-c', file], { env: { PATH: `${process.env.PATH}:/usr/sbin` },
    ready: () => until('it listens', () => fs.existsSync(socket)) });
  t.after(() => broker.stop());
  await broker.start();
  return { broker, connect: (options) => new MqttClient(() => net.connect(socket),
    { protocolVersion: 5, clean: true, reconnectPeriod: 30, queueQoSZero: false, ...options }).on('error', () => {}) };
}

async function start(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-carrier-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const made = new Certificates(folder);
  const { world, port } = await ours(t, made);
  return { made, world, port };
}

test('a dialogue across two brokers; the line is cut and comes back', async (t) => {
  const { made, world, port } = await start(t);
  const line = await Line.start(t, port);
  const { connect } = await theirs(t, made, line.port);
  const bridge = await world.bridge('laotel', { root: 'info', connect });
  const phone = bridge.phone(NUMBER);
  assert.match(await phone.dial(), /7 English/);
  assert.match(await phone.answer('7'), /Before you go/);
  const status = () => world.traffic.filter(({ topic }) => topic === 'mekong/1/laotel/status').at(-1);
  await until('our side knows that the bridge is up', () => JSON.parse(status().payload).state === 'up');

  line.cut();
  const later = phone.answer('1'); // repeated until the line is back
  await until('the bridge has repeated it in vain', () => bridge.sent > 4);
  line.mend();
  assert.match(await later, /Before you go/);
  const { packet } = await bridge.settle({ kind: 'ussd', msisdn: NUMBER, session: phone.session, event: 'continue', text: '0' },
    { correlationData: Buffer.from('c1') });
  assert.equal(packet.properties?.correlationData?.toString(), 'c1');
});

test('a carrier uses its own topics, and no others', async (t) => {
  const { made, world, port } = await start(t);
  const ca = made.pem;
  const laotel = await visit(t, port, { ca, ...made.issue('laotel').pem });
  const got = new Mailbox();
  laotel.on('message', (topic) => got.put(topic));
  await laotel.subscribeAsync('#', { qos: 0 });
  await laotel.subscribeAsync('mekong/1/#', { qos: 0 });
  const seen = (topic, payload) => world.traffic.some((one) => one.topic === topic && one.payload.toString() === payload);

  const refused = ['mekong/1/thaitel/in/00', 'mekong/1/thaitel/status', 'mekong/1/laotel/out/00', 'mekong/1/laotel/error', 'mekong/1/laotel/in',
    'mekong/1/laotel/in/00/more', 'mekong/1/content', 'mekong/1/request/00', 'mekong/1/request/ack', 'mekong/1/request/state', 'mekong/1/request/ask',
    'mekong/1/gateway/forget', 'mekong/1/gateway/gateway-1/status', 'elsewhere'];
  for (const topic of refused)
    laotel.publish(topic, 'no');
  laotel.publish('mekong/1/laotel/status', '{"v":1,"state":"up"}');
  await until('its status is seen, which came last', () => seen('mekong/1/laotel/status', '{"v":1,"state":"up"}'));
  for (const topic of refused)
    assert.ok(!seen(topic, 'no'), topic);

  const other = (await world.bridge('thaitel')).phone('66812345678');
  await other.dial(); // laotel must not read this
  laotel.publish('mekong/1/laotel/in/00', 'x');
  assert.equal(await got.take('its own error', () => true), 'mekong/1/laotel/error');
  assert.ok(!got.has());
});

test('who has no certificate of ours is not let in', async (t) => {
  const { made, port } = await start(t);
  const stranger = new Certificates(path.join(made.folder, 'stranger'), 'stranger');
  await assert.rejects(visit(t, port, { ca: made.pem }));
  await assert.rejects(visit(t, port, { ca: made.pem, ...stranger.issue('laotel').pem }));
  await assert.rejects(visit(t, port, { ca: stranger.pem, ...made.issue('laotel').pem }));
  await assert.rejects(visit(t, port, { ca: made.pem, ...made.issue('+').pem }), /Connection refused/); // mosquitto takes no name that is a pattern
});
