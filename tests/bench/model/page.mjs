// SPDX-License-Identifier: Apache-2.0
// Writes results.md and its pictures from what study.mjs and bench_dial left. Usage: node page.mjs FOLDER OUT [--quick]
import fs from 'node:fs';
import path from 'node:path';
import { bars, COLOURS, curves } from './draw.mjs';
import { limits } from './limits.mjs';
import { passesOf, processorShare } from './model.mjs';
import { ASSUMED, FAILOVER, LAYOUTS, peak, redisMiB, widened } from './scenarios.mjs';
import { readSeconds } from './seconds.mjs';

const [, , folder, out] = process.argv;
const quick = process.argv.includes('--quick');
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
const costs = read('costs');
const names = Object.keys(LAYOUTS).filter((name) => fs.existsSync(path.join(folder, `carries-${name}.json`)));
const n = (x) => Math.round(x).toLocaleString('en');
const ms = (us) => (us === null || us === undefined ? '' : us < 10000 ? `${(us / 1000).toFixed(1)} ms` : us < 1e6 ? `${Math.round(us / 1000)} ms` : `${(us / 1e6).toFixed(1)} s`);
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
const column = (rows, name, by = 1) => rows.map((row) => [row.second, row[name] === null || row[name] === undefined ? null : row[name] / by]);

// What bench_dial saw, and what the gateway itself counted.
function real(name) {
  const metrics = fs.readFileSync(path.join(folder, `${name}.metrics`), 'utf8');
  const metric = (one) => Number(metrics.match(new RegExp(`^${one} (\\d+)`, 'm'))[1]);
  const { rows, all } = readSeconds(path.join(folder, `${name}.csv`));
  return { rows, all: { ...all, unsaved: metric('mekongline_degraded_steps_total'), again: metric('mekongline_store_conflicts_total') } };
}

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? null;
const most = (list) => list.reduce((a, b) => Math.max(a, b ?? 0), 0);

// What is held against each other, of one side.
function figures({ rows, all }, used) {
  const full = rows.filter(({ served }) => served >= 100);
  return { served: all.served, 'refused steps': all.refused, 'timed out': all.timed_out, 'met no link': all.cut, 'sent again': all.repeats, 'dialled again': all.redials,
    'steps from memory alone': all.unsaved, 'steps taken again': all.again,
    'p50, middle of the seconds, us': middle(full.map(({ p50 }) => p50)), 'p99, middle of the seconds, us': middle(full.map(({ p99 }) => p99)),
    'p99 of the worst second, us': most(rows.map(({ p99 }) => p99)), 'most in flight': most(rows.map(({ waiting }) => waiting)),
    'most served in a second': most(rows.map(({ served }) => served)),
    ...Object.fromEntries(['load', 'broker', 'gateway', 'redis'].map((name) => [`processor time of the ${name}, ms`, rows.reduce((sum, row) => sum + used(row, name), 0) / 1000])) };
}

function compare(name) {
  const [measured, model] = [real(name), read(name)];
  const [a, b] = [figures(measured, (row, one) => row[`cpu_${one}`]), figures(model, (row, one) => row.used[one])];
  const last = Math.max(...measured.rows.filter(({ served }) => served >= 100).map(({ second }) => second)) + 1;
  const cut = ({ rows }) => rows.filter(({ second }) => second <= last);
  const two = (label, key, by, log) => ({ label, log, lines: [{ title: 'measured', colour: COLOURS.slate, points: column(cut(measured), key, by) },
    { title: 'model', colour: COLOURS.green, dashed: true, points: column(cut(model), key, by) }] });
  curves(path.join(out, `${name}.png`), [two('served steps/s', 'served', 1), two('p50, ms', 'p50', 1000, true), two('p99, ms', 'p99', 1000, true), two('most in flight', 'waiting', 1, true)]);
  const ratio = (x, y) => (x ? (y / x).toFixed(2) : y ? 'none was measured' : '');
  return table(['', 'measured', 'model', 'model/measured'], Object.keys(a).map((key) => [key, n(a[key] ?? 0), n(b[key] ?? 0), ratio(a[key], b[key])]));
}

const region = read('region');

function layoutTable() {
  const head = ['layout', 'steps/s that it carries', 'first queue beyond that', 'p99 of the worst second, but for the fail-over', 'and with it',
    'processors in use in the busiest second', 'refused', 'timed out', 'set back in the fail-over', 'workers notice nothing'];
  return table(head, names.map((name) => {
    const [one, carries] = [read(`region-${name}`), read(`carries-${name}`)];
    const { text, where } = LAYOUTS[name];
    const inUse = one.machines.map(({ busiest, processors }) => `${busiest.toFixed(2)} of ${processors}`).join('; ');
    return [`${name}: ${text} (${where})`, n(carries.per_s), carries.first.name, ms(one.worst_p99_outside_us), ms(one.worst_p99_us), inUse, n(one.others.refused),
      n(one.others.timed_out), n(one.set_back), one.good ? 'yes' : 'no'];
  }));
}

function answer() {
  const { steps } = peak(costs);
  const first = names.find((name) => read(`region-${name}`).good);
  const shipped = read('shipped');
  if (!first) {
    const last = names.at(-1);
    const one = read(`region-${last}`);
    return `**No layout of these serves the region without its workers noticing.** The peak asks for ${n(steps)} steps/s; ${LAYOUTS[last].text} carry ${n(read(`carries-${last}`).per_s)}, ` +
      `refuse ${n(one.others.refused)} steps, and set ${n(one.set_back)} back in the fail-over.`;
  }
  const carried = read(`carries-${first}`).per_s;
  const before = names[names.indexOf(first) - 1];
  const fewer = before && read(`region-${before}`);
  const what = fewer && `With ${LAYOUTS[before].text} (${LAYOUTS[before].where}) ${n(fewer.others.refused)} steps are refused, ${n(fewer.others.timed_out)} time out, ${n(fewer.set_back)} are set back, ` +
    `and the p99 of the worst second is ${ms(fewer.worst_p99_us)}.`;
  return `**A region of ${n(ASSUMED.subscribers)} subscribers, with ${n(ASSUMED.announcement.dialogues)} who dial within ten minutes: ${LAYOUTS[first].text} (${LAYOUTS[first].where}).** ` +
    `The peak asks for ${n(steps)} steps/s; that layout carries ${n(carried)}, ${(carried / steps).toFixed(1)} times as much. ${what ?? 'There is no smaller one here.'} ` +
    `The first queue to grow is ${shipped.grows ? `\`${shipped.grows.name}\` (second ${shipped.grows.second}) with the limits as shipped` : 'none with the limits as shipped'}, ` +
    `and \`${read(`carries-${first}`).first.name}\` with wide ones, when more comes than that layout carries. Redis needs ${n(redisMiB(costs.redis_octets_per_subscriber))} MiB. ` +
    'A fail-over of Redis takes three machines by itself (two to agree), whatever the load.';
}

function limitTable() {
  const known = limits();
  const wide = widened(costs);
  const [a, b] = [read('shipped'), read(`region-${region.layout}`)];
  const row = (what, of) => [what, of(a), of(b)];
  return table(['', 'as shipped', 'widened'], [
    ...Object.keys(wide).map((name) => [`\`${name}\``, n(known[name]), n(wide[name])]),
    row('steps refused', ({ others }) => n(others.refused)), row('steps timed out', ({ others }) => n(others.timed_out)), row('dialogues to their end', ({ all }) => n(all.finished)),
    row('workers who gave up', ({ all, flapping }) => n(all.lost - flapping.lost)), row('p99', ({ p99_us: p99 }) => ms(p99)),
    row('first queue to grow', ({ grows }) => (grows ? `${grows.name}, second ${grows.second}` : 'none')),
  ]);
}

function gapTable() {
  const rows = [['measured', FAILOVER.measured_s, read(`region-${region.layout}`)], ['with the shipped 5 s until a master counts as down', FAILOVER.shipped_s, read('long-gap')],
    ['measured, `gateway.recent_sessions` as shipped', FAILOVER.measured_s, read('few-sessions')],
    ['measured, two gateways', FAILOVER.measured_s, read('region-3x2')]];
  return table(['fail-over', 'seconds', 'steps from memory alone', 'set back', 'p99 of the worst second', 'most that waited for Redis'],
    rows.map(([what, seconds, one]) => [what, seconds.toFixed(1), n(one.all.unsaved), n(one.set_back), ms(one.worst_p99_us),
      n(most(one.rows.flatMap(({ queues }) => Object.entries(queues).filter(([name]) => name.startsWith('asked')).map(([, count]) => count))))]));
}

function drawRegion() {
  const { rows } = read('region');
  const line = (title, key, colour, by) => ({ title, colour, points: column(rows, key, by) });
  curves(path.join(out, 'region.png'), [
    { label: 'steps/s', lines: [line('offered', 'offered', COLOURS.light), line('served', 'served', COLOURS.green), line('met no link', 'cut', COLOURS.orange), line('refused', 'refused', COLOURS.red)] },
    { label: 'dials/s', lines: [line('all', 'dials', COLOURS.slate), line('again', 'redials', COLOURS.orange)] },
    { label: 'latency, ms', log: true, lines: [line('p50', 'p50', COLOURS.green, 1000), line('p99', 'p99', COLOURS.orange, 1000)] }]);
}

function drawQueues(name, file) {
  const { rows } = read(name);
  const of = (key, title, colour) => ({ title, colour, points: rows.map(({ second, queues }) => [second, queues[key] ?? null]) });
  curves(path.join(out, file), [
    { label: 'waiting, most', log: true, lines: [of('broker', 'broker', COLOURS.slate), of('gateway', 'gateway', COLOURS.green), of('redis', 'Redis', COLOURS.orange), of('bridge-0', 'a bridge', COLOURS.grey)] },
    { label: 'in hand, most', log: true, lines: [of('in hand, gateway', 'gateway', COLOURS.green), of('in hand, bridge-0', 'a bridge', COLOURS.grey), of('in hand, bridge-4', 'that of the flapping carrier', COLOURS.red)] },
    { label: 'to the carrier, most', log: true, lines: [of('to the carrier, bridge-0', 'a carrier', COLOURS.grey), of('to the carrier, bridge-4', 'the flapping one', COLOURS.red)] }]);
}

function costTable() {
  const rows = Object.entries(costs.us_per_step).map(([name, { one, some, many }]) => [name, one, some ?? '', many]);
  return table(['processor time for a step, us', 'one dialogue under way', '64', '512'], rows);
}

const [small, storm] = ['small', 'storm'].map(compare);
drawRegion();
drawQueues('region', 'queues.png');
drawQueues('shipped', 'shipped.png');
bars(path.join(out, 'layouts.png'), 'steps/s that it carries', names.map((name) => [name, read(`carries-${name}`).per_s]), { value: peak(costs).steps, title: 'the peak of the region' });
const { measured } = costs;
const busy = measured.others > 0.1 ? `; **other programs took ${Math.round(100 * measured.others)} % of the processors before**, so times are too long and capacities too low` : '';
fs.writeFileSync(path.join(out, 'results.md'), `<!-- SPDX-License-Identifier: Apache-2.0 -->
# What the model says

Written by \`sh tests/bench/model/run.sh${quick ? ' --quick' : ''}\`. Costs measured ${measured.at} on ${measured.processors} processors (${measured.on}), ${measured.system}, ${measured.over}, in ${measured.languages.join(', ')}:
medians of ${measured.runs} (\`costs.json\`)${busy}${quick ? '; **a quick run: everything in a sixtieth of the time, for a first look only**' : ''}. What is modelled, what is assumed and what is missing: [README.md](README.md).

${answer()}

## How many machines

Machines like the one that was measured, with 1 or 2 processors each. "Carries": a steady rate, all answers within a second at p99, none refused. The other columns: the first minute and a half
of the announcement with the fail-over of Redis at its peak, workers of the carrier that flaps apart.

${layoutTable()}

"Set back": the step came to a gateway that did not know its dialogue, or only an older state of it, while Redis was away: the worker sees the main menu, or an earlier screen.

![What each layout carries, beside the peak](layouts.png)

## The region

On ${LAYOUTS[region.layout].text}, with widened limits, to its end: ${n(region.all.dials)} dials, ${n(region.all.redials)} of them again after an error; ${n(region.all.offered)} steps offered: ${n(region.all.served)} served, ${n(region.all.refused)} refused,
${n(region.all.timed_out)} timed out, ${n(region.all.cut)} met a link that was down (all on the carrier that flaps: ${n(region.flapping.lost)} of its workers gave up). p50 ${ms(region.p50_us)}, p99 ${ms(region.p99_us)}, of which
${ASSUMED.carrier_rtt_ms / 2} ms are the way to the phone.

![Steps, dials and latency by second](region.png)

![Queues by second](queues.png)

## Limits: as shipped, and widened

The shipped limits are for a carrier that has promised nothing. With them it is not the machine that is full (the first minute and a half of the announcement):

${limitTable()}

![Queues with the limits as shipped](shipped.png)

## The fail-over of Redis

${gapTable()}

## Against a real run

The same programs for real on the machine that was measured: mosquitto, Redis, one gateway, and \`bench_dial\` for the phones.

**small**: the region in a ${quick ? 'sixtieth' : 'fifteenth'} of the time: the same dials a second, people who think and dial again as much faster, the link that flaps, Redis stopped for ${FAILOVER.measured_s} s at the peak.

${small}

![Measured and modelled: the small run](small.png)

**storm**: at its peak three quarters more than the machine did with 512 dialogues under way; no faults.

${storm}

![Measured and modelled: the storm](storm.png)

## What the costs are

${costTable()}

A step has ${passesOf(costs, ASSUMED.languages).redis.toFixed(2)} commands of Redis (a dial is loaded and saved, any other step saved). With 512 under way the programs got ${(100 * processorShare(costs)).toFixed(0)} % of the processors' time; the model's machines give as much.
A subscriber takes ${costs.redis_octets_per_subscriber} octets of Redis, so ${n(ASSUMED.subscribers)} take ${n(redisMiB(costs.redis_octets_per_subscriber))} MiB. A request for help waits ${ms(costs.journal_commit_us)} for the disk.
Steps of a dialogue, with the dial: ${ASSUMED.languages.map((language) => `${language} ${costs.answers[language].length + 1}`).join(', ')}.
`);
