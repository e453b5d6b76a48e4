// SPDX-License-Identifier: Apache-2.0
// One server as a child process: start, signal, restart, and its output.
import { spawn } from 'node:child_process';

export class Process {
  #child = null;
  #exit = null;
  output = '';

  constructor(name, command, args, { env = {}, ready = async () => true } = {}) {
    Object.assign(this, { name, command, args, env, ready });
  }

  get running() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  // Start without waiting until it serves.
  spawn() {
    const child = spawn(this.command, this.args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.env } });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => { this.output += text; });
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => { this.output += `${error}\n`; resolve({ code: null, signal: 'none' }); });
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  async start() {
    this.spawn();
    const gone = this.#exit.then(({ code, signal }) => {
      throw new Error(`${this.name} ended early (${code ?? signal}):\n${this.output}`);
    });
    await Promise.race([this.ready(), gone]);
    gone.catch(() => {});
  }

  signal(name) {
    if (this.running)
      this.#child.kill(name);
  }

  get pid() {
    return this.#child?.pid;
  }

  // Hear what the present life writes.
  listen(take) {
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', take);
  }

  // What became of it: { code, signal }.
  exited() {
    return this.#exit;
  }

  async kill() {
    this.signal('SIGKILL');
    await this.#exit;
  }

  // Ask it to end; a stopped one is woken first.
  async stop() {
    if (!this.running)
      return this.#exit;
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), 20000);
    const exit = await this.#exit;
    clearTimeout(timer);
    return exit;
  }
}
