// SPDX-License-Identifier: Apache-2.0
// The shell of the console: coming in by a link or a password, the second step, two languages, an ended session, a lost
// connection, and how heavy the first page is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import path from 'node:path';
import test from 'node:test';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { ConsoleWorld } from './support/world.mjs';

const PROGRAM = path.resolve(process.env.MEKONGLINE_CONSOLE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-console'));

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

// The code that an authenticator app shows (RFC 6238), step: 30 seconds from now.
function totp(secret, step = 0) {
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => Number.parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

async function signIn(page, login, password) {
  await page.getByLabel('Login name').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('Somebody is invited, chooses how to sign in, comes in, and leaves', async (t) => {
  const world = await ConsoleWorld.start(t);
  const { link } = await world.admin.done('POST', '/api/people/invite', { name: 'Noy', roles: ['editor'] });
  const page = await world.browse(null, { url: new URL(link).pathname + new URL(link).search });
  await page.getByText('Welcome, Noy.').waitFor();
  await world.picture(page, 'invitation');
  assert.equal(await page.getByLabel('Your name').inputValue(), 'Noy');
  await page.getByLabel('Login name').fill('noy');
  await page.getByLabel('Password', { exact: true }).fill('password1234');
  await page.getByRole('button', { name: 'Make my account' }).click();
  const refused = page.locator('[data-field=password] .field-error');
  await refused.filter({ hasText: /./ }).waitFor();
  assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('aria-invalid'), 'true');
  await page.getByLabel('Password', { exact: true }).fill('four rivers meet below the hill');
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.getByText('Your password is set.').waitFor();

  assert.equal(await page.getByLabel('Login name').inputValue(), 'noy');
  await signIn(page, 'noy', 'something else');
  await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor();
  await signIn(page, 'noy', 'four rivers meet below the hill');
  await heading(page, 'Good day, Noy');
  await page.reload();
  await heading(page, 'Good day, Noy');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading(page, 'Sign in');
  await page.goBack();
  await heading(page, 'Sign in');

  await page.goto(link.replace(/^https?:\/\/[^/]*/, world.console.address));
  await page.getByText('This link was used').waitFor();
});

test('Who was sent to sign in comes to the page that was asked for, and nowhere outside', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(null, { url: '/account?from=here' });
  await heading(page, 'Sign in');
  await signIn(page, noy.login, noy.password);
  await heading(page, 'Your account');
  assert.equal(new URL(page.url()).search, '?from=here');
  const outside = await world.browse(null, { url: '/sign-in?next=%2F%2Felsewhere.example%2Faccount' });
  await signIn(outside, noy.login, noy.password);
  await heading(outside, 'Good day, Noy');
  assert.equal(new URL(outside.url()).origin, world.console.address);
});

test('A second step is set up by hand, asked for, and removed', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'caseworker');
  const page = await world.browse(noy, { url: '/account' });
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  await world.picture(page, 'account-second-step');
  const secret = await page.locator('.account-secret').textContent();
  await page.getByLabel('Code that the app shows').fill('000000');
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByText('The code is wrong.').waitFor();
  await page.getByLabel('Code that the app shows').fill(totp(secret));
  await page.getByRole('button', { name: 'Switch it on' }).click();
  await page.getByText('On: you sign in with').waitFor();

  const again = await world.browse(null, { url: '/sign-in' });
  await signIn(again, noy.login, noy.password);
  await again.getByLabel("Code from your phone's app").fill(totp(secret, 1));
  await again.getByRole('button', { name: 'Sign in' }).click();
  await heading(again, 'Good day, Noy');

  await page.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByLabel('Your password', { exact: true }).fill(noy.password);
  await page.getByRole('button', { name: 'Switch it off' }).click();
  await page.getByRole('button', { name: 'Set it up' }).waitFor();
});

test('A one-time password opens nothing but the choice of another one', async (t) => {
  const world = await ConsoleWorld.start(t);
  const said = execFileSync(PROGRAM, ['-c', world.world.file('console.conf'), '--reset-admin'], { encoding: 'utf8' });
  const [, login, password] = /login +(\S+)\s+password +(\S+)/.exec(said);
  const page = await world.browse(null, { url: '/sign-in' });
  await signIn(page, login, password);
  await heading(page, 'Choose your own password');
  await world.audit(page);
  await world.picture(page, 'first-password');
  await page.goto(`${world.console.address}/people`);
  await heading(page, 'Choose your own password');
  await page.getByLabel('Your password now').fill(password);
  await page.getByLabel('New password').fill('seven boats wait at the old pier');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await heading(page, /^Good day/);
});

test('A password is changed: the old one is compared, other browsers are signed out', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'viewer');
  const page = await world.browse(noy, { url: '/account' });
  const other = await world.browse(null, { url: '/sign-in' });
  await signIn(other, noy.login, noy.password);
  await heading(other, 'Good day, Noy');
  const change = async (old) => {
    await page.getByLabel('Your password now').fill(old);
    await page.getByLabel('New password').fill('seven boats wait at the old pier');
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await change('not this one');
  await page.locator('[data-field=old] .field-error').filter({ hasText: 'not your password' }).waitFor();
  await change(noy.password);
  await page.getByText('Your password is changed.').waitFor();
  await other.getByRole('link', { name: 'Versions' }).click();
  await other.reload();
  await heading(other, 'Sign in');
});

test('The console speaks Lao, before and after signing in, and remembers it', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(null, { url: '/sign-in' });
  await page.getByRole('button', { name: 'ລາວ' }).click();
  await heading(page, 'ເຂົ້າສູ່ລະບົບ');
  assert.equal(await page.locator('html').getAttribute('lang'), 'lo');
  await page.reload();
  await heading(page, 'ເຂົ້າສູ່ລະບົບ');
  await world.picture(page, 'sign-in-lao');
  await page.locator('[name=login]').fill(noy.login);
  await page.locator('[name=password]').fill('wrong');
  await page.locator('[type=submit]').click();
  await page.getByText('ຊື່ ຫຼື ລະຫັດຜ່ານບໍ່ຖືກ').waitFor();

  const own = await world.browse(noy, { url: '/account' });
  await own.getByLabel('ລາວ').check();
  await own.getByRole('button', { name: 'Use this language' }).click();
  await heading(own, 'ບັນຊີຂອງທ່ານ');
  await own.getByText('ສະບັບຮ່າງ ແປໂດຍເຄື່ອງ').waitFor();
  const elsewhere = await world.browse(noy);
  await heading(elsewhere, /ສະບາຍດີ/);
  await elsewhere.getByText(/ວັນ\S+, \d+ \S+ \d{4}/).waitFor();
});

test('A session that has ended asks to sign in above the page, and the work goes on', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/account' });
  await page.getByLabel('New password').fill('typed before it ended');
  await noy.client.done('POST', '/api/sign-out');
  await page.getByRole('button', { name: 'Set it up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Please sign in again' });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await world.audit(page);
  await dialog.getByLabel('Password', { exact: true }).fill(noy.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  assert.equal(await page.getByLabel('New password').inputValue(), 'typed before it ended');
});

test('A lost connection is told, and that it is back; work kept in the browser is offered again', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/account' });
  await heading(page, 'Your account');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Set it up' }).click();
  await page.getByText('No connection to the server.').waitFor();
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor();
  await page.context().setOffline(false);
  await page.getByText('No connection to the server.').waitFor({ state: 'hidden' });

  await page.evaluate(async () => {
    const { drafts } = await import('/drafts.js');
    drafts.keep('content:x', { text: 'half a sentence' }, { title: 'Fees in Thailand', href: '/content?place=x' });
  });
  await page.goto(world.console.address);
  await page.getByText('You have work that is not saved').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Fees in Thailand' }).getAttribute('href'), '/content?place=x');
  await page.getByRole('button', { name: 'Throw away: Fees in Thailand' }).click();
  await page.getByText('You have work that is not saved').waitFor({ state: 'detached' });
});

test('Pages of other roles are not in the navigation, and say so when their address is typed', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'viewer');
  const page = await world.browse(noy, { url: '/people' });
  await heading(page, 'This page is not for your account');
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0);
  await page.getByRole('link', { name: 'To the first page' }).click();
  await heading(page, 'Good day, Noy');
  const answer = await page.goto(`${world.console.address}/nowhere/at-all?x=1`);
  assert.equal(answer.status(), 404);
  await heading(page, 'There is no such page');
  await world.audit(page);
});

// Octets that came over the wire for a page, headers not counted.
async function weigh(page, url) {
  const wire = await page.context().newCDPSession(page);
  let octets = 0;
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  wire.on('Network.dataReceived', (event) => {
    octets += event.encodedDataLength;
  });
  await page.goto(url);
  await page.locator('.home').waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => true));
  return octets;
}

test('The first page weighs less than 100 KB, its Lao letters included', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor', 'caseworker');
  for (const language of ['en', 'lo']) {
    await noy.client.done('POST', '/api/account/language', { language });
    const page = await world.browse(noy, { url: '/licences.txt' });
    const octets = await weigh(page, `${world.console.address}/`);
    const shown = await page.evaluate(() => Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime));
    t.diagnostic(`first page, ${language}: ${octets} octets over the wire, first words after ${shown} ms`);
    assert.ok(octets > 10000 && octets < 100000, `${octets}`);
  }
});
