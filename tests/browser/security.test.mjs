// SPDX-License-Identifier: Apache-2.0
// In a real browser: what people and workers write stays text, other sites change nothing and frame nothing, and the cookie is
// out of reach.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { test } from 'node:test';
import sodium from '../system/support/sodium.mjs';
import { until } from '../system/support/wait.mjs';
import { edit } from './support/editing.mjs';
import { ConsoleWorld } from './support/world.mjs';

const ROLES = ['viewer', 'operator', 'editor', 'reviewer', 'caseworker', 'admin'];
// What would run if anything put it into a page as more than text.
const HURT = '"\'><img src=x onerror="window.hurt=1"><svg onload="window.hurt=1"></svg><script>window.hurt=1</script>';
const NUMBER = '8562055510007';

// A request for help as a gateway hands it on, with the words that a worker typed.
function file(self, text) {
  const id = `${randomBytes(7).toString('hex')}00`;
  const key = Buffer.from(fs.readFileSync(self.world.file('requests.pub'), 'utf8'), 'base64');
  const plain = sodium.pad(Buffer.from(JSON.stringify({ id, msisdn: NUMBER, text })), 256);
  const request = { v: 1, type: 'request', id, case: '738299651', proof: '0011223344556677', subject: '00112233445566778899aabbccddeeff', at: Date.now(), bridge: 'laotel',
    channel: 'ussd', kind: 'unpaid', country: 'TH', wish: 'call', safe: 'any', lang: 'lo', sealed: Buffer.from(sodium.crypto_box_seal(plain, key)).toString('base64') };
  execFileSync('mosquitto_pub', ['-V', '5', '-q', '1', '--unix', self.world.file('broker.sock'), '-t', `mekong/1/request/${id.slice(0, 2)}`, '-m', JSON.stringify(request)]);
  return id;
}

const unhurt = async (page, where) => {
  assert.equal(await page.evaluate(() => window.hurt), undefined, where);
  assert.equal(await page.locator('[onerror], [onload], main script, main img[src="x"]').count(), 0, where);
};

test('what is written by people and workers is shown as text, on every page', async (t) => {
  const self = await ConsoleWorld.start(t);
  const all = await self.person('All of it', ...ROLES);
  await self.person('<img src=x onerror=hurt=1>', 'viewer');
  await edit(all, 'texts/en/menu.json#work.label', (value) => ({ ...value, text: HURT }));
  const id = file(self, HURT);
  await until('the request is stored', async () => (await all.client.done('GET', '/api/requests')).cases.length === 1);
  await all.client.done('POST', '/api/requests/change', { id, revision: 1, action: 'take' });
  await all.client.done('POST', '/api/requests/note', { id, note: randomBytes(8).toString('hex'), text: HURT });

  const page = await self.browse(all);
  for (const path of ['/', '/people', '/audit', '/content', '/content?place=texts%2Fen%2Fmenu.json%23work.label', '/translation', '/review', '/versions', '/simulator', '/volumes', '/numbers', '/account']) {
    await page.goto(`${self.console.address}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => !document.querySelector('main .state-loading, main [aria-busy="true"]'));
    await unhurt(page, path);
  }
  await page.goto(`${self.console.address}/requests`);
  await page.getByRole('button', { name: '738 299 651' }).click();
  const dialog = page.getByRole('dialog', { name: /738 299 651/ });
  await dialog.getByRole('button', { name: 'Show number and words' }).click();
  await dialog.getByText(HURT).first().waitFor();
  await unhurt(page, 'the case');
  await self.picture(page, 'security-words-of-a-worker');
});

test('signing in by hand on loopback: the cookie is Secure all the same, and no script reads it', async (t) => {
  const self = await ConsoleWorld.start(t);
  const page = await self.browse(null, { url: '/people' });
  await page.getByLabel('Login name').fill('admin');
  await page.getByLabel('Password').fill('a password of the tests');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  const [cookie] = await page.context().cookies();
  assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path, cookie.domain, cookie.expires],
    ['__Host-mekong', true, true, 'Strict', '/', 'localhost', -1]);
  assert.equal(await page.evaluate(() => document.cookie), '');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!kept.includes(cookie.value));
});

// A page of somebody else, on another port of this machine: the same site to a cookie, another origin to us.
async function evil(t, self, script, name = 'localhost') {
  const server = http.createServer((request, answer) => {
    answer.setHeader('Content-Type', 'text/html');
    answer.end(`<!doctype html><body><script>const target = '${self.console.address}';${script}</script>`);
  }).listen(0);
  await new Promise((resolve) => { server.once('listening', resolve); });
  t.after(() => server.close());
  return `http://${name}:${server.address().port}/`;
}

const invitations = async (self) => (await self.admin.done('GET', '/api/people')).links.length;

test('another site cannot change anything, with forms or scripts', async (t) => {
  const self = await ConsoleWorld.start(t);
  const page = await self.browse({ client: self.admin }, { url: '/people' });
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  const script = `
    const body = '{"name":"Evil","roles":["admin"],"x":"="}';
    const tries = ['text/plain', 'application/json', 'application/x-www-form-urlencoded'].flatMap((type) => ['no-cors', 'cors'].map((mode) =>
      fetch(target + '/api/people/invite', { method: 'POST', mode, credentials: 'include', headers: { 'Content-Type': type }, body }).then((a) => a.text(), () => '')));
    tries.push(fetch(target + '/api/me', { credentials: 'include' }).then((a) => a.text(), () => ''));
    Promise.all(tries).then((said) => { window.said = said; document.title = 'tried'; });`;
  for (const name of ['localhost', '127.0.0.1']) {
    await page.goto(await evil(t, self, script, name));
    await page.waitForFunction(() => document.title === 'tried');
    assert.ok((await page.evaluate(() => window.said)).every((one) => one === ''), 'nothing is read');
    assert.equal(await invitations(self), 0);
  }
  const form = `document.body.innerHTML = '<form method="post" enctype="text/plain" action="' + target + '/api/people/invite"><input name=\\'{"name":"Evil","roles":["admin"],"x":"\\' value=\\'"}\\'></form>';
    document.forms[0].submit();`;
  await page.goto(await evil(t, self, form));
  await page.waitForURL('**/api/people/invite');
  assert.equal(await invitations(self), 0);
});

test('another site cannot frame the console', async (t) => {
  const self = await ConsoleWorld.start(t);
  const page = await self.browse({ client: self.admin }, { url: '/people' });
  self.faults.length = 0;
  await page.goto(await evil(t, self, "const f = document.createElement('iframe'); f.src = target + '/people'; f.onload = () => { document.title = 'framed'; }; document.body.append(f);"));
  await page.waitForFunction(() => document.title === 'framed');
  const frame = page.frames()[1];
  assert.match(frame.url(), /^chrome-error:/);
  self.faults.length = 0; // the browser says that it refused, as it should
});

test('a session of one person is not shown to the next who signs in', async (t) => {
  const self = await ConsoleWorld.start(t);
  const other = await self.person('Somsak Viewer', 'viewer');
  const page = await self.browse({ client: self.admin }, { url: '/people' });
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  await page.context().clearCookies();
  await page.goto(`${self.console.address}/sign-in`);
  await page.getByLabel('Login name').fill(other.login);
  await page.getByLabel('Password').fill(other.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Somsak Viewer').first().waitFor();
  await page.goto(`${self.console.address}/people`);
  await page.getByText('This page is not for your account').waitFor();
  await page.goBack();
  assert.equal(await page.getByRole('button', { name: 'Invite somebody' }).count(), 0);
});
