// SPDX-License-Identifier: Apache-2.0
// Draws the pictures of deploy/pictures that show what is counted: the dashboard, the charts of the terminal, the console's page. By hand;
// see tests/README.md.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { fillDashboard } from '../system/support/dashboard.mjs';
import { drawDashboard, drawTerminal, shrink } from '../system/support/drawing.mjs';
import { Service } from '../system/support/service.mjs';
import { until } from '../system/support/wait.mjs';
import { writeSampleWeek } from './sample_week.mjs';

const FOLDER = process.argv[2] ?? path.join(ROOT_FOLDER, 'deploy/pictures');
const SECONDS = 180;

// What happens in which second.
const events = (service) => ({
  10: () => Promise.all([1, 2, 3].map((one) => service.own.phone(`95942000000${one}`).sms('HELP'))), // fewer than are shown
  50: () => service.world.redis.signal('SIGSTOP'),
  56: () => service.world.redis.signal('SIGCONT'),
  80: () => service.world.redis.kill(),
  100: () => service.world.redis.start(),
  125: () => service.carrier.smsc.close(),
  140: () => service.carrier.smsc.listen(),
  150: () => service.receiver.start(),
});

async function live(service) {
  const happens = events(service);
  service.load(7);
  await until('there is something to draw', async () => (await service.prometheus.query('rate(mekongline_answer_seconds_count[8s])')).length === 2);
  const from = Date.now() / 1000;
  for (let second = 0; second < SECONDS; second += 1) {
    service.load(Math.round(7 + 4 * Math.sin(second / 14) + 2 * Math.sin(second / 3)));
    await happens[second]?.();
    if (second % 20 < 4)
      service.blunder().catch(() => {});
    await setTimeout(1000);
  }
  return { from: Math.round(from), to: Math.round(Date.now() / 1000), step: 1 };
}

function keep(name) {
  process.stdout.write(`${name}: ${shrink(path.join(FOLDER, name))} octets\n`);
}

function said(world, command, ...words) {
  const { stdout } = spawnSync(world.gateway.command, [command, '-c', world.file('gateway-1.conf'), ...words], { encoding: 'utf8' });
  return { command: ['mekongline', command, '-c', '/etc/mekongline/mekongline.conf', ...words].join(' '), output: stdout };
}

// The dashboard and the charts of a service under load.
async function drawService(t) {
  const service = await Service.start(t, { pause: () => setTimeout(150 + 250 * Math.random()), patience: '5s' });
  const filled = await fillDashboard(service.prometheus, await live(service));
  const { empty, cut } = await drawDashboard(filled, path.join(FOLDER, 'dashboard.png'));
  process.stdout.write(`without data: ${empty}; without enough room: ${cut}\n`);
  keep('dashboard.png');
  await service.rest();
  await Promise.all(service.world.gateways.map((one) => one.stop())); // they write what they have counted
  const command = (...words) => said(service.world, 'volumes', '--by', ...words, '--chart');
  await drawTerminal([command('language,kind', '--count', 'steps'), command('carrier,country', '--count', 'sessions')], path.join(FOLDER, 'volumes-chart.png'));
  keep('volumes-chart.png');
}

// The console's page of volumes, with a week that is made up.
async function drawConsole(t) {
  const self = await ConsoleWorld.start(t);
  writeSampleWeek(self.world.file('redis.sock'));
  const page = await self.browse(await self.person('Noy', 'operator'), { url: '/volumes?step=hour&split=language', height: 1130 });
  await page.locator('.uplot canvas').waitFor();
  await page.waitForFunction(() => document.querySelector('.lazy') && !document.querySelector('.lazy[aria-busy]'));
  await page.screenshot({ path: path.join(FOLDER, 'volumes.png') });
  keep('volumes.png');
}

for (const draw of [drawService, drawConsole]) {
  const ends = [];
  try {
    await draw({ after: (end) => ends.push(end) });
  } finally {
    for (const end of ends)
      await end();
  }
}
