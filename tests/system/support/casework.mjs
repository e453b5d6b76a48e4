// SPDX-License-Identifier: Apache-2.0
// A receiver of requests, its broker, a gateway, and a stranger's gateway that sends what it seals with libsodium's JavaScript build.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { MqttClient } from 'mqtt';
import { Bridge } from './bridge.mjs';
import { ROOT_FOLDER } from './contract.mjs';
import { Process } from './processes.mjs';
import sodium from './sodium.mjs';
import { CONTENT } from './texts.mjs';
import { Mailbox, until } from './wait.mjs';

const BINARY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));
const ENV = { PATH: `${process.env.PATH}:/usr/sbin`, ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0' };
const ROOT = 'mekong/1';
const BLOCK = 256; // octets; plain texts are padded to whole ones
const SECRET = 'a secret of the tests, of more than 32 octets';

export const hex = (octets) => randomBytes(octets).toString('hex');

// Nine digits, the last by ISO/IEC 7064, MOD 11,10.
export function caseNumber(digits = String(10000000 + Math.floor(Math.random() * 90000000))) {
  const product = [...digits].reduce((p, d) => ((p + Number(d)) % 10 || 10) * 2 % 11, 10);
  return digits + (11 - product) % 10;
}

// The key of a session in Redis, as the documents name it.
export function sessionKey(msisdn) {
  return `{${createHmac('sha256', SECRET).update(msisdn).digest('hex').slice(0, 32)}}`;
}

// Run a program of its own to the end; what it printed as one text each.
function run(command, args, input = '') {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...ENV } });
    const result = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => { result[name] += text; });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('close', (status) => resolve({ status, ...result }));
  });
}

class Receiver extends Process {
  all = ''; // the output of earlier runs

  spawn() {
    this.all += this.output;
    this.output = '';
    super.spawn();
  }

  logs(event, count = 1) {
    return until(() => `the receiver logs ${event}\n${this.output}`, () => this.count(event) >= count);
  }

  count(event) {
    return this.output.split(`event=${event}`).length - 1;
  }
}

export class Casework {
  #clients = [];
  numbers = new Set(); // phone numbers that no log may show
  acks = new Mailbox();
  states = new Mailbox();
  drops = new Mailbox();
  acked = new Set();
  faults = []; // what the bridge found wrong

  // Options: redisArgs; start: servers that start at once. The end of the test takes all down.
  static async start(t, { start = ['broker', 'receiver'], redisArgs = [] } = {}) {
    const desk = new Casework(redisArgs);
    t.after(() => desk.end());
    await desk.makeKey();
    for (const name of start)
      await desk[name].start();
    if (start.includes('broker'))
      await desk.#listen();
    return desk;
  }

  constructor(redisArgs) {
    assert.ok(fs.existsSync(BINARY), `${BINARY} is missing: build it, or name another in MEKONGLINE`);
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-'));
    fs.writeFileSync(this.file('secret'), SECRET, { mode: 0o600 });
    fs.writeFileSync(this.file('broker.conf'), [`listener 0 ${this.file('broker.sock')}`, 'allow_anonymous true',
      'persistence false', 'max_queued_messages 0', `user ${os.userInfo().username}`, ''].join('\n'));
    this.broker = new Process('mosquitto', 'mosquitto', ['-c', this.file('broker.conf')],
      { env: ENV, ready: () => this.#listens('broker.sock') });
    this.redis = new Process('redis-server', 'redis-server', ['--port', '0', '--unixsocket', this.file('redis.sock'),
      '--dir', this.folder, '--save', '', '--appendonly', 'no', ...redisArgs],
    { env: ENV, ready: () => this.#listens('redis.sock') });
    this.receiver = this.receiverOf(BINARY, ['receive-requests', '-c', this.file('conf')]);
    this.gateway = new Process('gateway', BINARY, ['serve', '-c', this.file('conf')],
      { env: ENV, ready: () => until(() => `the gateway is ready\n${this.gateway.output}`, () => this.gateway.output.includes('event=gateway_ready')) });
    this.gateways = [this.gateway];
    this.configure({});
  }

  // A carrier's bridge to the gateway.
  async bridge(name = 'laotel') {
    this.carrier = new Bridge(this, name);
    await this.carrier.connected();
    return this.carrier;
  }

  receiverOf(command, args) {
    const receiver = new Receiver('receiver', command, args, { env: ENV, ready: () => receiver.logs('receiver_up') });
    return receiver;
  }

  get binary() {
    return BINARY;
  }

  file(name) {
    return path.join(this.folder, name);
  }

  // Write the configuration; `more` goes over what stands here.
  configure(more) {
    const own = {
      gateway: { secret_file: this.file('secret'), content: CONTENT },
      mqtt: { host: this.file('broker.sock'), port: 0, retry_min_ms: 20, retry_max_ms: 200 },
      redis: { host: this.file('redis.sock'), port: 0 },
      request: { journal: this.file('journal'), public_key_file: this.file('requests.pub'), resend_s: 1 },
      http: { listen: '' },
      receiver: { cases: this.file('cases'), secret_key_file: this.file('requests.key') },
    };
    const sections = [...new Set([own, more].flatMap(Object.keys))];
    const text = sections.map((section) => `[${section}]\n${Object.entries({ ...own[section], ...more[section] })
      .map(([key, value]) => `${key} = ${value}\n`).join('')}`);
    fs.writeFileSync(this.file('conf'), text.join('\n'));
  }

  // Run a command of the program with this configuration: { status, stdout, stderr }.
  async command(name, ...args) {
    return this.bare(name, '-c', this.file('conf'), ...args);
  }

  // The same without the configuration, and with an input.
  async bare(...args) {
    return this.fed('', ...args);
  }

  async fed(input, ...args) {
    const result = await run(BINARY, args, input);
    this.#judge(result.stderr);
    return result;
  }

  async done(...args) {
    const { status, stdout, stderr } = await this.command(...args);
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async list() {
    return JSON.parse(await this.done('receive-requests', '--list', '--json')).cases;
  }

  async makeKey() {
    const made = await this.bare('receive-requests', '--make-key', this.folder);
    assert.equal(made.status, 0, made.stderr);
    this.publicKey = Buffer.from(fs.readFileSync(this.file('requests.pub'), 'utf8'), 'base64');
    return made;
  }

  // A request as a gateway makes it. `more` goes over the members; msisdn and text are sealed.
  request({ msisdn = '', text = '', ...more } = {}) {
    const id = more.id ?? `${hex(7)}00`;
    const request = { v: 1, type: 'request', id, case: caseNumber(), proof: hex(8), subject: msisdn ? hex(16) : '', at: Date.now(),
      bridge: 'laotel', channel: 'ussd', kind: 'unpaid', country: 'TH', wish: msisdn ? 'call' : 'none', safe: 'evening', lang: 'lo', ...more };
    if (msisdn || text)
      request.sealed = this.seal(JSON.stringify({ id, msisdn, text }));
    if (msisdn)
      this.numbers.add(msisdn);
    return request;
  }

  seal(plain) {
    return Buffer.from(sodium.crypto_box_seal(sodium.pad(Buffer.from(plain), BLOCK), this.publicKey)).toString('base64');
  }

  send(request) {
    this.raw(`request/${request.id.slice(0, 2)}`, JSON.stringify(request));
  }

  raw(below, payload) {
    this.client.publish(`${ROOT}/${below}`, payload, { qos: 1 });
  }

  // Send and wait for the acknowledgement.
  async deliver(request) {
    this.send(request);
    await this.acks.take(`the ack of ${request.id}`, (id) => id === request.id);
    return request;
  }

  // Ask how a case stands.
  async ask({ case: number, proof }) {
    const id = `gateway-1.${hex(4)}`;
    this.raw('request/ask', JSON.stringify({ v: 1, id, case: number, proof }));
    return (await this.states.take('the state', ({ re }) => re === id)).state;
  }

  // One command to Redis in its own protocol.
  redisCall(...words) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.file('redis.sock'), () => {
        socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
      });
      socket.once('data', (data) => { socket.destroy(); resolve(data.toString().trim()); });
      socket.once('error', reject);
    });
  }

  connect(options = {}) {
    const client = new MqttClient(() => net.connect(this.file('broker.sock')), { protocolVersion: 5, clean: true, reconnectPeriod: 30, ...options });
    client.on('error', () => {});
    this.#clients.push(client);
    return client;
  }

  async #listen() {
    const boxes = { ack: this.acks, state: this.states, forget: this.drops };
    this.client = this.connect();
    this.client.on('message', (topic, payload) => {
      const name = topic.split('/').pop();
      const message = JSON.parse(payload);
      if (name === 'ack')
        this.acked.add(message.id);
      boxes[name].put(name === 'ack' ? message.id : message);
    });
    await this.client.subscribeAsync(['request/ack', 'request/state', 'gateway/forget'].map((below) => `${ROOT}/${below}`), { qos: 1 });
  }

  #listens(name) {
    return until(`${name} listens`, () => new Promise((resolve) => {
      const socket = net.connect(this.file(name), () => { socket.destroy(); resolve(true); });
      socket.once('error', () => resolve(false));
    }));
  }

  #judge(output) {
    assert.doesNotMatch(output, /Sanitizer|runtime error/);
    for (const number of this.numbers)
      assert.ok(!output.includes(number), `a phone number in a log: ${output}`);
  }

  async end() {
    await this.carrier?.end();
    await Promise.all([this.receiver.stop(), this.gateway.stop()]);
    await Promise.all(this.#clients.map((one) => one.endAsync(true)));
    await Promise.all([this.broker.stop(), this.redis.stop()]);
    fs.rmSync(this.folder, { recursive: true, force: true });
    this.#judge(this.receiver.all + this.receiver.output + this.gateway.output);
    assert.deepEqual(this.faults, []);
  }
}
