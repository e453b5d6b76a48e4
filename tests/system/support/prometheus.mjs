// SPDX-License-Identifier: Apache-2.0
// Debian's Prometheus with a configuration of a test's, and doors by which it reaches what listens on Unix sockets.
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Process } from './processes.mjs';
import { until } from './wait.mjs';

// Prometheus speaks TCP alone: a port that leads to a socket. Returns ADDRESS:PORT.
export async function door(t, socket) {
  const worker = new Worker(new URL('door.mjs', import.meta.url), { workerData: socket });
  t.after(() => worker.terminate());
  const [port] = await once(worker, 'message');
  return `127.0.0.1:${port}`;
}

export class Prometheus extends Process {
  // Its files are in the folder of a world; `data`: the folder of what it has noted, `args`: more of the command line. The end of the test ends it.
  static async start(t, { world, conf, data = world.file('tsdb'), args = [] }) {
    const file = path.join(world.folder, 'prometheus.yml');
    fs.writeFileSync(file, conf);
    const one = new Prometheus('prometheus', 'prometheus', [`--config.file=${file}`, `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0', ...args]);
    one.ready = () => until(() => `Prometheus is ready\n${one.output}`, () => one.#answers());
    t.after(() => one.stop());
    await one.start();
    return one;
  }

  // It says where it listens.
  async #answers() {
    this.address ??= /msg="Listening on" address=(\S+)/.exec(this.output)?.[1];
    return this.address && (await fetch(`http://${this.address}/-/ready`)).ok;
  }

  async #ask(below) {
    const answer = await (await fetch(`http://${this.address}/api/v1/${below}`)).json();
    if (answer.status !== 'success')
      throw new Error(`${below}: ${answer.error}`);
    return answer.data;
  }

  async query(expr) {
    return (await this.#ask(`query?query=${encodeURIComponent(expr)}`)).result;
  }

  // What it would have said at each step of a time; all in seconds.
  async range(expr, { from, to, step }) {
    return (await this.#ask(`query_range?query=${encodeURIComponent(expr)}&start=${from}&end=${to}&step=${step}`)).result;
  }

  // Alerts that are pending or firing: { state, labels, ... }.
  async alerts() {
    return (await this.#ask('alerts')).alerts;
  }
}
