// SPDX-License-Identifier: Apache-2.0
// People: invited by a link, given roles, reset and sent away by an admin, while the others go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Client } from './support/console.mjs';
import { ConsoleWorld } from './support/world.mjs';

const world = (t, options) => ConsoleWorld.start(t, options);

async function adminPage(self, url = '/people') {
  const page = await self.browse({ client: self.admin }, { url });
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const line = (page, name) => page.getByRole('row').filter({ hasText: name });

test('somebody is invited, joins by the link once, and does what the roles allow', async (t) => {
  const self = await world(t);
  const page = await adminPage(self);
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('ນາງ ບຸນມີ');
  await dialog.getByLabel(/^viewer/).uncheck();
  await dialog.getByLabel(/^editor/).check();
  await self.audit(page);
  await self.picture(page, 'people-invite');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await self.audit(page);
  await self.picture(page, 'people-link');
  await page.getByRole('button', { name: 'I have passed it on' }).click();
  await line(page, 'ນາງ ບຸນມີ').getByRole('button', { name: /Withdraw/ }).waitFor();

  const token = new URL(link).searchParams.get('token');
  const client = new Client(self.console);
  const join = () => client.post('/api/invitation', { token, name: 'ນາງ ບຸນມີ', login: 'bounmy', password: 'tree rain copper lamp' });
  assert.equal((await join()).status, 200);
  assert.equal((await join()).status, 404);
  await client.signIn('bounmy', 'tree rain copper lamp');
  assert.equal((await client.get('/api/people')).status, 403);
  await page.reload();
  await line(page, 'bounmy').getByText('editor').waitFor();
  await self.audit(page);
  await self.picture(page, 'people');
  await page.setViewportSize({ width: 360, height: 740 });
  await self.audit(page);
  await self.picture(page, 'people-360');
});

test('whoever is deactivated is out at once, in the middle of a page', async (t) => {
  const self = await world(t);
  const editor = await self.person('Somchai', 'editor');
  const theirs = await self.browse(editor, { url: '/account' });
  const page = await adminPage(self);
  await line(page, 'Somchai').getByRole('button', { name: /Deactivate/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await line(page, 'Somchai').getByText('deactivated').waitFor();
  assert.equal((await editor.client.get('/api/me')).status, 401);
  assert.equal((await editor.client.post('/api/sign-in', { login: editor.login, password: editor.password })).status, 401);
  await theirs.reload();
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor();
  await line(page, 'Somchai').getByRole('button', { name: /Activate/ }).click();
  await line(page, 'Somchai').getByText('password', { exact: true }).waitFor();
  await editor.client.signIn(editor.login, editor.password);
});

test('two admins at once: neither undoes what the other has done, and the last one stays', async (t) => {
  const self = await world(t);
  const other = await self.person('Second admin', 'admin');
  await self.person('Khamla', 'viewer');
  const page = await adminPage(self);
  await line(page, 'Khamla').getByRole('button', { name: /Roles/ }).click();
  const { people } = await other.client.done('GET', '/api/people');
  const khamla = people.find((one) => one.name === 'Khamla');
  await other.client.done('POST', '/api/people/roles', { id: khamla.id, was: ['viewer'], roles: ['operator'] });
  await page.getByLabel(/^reviewer/).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody else has changed this person meanwhile').waitFor();
  await self.picture(page, 'people-conflict');
  await page.keyboard.press('Escape');

  const me = (await self.admin.done('GET', '/api/me')).person;
  const them = (await other.client.done('GET', '/api/me')).person;
  const drop = (client, id) => client.post('/api/people/roles', { id, was: ['admin'], roles: ['viewer'] });
  const both = await Promise.all([drop(self.admin, them.id), drop(other.client, me.id)]);
  assert.deepEqual(both.map((one) => one.status).sort(), [200, 403]);
  const left = both[0].status === 200 ? self.admin : other.client;
  const last = await drop(left, both[0].status === 200 ? me.id : them.id);
  assert.equal(last.status, 409);
  assert.equal(last.json.error.code, 'last_admin');
});

test('a lost password: an admin makes a link, the old password and code are void', async (t) => {
  const self = await world(t);
  const worker = await self.person('Mali', 'caseworker');
  const page = await adminPage(self);
  await line(page, 'Mali').getByRole('button', { name: /New password/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out and make a link' }).click();
  const token = new URL(await page.getByRole('textbox', { name: 'Link' }).inputValue()).searchParams.get('token');
  assert.equal((await worker.client.get('/api/me')).status, 401);
  assert.equal((await worker.client.post('/api/sign-in', { login: worker.login, password: worker.password })).status, 401);
  const shown = await worker.client.done('GET', `/api/invitation?token=${token}`);
  assert.deepEqual([shown.login, shown.recovery, shown.roles], [worker.login, true, ['caseworker']]);
  await worker.client.done('POST', '/api/invitation', { token, password: 'copper lamp tree rain' });
  await worker.client.signIn(worker.login, 'copper lamp tree rain');
});

test('the record tells who did what, is saved as a file, and shows when it was altered', async (t) => {
  const self = await world(t);
  await self.person('<img src=x onerror=alert(1)>', 'viewer');
  const page = await adminPage(self, '/audit');
  await page.getByText(/The record is whole: \d+ lines/).waitFor();
  await page.getByRole('cell', { name: '<img src=x onerror=alert(1)>' }).first().waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await self.audit(page);
  await self.picture(page, 'audit');
  await page.getByLabel('Area').selectOption('people');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await until(() => 'the filter works', async () => (await page.getByRole('row').filter({ hasText: 'signed in' }).count()) === 0);
  await page.getByRole('row').filter({ hasText: 'invited' }).first().waitFor();
  await self.picture(page, 'audit-filtered');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save as CSV' }).click()]);
  assert.equal(download.suggestedFilename(), 'audit.csv');
  const text = (await self.admin.get('/api/audit.csv')).text;
  assert.match(text, /^line,time,person,name,action,subject,detail\r\n1,\d{4}-/);
  assert.match(text, /"audit\.export"/);
  await page.setViewportSize({ width: 360, height: 740 });
  await self.audit(page);
  await self.picture(page, 'audit-360');
});
