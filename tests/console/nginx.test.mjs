// SPDX-License-Identifier: Apache-2.0
// The console behind nginx with the shipped configuration: TLS, headers, limits, addresses, and a console that is away.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { chromium } from '../system/support/browser_packages.mjs';
import { World } from '../system/support/world.mjs';
import { Console, makeKeys } from '../browser/support/console.mjs';
import { NAME, Nginx } from './support/nginx.mjs';

const PASSWORD = 'tree rain copper lamp';
const ORIGIN = `https://${NAME}`;

// A console on a Unix socket, and nginx in front; the admin has chosen a password.
async function start(t) {
  const world = await World.start(null, { gateways: 0, start: ['broker', 'redis'] });
  makeKeys(world.folder);
  const program = new Console(world, { console: { listen: world.file('console.sock'), public_url: ORIGIN, behind_proxy: 'yes' } });
  const nginx = new Nginx(world.folder, world.file('console.sock'));
  t.after(async () => {
    await nginx.stop();
    await program.end();
    await world.end();
  });
  await program.start();
  await nginx.start();
  const post = (path, body, { cookie, token, headers } = {}) => nginx.ask('POST', path, { body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN, ...(cookie && { Cookie: cookie }), ...(token && { 'X-CSRF-Token': token }), ...headers } });
  const signIn = async (login, password) => {
    const answer = await post('/api/sign-in', { login, password });
    return { answer, cookie: answer.headers['set-cookie']?.[0].split(';')[0], token: answer.json?.token };
  };
  const { login, password } = program.firstPassword();
  const first = await signIn(login, password);
  assert.equal((await post('/api/account/password', { old: password, new: PASSWORD }, first)).status, 200);
  return { world, program, nginx, post, signIn, login, admin: first };
}

test('pages and sign-in over TLS, and browsers are told never to come without', async (t) => {
  const { nginx, admin, program } = await start(t);
  const page = await nginx.ask('GET', '/');
  assert.equal(page.status, 200);
  assert.equal(page.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  assert.match(page.headers['content-security-policy'], /default-src 'none'/);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers.server, 'nginx');
  assert.match(admin.answer.headers['set-cookie'][0], /^__Host-mekong=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  assert.equal((await nginx.ask('GET', '/api/me', { headers: { Cookie: admin.cookie } })).status, 200);
  const plain = await new Promise((resolve, reject) => {
    http.get({ socketPath: nginx.http, path: '/people?a=b', headers: { Host: NAME } }, resolve).on('error', reject);
  });
  plain.resume();
  assert.deepEqual([plain.statusCode, plain.headers.location], [301, `${ORIGIN}/people?a=b`]);
  assert.match(program.output, /event=console_up address=https:\/\/console\.example\.org/);
});

test('old TLS, other names and plain HTTP on the port of TLS are refused', async (t) => {
  const { nginx } = await start(t);
  await assert.rejects(nginx.ask('GET', '/', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }));
  await assert.rejects(nginx.ask('GET', '/', { servername: 'evil.example', checkServerIdentity: () => undefined }));
  const other = await nginx.ask('GET', '/', { host: 'evil.example' });
  assert.notEqual(other.status, 200);
  const plain = await new Promise((resolve, reject) => {
    http.get({ socketPath: nginx.https, path: '/', headers: { Host: NAME } }, resolve).on('error', reject);
  });
  plain.resume();
  assert.equal(plain.statusCode, 400);
});

test('an Origin other than the public one changes nothing', async (t) => {
  const { post, admin, nginx } = await start(t);
  for (const origin of ['http://console.example.org', 'https://evil.example', `https://${NAME}:8443`, 'null', `http://localhost:${nginx.port}`]) {
    const answer = await post('/api/people/invite', { name: 'Evil', roles: ['admin'] }, { ...admin, headers: { Origin: origin } });
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'bad_origin'], origin);
  }
  const invited = await post('/api/people/invite', { name: 'Somsak', roles: ['viewer'] }, admin);
  assert.match(invited.json.link, /^https:\/\/console\.example\.org\/invitation\?token=[0-9a-f]{64}$/);
});

test('the address that a client claims is not believed', async (t) => {
  const { post, nginx, admin } = await start(t);
  for (const forged of ['203.0.113.9', '203.0.113.9, 198.51.100.1'])
    await post('/api/sign-in', { login: 'nobody', password: 'wrong' }, { headers: { 'X-Forwarded-For': forged } });
  const { json } = await nginx.ask('GET', '/api/audit?action=sign_in.refused', { headers: { Cookie: admin.cookie } });
  assert.equal(json.lines.length, 2);
  for (const line of json.lines)
    assert.doesNotMatch(line.detail, /203\.0|198\.51/);
});

test('what is too large is refused in words that a page can show', async (t) => {
  const { post, admin, nginx } = await start(t);
  const large = await post('/api/people/invite', { name: 'x'.repeat(5 << 20) }, admin);
  assert.deepEqual([large.status, large.json.error.code], [413, 'too_large']);
  assert.equal((await nginx.ask('GET', '/', { headers: { 'X-Long': 'x'.repeat(5000) } })).status, 400);
  assert.equal((await nginx.ask('GET', `/${'a'.repeat(5000)}`)).status, 414);
});

test('many requests from one address are slowed down', async (t) => {
  const { nginx, post } = await start(t);
  const tries = await Promise.all(Array.from({ length: 40 }, (_, i) => post('/api/sign-in', { login: `guess.${i}`, password: 'wrong' })));
  const limited = tries.filter((one) => one.status === 429);
  assert.ok(limited.length >= 10, `${limited.length} of 40`);
  assert.ok(limited.every((one) => one.json.error.code === 'throttled'));
  const pages = await Promise.all(Array.from({ length: 300 }, () => nginx.ask('GET', '/api/me').catch(() => ({ status: 0 }))));
  assert.ok(pages.some((one) => one.status === 429));
});

test('a slow client is cut off', async (t) => {
  const { nginx } = await start(t);
  const socket = nginx.connect();
  const began = Date.now();
  const drip = setInterval(() => socket.write('x'), 500);
  socket.on('error', () => {});
  socket.write(`GET / HTTP/1.1\r\nHost: ${NAME}\r\nX: `);
  socket.resume();
  await new Promise((resolve) => { socket.on('close', resolve); });
  clearInterval(drip);
  assert.ok(Date.now() - began < 20000);
});

test('tricks with paths end at nginx or at the console, never at a file', async (t) => {
  const { nginx, admin } = await start(t);
  const raw = (path) => new Promise((resolve) => {
    const socket = nginx.connect();
    let text = '';
    socket.on('error', () => {}).setEncoding('latin1').on('data', (piece) => { text += piece; });
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${NAME}\r\nCookie: ${admin.cookie}\r\nConnection: close\r\n\r\n`);
  });
  for (const path of ['/../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '//api/people', '/api//people', '/api/people%00', '/api/x/%2e%2e/people', '/..%2f..%2fetc/passwd', '/.%00./', '/\0']) {
    const answer = await raw(path);
    assert.ok([400, 404].includes(answer.status), `${JSON.stringify(path)}: ${answer.text.slice(0, 100)}`);
  }
});

test('while the console is away a page is told so, and it goes on when the console is back', async (t) => {
  const { nginx, program, admin } = await start(t);
  await program.stop();
  const away = await nginx.ask('GET', '/api/me', { headers: { Cookie: admin.cookie } });
  assert.deepEqual([away.status, away.json.error.code], [503, 'busy']);
  assert.equal(away.headers['strict-transport-security'], 'max-age=31536000; includeSubDomains');
  await program.start();
  assert.equal((await nginx.ask('GET', '/api/me', { headers: { Cookie: admin.cookie } })).status, 200);
});

test('no secret of a link and no cookie stands in the access log', async (t) => {
  const { nginx, post, admin } = await start(t);
  const { link } = (await post('/api/people/invite', { name: 'Somsak', roles: ['viewer'] }, admin)).json;
  const url = new URL(link);
  assert.equal((await nginx.ask('GET', `/api/invitation${url.search}`)).status, 200);
  assert.equal((await nginx.ask('GET', `${url.pathname}${url.search}`)).status, 200);
  const log = nginx.access();
  assert.match(log, /"GET \/api\/invitation HTTP\/1\.1" 200/);
  assert.ok(!log.includes(url.searchParams.get('token')));
  assert.ok(!log.includes(admin.cookie.split('=')[1]));
});

test('a browser signs in over TLS, and scripts cannot read its cookie', async (t) => {
  const { nginx, login } = await start(t);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--disable-quic', `--host-resolver-rules=MAP ${NAME}:443 127.0.0.1:${nginx.port}`, ...(process.getuid() === 0 ? ['--no-sandbox'] : [])] });
  t.after(() => browser.close());
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${ORIGIN}/people`);
  await page.getByLabel('Login name').fill(login);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Invite somebody' }).waitFor();
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path, cookie.domain, cookie.expires],
    ['__Host-mekong', true, true, 'Strict', '/', NAME, -1]);
  assert.equal(await page.evaluate(() => document.cookie), '');
});
