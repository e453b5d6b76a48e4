// SPDX-License-Identifier: Apache-2.0
// What the page needs, one piece at a time. FOLDER holds costs.json, and gets NAME.json from each piece.
//   node study.mjs names [--quick]             the pieces, the longest first
//   node study.mjs piece NAME FOLDER [--quick]    one of them
//   node study.mjs plan NAME FOLDER [--quick]  NAME.schedule and NAME.options of a real run: small or storm
import fs from 'node:fs';
import path from 'node:path';
import { schedule } from './crowd.mjs';
import { limits } from './limits.mjs';
import { simulate } from './model.mjs';
import { dialOptions, FAILOVER, LAYOUTS, region, small, steady, storm, widened } from './scenarios.mjs';
import { quantile } from './series.mjs';

const NOTICED_US = 1e6; // an answer that takes longer is noticed
const quick = process.argv.includes('--quick');
const scale = quick ? 1 / 60 : 1 / 15; // of time, where a model is held against a real run
const whole = quick ? 1 / 60 : 1;
const end = quick ? undefined : 180; // the peak is over by then

export const REAL = { small: (costs) => small(costs, scale), storm: (costs) => storm(costs, scale) };
export const layouts = quick ? ['1x1', '1x2', '3x2'] : Object.keys(LAYOUTS);
const MODELS = {
  region: (costs) => region('1x2', costs, { scale: whole }),
  shipped: (costs) => region('1x2', costs, { scale: whole, limits: {}, end_s: end }),
  ...REAL,
  ...Object.fromEntries(layouts.map((name) => [`region-${name}`, (costs) => region(name, costs, { scale: whole, end_s: end })])),
  'region-long-gap': (costs) => region('1x2', costs, { scale: whole, gap_s: FAILOVER.shipped_s, end_s: end }),
  'region-few-sessions': (costs) => region('1x2', costs, { scale: whole, limits: { ...widened(costs), 'gateway.recent_sessions': limits()['gateway.recent_sessions'] }, end_s: end }),
};

const top = (queues) => Object.entries(queues).sort(([, a], [, b]) => b - a);

// The queue that is first longer than 50 and five times what it ever was before `since`; what waits for Redis while it is away, and the bridge of the
// carrier that flaps, do not count.
function firstToGrow({ rows, scenario }, since) {
  const last = `bridge-${scenario.carriers - 1}`;
  const counts = (name) => !/^(in hand|asked)/.test(name) && !name.endsWith(last);
  const before = {};
  for (const { second, queues } of rows) {
    if (second < since) {
      for (const [name, n] of Object.entries(queues)) before[name] = Math.max(before[name] ?? 0, n);
      continue;
    }
    const { fault } = scenario;
    if (fault && second >= Math.floor(fault.at_s) && second <= fault.at_s + fault.gap_s + 1) continue;
    const [first] = top(queues).filter(([name, n]) => counts(name) && n > 50 && n > 5 * (before[name] ?? 0));
    if (first) return { name: first[0].replace(/bridge-\d+/, 'a bridge'), second, length: first[1] };
  }
  return null;
}

function summary(world) {
  const { series, clock, machines, stations, scenario } = world;
  const apart = (name) => series.all[name] - series.flapping[name];
  const sorted = Float64Array.from(series.latencies).sort();
  const busy = (name) => Math.max(...series.rows.map(({ used }) => used[name])) / 1e6;
  const inGap = ({ second }) => scenario.fault && second >= Math.floor(scenario.fault.at_s) && second <= scenario.fault.at_s + scenario.fault.gap_s + 1;
  const worst = (name, rows) => Math.max(...rows.map((row) => row[name] ?? 0));
  return {
    scenario, seconds: clock.now / 1e6, all: series.all, flapping: series.flapping,
    others: { refused: apart('refused'), timed_out: apart('timed_out'), cut: apart('cut') },
    p50_us: quantile(sorted, 0.5), p99_us: quantile(sorted, 0.99), worst_p99_us: worst('p99', series.rows), waiting: worst('waiting', series.rows),
    worst_p99_outside_us: worst('p99', series.rows.filter((row) => !inGap(row))),
    machines: machines.map(({ name, processors, holds }) => ({ name, processors, holds })),
    busiest: Object.fromEntries(Object.keys(stations).map((name) => [name, busy(name)])),
    grows: firstToGrow({ rows: series.rows, scenario }, scenario.crowd.before_s ?? 0), rows: series.rows,
  };
}

// Does a layout carry so many steps a second? The first second is not looked at, while dialogues fill the places of those that end.
function carries(layout, costs, perSecond) {
  const { series } = simulate(steady(layout, costs, perSecond, quick ? 2 : 3), costs);
  const rows = series.rows.slice(1, quick ? 2 : 3);
  const sum = (name) => rows.reduce((n, row) => n + row[name], 0);
  return { ok: sum('refused') === 0 && sum('timed_out') === 0 && sum('served') > 0.97 * sum('offered') && rows.every(({ p99 }) => p99 < NOTICED_US), rows };
}

function capacity(layout, costs) {
  let [low, high] = [1000, 256_000];
  for (let i = 0; i < (quick ? 5 : 8); i += 1) {
    const middle = Math.sqrt(low * high);
    if (carries(layout, costs, middle).ok) low = middle;
    else high = middle;
  }
  const over = carries(layout, costs, high * 1.1).rows.at(-1);
  const [first] = top(over.queues).filter(([name]) => !/^(in hand|asked)/.test(name));
  return { layout, per_s: Math.round(low), first: { name: first[0], length: first[1] } };
}

const read = (folder, name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));

function doPiece(name, folder) {
  const costs = read(folder, 'costs');
  const [, layout] = name.match(/^carries-(.*)/) ?? [];
  const result = layout ? capacity(layout, costs) : summary(simulate(MODELS[name](costs), costs));
  fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(result));
}

function plan(name, folder) {
  const costs = read(folder, 'costs');
  const scenario = REAL[name](costs);
  fs.writeFileSync(path.join(folder, `${name}.schedule`), `${schedule(scenario.crowd, scenario.seed).join('\n')}\n`);
  const fault = scenario.fault ? `fault_ms=${Math.round(scenario.fault.at_s * 1000)}\nfault_s=${scenario.fault.gap_s}\n` : 'fault_ms=\nfault_s=\n';
  fs.writeFileSync(path.join(folder, `${name}.options`), `${fault}options='${dialOptions(costs, scenario).join(' ')}'\n`);
}

const [, , word, name, folder] = process.argv;
if (word === 'names') console.log([...Object.keys(MODELS), ...layouts.map((one) => `carries-${one}`)].join('\n'));
else if (word === 'piece') doPiece(name, folder);
else if (word === 'plan') plan(name, folder);
