// SPDX-License-Identifier: Apache-2.0
// What comes from people who mean harm, against the real program: cookies, Origin, tokens, paths, limits, guesses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Client } from '../browser/support/console.mjs';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { database } from './support/database.mjs';
import { ask, connect, raw } from './support/raw.mjs';
import { ROLES, listed } from './support/routes.mjs';

const PASSWORD = 'tree rain copper lamp';
const start = (t, options) => ConsoleWorld.start(t, options);
const stranger = (self) => new Client(self.console);
const withCookie = (self, cookie, token = '') => Object.assign(stranger(self), { cookie, token });
const posts = () => listed().filter((route) => route.kind !== 'GET');
const code = (answer) => answer.json?.error?.code;

test('a cookie that was never given, was altered, or belongs to nobody is none', async (t) => {
  const self = await start(t);
  const [name, secret] = self.admin.cookie.split('=');
  assert.equal(name, '__Host-mekong');
  const other = `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`;
  for (const cookie of ['', `${name}=`, `${name}=${other}`, `${name}=${secret}0`, `${name}=${secret.toUpperCase()}X`, `${name}="${secret}"`,
    `mekong=${secret}`, `__Secure-mekong=${secret}`, `${name}=${secret}; ${name}=${other}`, `${name}=' OR 1=1 --`, 'x'.repeat(6000)])
    assert.equal((await withCookie(self, cookie).get('/api/me')).status, 401, cookie);
  assert.equal((await withCookie(self, `a=b; ${name}=${secret}; c=d`).get('/api/me')).status, 200);
});

test('the cookie is for this host, over TLS or loopback, out of reach of scripts and of other sites', async (t) => {
  const self = await start(t);
  const answer = await stranger(self).post('/api/sign-in', { login: 'admin', password: 'a password of the tests' });
  assert.match(answer.headers.get('set-cookie'), /^__Host-mekong=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('a session ends: by signing out, another password, time without use, time in all', async (t) => {
  const self = await start(t);
  const person = await self.person('Somsak', 'viewer');
  const again = async () => {
    const client = stranger(self);
    await client.signIn(person.login, person.password);
    return client;
  };
  const old = await again();
  const kept = withCookie(self, old.cookie, old.token);
  await old.done('POST', '/api/sign-out', {});
  assert.equal((await kept.get('/api/me')).status, 401, 'a cookie of before the sign-out');

  const [one, two] = [await again(), await again()];
  await one.done('POST', '/api/account/password', { old: person.password, new: PASSWORD });
  person.password = PASSWORD;
  assert.equal((await two.get('/api/me')).status, 401, 'another device');
  assert.equal((await one.get('/api/me')).status, 200, 'where the password was changed');

  for (const [column, minutes] of [['seen_ms', 31], ['made_ms', 12 * 60 + 1]]) {
    const client = await again();
    assert.equal((await client.get('/api/me')).status, 200);
    database(self, `UPDATE sessions SET ${column} = ${column} - ${minutes * 60000}`);
    const late = await client.get('/api/me');
    assert.deepEqual([late.status, code(late)], [401, 'signed_out'], column);
  }
});

test('signing in again ends the session that the browser had', async (t) => {
  const self = await start(t);
  const person = await self.person('Somsak', 'viewer');
  const before = withCookie(self, person.client.cookie, person.client.token);
  await person.client.signIn(person.login, person.password);
  assert.notEqual(person.client.cookie, before.cookie);
  assert.equal((await before.get('/api/me')).status, 401);
});

test('no change without the right Origin', async (t) => {
  const self = await start(t);
  const { client } = await self.person('All of it', ...ROLES);
  const port = new URL(self.console.address).port;
  const wrong = [undefined, 'null', '', `https://localhost:${port}`, 'http://localhost', `http://localhost:${Number(port) + 1}`, `http://localhost:${port}/`,
    `http://evil.example:${port}`, `http://localhost:${port}.evil.example`, `http://127.0.0.1.evil.example:${port}`, self.console.address.toUpperCase()];
  for (const { path } of posts()) {
    for (const origin of wrong) {
      const answer = await ask(self.console.address, `POST ${path} HTTP/1.1`, { Cookie: client.cookie, 'X-CSRF-Token': client.token,
        'Content-Type': 'application/json', 'Content-Length': 2, ...(origin !== undefined && { Origin: origin }) }, '{}');
      assert.equal(answer.status, 403, `${path} from ${origin}: ${answer.text}`);
      assert.match(answer.text, /"bad_origin"/);
    }
  }
});

test('no change without the token of this very session', async (t) => {
  const self = await start(t);
  const { client: { cookie, token } } = await self.person('All of it', ...ROLES);
  const other = await self.person('Another admin', 'admin');
  for (const { path } of posts()) {
    for (const wrong of ['', other.client.token, token.slice(1), `${token}0`, token.toUpperCase(), cookie.split('=')[1]]) {
      const answer = await withCookie(self, cookie, wrong).post(path, {});
      assert.deepEqual([answer.status, code(answer)], [403, 'bad_token'], `${path} with ${wrong}`);
    }
  }
  assert.equal((await self.admin.get('/api/people')).json.people.length, 3, 'nothing happened');
});

test('what a form of another site can send is refused', async (t) => {
  const self = await start(t);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await self.admin.post('/api/people/invite', '{"name":"Evil","roles":["admin"]}', { type });
    assert.equal(answer.status, 415, type);
  }
  assert.deepEqual((await self.admin.get('/api/people')).json.links, []);
});

test('a path is one of the list, or nothing', async (t) => {
  const self = await start(t);
  const paths = ['/../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/api/../api/people', '/api/%2e%2e/api/people', '//api/people', '/api//people',
    '/api/people/', '/api/people%00', '/api/people%00.js', '/API/people', '/api/people.json', '/api/peopl%65/', '/./api/people', '/.git/config', '/index.html~', '/app.js.map',
    '/%c0%ae%c0%ae/etc/passwd', '/\\..\\..\\etc', '/api/people;x=1', '/pages/../app.js', '/console.db', '/web/app.js', '*', '/%', '/%zz', `/${'a'.repeat(5000)}`];
  for (const path of paths) {
    const answer = await ask(self.console.address, `GET ${path} HTTP/1.1`, { Cookie: self.admin.cookie });
    assert.ok([400, 404].includes(answer.status), `${path.slice(0, 60)}: ${answer.text.slice(0, 200)}`);
    assert.doesNotMatch(answer.text, /root:|people"/);
  }
  for (const octets of ['/api/people\0', '/api/\x01people', '/api/pe\tople', '/\xff\xfe']) {
    const answer = await ask(self.console.address, `GET ${octets} HTTP/1.1`, { Cookie: self.admin.cookie });
    assert.ok([0, 400, 404].includes(answer.status), `${JSON.stringify(octets)}: ${answer.text.slice(0, 100)}`);
  }
});

test('every answer forbids scripts from elsewhere, frames, guessing of types', async (t) => {
  const self = await start(t);
  const answers = [['/', 200], ['/app.js', 200], ['/api/me', 401], ['/api/people', 401], ['/nothing', 404], ['/api/sign-in', 405]];
  for (const [path, status] of answers) {
    const answer = await stranger(self).get(path);
    assert.equal(answer.status, status, path);
    const policy = answer.headers.get('content-security-policy');
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"])
      assert.ok(policy.includes(rule), `${path}: ${policy}`);
    assert.doesNotMatch(policy, /unsafe|\*|data:|https?:/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('x-frame-options'), 'DENY');
    assert.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(answer.headers.get('server'), null);
  }
});

test('methods other than GET and POST are refused', async (t) => {
  const self = await start(t);
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'X']) {
    const { status, text } = await ask(self.console.address, `${method} /api/people HTTP/1.1`, { Cookie: self.admin.cookie });
    assert.ok([400, 405, 501].includes(status), `${method}: ${text}`);
  }
});

test('requests that are too large, doubled or no HTTP are refused, and the next one is served', async (t) => {
  const self = await start(t);
  const post = (headers, body = '') => ask(self.console.address, 'POST /api/sign-in HTTP/1.1', { 'Content-Type': 'application/json', Origin: self.console.address, ...headers }, body);
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`X-${i}`, '1']));
  const refused = [
    [await ask(self.console.address, 'GET / HTTP/1.1', { 'X-Long': 'x'.repeat(9000) }), 400],
    [await ask(self.console.address, 'GET / HTTP/1.1', many), 400],
    [await post({ 'Content-Length': 5 << 20 }, 'x'), 413],
    [await post({ 'Content-Length': 2, 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n'), 400],
    [await raw(self.console.address, 'POST /api/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'), 400],
    [await raw(self.console.address, 'GET / HTTP/1.1\r\n\r\n'), 400],
    [await raw(self.console.address, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'), 400],
    [await ask(self.console.address, 'GET / HTTP/1.1', { 'Content-Length': 2 }, 'ab'), 400],
    [await raw(self.console.address, 'rubbish\r\n\r\n'), 400],
  ];
  refused.forEach(([answer, status], i) => assert.ok(answer.status === status || (status === 400 && answer.status === 0), `${i}: ${answer.text.slice(0, 200)}`));
  assert.equal((await stranger(self).get('/')).status, 200);
});

test('bodies that are no JSON object, too deep, or full of the wrong things change nothing', async (t) => {
  const self = await start(t);
  const bodies = ['', '[]', '1', 'null', '{', '{}x', '{"a":1,"a":2}', '{"name":"\\u0000"}', '{"name":"\xff"}', `${'['.repeat(5000)}${']'.repeat(5000)}`,
    `{"a":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, '{"name":1e999}', '\ufeff{}'];
  for (const body of bodies) {
    const answer = await self.admin.post('/api/people/invite', body);
    assert.ok([400, 413, 415].includes(answer.status), `${body.slice(0, 40)}: ${answer.status} ${answer.text}`);
  }
  const fields = [{}, { name: '', roles: ['viewer'] }, { name: 'A', roles: [] }, { name: 'A', roles: 'admin' }, { name: 'A', roles: ['root'] }, { name: 'A', roles: [1] },
    { name: ['A'], roles: ['viewer'] }, { name: 'A'.repeat(61), roles: ['viewer'] }, { name: ' A', roles: ['viewer'] }, { name: 'A\nB', roles: ['viewer'] }, { name: 'A\u202eB', roles: ['viewer'] }];
  for (const one of fields) {
    const answer = await self.admin.post('/api/people/invite', one);
    assert.deepEqual([answer.status, code(answer)], [400, 'bad_field'], JSON.stringify(one));
  }
  assert.deepEqual((await self.admin.get('/api/people')).json.links, []);
});

test('a client that sends slowly is cut off, and others are served meanwhile', async (t) => {
  const self = await start(t);
  const began = Date.now();
  const socket = connect(self.console.address);
  socket.on('error', () => {});
  socket.write('POST /api/sign-in HTTP/1.1\r\nHost: a\r\nX: ');
  const drip = setInterval(() => socket.write('x'), 500);
  await new Promise((resolve) => { socket.on('close', resolve); socket.resume(); });
  clearInterval(drip);
  assert.ok(Date.now() - began < 20000);
  assert.equal((await stranger(self).get('/api/me')).status, 401);
});

test('three hundred idle connections do not keep anybody out for long', async (t) => {
  const self = await start(t);
  const sockets = Array.from({ length: 300 }, () => connect(self.console.address).on('error', () => {}));
  t.after(() => sockets.forEach((one) => one.destroy()));
  await until('somebody is served', async () => (await stranger(self).get('/api/me')).status === 401, 40000);
});
