// SPDX-License-Identifier: Apache-2.0
// The phone of the staff: dialled by mouse and by keyboard, by USSD and SMS, against the working copy and the version in
// force; what it says is what the gateway says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import test from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const screen = (page) => page.getByRole('status', { name: 'Screen of the phone' });
const shows = (page, text) => screen(page).filter({ hasText: text }).waitFor();

async function simulator(t, query = '', roles = ['viewer'], options = {}) {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', ...roles);
  const page = await world.browse(noy, { url: `/simulator${query}`, ...options });
  await page.getByText(/version [0-9a-f]{16}/).waitFor();
  return { world, noy, page };
}

test('A dialogue by keys and by keyboard, and its transcript is one that the terminal phone can play', async (t) => {
  const { world, page } = await simulator(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Dial', exact: true }).click();
  await shows(page, '7 English');
  await page.getByRole('button', { name: '7 pqrs' }).or(page.getByRole('button', { name: '7', exact: true })).first().click();
  await page.getByRole('button', { name: 'Send' }).click();
  await shows(page, '2 Fees');
  await page.getByLabel('Your answer').fill('2');
  await page.keyboard.press('Enter');
  await shows(page, 'Fees');
  await world.picture(page, 'simulator');
  await world.audit(page);
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('You hang up').waitFor();

  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('The transcript is copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^# [0-9a-f]{16}\nphone 8562055512345\ndial \*1234#\n\| 1 ລາວ\n/);
  fs.writeFileSync(world.world.file('copied.txt'), copied);
  const conf = world.world.file('phone.conf');
  fs.writeFileSync(conf, `[gateway]\ncontent = ${world.world.content}\nserve_drafts = yes\n`);
  execFileSync(process.env.MEKONGLINE, ['phone', '--offline', '-q', '-c', conf, '--script', world.world.file('copied.txt')]);
});

test('SMS: a word gets its answer, with its parts; a price is the one that was typed', async (t) => {
  const { world, page } = await simulator(t, '?channel=sms&language=en');
  await page.getByLabel('Message', { exact: true }).fill('FEES');
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: 'Messages' });
  await log.getByText('From 1234').first().waitFor();
  await log.getByText(/1 SMS, \d+ GSM letters/).first().waitFor();
  assert.equal(await page.getByText('costs').count(), 0);
  await page.getByLabel(/Price of one SMS/).fill('0,5');
  await page.getByText(/^0 screens, \d+ SMS, costs [\d.]+$/).waitFor();
  await world.picture(page, 'simulator-sms');
  await world.audit(page);
});

test('The working copy and the version in force are two; a request for help is told about and filed nowhere', async (t) => {
  const { world, page } = await simulator(t, '?language=en');
  const editor = await world.person('Bounmy', 'editor');
  const place = 'texts/en/menu.json#main.title';
  const preview = await editor.client.done('POST', '/api/preview', { place, json: '{"text":"Mekong Line now","kind":"label"}' });
  const main = preview.seen.find((each) => each.node === 'main');
  assert.match(main.languages[0].layouts[0].screens[0].text, /^Mekong Line now\n1 Before you go/);

  await page.getByRole('button', { name: 'Dial', exact: true }).click();
  await shows(page, 'Mekong Line');
  await page.goto(`${world.console.address}/simulator?language=en&dial=${encodeURIComponent('*1234*92#')}`);
  await page.getByText('You dial *1234*92#').waitFor();
  for (let i = 0; i < 6 && !(await page.getByText('Nothing was filed.').first().isVisible()); i += 1) {
    const before = await page.getByText('You answer 1').count();
    await page.getByLabel('Your answer').fill('1');
    await page.keyboard.press('Enter');
    await page.getByText('You answer 1').nth(before).waitFor();
  }
  await page.getByText('Nothing was filed.').first().waitFor();
  await world.picture(page, 'simulator-request');
  const { requests = [] } = (await (await world.person('Case', 'caseworker')).client.done('GET', '/api/requests'));
  assert.equal(requests.length, 0);
});

test('In Lao, narrow, and after a line that breaks', async (t) => {
  const { world, page } = await simulator(t, '?language=lo&content=published', ['viewer'], { width: 360, height: 740 });
  await page.getByRole('button', { name: 'Dial', exact: true }).click();
  await shows(page, 'ກ່ອນ');
  assert.equal(await screen(page).getAttribute('lang'), 'lo');
  await page.getByText('What may happen to a phone').click();
  await page.getByRole('button', { name: 'The line breaks' }).click();
  await page.getByText('The line breaks').nth(1).waitFor();
  await page.getByRole('button', { name: 'Dial', exact: true }).click();
  await page.getByText('You dial').nth(1).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `the page is ${wide} px wide`);
  await world.picture(page, 'simulator-360');
  await world.audit(page);
});

test('A phone belongs to one person, and to nobody when it is over', async (t) => {
  const { world, noy } = await simulator(t);
  const other = await world.person('Other', 'viewer');
  const wish = { content: 'draft', carrier: '', number: '8562055512345', language: 'en', latin: false, drafts: true };
  const { id } = await noy.client.done('POST', '/api/simulator/begin', wish);
  const step = { id, act: 'dial', text: '*1234#' };
  assert.equal((await other.client.post('/api/simulator/step', step)).status, 404);
  const { events, session } = await noy.client.done('POST', '/api/simulator/step', step);
  assert.equal(session, true);
  assert.equal(events[0].kind, 'screen');
  await noy.client.done('POST', '/api/simulator/end', { id });
  assert.equal((await noy.client.post('/api/simulator/step', step)).status, 404);
  for (const bad of [{ ...wish, content: 'other' }, { ...wish, number: '12' }, { ...wish, number: 'abcdefgh' }])
    assert.equal((await noy.client.post('/api/simulator/begin', bad)).status, 400);
  const { id: again } = await noy.client.done('POST', '/api/simulator/begin', wish);
  assert.equal((await noy.client.post('/api/simulator/step', { id: again, act: 'answer', text: '1' })).status, 409);
  assert.equal((await noy.client.post('/api/simulator/step', { id: again, act: 'jump' })).status, 400);
  assert.equal((await noy.client.post('/api/simulator/step', { id: again, act: 'dial', text: '1'.repeat(40) })).status, 400);
});
