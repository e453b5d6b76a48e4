// SPDX-License-Identifier: Apache-2.0
// What operators watch: metrics, alerts, the dashboard, and their paragraphs in the runbook, with Prometheus' own tools.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT_FOLDER } from './support/contract.mjs';
import { door, Prometheus } from './support/prometheus.mjs';
import { until } from './support/wait.mjs';
import { World, readMetrics } from './support/world.mjs';

const DEPLOY = path.join(ROOT_FOLDER, 'deploy');
const read = (name) => fs.readFileSync(path.join(DEPLOY, name), 'utf8');
const rules = read('prometheus/mekongline.rules.yml');
const dashboard = JSON.parse(read('grafana/mekongline.json'));
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

test('the alerts are raised by their causes, and the configuration is good', () => {
  for (const words of [['check', 'rules', path.join(DEPLOY, 'prometheus/mekongline.rules.yml')], ['check', 'config', path.join(DEPLOY, 'prometheus/prometheus.yml')],
    ['test', 'rules', ...['rules', 'rules_week'].map((name) => path.join(ROOT_FOLDER, `tests/deploy/${name}.test.yml`))]])
    execFileSync('promtool', words, { stdio: 'pipe' });
});

test('each alert is tried, and has its paragraph in the runbook', () => {
  const tried = fs.readFileSync(path.join(ROOT_FOLDER, 'tests/deploy/rules.test.yml'), 'utf8') +
    fs.readFileSync(path.join(ROOT_FOLDER, 'tests/deploy/rules_week.test.yml'), 'utf8');
  const anchors = [...read('runbook.md').matchAll(/^#+ (.*)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-'));
  const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  assert.ok(alerts.length > 10);
  for (const name of alerts) {
    assert.ok(tried.includes(`alertname="${name}"`), `${name} is not tried`);
    assert.ok(anchors.includes(name.toLowerCase()), `${name} is not in the runbook`);
  }
});

test('the runbook says of each event of the log what to do, in the words of the table', () => {
  const book = read('runbook.md');
  const events = [...fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/base/events.def'), 'utf8').matchAll(/^EVENT\((\w+), (\w+), "(.*)"\)$/gm)];
  assert.ok(events.length > 50);
  for (const [, name, level, meaning] of events)
    assert.ok(book.includes(`| \`${name}\` | ${level.toLowerCase()} | ${meaning} |`), name);
});

test('the runbook has each metric once, in the words of the table, and no other; its panels and alerts are there', () => {
  const [, book] = /^## Metrics$(.*?)^## /ms.exec(read('runbook.md'));
  const ours = [...fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/base/metrics.def'), 'utf8').matchAll(/^METRIC\(\w+, \w+, "(\w+)", (?:"(\w+)"|NULL), "(.*)"\)$/gm)];
  const rows = [...book.matchAll(/^\| `(mekongline_\w+)` \| (\w*) \| (.*?) \| (\S.*) \|$/gm)].map(([, ...cells]) => cells);
  assert.ok(ours.length > 50);
  assert.deepEqual(rows.map((cells) => cells.slice(0, 3)).sort(), ours.map(([, name, label = '', meaning]) => [name, label, meaning]).sort());
  for (const [, title] of book.matchAll(/panel "(.*?)"/g))
    assert.ok(dashboard.panels.some((one) => one.title === title), title);
  for (const [, name] of book.matchAll(/\[(Mekong\w+)\]/g))
    assert.ok(rules.includes(`alert: ${name}\n`), name);
});

test('every metric of rules and dashboard is one of ours', () => {
  const ours = fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/base/metrics.def'), 'utf8');
  for (const [name] of `${rules}${queries.join('\n')}`.matchAll(/mekongline_\w+/g))
    assert.ok(ours.includes(`"${name.replace(/_bucket$/, '')}"`), name);
});

test('a real Prometheus answers every query of the dashboard about a gateway under load', async (t) => {
  const world = new World({ conf: { request: {} } });
  t.after(() => world.end());
  execFileSync(process.env.MEKONGLINE, ['receive-requests', '--make-key', world.folder], { stdio: 'ignore' });
  world.gateway.configure({ request: { journal: world.file('journal.db'), public_key_file: world.file('requests.pub') } });
  await world.broker.start();
  await world.redis.start();
  await world.gateway.start();
  const begun = (await world.gateway.get('/metrics')).body;
  for (const series of ['mo_total{kind="ussd"}', 'mo_total{kind="sms"}', 'content_loads_total{result="refused"}'])
    assert.match(begun, new RegExp(`^mekongline_${series} 0$`, 'm'), 'what an alert asks for is there before it grows');

  const prometheus = await Prometheus.start(t, { world, conf: read('prometheus/prometheus.yml').replaceAll('15s', '1s')
    .replace('127.0.0.1:9464', await door(t, world.gateway.http)).replace('mekongline.rules.yml', path.join(DEPLOY, 'prometheus/mekongline.rules.yml')) });

  const bridge = await world.bridge('laotel');
  let last = 10000;
  const load = async () => {
    const phone = bridge.phone(`85620555${String(last += 1)}`);
    await phone.dial('*1234#');
    await phone.answer('7');
    await phone.answer('99');
    await phone.dial('*1234*11#');
    await phone.dial('*1234*49#');
    await phone.answer('2');
    await phone.sms('HELP');
  };
  const ask = (expr) => prometheus.query(expr.replaceAll('$__rate_interval', '20s').replaceAll('[1h]', '[20s]'));
  // What only other programs have, or only trouble makes, has no samples here; the query is understood all the same.
  const silent = /smpp_|http_queue|bridge_unsettled|bridge_expired|ALERTS|refused_total|requests_total|repeats_total|session_ends/;
  for (const expr of queries)
    await until(`Prometheus knows ${expr}`, async () => { await load(); return silent.test(expr) ? (await ask(expr), true) : (await ask(expr)).length > 0; });

  const metrics = (await world.gateway.get('/metrics')).body;
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
  assert.equal(checked.status, 0, `${checked.stdout}${checked.stderr}`);
  for (const what of ['served_unreviewed_total{language="en"}', 'served_unverified_total', 'country_steps_total{country="LA"}', 'sms_in_total{bridge="laotel"}',
    'sms_segments_total{bridge="laotel"}', 'sessions_total{kind="sms"}'])
    assert.ok(readMetrics(metrics).get(`mekongline_${what}`) > 0, what);
});
