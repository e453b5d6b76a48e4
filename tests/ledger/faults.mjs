// SPDX-License-Identifier: Apache-2.0
// Makes the events of a schedule happen, and lifts them again.
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { readMetrics } from '../system/support/world.mjs';

const FULL = 4096; // octets: no file may grow beyond
// What a program says at its end if it found no room when it started; the console says it in its log. SQLite calls a file at its limit (778)
// a disk that fails.
const NO_ROOM = /(is full: free space on it \(\d+\)|mend or change the disk \(778\))\."?\n(.* event=console_stop\n)?$/;

const prlimit = (pid, limit) => new Promise((resolve) => {
  execFile('prlimit', ['--pid', String(pid), `--fsize=${limit}:`], (error) => resolve(!error));
});

export class Faults {
  #down = new Map(); // name -> how many faults hold it down
  #full = new Map(); // name -> process whose disk was full last
  #running = [];
  metrics = new Map(); // of all lives of all gateways together: name{labels} -> value
  #last = new Map();   // gateway -> metrics of its present life

  // more: further kinds of events, { what: async (event) => ... }.
  constructor(world, book, more = {}) {
    Object.assign(this, { world, book, more });
    world.gateways.forEach(({ name }) => this.#last.set(name, new Map()));
  }

  // Run the schedule to its end; resolves when all is lifted.
  async run(events) {
    const begin = Date.now();
    const watch = setInterval(() => this.#watch(), 100);
    for (const event of events) {
      await pause(Math.max(0, begin + event.at - Date.now()));
      this.#running.push(this.#happen(event));
    }
    await Promise.all(this.#running);
    clearInterval(watch);
    await this.#lift();
  }

  async #happen(event) {
    const [what, who] = event.kind.split(': ');
    this.book.count(event.kind);
    if (this.more[what])
      await this.more[what](event);
    else if (what === 'kill')
      await Promise.all(event.names.map((name) => this.#kill(name, event.lasts)));
    else if (what === 'link')
      await this.#link(event);
    else if (what === 'disk full')
      await this.#disk(this.world.servers[who], event.lasts);
    else if (what === 'hung')
      await this.#stop(this.world.servers[who], event.lasts);
    else
      await this.#slowRedis(event);
  }

  async #kill(name, lasts) {
    const server = this.world.servers[name];
    this.#down.set(name, (this.#down.get(name) ?? 0) + 1);
    if (server.running) {
      server.signal('SIGKILL');
      await server.exited();
      this.book.count(`killed: ${name}`);
    }
    this.#keep(name);
    await pause(lasts);
    this.#down.set(name, this.#down.get(name) - 1);
    if (this.#down.get(name) === 0)
      server.spawn();
  }

  async #link({ link, fault, cut, lasts }) {
    const proxy = this.world.proxies[link];
    if (cut) {
      this.book.count('connections cut', proxy.cut());
      return;
    }
    proxy.set(fault);
    if (fault.refuse) // it has to be met: somebody must connect
      this.book.count('connections cut', proxy.cut());
    await pause(lasts);
    proxy.clear(...Object.keys(fault));
  }

  async #disk(server, lasts) {
    const { pid } = server;
    if (!server.running || !await prlimit(pid, FULL))
      return;
    this.#full.set(server.name, pid);
    await pause(lasts);
    if (server.running && server.pid === pid && !await prlimit(pid, 'unlimited') && server.running)
      this.book.fault('the limit of file sizes could not be lifted', { name: server.name });
  }

  async #stop(server, lasts) {
    const { pid } = server;
    server.signal('SIGSTOP');
    await pause(lasts);
    if (server.pid === pid)
      server.signal('SIGCONT');
  }

  async #slowRedis({ kind, lasts }) {
    const { redis } = this.world;
    if (kind === 'redis stopped') {
      await this.#stop(redis, lasts);
      return;
    }
    const words = kind === 'redis asleep' ? ['DEBUG', 'SLEEP', String(lasts / 1000)] : ['CLIENT', 'PAUSE', String(lasts), 'ALL'];
    this.world.redisCall(...words).catch(() => {});
    await pause(lasts);
  }

  // Nobody may end by itself, but for who finds a full disk when it starts: whoever supervises it starts it again.
  #watch() {
    for (const [name, server] of Object.entries(this.world.servers)) {
      if (server.running || !server.startedAt || this.#down.get(name))
        continue;
      if (this.#full.get(name) === server.pid && NO_ROOM.test(server.output))
        this.book.count(`started on a full disk, and ended: ${name}`);
      else
        this.book.fault('a process ended by itself', { name, said: server.output.slice(-2000) });
      this.#keep(name);
      server.spawn();
    }
  }

  async #lift() {
    for (const proxy of Object.values(this.world.proxies))
      proxy.clear();
    for (const server of Object.values(this.world.servers))
      server.signal('SIGCONT');
    await this.world.redisCall('CLIENT', 'UNPAUSE').catch(() => {});
  }

  // Read a gateway's metrics; what they were before its end is kept.
  async scrape(name) {
    try {
      const { body } = await this.world.get(name, '/metrics');
      this.#last.set(name, readMetrics(body));
      return body;
    } catch {
      return '';
    }
  }

  #keep(name) {
    for (const [key, value] of this.#last.get(name) ?? [])
      this.metrics.set(key, (this.metrics.get(key) ?? 0) + value);
    this.#last.set(name, new Map());
  }

  keepAll() {
    this.world.gateways.forEach(({ name }) => this.#keep(name));
  }

  // Sum of a metric over all lives and labels.
  metric(name) {
    return [...this.metrics].reduce((sum, [key, value]) => sum + (key === name || key.startsWith(`${name}{`) ? value : 0), 0);
  }
}
