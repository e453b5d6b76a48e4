// SPDX-License-Identifier: Apache-2.0
// Requests for help, from a worker's phone to the case worker who closes them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Casework } from '../system/support/casework.mjs';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { killing } from '../system/support/killing.mjs';
import { say } from '../system/support/texts.mjs';
import { until } from '../system/support/wait.mjs';
import { ConsoleWorld } from './support/world.mjs';

const NUMBER = '8562055510001';
const SHOWN = '+856 205 551 0001';
const IN_TIME_MS = 2000;

const worlds = async (t, options = {}) => {
  const world = await ConsoleWorld.start(t, { gateways: 1, ...options });
  return { world, noi: await world.person('Noi Keo', 'caseworker'), vanna: await world.person('Vanna Sok', 'caseworker'),
    bridge: await world.world.bridge() };
};

// Dial and ask for help: unpaid, in Laos unless `place` says otherwise; `wish` is the answer to who may be called.
async function askForHelp(phone, { place = '1', wish = '1', time = '1' } = {}) {
  await phone.begin();
  phone.hangup();
  await phone.dial('*1234*422#');
  await phone.answers(place, wish, ...(wish === '3' ? [] : [time]), '1');
  const [, number, pin] = /([\d ]{11})\D+(\d{4})/.exec(phone.text) ?? assert.fail(phone.text);
  return { number: number.replaceAll(' ', ''), spoken: number, pin };
}

async function hears(phone, { number, pin }, state) {
  phone.hangup();
  await phone.dial('*1234*93#');
  await phone.answers(number, pin);
  assert.ok(phone.text.includes(say(`status.${state}`)), phone.text);
}

// Note when the bell rings, before anything can.
const watchBell = (page) => page.evaluate(() => {
  window.rang = [];
  document.addEventListener('console:rang', ({ detail }) => window.rang.push({ at: Date.now(), ...detail }));
});

const queueIsThere = (page) => page.getByRole('tab', { name: 'To do' }).waitFor();
const opens = async (page, { spoken }) => {
  await page.getByRole('button', { name: spoken }).click();
  return page.getByRole('dialog', { name: `Case ${spoken}` });
};

test('a request by USSD rings on the page of a case worker within two seconds', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  const page = await world.browse(noi, { url: '/requests' });
  await queueIsThere(page);
  await page.getByRole('heading', { level: 1 }).click(); // a first gesture, so that the page may sound
  await watchBell(page);
  const title = await page.title();
  const phone = bridge.phone(NUMBER);
  const mine = await askForHelp(phone, { wish: '2', time: '4' });
  await page.waitForFunction(() => window.rang.length > 0);
  const [{ at, heard }] = await page.evaluate(() => window.rang);
  const { cases: [stored] } = await noi.client.done('GET', '/api/requests');
  assert.ok(at - stored.stored < IN_TIME_MS, `it rang ${at - stored.stored} ms after it was stored`);
  assert.equal(heard, true, 'it made no sound');
  await page.waitForFunction((before) => document.title === `(1) ${before}`, title);
  assert.match(await page.locator('#said').textContent(), /new request/);
  const line = page.getByRole('row').filter({ hasText: mine.spoken });
  await line.getByText('Do NOT leave a message').waitFor();
  await line.getByText(/It is \d\d:\d\d now in Laos/).waitFor();
  await world.audit(page);
  await world.picture(page, 'requests-1280');
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 360), 'the page is wider than a narrow screen');
  await world.picture(page, 'requests-360');
});

test('it rings on every page, in every window, and what came while the connection was lost rings when it is back', async (t) => {
  const { world, noi, vanna, bridge } = await worlds(t);
  const page = await world.browse(noi, { url: '/account' });
  const other = await page.context().newPage();
  let asked = 0; // windows of one browser share one call that waits
  page.context().on('request', (request) => { asked += request.url().includes('/api/events?since') ? 1 : 0; });
  await other.goto(`${world.console.address}/simulator`);
  await other.getByRole('heading', { level: 1 }).waitFor();
  const hers = await world.browse(vanna);
  await hers.getByRole('heading', { level: 1 }).waitFor();
  await hers.context().route('**/api/events*', (route) => route.abort());
  await hers.reload();
  await Promise.all([page, other, hers].map(watchBell));
  const answered = asked;
  await askForHelp(bridge.phone(NUMBER));
  for (const one of [page, other]) {
    await one.waitForFunction(() => window.rang.length === 1 && document.title.startsWith('(1) '));
    await one.getByRole('button', { name: 'Open the requests' }).waitFor();
  }
  assert.ok(asked - answered <= 1, `${asked - answered} calls after one event`);
  assert.deepEqual(await hers.evaluate(() => window.rang), []);
  await hers.context().unroute('**/api/events*');
  await hers.waitForFunction(() => document.title.startsWith('(1) '));
  await page.getByRole('button', { name: 'Open the requests' }).click();
  await queueIsThere(page);
});

test('the sound can be switched off, and stays off', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  const page = await world.browse(noi, { url: '/requests' });
  await page.getByRole('button', { name: 'Sound is on' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'Sound is off' }).waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await watchBell(page);
  await askForHelp(bridge.phone(NUMBER));
  await page.waitForFunction(() => window.rang.length > 0);
  assert.equal((await page.evaluate(() => window.rang))[0].heard, false);
});

test('two take one case: the second is told by name, and who asks by phone hears each state', async (t) => {
  const { world, noi, vanna, bridge } = await worlds(t);
  const phone = bridge.phone(NUMBER);
  const mine = await askForHelp(phone);
  await until('it is stored', async () => (await noi.client.done('GET', '/api/requests')).cases.length === 1);
  await hears(phone, mine, 'new');
  const hers = await world.browse(vanna);
  await hers.context().route('**/api/events*', (route) => route.abort()); // her page is behind
  await hers.goto(`${world.console.address}/requests`);
  const his = await world.browse(noi, { url: '/requests' });
  const [first, second] = [await opens(his, mine), await opens(hers, mine)];
  await first.getByRole('button', { name: 'Take this case' }).click();
  await first.getByRole('button', { name: 'Show number and words' }).waitFor();
  await second.getByRole('button', { name: 'Take this case' }).click();
  await second.getByRole('alert').getByText('Noi Keo was faster and has this case.').waitFor();
  assert.equal(await second.getByRole('button', { name: 'Show number and words' }).count(), 0);
  await world.picture(hers, 'requests-second-1280');
  await hears(phone, mine, 'taken');

  await first.getByRole('button', { name: 'Let it wait' }).click();
  await his.getByRole('dialog', { name: 'Let it wait' }).getByRole('button', { name: 'Let it wait' }).click();
  await first.getByRole('button', { name: 'Wait no more' }).waitFor();
  await hears(phone, mine, 'waiting');

  await first.getByRole('button', { name: 'Close the case' }).click();
  const closing = his.getByRole('dialog', { name: 'Close the case' });
  await closing.getByRole('button', { name: 'Close the case' }).click();
  await closing.getByText('Choose what came of it.').waitFor();
  await closing.getByLabel('Handed to another organisation').check();
  await closing.getByLabel('What was done').fill('The union goes on with it.');
  await closing.getByRole('button', { name: 'Close the case' }).click();
  await first.getByRole('button', { name: 'Open again' }).waitFor();
  assert.equal(await first.getByRole('button', { name: 'Show number and words' }).count(), 0);
  await hears(phone, mine, 'closed');

  await first.getByRole('button', { name: 'Open again' }).click();
  await first.getByRole('button', { name: 'Show number and words' }).click();
  await first.getByText('The union goes on with it.').waitFor();
});

test('the number is for who took the case, in the log before it is shown, and hidden again', async (t) => {
  const { world, noi, vanna, bridge } = await worlds(t);
  const mine = await askForHelp(bridge.phone(NUMBER));
  const page = await world.browse(noi);
  await page.clock.install();
  await page.goto(`${world.console.address}/requests`);
  const dialog = await opens(page, mine);
  assert.ok(!(await page.content()).includes(SHOWN));
  await dialog.getByRole('button', { name: 'Take this case' }).click();
  await dialog.getByRole('button', { name: 'Show number and words' }).click();
  await dialog.getByText(SHOWN).waitFor();
  await dialog.getByLabel('Note').fill('ໂທແລ້ວ. She is afraid of the foreman.');
  await dialog.getByRole('button', { name: 'Add the note' }).click();
  await dialog.getByText('She is afraid of the foreman.').first().waitFor();
  await world.audit(page);
  await world.picture(page, 'requests-case-1280');
  await page.setViewportSize({ width: 360, height: 740 });
  await world.picture(page, 'requests-case-360');
  await page.clock.fastForward(121000);
  await dialog.getByRole('button', { name: 'Show number and words' }).waitFor();
  assert.ok(!(await page.content()).includes(SHOWN), 'the number is still in the page');

  const { lines } = await world.admin.done('GET', '/api/audit');
  assert.deepEqual(lines.filter(({ action }) => action === 'number.look').map(({ name, subject }) => [name, subject]),
    [['Noi Keo', `case ${mine.number}`], ['Noi Keo', `case ${mine.number}`]]);
  const { cases: [{ id, revision }] } = await vanna.client.done('GET', '/api/requests');
  for (const who of [vanna.client, world.admin]) {
    const refused = await who.post('/api/requests/look', { id });
    assert.ok([403, 409].includes(refused.status), refused.text);
    assert.ok(!refused.text.includes(NUMBER));
  }
  // An admin may give the case to somebody, and still sees nothing.
  const { staff } = await world.admin.done('GET', `/api/requests/case?id=${id}`);
  const to = staff.find(({ name }) => name === 'Vanna Sok').id;
  await world.admin.done('POST', '/api/requests/change', { id, revision, action: 'assign', to });
  assert.equal((await world.admin.post('/api/requests/look', { id })).status, 403);
  assert.equal((await noi.client.post('/api/requests/look', { id })).status, 409);
  const seen = await vanna.client.done('POST', '/api/requests/look', { id });
  assert.equal(seen.number, NUMBER);
  assert.equal(seen.notes[0].text, 'ໂທແລ້ວ. She is afraid of the foreman.');
  const file = ['cases.db', 'cases.db-wal'].map((name) => fs.readFileSync(world.world.file(name), 'latin1')).join('');
  assert.ok(!file.includes('foreman') && !file.includes(NUMBER));
});

test('what the log cannot hold is not shown', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  await askForHelp(bridge.phone(NUMBER));
  const { id } = await until('it is stored', async () => (await noi.client.done('GET', '/api/requests')).cases[0]);
  await noi.client.done('POST', '/api/requests/change', { id, revision: 1, action: 'take' });
  const limit = (size) => execFileSync('prlimit', ['--pid', String(world.console.pid), `--fsize=${size}:`]);
  limit(4096);
  const refused = await noi.client.post('/api/requests/look', { id });
  assert.equal(refused.status, 503, refused.text);
  assert.ok(!refused.text.includes(NUMBER));
  assert.equal((await noi.client.post('/api/requests/change', { id, revision: 2, action: 'close', outcome: 'helped' })).status, 503);
  limit('unlimited');
  assert.equal((await noi.client.done('POST', '/api/requests/look', { id })).number, NUMBER);
  assert.equal((await noi.client.done('GET', `/api/requests/case?id=${id}`)).request.state, 'taken');
});

test('an anonymous request has no number, and says so', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  const mine = await askForHelp(bridge.phone(NUMBER), { wish: '3' });
  const page = await world.browse(noi, { url: '/requests' });
  const dialog = await opens(page, mine);
  await dialog.getByText('Anonymous: do not call').waitFor();
  assert.equal(await page.getByText('Safe to call now').count(), 0);
  await dialog.getByRole('button', { name: 'Take this case' }).click();
  await dialog.getByRole('button', { name: 'Show number and words' }).click();
  await dialog.getByText('No number was kept. Nobody can call back.').waitFor();
  assert.ok(!(await page.content()).includes(NUMBER));
});

test('everything by keyboard', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  const mine = await askForHelp(bridge.phone(NUMBER));
  const page = await world.browse(noi, { url: '/requests' });
  const number = page.getByRole('button', { name: mine.spoken });
  await number.waitFor();
  for (let i = 0; i < 60 && !(await number.evaluate((node) => node === document.activeElement)); i += 1)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Take this case' }).waitFor();
  const focusOn = async (name) => {
    const button = dialog.getByRole('button', { name });
    await button.waitFor();
    for (let i = 0; i < 30 && !(await button.evaluate((node) => node === document.activeElement)); i += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
  };
  await focusOn('Take this case');
  await focusOn('Show number and words');
  await dialog.getByText(SHOWN).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.ok(!(await page.content()).includes(SHOWN));
  await until('the line has the focus again', () => page.evaluate(() => document.activeElement?.dataset.case !== undefined));
});

test('figures are without persons, as a table and as CSV', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  for (let i = 0; i < 6; i += 1)
    await askForHelp(bridge.phone(`856205551000${i}`), { place: i < 5 ? '1' : '2' });
  await until('all are stored', async () => (await noi.client.done('GET', '/api/requests')).cases.length === 6);
  const page = await world.browse(noi, { url: '/requests' });
  await page.getByRole('tab', { name: 'Figures' }).click();
  await page.getByText('6 requests').waitFor();
  assert.equal(await page.getByRole('row').filter({ hasText: 'Not paid' }).getByRole('cell').textContent(), '6');
  // One of six in another country: both counts are hidden, for one follows from the other.
  assert.equal(await page.getByRole('table', { name: 'Country' }).getByText('fewer than 5').count(), 2);
  await world.audit(page);
  await world.picture(page, 'requests-figures-1280');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save as CSV' }).click()]);
  const lines = fs.readFileSync(await download.path(), 'utf8').split('\r\n');
  assert.equal(lines[0], 'table,value,count');
  assert.ok(lines.includes('kind,unpaid,6'));
  assert.deepEqual(lines.filter((line) => line.startsWith('country,')).map((line) => line.split(',')[2]), ['<5', '<5']);
});

test('wrong, repeated and belated calls change nothing', async (t) => {
  const { world, noi, bridge } = await worlds(t);
  await askForHelp(bridge.phone(NUMBER));
  const { id } = await until('it is stored', async () => (await noi.client.done('GET', '/api/requests')).cases[0]);
  const post = async (what, body, client = noi.client) => (await client.post(`/api/requests/${what}`, body)).status;
  const good = { id, revision: 1, action: 'take' };
  for (const bad of [{}, { ...good, id: '' }, { ...good, id: `${id}0` }, { ...good, id: id.toUpperCase().replace(/^./, 'G') }, { ...good, revision: 0 },
    { ...good, revision: '1' }, { ...good, action: 'drop' }, { ...good, action: 'close' }, { ...good, action: 'close', outcome: 'gone' },
    { ...good, action: 'wait' }, { ...good, action: 'wait', until: Date.now() * 2 }, { ...good, action: 'assign' }, { ...good, action: 'assign', to: 1 }])
    assert.ok([400, 403].includes(await post('change', bad)), JSON.stringify(bad));
  assert.equal(await post('change', { ...good, id: '0123456789abcdef' }), 404);
  assert.equal(await post('change', { ...good, action: 'wait', until: 0 }), 409, 'nobody has it');
  assert.equal(await post('change', { ...good, revision: 2 }), 409);
  for (const again of [1, 2])
    assert.equal(await post('change', good), 200, `time ${again}`);
  assert.equal(await post('change', { ...good, action: 'release' }), 409, 'an old page');
  const note = { id, note: 'fedcba9876543210', text: 'once' };
  for (const again of [1, 2])
    assert.equal(await post('note', note), 200, `time ${again}`);
  for (const bad of [{ ...note, text: '' }, { ...note, text: 'x'.repeat(2001) }, { ...note, note: 'x' }, { ...note, text: '\u0007' }])
    assert.equal(await post('note', bad), 400, JSON.stringify(bad).slice(0, 80));
  assert.equal((await noi.client.done('POST', '/api/requests/look', { id })).notes.length, 1);
  for (const query of ['?state=lost', '/find', '/find?case=12', '/case', '/case?id=1', '/statistics?days=7'])
    assert.equal((await noi.client.get(`/api/requests${query}`)).status, 400, query);
  const { client } = await world.person('Som Dee', 'viewer', 'editor');
  for (const path of ['', '/counts', `/case?id=${id}`])
    assert.equal((await client.get(`/api/requests${path}`)).status, 403, path);
  for (const what of ['change', 'note', 'look'])
    assert.equal(await post(what, { ...good, ...note }, client), 403, what);
  assert.equal((await noi.client.done('GET', `/api/requests/case?id=${id}`)).request.revision, 2);
});

test('the bell is bounded and survives a restart of the console', async (t) => {
  const { world, noi } = await worlds(t, { gateways: 0 });
  const { now } = await noi.client.done('GET', '/api/events');
  const waits = Array.from({ length: 70 }, () => noi.client.done('GET', `/api/events?since=${now}`));
  // The oldest make room for the newest.
  const first = await Promise.race(waits.slice(0, 6));
  assert.deepEqual(first, { now, topics: [], missed: false });
  for (const since of ['x', '-1', '', '99999999999999999999'])
    assert.equal((await noi.client.get(`/api/events?since=${since}`)).status, 400, since);
  assert.equal((await noi.client.done('GET', `/api/events?since=${now - 1}`)).missed, true);
  await Promise.all([world.console.kill(), Promise.allSettled(waits)]);
  await world.console.start();
  assert.equal((await noi.client.done('GET', `/api/events?since=${now}`)).missed, true);
});

test('what is acknowledged is stored, whenever the console is killed', async (t) => {
  const desk = await Casework.start(t, { start: ['broker'] });
  const console = path.resolve(process.env.MEKONGLINE_CONSOLE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-console'));
  desk.configure({ console: { listen: '127.0.0.1:0', db: desk.file('console.db') } });
  desk.receiver = desk.receiverOf(console, ['-c', desk.file('conf')]);
  await desk.receiver.start();
  await killing(t, desk, 10);
});

test('the console and another receiver do not share the cases', async (t) => {
  const { world, noi } = await worlds(t, { gateways: 0 });
  const binary = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));
  assert.throws(() => execFileSync(binary, ['receive-requests', '-c', world.world.file('console.conf')], { stdio: 'pipe', timeout: 10000 }),
    ({ status, stderr }) => status === 1 && /another receiver \(process \d+\)/.test(stderr));
  assert.equal((await noi.client.done('GET', '/api/requests')).receives, true);
});
