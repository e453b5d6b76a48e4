// SPDX-License-Identifier: Apache-2.0
// A bridge program of the project's as a process: its configuration, health, metrics and log.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { ROOT_FOLDER } from './contract.mjs';
import { Process } from './processes.mjs';
import { until } from './wait.mjs';
import { readMetrics } from './world.mjs';

export const section = (name, values) => `[${name}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}\n`;

export class Program extends Process {
  // `name`: mekongline-smpp or mekongline-http; `variable` of the environment names its binary. `sections`: text of the
  // configuration, besides the broker's and the log's. `bridge`: more of [bridge].
  constructor(world, name, variable, { sections, bridge = {}, env = {} }) {
    const conf = world.file(`${name}.conf`);
    const binary = path.resolve(process.env[variable] ?? path.join(ROOT_FOLDER, 'build-asan', name));
    super(name, binary, ['-c', conf], { env: { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0', ...env } });
    Object.assign(this, { world, health: world.file(`${name}.health`) });
    fs.writeFileSync(conf, [
      section('mqtt', { host: world.file('broker.sock'), port: 0, retry_min_ms: 20, retry_max_ms: 200 }),
      section('bridge', { listen: this.health, log_level: 'debug', repeat_ms: 300, ...bridge }),
      ...sections,
    ].join(''));
    this.ready = () => until(() => `${name} listens\n${this.output}`, () => fs.existsSync(this.health));
  }

  get(url) {
    return new Promise((resolve, reject) => {
      http.get({ socketPath: this.health, path: url }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => { body += text; });
        answer.once('end', () => resolve({ status: answer.statusCode, body }));
      }).once('error', reject);
    });
  }

  // The value of a metric of one bridge, or of all together; 0 if it was never touched.
  async metric(name, bridge) {
    const all = readMetrics((await this.get('/metrics')).body);
    return [...all].filter(([key]) => key.startsWith(`mekongline_${name}{`) && (!bridge || key.includes(`bridge="${bridge}"`)))
      .reduce((sum, [, value]) => sum + value, 0);
  }

  // Wait for a line of the log that has this event and these words; returns it. `times`: as many of them.
  logs(event, words = '', times = 1) {
    return until(() => `${this.name} logs ${event} ${words}\n${this.output}`, () => {
      const lines = this.output.split('\n').filter((line) => line.includes(`event=${event}`) && line.includes(words));
      return lines[times - 1];
    });
  }

  // Stop it, and judge what it wrote.
  async end() {
    const exit = await this.stop();
    if (process.env.SHOW_LOGS)
      process.stderr.write(this.output);
    assert.doesNotMatch(this.output, /Sanitizer|runtime error/, this.output);
    assert.ok(!exit || exit.signal !== 'SIGABRT', this.output);
    for (const number of this.world.numbers)
      assert.ok(!this.output.includes(number), `${this.name} logs a phone number`);
  }
}
