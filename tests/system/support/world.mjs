// SPDX-License-Identifier: Apache-2.0
// A private broker, a private Redis and gateways in a temporary folder, all on Unix sockets.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MqttClient } from 'mqtt';
import { Bridge } from './bridge.mjs';
import { ROOT_FOLDER, channelOf, judge, judgeGateway } from './contract.mjs';
import { Process } from './processes.mjs';
import { CONTENT } from './texts.mjs';
import { Mailbox, until } from './wait.mjs';

export const BINARY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));
const ENV = { PATH: `${process.env.PATH}:/usr/sbin` };

// Settings of the tests; a world may add its own.
const CONF = {
  gateway: { log_level: 'debug', drain_s: 5 },
  limit: { steps_per_minute: 1000 },
  mqtt: { retry_min_ms: 20, retry_max_ms: 200 },
  redis: { retry_min_ms: 20, retry_max_ms: 200 },
};

function request(socketPath, url) {
  return new Promise((resolve, reject) => {
    const call = http.get({ socketPath, path: url, timeout: 5000 }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => { body += text; });
      answer.once('end', () => resolve({ status: answer.statusCode, body }));
    });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('no answer')));
  });
}

// Prometheus text format 0.0.4 as a map from "name{labels}" to its value; throws on a line that is none.
export function readMetrics(text) {
  const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/;
  const found = new Map();
  for (const line of text.split('\n').filter((one) => one && !one.startsWith('#'))) {
    const match = sample.exec(line);
    assert.ok(match && (!Number.isNaN(Number(match[2])) || match[2] === '+Inf'), `no sample: ${line}`);
    assert.ok(!found.has(match[1]), `twice: ${line}`);
    found.set(match[1], Number(match[2]));
  }
  return found;
}

class Gateway extends Process {
  statuses = new Mailbox();

  constructor(world, instance, conf) {
    super(instance, BINARY, ['serve', '-c', world.file(`${instance}.conf`)], {
      env: { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0' }, ready: () => this.becomesReady() });
    Object.assign(this, { world, instance, http: world.file(`${instance}.http`), conf });
    this.configure({});
  }

  // Write the configuration file; `more` goes over what was given at the start.
  configure(more) {
    const { world } = this;
    const own = {
      gateway: { instance: this.instance, content: world.content, secret_file: world.file('secret'), serve_drafts: 'yes' },
      mqtt: { host: world.file('broker.sock'), port: 0 },
      redis: { host: world.file('redis.sock'), port: 0 },
      http: { listen: this.http },
    };
    const all = [CONF, own, this.conf, more];
    const sections = [...new Set(all.flatMap(Object.keys))];
    const text = sections.map((section) => {
      const values = Object.assign({}, ...all.map((one) => one[section] ?? {}));
      return `[${section}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}`;
    });
    fs.writeFileSync(world.file(`${this.instance}.conf`), text.join('\n'));
  }

  becomesReady() {
    return until(() => `${this.name} is ready\n${this.output}`, async () => (await this.get('/readyz')).status === 200);
  }

  get(url) {
    return request(this.http, url);
  }

  async metrics() {
    return readMetrics((await this.get('/metrics')).body);
  }

  // The value of a metric; all its labels together if none is given.
  async metric(name) {
    const all = await this.metrics();
    return [...all].filter(([key]) => key === name || key.startsWith(`${name}{`)).reduce((sum, [, value]) => sum + value, 0);
  }

  // Wait for a status of this gateway, later than those that were waited for before.
  says(wanted) {
    return this.statuses.next(`${this.name} says ${wanted}`, wanted);
  }

  logs(event) {
    return until(() => `${this.name} logs ${event}\n${this.output}`, () => this.output.includes(`event=${event}`));
  }

  judgeOutput(numbers) {
    assert.doesNotMatch(this.output, /Sanitizer|runtime error/, `${this.name} has a fault`);
    for (const number of numbers)
      assert.ok(!this.output.includes(number), `${this.name} logs the phone number ${number}`);
  }
}

export class World {
  #client = null;
  #bridges = [];
  faults = [];
  numbers = new Set();
  traffic = [];

  // Options: gateways (how many), conf (of all gateways), content (folder), redisArgs, listener (more lines of the broker's configuration:
  // a function of the world), broker (another one than mosquitto: a function of the world that makes its process), client (options of all
  // clients of the broker), and start: the servers that start at once ("broker", "redis", "gateways"; all by default). The end of the test `t`
  // takes the world down; without `t` the caller does.
  static async start(t, options = {}) {
    const world = new World(options);
    t?.after(() => world.end());
    try {
      await world.#open(options.start ?? ['broker', 'redis', 'gateways']);
    } catch (error) {
      await world.end().catch(() => {});
      throw error;
    }
    return world;
  }

  async #open(wanted) {
    if (wanted.includes('broker'))
      await this.broker.start();
    if (wanted.includes('redis'))
      await this.redis.start();
    this.#observe();
    if (wanted.includes('gateways'))
      await Promise.all(this.gateways.map((one) => one.start()));
  }

  constructor({ gateways = 1, conf = {}, content = CONTENT, redisArgs = [], listener = () => [], broker, client = {} }) {
    assert.ok(fs.existsSync(BINARY), `${BINARY} is missing: build it, or name another in MEKONGLINE`);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-'));
    this.content = content;
    this.conf = conf;
    this.client = client;
    fs.writeFileSync(this.file('secret'), 'a secret of the tests, of more than 32 octets', { mode: 0o600 });
    fs.writeFileSync(this.file('broker.conf'), ['per_listener_settings true', `listener 0 ${this.file('broker.sock')}`, 'allow_anonymous true',
      'persistence false', 'max_queued_messages 0', `user ${os.userInfo().username}`, ...listener(this), ''].join('\n'));
    this.broker = broker ? broker(this) : new Process('mosquitto', 'mosquitto', ['-c', this.file('broker.conf')],
      { env: ENV, ready: () => this.listens('broker.sock') });
    this.redis = new Process('redis-server', 'redis-server', ['--port', '0', '--unixsocket', this.file('redis.sock'),
      '--dir', this.folder, '--save', '', '--appendonly', 'no', ...redisArgs],
    { env: ENV, ready: () => this.listens('redis.sock') });
    this.gateways = Array.from({ length: gateways }, (_, i) => new Gateway(this, `gateway-${i + 1}`, conf));
  }

  get gateway() {
    return this.gateways[0];
  }

  file(name) {
    return path.join(this.folder, name);
  }

  // A copy of the content that a test may spoil; later gateways of this world read it after configure().
  copyContent() {
    const copy = this.file('content');
    fs.cpSync(CONTENT, copy, { recursive: true });
    this.content = copy;
    return copy;
  }

  // A client of the broker, or of another one at this socket; it connects again by itself and keeps nothing for later.
  connect(options = {}, socket = 'broker.sock') {
    const client = new MqttClient(() => net.connect(this.file(socket)),
      { protocolVersion: 5, clean: true, reconnectPeriod: 30, connectTimeout: 5000, queueQoSZero: false, ...this.client, ...options });
    client.on('error', () => {});
    return client;
  }

  async bridge(name = 'laotel', options = {}) {
    const bridge = new Bridge(this, name, options);
    this.#bridges.push(bridge);
    await bridge.connected();
    return bridge;
  }

  // Wait until somebody listens at this socket.
  listens(name) {
    return until(`${name} listens`, () => new Promise((resolve) => {
      const socket = net.connect(this.file(name), () => { socket.destroy(); resolve(true); });
      socket.once('error', () => resolve(false));
    }));
  }

  // See every message that passes the broker, and judge it.
  #observe() {
    this.#client = this.connect();
    this.#client.on('connect', () => this.#client.subscribe('#'));
    this.#client.on('message', (topic, payload, packet) => {
      this.traffic.push({ topic, payload, retained: packet.retain });
      try {
        this.#judge(topic, payload);
      } catch (error) {
        this.faults.push(error);
      }
    });
  }

  #judge(topic, payload) {
    if (topic.split('/')[3] === 'in') // the bridge's own, judged where it is sent
      return;
    const channel = channelOf(topic);
    assert.ok(channel, `a topic that the contract does not name: ${topic}`);
    if (channel === 'content' && payload.length === 0) // nothing is published any more
      return;
    if (channel === 'bridgeStatus') {
      judge(channel, payload);
      return;
    }
    const { message } = judgeGateway(channel, payload);
    if (channel === 'gatewayStatus')
      this.gateways.find(({ instance }) => instance === topic.split('/')[3])?.statuses.put(message);
    for (const number of channel === 'out' ? [] : this.numbers)
      assert.ok(!payload.includes(number), `a phone number in ${topic}`);
  }

  // End everything that this world started, then judge what was seen.
  async end() {
    await Promise.all(this.#bridges.map((one) => one.end()));
    const exits = await Promise.all(this.gateways.map((one) => one.stop()));
    await this.#client?.endAsync(true);
    await Promise.all([this.broker.stop(), this.redis.stop()]);
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (process.env.SHOW_LOGS)
      this.gateways.forEach((one) => process.stderr.write(one.output));
    this.gateways.forEach((one) => one.judgeOutput(this.numbers));
    exits.forEach((exit, i) => assert.ok(!exit || exit.signal !== 'SIGABRT', this.gateways[i].output));
    if (this.faults.length)
      throw new AggregateError(this.faults, this.faults.map((one) => one.message).join('\n'));
  }
}
