// SPDX-License-Identifier: Apache-2.0
// The console's program, and requests to it as a browser would send them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT_FOLDER } from '../../system/support/contract.mjs';
import { Process } from '../../system/support/processes.mjs';
import { section } from '../../system/support/program.mjs';
import { until } from '../../system/support/wait.mjs';

const BINARY = path.resolve(process.env.MEKONGLINE_CONSOLE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-console'));
const GATEWAY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));

// Make the keys of the case work in the folder of a world: requests.pub and requests.key.
export function makeKeys(folder) {
  execFileSync(GATEWAY, ['receive-requests', '--make-key', folder], { stdio: 'ignore' });
}

export class Console extends Process {
  // conf: more of the configuration, by section.
  constructor(world, conf = {}) {
    super('mekongline-console', BINARY, ['-c', world.file('console.conf')], { env: { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0' } });
    Object.assign(this, { world, conf });
    this.ready = () => until(() => `the console is up\n${this.output}`, () => this.#readPort());
    this.configure();
  }

  configure(more = {}) {
    const { world } = this;
    const own = {
      gateway: { content: world.content, log_level: 'debug', secret_file: world.file('secret'), serve_drafts: 'yes' },
      mqtt: { host: world.file('broker.sock'), port: 0, retry_min_ms: 20, retry_max_ms: 200 },
      redis: { host: world.file('redis.sock'), port: 0, retry_min_ms: 20, retry_max_ms: 200 },
      receiver: { cases: world.file('cases.db'), secret_key_file: world.file('requests.key') },
      console: { listen: '127.0.0.1:0', db: world.file('console.db') },
    };
    const names = new Set([own, this.conf, more].flatMap(Object.keys));
    fs.writeFileSync(world.file('console.conf'), [...names].map((name) => section(name,
      { ...own[name], ...this.conf[name], ...more[name] })).join(''));
  }

  spawn() {
    this.from = this.output.length;
    super.spawn();
  }

  // The console says where it is once it serves.
  #readPort() {
    const port = /event=console_up .*port=(\d+)/.exec(this.output.slice(this.from))?.[1];
    if (port)
      this.address = `http://localhost:${port}`;
    return port;
  }

  logs(event, words = '') {
    return until(() => `the console logs ${event} ${words}\n${this.output}`,
      () => this.output.split('\n').find((line) => line.includes(`event=${event}`) && line.includes(words)));
  }

  // What the first start printed for the administrator: { login, password }.
  firstPassword() {
    const [, login, password] = /^ *login +(\S+)\n *password +(\S+)/m.exec(this.output) ?? assert.fail(this.output);
    return { login, password };
  }

  // Stop it, and judge what it wrote.
  async end() {
    const exit = await this.stop();
    if (process.env.SHOW_LOGS)
      process.stderr.write(this.output);
    assert.doesNotMatch(this.output, /Sanitizer|runtime error/, this.output);
    assert.ok(!exit || exit.signal !== 'SIGABRT', this.output);
    for (const number of this.world.numbers)
      assert.ok(!this.output.includes(number), 'the console logs a phone number');
  }
}

// Somebody who speaks to the console without a browser: cookies, the token against forged requests, JSON.
export class Client {
  cookie = '';
  token = '';

  constructor(console) {
    this.console = console;
  }

  async #ask(method, url, { body, type = 'application/json', headers = {} } = {}) {
    const answer = await fetch(`${this.console.address}${url}`, {
      method,
      headers: { ...(this.cookie && { Cookie: this.cookie }), ...(method === 'POST' && {
        'Content-Type': type, Origin: this.console.address, 'X-CSRF-Token': this.token }), ...headers },
      body: method === 'POST' ? (typeof body === 'string' ? body : JSON.stringify(body ?? {})) : undefined,
      redirect: 'manual',
    });
    const cookie = answer.headers.get('set-cookie');
    if (cookie)
      this.cookie = cookie.split(';')[0];
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : null;
    return { status: answer.status, json, text, headers: answer.headers };
  }

  get(url, options) {
    return this.#ask('GET', url, options);
  }

  post(url, body, options) {
    return this.#ask('POST', url, { body, ...options });
  }

  // The same, and it must be taken.
  async done(method, url, body) {
    const answer = await this.#ask(method, url, { body });
    assert.equal(answer.status, 200, `${method} ${url}: ${answer.text}`);
    return answer.json;
  }

  async signIn(login, password, code) {
    const json = await this.done('POST', '/api/sign-in', { login, password, ...(code && { code }) });
    this.token = (await this.done('GET', '/api/me')).token;
    return json;
  }
}
