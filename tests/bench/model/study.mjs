// SPDX-License-Identifier: Apache-2.0
// What the page needs, one piece at a time. FOLDER holds costs.json, and gets NAME.json from each piece.
//   node study.mjs names [--quick]                the pieces that need nothing but costs.json
//   node study.mjs names --then [--quick]         those that need the pieces before
//   node study.mjs piece NAME FOLDER [--quick]    one of them
//   node study.mjs plan NAME FOLDER [--quick]     NAME.schedule and NAME.options of a real run: small or storm
import fs from 'node:fs';
import path from 'node:path';
import { schedule } from './crowd.mjs';
import { limits } from './limits.mjs';
import { simulate } from './model.mjs';
import { dialOptions, FAILOVER, LAYOUTS, region, small, steady, storm, widened } from './scenarios.mjs';
import { quantile } from './series.mjs';

const NOTICED_US = 1e6; // an answer that takes longer is noticed
const quick = process.argv.includes('--quick');
const scale = quick ? 1 / 60 : 1 / 15; // of time, where the model is held against a real run
const whole = quick ? 1 / 60 : 1;
const end = quick ? undefined : 120; // the peak is over by then
const layouts = quick ? ['1x1', '1x2', '3x2'] : Object.keys(LAYOUTS);

const REAL = { small: (costs) => small(costs, scale), storm: (costs) => storm(costs, scale) };
const FIRST = {
  ...REAL,
  ...Object.fromEntries(layouts.map((name) => [`region-${name}`, (costs) => region(name, costs, { scale: whole, end_s: end })])),
};
// On the smallest layout with which workers notice nothing.
const THEN = {
  region: (costs, layout) => region(layout, costs, { scale: whole }),
  shipped: (costs, layout) => region(layout, costs, { scale: whole, limits: {}, end_s: end }),
  'long-gap': (costs, layout) => region(layout, costs, { scale: whole, gap_s: FAILOVER.shipped_s, end_s: end }),
  'few-sessions': (costs, layout) => region(layout, costs, { scale: whole, end_s: end,
    limits: { ...widened(costs), 'gateway.recent_sessions': limits()['gateway.recent_sessions'] } }),
};

const top = (queues) => Object.entries(queues).sort(([, a], [, b]) => b - a);
// Seconds without Redis, and those in which what waited meanwhile is worked off.
const inGap = ({ fault }) => ({ second }) => fault !== undefined && second >= Math.floor(fault.at_s) && second <= fault.at_s + fault.gap_s + 5;

// The queue that is first longer than 50 and five times what it ever was before the announcement. The time without Redis and the bridge of the carrier
// that flaps do not count.
function firstToGrow(rows, scenario) {
  const last = `bridge-${scenario.carriers - 1}`;
  const counts = (name) => !/^(in hand|asked)/.test(name) && !name.endsWith(last);
  const isInGap = inGap(scenario);
  const before = {};
  for (const row of rows) {
    const { second, queues } = row;
    if (second < (scenario.crowd.before_s ?? 0)) {
      for (const [name, n] of Object.entries(queues)) before[name] = Math.max(before[name] ?? 0, n);
      continue;
    }
    const [first] = isInGap(row) ? [] : top(queues).filter(([name, n]) => counts(name) && n > 50 && n > 5 * (before[name] ?? 0));
    if (first) return { name: first[0].replace(/bridge-\d+/, 'a bridge'), second, length: first[1] };
  }
  return null;
}

function summary({ series, clock, scenario }) {
  const apart = (name) => series.all[name] - series.flapping[name];
  const worst = (name, rows) => rows.reduce((most, row) => Math.max(most, row[name] ?? 0), 0);
  const isInGap = inGap(scenario);
  const sorted = Float64Array.from(series.latencies).sort();
  return {
    scenario, seconds: clock.now / 1e6, all: series.all, flapping: series.flapping, others: { refused: apart('refused'), timed_out: apart('timed_out') },
    p50_us: quantile(sorted, 0.5), p99_us: quantile(sorted, 0.99), worst_p99_us: worst('p99', series.rows),
    worst_p99_outside_us: worst('p99', series.rows.filter((row) => !isInGap(row))),
    machines: scenario.machines.map((one) => ({ ...one, busiest: worst('in_use', series.rows.map(({ used }) => ({ in_use: one.holds.reduce((sum, name) => sum + used[name], 0) / 1e6 }))) })),
    grows: firstToGrow(series.rows, scenario), rows: series.rows,
  };
}

const setBack = ({ all }) => all.forgotten + all.behind;
// Does no worker notice anything, but for those of the carrier that flaps?
const isGood = (one) => one.others.refused + one.others.timed_out + setBack(one) === 0 && one.worst_p99_us < NOTICED_US;

function modelled(make, costs, layout) {
  const one = summary(simulate(make(costs, layout), costs));
  return { ...one, layout, set_back: setBack(one), good: isGood(one) };
}

// Does a layout carry so many steps a second? The first second is not looked at, while dialogues fill the places of those that end.
function carries(layout, costs, perSecond) {
  const { series } = simulate(steady(layout, costs, perSecond, quick ? 2 : 3), costs);
  const rows = series.rows.slice(1, quick ? 2 : 3);
  const sum = (name) => rows.reduce((n, row) => n + row[name], 0);
  return { ok: sum('refused') === 0 && sum('timed_out') === 0 && sum('served') > 0.97 * sum('offered') && rows.every(({ p99 }) => p99 < NOTICED_US), rows };
}

function capacity(layout, costs) {
  let [low, high] = [1000, 128_000];
  for (let i = 0; i < (quick ? 5 : 7); i += 1) {
    const middle = Math.sqrt(low * high);
    if (carries(layout, costs, middle).ok) low = middle;
    else high = middle;
  }
  const [first] = top(carries(layout, costs, high * 1.1).rows.at(-1).queues).filter(([name]) => !/^(in hand|asked)/.test(name));
  return { layout, per_s: Math.round(low), first: { name: first[0], length: first[1] } };
}

const read = (folder, name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));

// The smallest layout that is good; if there is none, the largest with one gateway.
function smallest(folder) {
  const isOne = (name) => LAYOUTS[name].machines.some(({ holds }) => holds.includes('gateway'));
  return layouts.find((name) => read(folder, `region-${name}`).good) ?? layouts.filter(isOne).at(-1);
}

function piece(name, folder) {
  const costs = read(folder, 'costs');
  const [, layout] = name.match(/^carries-(.*)/) ?? [];
  const result = layout ? capacity(layout, costs) : modelled(FIRST[name] ?? THEN[name], costs, THEN[name] && smallest(folder));
  fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(result));
}

function plan(name, folder) {
  const costs = read(folder, 'costs');
  const scenario = REAL[name](costs);
  fs.writeFileSync(path.join(folder, `${name}.schedule`), `${schedule(scenario.crowd, scenario.seed).join('\n')}\n`);
  const fault = scenario.fault ? `fault_ms=${Math.round(scenario.fault.at_s * 1000)}\nfault_s=${scenario.fault.gap_s}\n` : '';
  fs.writeFileSync(path.join(folder, `${name}.options`), `${fault}options='${dialOptions(costs, scenario).join(' ')}'\n`);
}

const names = (then) => Object.keys(then ? THEN : FIRST).concat(then ? [] : layouts.map((one) => `carries-${one}`));

const [, , word, name, folder] = process.argv;
if (word === 'names') console.log(names(process.argv.includes('--then')).join('\n'));
else if (word === 'piece') piece(name, folder);
else if (word === 'plan') plan(name, folder);
