// SPDX-License-Identifier: Apache-2.0
// What operators watch: metrics, alerts, the dashboard, and their paragraphs in the runbook, with Prometheus' own tools.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT_FOLDER } from './support/contract.mjs';
import { asked, dashboard, fillDashboard, queries } from './support/dashboard.mjs';
import { drawDashboard } from './support/drawing.mjs';
import { Service } from './support/service.mjs';
import { until } from './support/wait.mjs';
import { readMetrics } from './support/world.mjs';

const DEPLOY = path.join(ROOT_FOLDER, 'deploy');
const read = (name) => fs.readFileSync(path.join(DEPLOY, name), 'utf8');
const rules = read('prometheus/mekongline.rules.yml');

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

test('a real Prometheus answers every query of the dashboard about a service under load, and each panel is drawn', async (t) => {
  const service = await Service.start(t, { patience: '1s' });
  const { prometheus, world, carrier: { smsc } } = service;
  const begun = (await world.gateway.get('/metrics')).body;
  for (const series of ['mo_total{kind="ussd"}', 'mo_total{kind="sms"}', 'content_loads_total{result="refused"}'])
    assert.match(begun, new RegExp(`^mekongline_${series} 0$`, 'm'), 'what an alert asks for is there before it grows');
  const from = Date.now() / 1000;
  const knows = (expr) => until(`Prometheus knows ${expr}`, async () => (await prometheus.query(asked(expr))).length > 0);

  service.load(4);
  smsc.throttle();
  await knows('ALERTS{alertname="MekongRequestWaits", alertstate="firing"}'); // nobody takes the requests
  await world.redis.kill();
  await knows('mekongline_degraded_steps_total > 0');
  await world.redis.start();
  await knows('sum(mekongline_redis_up) == 2'); // only then a repeat is known to both
  await service.blunder();
  const phone = await service.meet();
  await phone.dial('*1234*11#');
  await phone.dial('*1234*49#');
  await phone.answer('2');
  await phone.sms('HELP');
  // What only trouble makes that does not happen here, or a cluster, has no samples; the query is understood all the same.
  const silent = /bridge_expired|bridge_put_off|http_queue|redis_redirections|redis_nodes/;
  for (const expr of queries)
    await (silent.test(expr) ? prometheus.query(asked(expr)) : knows(expr));
  await service.rest();

  const texts = await Promise.all(world.gateways.map(async (one) => (await one.get('/metrics')).body));
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: texts[0], encoding: 'utf8' });
  assert.equal(checked.status, 0, `${checked.stdout}${checked.stderr}`);
  for (const what of ['served_unreviewed_total{language="en"}', 'served_unverified_total', 'country_steps_total{country="LA"}', 'sms_in_total{bridge="unitel"}',
    'sms_segments_total{bridge="unitel"}', 'sessions_total{kind="sms"}'])
    assert.ok(texts.some((text) => readMetrics(text).get(`mekongline_${what}`) > 0), what);

  const filled = await fillDashboard(prometheus, { from, to: Date.now() / 1000, step: 1 });
  assert.deepEqual(await drawDashboard(filled, world.file('dashboard.png')), { empty: [], cut: [] });
});
