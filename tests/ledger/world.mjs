// SPDX-License-Identifier: Apache-2.0
// The whole line on private Unix sockets: a broker, a Redis, two gateways with a journal each, a receiver; every link
// between them goes through a proxy that can fail.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { Process } from '../system/support/processes.mjs';
import { CONTENT } from '../system/support/texts.mjs';
import { until } from '../system/support/wait.mjs';

// The packages are installed once, for the system tests.
const { MqttClient } = createRequire(new URL('../system/package.json', import.meta.url))('mqtt');

export const SECRET = 'a secret of the tests, of more than 32 octets';
export const BINARY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));
const CONSOLE = path.resolve(process.env.MEKONGLINE_CONSOLE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-console'));
export const ENV = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0' };

// Servers and the links that lead to them.
export const LINKS = {
  'gateway-1 to broker': 'broker', 'gateway-2 to broker': 'broker', 'receiver to broker': 'broker', 'bridge to broker': 'broker',
  'gateway-1 to redis': 'redis', 'gateway-2 to redis': 'redis',
};

// A process that is killed often: what all its lives wrote stays in `output`, with the instant of each piece in `heard`.
export class Server extends Process {
  heard = [];    // { at, text } of whole lines
  startedAt = 0;

  spawn() {
    let rest = '';
    super.spawn();
    this.startedAt = Date.now();
    this.listen((text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      this.heard.push(...lines.map((line) => ({ at: Date.now(), text: line })));
    });
  }

  says(event, since = 0) {
    return this.heard.some(({ at, text }) => at >= since && text.includes(`event=${event}`));
  }
}

// Run a program to its end; { status, stdout, stderr }.
export function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...ENV } });
    const result = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => { result[name] += text; });
    child.once('error', (error) => resolve({ status: -1, ...result, stderr: String(error) }));
    child.once('close', (status) => resolve({ status, ...result }));
  });
}

export class World {
  proxies = {};
  gateways = [];

  // The console may receive in place of `mekongline receive-requests`.
  constructor({ console = false } = {}) {
    for (const binary of console ? [BINARY, CONSOLE] : [BINARY])
      if (!fs.existsSync(binary))
        throw new Error(`${binary} is missing: build it, or name another in MEKONGLINE or MEKONGLINE_CONSOLE`);
    this.console = console;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-'));
    fs.writeFileSync(this.file('secret'), SECRET, { mode: 0o600 });
    fs.writeFileSync(this.file('broker.conf'), [`listener 0 ${this.file('broker.sock')}`, 'allow_anonymous true',
      'persistence false', 'max_queued_messages 0', `user ${os.userInfo().username}`, ''].join('\n'));
    for (const [link, server] of Object.entries(LINKS))
      this.proxies[link] = new FaultProxy(this.file(`${link.replaceAll(' ', '-')}.sock`), this.file(`${server}.sock`));
    this.#makeServers();
  }

  #makeServers() {
    const server = (name, command, args, ready) => new Server(name, command, args, { env: ENV, ready });
    this.broker = server('broker', 'mosquitto', ['-c', this.file('broker.conf')], () => this.#listens('broker.sock'));
    // With `always` a reply means that the write is in the file. With `everysec` Redis may hold writes back for as long as a sync of
    // the second before runs, so that a kill takes back what was replied, and no strict rule could stand.
    this.redis = server('redis', 'redis-server', ['--port', '0', '--unixsocket', this.file('redis.sock'), '--dir', this.folder,
      '--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--enable-debug-command', 'yes'], () => this.#serves());
    this.gateways = ['gateway-1', 'gateway-2'].map((name) => server(name, BINARY, ['serve', '-c', this.file(`${name}.conf`)],
      () => until(() => `${name} is ready`, async () => (await this.get(name, '/readyz')).status === 200)));
    this.receiver = server('receiver', this.console ? CONSOLE : BINARY, [...(this.console ? [] : ['receive-requests']), '-c', this.file('receiver.conf')],
      () => until('the receiver is up', () => this.receiver.says('receiver_up', this.receiver.startedAt)));
    this.servers = Object.fromEntries([this.broker, this.redis, this.receiver, ...this.gateways].map((one) => [one.name, one]));
  }

  async start() {
    const made = await run(BINARY, ['receive-requests', '--make-key', this.folder]);
    if (made.status !== 0)
      throw new Error(`no key: ${made.stderr}`);
    await Promise.all(Object.values(this.proxies).map((one) => one.listen()));
    for (const { name } of this.gateways)
      this.#configure(name, { request: { journal: this.file(`${name}.journal`), public_key_file: this.file('requests.pub'), resend_s: 1 },
        redis: { host: this.proxies[`${name} to redis`].front, port: 0, retry_min_ms: 20, retry_max_ms: 200, timeout_ms: 500 } });
    this.#configure('receiver', { receiver: { cases: this.file('cases'), secret_key_file: this.file('requests.key') },
      console: { db: this.file('console.db'), listen: this.file('console.sock'), public_url: 'https://console.example' } });
    await this.broker.start();
    await this.redis.start();
    await Promise.all([...this.gateways, this.receiver].map((one) => one.start()));
  }

  #configure(name, more) {
    const sections = {
      gateway: { instance: name, content: CONTENT, secret_file: this.file('secret'), serve_drafts: 'yes', log_level: 'debug', drain_s: 5 },
      limit: { steps_per_minute: 1000, request_steps_per_minute: 1000, requests_per_day: 100, loop_repeats: 100 },
      mqtt: { host: this.proxies[`${name} to broker`].front, port: 0, retry_min_ms: 20, retry_max_ms: 200, keepalive_s: 5 },
      http: { listen: this.file(`${name}.http`) }, ...more };
    const text = Object.entries(sections).map(([section, values]) =>
      `[${section}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}`);
    fs.writeFileSync(this.file(`${name}.conf`), text.join('\n'));
  }

  file(name) {
    return path.join(this.folder, name);
  }

  // A client of the broker, through the bridge's link or beside all links.
  connect({ direct = false, ...options } = {}) {
    const front = direct ? this.file('broker.sock') : this.proxies['bridge to broker'].front;
    const client = new MqttClient(() => net.connect(front), { protocolVersion: 5, clean: true, reconnectPeriod: 50,
      connectTimeout: 2000, keepalive: 5, queueQoSZero: false, ...options });
    client.on('error', () => {});
    return client;
  }

  // One command to Redis, beside the links; its raw answer as a Buffer.
  redisCall(...words) {
    return new Promise((resolve, reject) => {
      const pieces = [];
      const socket = net.connect(this.file('redis.sock'), () => {
        for (const line of [words, ['QUIT']])
          socket.write(`*${line.length}\r\n${line.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
      });
      socket.on('data', (piece) => pieces.push(piece));
      socket.once('close', () => resolve(Buffer.concat(pieces).subarray(0, -5))); // without the +OK of QUIT
      socket.once('error', reject);
    });
  }

  get(name, url) {
    return new Promise((resolve, reject) => {
      const call = http.get({ socketPath: this.file(`${name}.http`), path: url, timeout: 2000 }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => { body += text; });
        answer.once('end', () => resolve({ status: answer.statusCode, body }));
      });
      call.once('error', reject);
      call.once('timeout', () => call.destroy(new Error('no answer')));
    });
  }

  // A command of the program on one configuration; its standard output.
  async command(name, conf, ...args) {
    const { status, stdout, stderr } = await run(BINARY, [name, '-c', this.file(`${conf}.conf`), ...args]);
    if (status !== 0)
      throw new Error(`${name} ${args.join(' ')}: ${status} ${stderr}`);
    return stdout;
  }

  async #serves() {
    await until('redis answers', async () => String(await this.redisCall('PING')).startsWith('+PONG'));
  }

  #listens(name) {
    return until(`${name} listens`, () => new Promise((resolve) => {
      const socket = net.connect(this.file(name), () => { socket.destroy(); resolve(true); });
      socket.once('error', () => resolve(false));
    }));
  }

  // Stop what runs; what became of the gateways and the receiver: { name, code, signal } each.
  async stop() {
    const exits = await Promise.all([...this.gateways, this.receiver].map(async (one) => ({ name: one.name, ...await one.stop() })));
    await Promise.all(Object.values(this.proxies).map((one) => one.end().catch(() => {})));
    await Promise.all([this.broker.stop(), this.redis.stop()]);
    return exits;
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
