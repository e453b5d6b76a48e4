// SPDX-License-Identifier: Apache-2.0
// Debian's Prometheus with the shipped rules, faster, and what is awaited of each alert: silence, then fire, then silence.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { Prometheus } from '../../system/support/prometheus.mjs';
import { replaced, shipped } from '../../system/support/shipped.mjs';
import { until } from '../../system/support/wait.mjs';
import { faster, shorter } from './faster.mjs';

export const RULES = 'prometheus/mekongline.rules.yml', CONF = 'prometheus/prometheus.yml';
export const alertsOf = (rules) => [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);

const PATIENCE_MS = 90000;

// A week ago there was traffic: a block of data as Prometheus itself would have written it, because no test takes a week.
function weekAgo(world, instance) {
  const begin = Date.now() - shorter(1, 'w') - 60000, step = shorter(15, 's');
  const lines = Array.from({ length: 600000 / step }, (_, i) =>
    `mekongline_mo_total{instance="${instance}",job="mekongline",kind="ussd"} ${i} ${((begin + i * step) / 1000).toFixed(3)}`);
  fs.writeFileSync(world.file('week.txt'), ['# TYPE mekongline_mo counter', ...lines, '# EOF', ''].join('\n'));
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', world.file('week.txt'), world.file('tsdb')], { stdio: 'pipe' });
}

export class Watch {
  #awaited = new Set(); // those that should fire and do not yet
  raised = new Set();
  resolved = new Set();

  // gateways and bridges: ADDRESS:PORT of their metrics. The files go to the folder of a world.
  static async start(t, { world, gateways, bridges }) {
    const watch = new Watch();
    const list = (all) => all.map((one) => `'${one}'`).join(', ');
    const conf = replaced(faster(shipped(CONF)), [["'127.0.0.1:9464'", list(gateways)], ["'127.0.0.1:9465', '127.0.0.1:9466'", list(bridges)]]);
    fs.writeFileSync(world.file('mekongline.rules.yml'), faster(shipped(RULES)));
    weekAgo(world, gateways[0]);
    // What is gone is forgotten after five minutes, if nothing else says how long: of the same time as the rules.
    watch.prometheus = await Prometheus.start(t, { world, conf, args: [`--query.lookback-delta=${shorter(5, 'm')}ms`] });
    watch.programs = gateways.length + bridges.length;
    await until('all were looked at, before anything is counted', async () => (await watch.prometheus.query('up == 1')).length === watch.programs);
    return watch;
  }

  async #firing(alert) {
    return (await this.prometheus.alerts()).find(({ state, labels }) => state === 'firing' && labels.alertname === alert);
  }

  // All programs have been looked at for five minutes, none was away, and no alert that somebody is called for fires or is about to.
  async isCalm(what) {
    const five = `[${shorter(5, 'm')}ms]`, steady = `min_over_time(up${five}) == 1 and count_over_time(up${five}) >= 4`;
    await until(() => `calm ${what}: ${JSON.stringify(this.last)}`, async () => {
      this.last = (await this.prometheus.alerts()).filter(({ labels }) => labels.severity !== 'info');
      return this.last.length === 0 && (await this.prometheus.query(steady)).length === this.programs;
    }, PATIENCE_MS);
  }

  // An alert is silent until its cause is there, and then it fires. Returns what it says.
  async fires(alert, cause) {
    assert.ok(!await this.#firing(alert), `${alert} is there before its cause`);
    await cause?.();
    this.#awaited.add(alert);
    const { annotations } = await until(() => `of ${[...this.#awaited].join(', ')}, ${alert} fires`, () => this.#firing(alert), PATIENCE_MS);
    this.#awaited.delete(alert);
    assert.doesNotMatch(annotations.summary, /no value|%!/);
    this.raised.add(alert);
    return annotations.summary;
  }

  // It ends with its cause.
  async ends(alert, cure) {
    assert.ok(this.raised.has(alert), alert);
    await cure?.();
    await until(`${alert} ends`, async () => !await this.#firing(alert), PATIENCE_MS);
    this.resolved.add(alert);
  }
}
