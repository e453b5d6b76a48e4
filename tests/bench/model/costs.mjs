// SPDX-License-Identifier: Apache-2.0
// Turns what costs.sh has measured into costs.json. Usage: node costs.mjs FOLDER LANGUAGE...
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fitTurn } from './model.mjs';
import { readSeconds } from './seconds.mjs';

const [, , folder, ...languages] = process.argv;
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n');

function middle(list) {
  const sorted = list.filter((one) => one !== null && one !== undefined).sort((a, b) => a - b);
  const i = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[i] : (sorted[i - 1] + sorted[i]) / 2;
}

// Lines "PROGRAM WHAT name=value...", as run.sh --keep writes them.
const lines = read('results').map((line) => {
  const [program, what, ...values] = line.split(' ');
  return { program, what, ...Object.fromEntries(values.map((one) => one.split('=')).map(([name, value]) => [name, Number(value)])) };
});
const of = (program, what) => lines.filter((one) => one.program === program && one.what === String(what));
const median = (program, what, name) => middle(of(program, what).map((one) => one[name]));

// The runs of the crowd with so many dialogues under way.
const crowds = (window) => of('crowd', window).map(({ run }) => readSeconds(path.join(folder, `crowd-${window}-${run}.csv`)));
const sum = (rows, name) => rows.reduce((n, row) => n + row[name], 0);
const used = (name, window) => Number(middle(crowds(window).map(({ rows }) => sum(rows, `cpu_${name}`) / sum(rows, 'served'))).toFixed(1));
const perStep = (name) => ({ one: used(name, 1), some: used(name, 64), many: used(name, 512) });

function seen(window) {
  const all = crowds(window);
  const [p50, p99] = ['p50', 'p99'].map((name) => Math.round(middle(all.flatMap(({ rows }) => rows.map((row) => row[name])))));
  return { per_s: Math.round(middle(all.map((one) => one.all.served / one.all.seconds))), p50_us: p50, p99_us: p99 };
}

// A worker's record: what Redis takes for more of them, divided by how many more they are.
function octets() {
  const [few, many] = [of('crowd', 1), of('crowd', 512)];
  return Math.round(middle(many.map((one, i) => (one.used - few[i].used) / (one.subscribers - few[i].subscribers))));
}

// What the last step of eight takes longer when it files a request.
const commit = () => Math.max(0, Math.round(8 * (1e6 / median('load', 'filed', 'rate') - 1e6 / median('load', 'unfiled', 'rate'))));

const redis = execFileSync('redis-server', ['--version'], { encoding: 'utf8' }).match(/v=(\S+)/)[1];
const debian = fs.existsSync('/etc/debian_version') ? fs.readFileSync('/etc/debian_version', 'utf8').trim() : 'unknown';
const costs = {
  measured: { at: new Date().toISOString().slice(0, 10), processors: os.cpus().length, on: os.cpus()[0].model.trim(), system: `Debian ${debian}, Redis ${redis}`,
    by: 'tests/bench/model/costs.sh', over: 'TCP, QoS 0', runs: of('crowd', 512).length, languages, others: Number(Number(process.env.OTHERS).toFixed(2)) },
  us_per_step: { load: perStep('load'), bridge: { one: median('smpp', 1, 'cpu_bridge'), many: median('smpp', 512, 'cpu_bridge') }, broker: perStep('broker'),
    gateway: perStep('gateway'), redis: perStep('redis') },
  window: { 1: seen(1), 64: seen(64), 512: seen(512) },
  redis_octets_per_subscriber: octets(),
  journal_commit_us: commit(),
  answers: Object.fromEntries(read('languages').map((line) => line.split(' ')).map(([language, list]) => [language, list.split(',')])),
};
costs.turn_of_wake = Number(fitTurn(costs).toFixed(2));
console.log(JSON.stringify(costs, null, 2));
