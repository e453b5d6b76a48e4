// SPDX-License-Identifier: Apache-2.0
// The whole way in a test: a simulated carrier, mekongline-smpp, broker, gateway and Redis.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Process } from '../system/support/processes.mjs';
import { ROOT_FOLDER, channelOf, judge } from '../system/support/contract.mjs';
import { until } from '../system/support/wait.mjs';
import { World, readMetrics } from '../system/support/world.mjs';
import { Smsc } from './smsc.mjs';

const BINARY = path.resolve(process.env.MEKONGLINE_SMPP ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-smpp'));

// Quick, so that a test that waits for something waits shortly.
const QUICK = { retry_min_ms: 20, retry_max_ms: 200, throttle_ms: 50, rate: 10000 };

const section = (name, values) => `[${name}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}\n`;

// mekongline-smpp as a process, with one carrier called laotel.
export class SmppBridge extends Process {
  constructor(world, { smsc, smpp = {}, profile, bridge = {}, name = 'laotel' }) {
    const conf = world.file(`${name}.smpp.conf`);
    super(`mekongline-smpp ${name}`, BINARY, ['-c', conf], { env: { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0' } });
    Object.assign(this, { world, http: world.file(`${name}.smpp.http`), conf, smsc });
    fs.writeFileSync(world.file('smpp.password'), smsc.password, { mode: 0o600 });
    const at = typeof smsc.at === 'string' ? { host: smsc.at, port: 0 } : { host: '127.0.0.1', port: smsc.at };
    fs.writeFileSync(conf, [
      section('mqtt', { host: world.file('broker.sock'), port: 0, retry_min_ms: 20, retry_max_ms: 200 }),
      section('bridge', { listen: this.http, log_level: 'debug', repeat_ms: 300, ...bridge }),
      section(`smpp ${name}`, { ...at, system_id: smsc.systemId, password_file: world.file('smpp.password'), ...QUICK,
        ...(profile ? { profile: 'test' } : {}), ...smpp }),
      ...(profile ? [section('profile test', profile)] : []),
    ].join(''));
    this.ready = () => until(() => `${this.name} listens\n${this.output}`, () => fs.existsSync(this.http));
  }

  get(url) {
    return new Promise((resolve, reject) => {
      http.get({ socketPath: this.http, path: url }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => { body += text; });
        answer.once('end', () => resolve({ status: answer.statusCode, body }));
      }).once('error', reject);
    });
  }

  // The value of a metric of this carrier, 0 if it was never touched.
  async metric(name) {
    const all = readMetrics((await this.get('/metrics')).body);
    return [...all].filter(([key]) => key.startsWith(`mekongline_${name}{`)).reduce((sum, [, value]) => sum + value, 0);
  }

  logs(event) {
    return until(() => `${this.name} logs ${event}\n${this.output}`, () => this.output.includes(`event=${event}`));
  }
}

export class Carrier {
  inbound = [];  // messages of the bridge to the gateway

  // Options: smsc, smpp, profile, bridge (configuration), world (of system/support/world.mjs). The end of the test `t` ends all.
  static async start(t, { smsc = {}, world = {}, ...options } = {}) {
    const carrier = new Carrier();
    carrier.world = await World.start(t, world);
    carrier.smsc = await Smsc.start(t, { at: carrier.world.file('smsc.sock'), ...smsc });
    carrier.bridge = new SmppBridge(carrier.world, { smsc: carrier.smsc, ...options });
    t.after(() => carrier.end());
    carrier.#observe();
    await carrier.bridge.start();
    await carrier.smsc.becomesBound();
    return carrier;
  }

  phone(msisdn = '8562055512345') {
    this.world.numbers.add(msisdn);
    return this.smsc.phone(msisdn);
  }

  // Every message of the bridge is held against the contract, too.
  #observe() {
    this.client = this.world.connect();
    this.client.on('connect', () => this.client.subscribe('mekong/1/+/in/+'));
    this.client.on('message', (topic, payload) => {
      try {
        this.inbound.push(judge(channelOf(topic), payload).message);
      } catch (error) {
        this.world.faults.push(error);
      }
    });
  }

  // Wait until the bridge has sent such a message to the gateway.
  sends(wanted) {
    return until(() => `the bridge sends ${wanted}: ${JSON.stringify(this.inbound.map(({ kind, event }) => [kind, event]))}`,
      () => this.inbound.find(wanted));
  }

  async end() {
    await this.client.endAsync(true);
    const exit = await this.bridge.stop();
    if (process.env.SHOW_LOGS)
      process.stderr.write(this.bridge.output);
    assert.doesNotMatch(this.bridge.output, /Sanitizer|runtime error/, this.bridge.output);
    assert.ok(!exit || exit.signal !== 'SIGABRT', this.bridge.output);
    for (const number of this.world.numbers)
      assert.ok(!this.bridge.output.includes(number), 'the bridge logs a phone number');
  }
}
