// SPDX-License-Identifier: Apache-2.0
// The volumes page: what phones did is drawn, stands in tables and in a file, and small numbers are nowhere.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { choice } from '../system/support/texts.mjs';
import { until } from '../system/support/wait.mjs';
import { Client } from './support/console.mjs';
import { ConsoleWorld } from './support/world.mjs';

const conf = { redis: { volumes_s: 1 } };

async function start(t, options = {}) {
  const self = await ConsoleWorld.start(t, { gateways: 1, world: { conf }, ...options });
  self.operator = await self.person('Operator', 'operator');
  return self;
}

// Phones of two carriers: 12 choose the first menu and go back, 6 of them hang up then; 7 write; 2 choose Thai. The 2 are too few to be
// shown: to every sum they add 0 or 5.
async function traffic(self) {
  const { world } = self;
  const bridge = await world.bridge('laotel');
  const thai = await world.bridge('ais');
  const phones = (at, count, first) => Array.from({ length: count }, (_, i) => at.phone(String(first + i)));
  const lao = phones(bridge, 12, 8562055590000);
  await Promise.all(lao.map(async (phone) => {
    await phone.begin();
    await phone.answers(choice('main', 'before'), '0');
  }));
  lao.slice(0, 6).forEach((phone) => phone.hangup('timeout'));
  await Promise.all(phones(thai, 7, 66810000000).map((phone) => phone.sms('HELP')));
  await Promise.all(phones(thai, 2, 66820000000).map((phone) => phone.begin('2')));
  await until('all is counted', async () => {
    const { rows } = await self.operator.client.done('GET', '/api/volumes?by=node');
    return rows.find(({ node }) => node === 'main')?.dropped === 6;
  });
}

// Everything that the page asks for is there.
const settled = (page) => page.waitForFunction(() => document.querySelector('.lazy') && !document.querySelector('.lazy[aria-busy]'));
const cells = (row) => row.getByRole('cell').allInnerTexts();
const line = (page, table, name) => page.getByRole('table', { name: table }).getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });

test('what phones did is on the page: totals, parts, menus, and the drawing as a table', async (t) => {
  const self = await start(t);
  await traffic(self);
  const page = await self.browse(self.operator, { url: '/volumes' });
  await page.getByRole('img', { name: /^Sessions over time: Sessions\. Highest: (19|24)/ }).waitFor();
  await page.locator('.uplot canvas').waitFor();
  await settled(page);
  assert.match((await page.locator('.volumes-number').allInnerTexts()).join(), /^(19|24),(55|60),7,7$/);
  assert.deepEqual((await cells(line(page, 'By carrier', 'laotel'))).slice(1), ['12', '48', '0', '0']);
  assert.deepEqual((await cells(line(page, 'By kind', 'SMS'))).slice(1), ['7', '7', '7', '7']);
  assert.match((await cells(line(page, 'By country of the number', 'Thailand'))).slice(1).join(), /^(7|12),(7|12),7,7$/);
  const main = page.getByRole('row').filter({ hasText: 'Main menu' });
  assert.deepEqual((await cells(main)).slice(1), ['26', '12', '0', '6']);
  const before = page.getByRole('row').filter({ hasText: 'Before you go' });
  assert.deepEqual((await cells(before)).slice(1), ['12', '0', '12', '0']);
  await page.getByText('All days and hours on this page are those of UTC+7: Laos').waitFor();
  await self.audit(page);
  await self.picture(page, 'volumes');
  await page.getByText('The figures as a table').click();
  await page.getByRole('table', { name: 'Over time' }).waitFor();
  await self.audit(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.waitForFunction(() => document.querySelector('.uplot canvas').getBoundingClientRect().right <= 360);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 360);
  await self.audit(page);
  await self.picture(page, 'volumes-360');
});

test('small numbers are nowhere: not on the page, not in the answers, not in the file', async (t) => {
  const self = await start(t);
  await traffic(self);
  const page = await self.browse(self.operator, { url: '/volumes?step=hour&split=language' });
  await page.getByRole('img', { name: /ไทย/ }).waitFor();
  await page.getByText('The figures as a table').click();
  const table = page.getByRole('table', { name: 'Over time' });
  const thai = table.getByRole('row').filter({ hasText: 'ไทย' });
  assert.match((await cells(thai)).slice(1).join(), /^(7|12),(7|12),7,7$/);
  await self.picture(page, 'volumes-by-language');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="by=country"]').click()]);
  assert.equal(download.suggestedFilename(), 'volumes.csv');
  assert.match(fs.readFileSync(await download.path(), 'utf8'), /^country,sessions,steps,sms_in,sms_out\r\nLA,12,48,0,0\r\nTH,(7|12),(7|12),7,7\r\n$/);
  const { rows } = await self.operator.client.done('GET', '/api/volumes?by=kind,country');
  assert.deepEqual(rows.find(({ kind, country }) => kind === 'ussd' && country === 'TH'),
    { kind: 'ussd', country: 'TH', sessions: '<5', steps: '<5', sms_in: 0, sms_out: 0 });
});

test('filters are kept in the address; a measure is drawn without asking again', async (t) => {
  const self = await start(t);
  await traffic(self);
  const page = await self.browse(self.operator, { url: '/volumes' });
  await page.getByLabel('Carrier').selectOption('ais');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.waitForURL(/carrier=ais/);
  await page.getByRole('img', { name: /Highest: (7|12)/ }).waitFor();
  assert.equal(await page.getByRole('table', { name: 'By carrier' }).count(), 0);
  await settled(page);
  let asked = 0;
  page.on('request', (request) => { asked += request.url().includes('/api/volumes'); });
  await page.getByRole('button', { name: 'SMS in', exact: true }).click();
  await page.getByRole('img', { name: /^SMS in over time: SMS in\. Highest: 7/ }).waitFor();
  assert.match(page.url(), /measure=sms_in/);
  assert.equal(asked, 0);
  await page.reload();
  await page.getByRole('img', { name: /^SMS in over time/ }).waitFor();
  await page.getByLabel('Country').selectOption('VN');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByText('Nothing of that kind in this time').waitFor();
  await page.getByRole('link', { name: 'Show all' }).click();
  await page.getByRole('img', { name: /Highest: (19|24)/ }).waitFor();
});

test('an empty time says why it may be empty; Redis away says so, and the page comes back', async (t) => {
  const self = await start(t, { gateways: 0 });
  const page = await self.browse(self.operator, { url: '/volumes' });
  await page.getByText('No counts in this time').waitFor();
  await page.getByText('no gateway ran').waitFor();
  await self.audit(page);
  await self.picture(page, 'volumes-empty');
  await self.world.redis.kill();
  await page.reload();
  await page.getByText('Redis, where the counts are kept, does not answer').waitFor();
  await self.audit(page);
  await self.picture(page, 'volumes-away');
  await self.world.redis.start();
  await until('the console reads again', async () => (await self.operator.client.get('/api/volumes')).status === 200);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No counts in this time').waitFor();
});

test('nobody sees volumes without signing in; bad questions are explained', async (t) => {
  const self = await start(t, { gateways: 0 });
  const stranger = new Client(self.console);
  assert.equal((await stranger.get('/api/volumes')).status, 401);
  assert.equal((await stranger.get('/api/volumes.csv')).status, 401);
  const viewer = await self.person('Viewer', 'viewer');
  assert.equal((await viewer.client.get('/api/volumes')).status, 200);
  for (const [query, field] of [['by=msisdn', 'by'], ['from=monday', 'from'], ['zone=x', 'zone'], ['from=2020-01-01', 'from'], ['by=node,language', 'by'],
    [`carrier=${'x'.repeat(200)}`, 'carrier'], ['language=..%2F..', 'language']]) {
    const { status, json } = await self.operator.client.get(`/api/volumes?${query}`);
    assert.equal(status, 400, query);
    assert.equal(json.error.field, field, query);
  }
});

test('in Lao', async (t) => {
  const self = await start(t);
  await traffic(self);
  await self.operator.client.done('POST', '/api/account/language', { language: 'lo' });
  const page = await self.browse(self.operator, { url: '/volumes' });
  await page.getByRole('img', { name: /(19|24)/ }).waitFor();
  await settled(page);
  await self.audit(page);
  await self.picture(page, 'volumes-lao');
});
