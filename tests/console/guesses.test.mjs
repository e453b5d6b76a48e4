// SPDX-License-Identifier: Apache-2.0
// Passwords: guessing is slow, hashing holds nobody up, and only good ones are taken.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { Client } from '../browser/support/console.mjs';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { database } from './support/database.mjs';
import { listed } from './support/routes.mjs';

const PASSWORD = 'tree rain copper lamp';
const start = (t, options) => ConsoleWorld.start(t, options);
const stranger = (self) => new Client(self.console);
const code = (answer) => answer.json?.error?.code;

test('guesses are slowed down for an account, known or not, and in the same words', async (t) => {
  const self = await start(t);
  await self.person('Victim', 'caseworker');
  const logins = ['victim.1', 'nobody.at.all'];
  const seen = {};
  for (const login of logins) {
    seen[login] = [];
    for (let i = 0; i < 7; i += 1) {
      const { status, json } = await stranger(self).post('/api/sign-in', { login, password: `wrong ${i}` });
      seen[login].push([status, json.error.code, json.error.message.replace(/\d+ seconds/, 'N seconds')]);
    }
  }
  assert.deepEqual(seen[logins[0]], seen[logins[1]]);
  assert.deepEqual(seen[logins[0]].map(([status]) => status), [401, 401, 401, 401, 401, 429, 429]);
  const right = await stranger(self).post('/api/sign-in', { login: 'victim.1', password: 'a password of the tests' });
  assert.equal(right.status, 429, 'the right password has to wait, too');
  database(self, 'UPDATE tries SET last_ms = last_ms - 31000');
  assert.equal((await stranger(self).post('/api/sign-in', { login: 'victim.1', password: 'a password of the tests' })).status, 200);
});

test('an account that is none costs as much work as one', async (t) => {
  const self = await start(t);
  await self.person('Victim', 'viewer');
  // Processor time, in ticks of the kernel: what else the machine does takes none of it.
  const ticks = () => fs.readFileSync(`/proc/${self.console.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, n) => sum + Number(n), 0);
  const cost = async (login) => {
    const before = ticks();
    for (let i = 0; i < 5; i += 1)
      assert.equal((await stranger(self).post('/api/sign-in', { login, password: 'wrong' })).status, 401);
    return ticks() - before;
  };
  const [known, unknown] = [await cost('victim.1'), await cost('nobody.at.all')];
  assert.ok(unknown > known * 0.7 && known > unknown * 0.7, `${known} and ${unknown} ticks`);
});

test('an address is slowed down, too; what a client says of its address is not believed', async (t) => {
  const self = await start(t);
  const guess = (i, headers) => stranger(self).post('/api/sign-in', { login: `guess.${i}`, password: 'wrong' }, { headers });
  let i = 0;
  for (; i < 60; i += 1)
    if ((await guess(i, { 'X-Forwarded-For': `198.51.100.${i}` })).status === 429)
      break;
  assert.ok(i >= 25 && i <= 31, `after ${i}`);
});

test('behind a proxy the address is the last one of X-Forwarded-For', async (t) => {
  const self = await start(t, { conf: { console: { behind_proxy: 'yes' } } });
  const guess = (i, forwarded) => stranger(self).post('/api/sign-in', { login: `guess.${i}`, password: 'wrong' }, { headers: { 'X-Forwarded-For': forwarded } });
  for (let i = 0; i < 30; i += 1)
    assert.equal((await guess(i, `203.0.113.${i}, 198.51.100.7`)).status, 401);
  assert.equal((await guess(98, '203.0.113.98, 198.51.100.7')).status, 429);
  assert.equal((await guess(99, '198.51.100.7, 203.0.113.99')).status, 401);
});

test('many who sign in at once do not stop the others; too many are told to try again', async (t) => {
  const self = await start(t, { conf: { console: { behind_proxy: 'yes' } } });
  let open = 60;
  const all = Array.from({ length: 60 }, (_, i) => stranger(self).post('/api/sign-in', { login: `crowd.${i}`, password: 'wrong' },
    { headers: { 'X-Forwarded-For': `198.51.100.${i}` } }).finally(() => { open -= 1; }));
  const page = await self.admin.get('/api/people');
  assert.equal(page.status, 200);
  assert.ok(open > 0, 'the page did not wait for the hashes');
  const answers = (await Promise.all(all)).map((one) => `${one.status} ${code(one)}`);
  assert.deepEqual([...new Set(answers)].sort(), ['401 wrong_sign_in', '503 busy']);
  const counted = Number(database(self, "SELECT count(*) FROM tries WHERE key LIKE 'a:%' AND wrong > 0"));
  assert.equal(counted, answers.filter((one) => one.startsWith('401')).length, 'who was told to try again has lost no try');
});

test('a password has to be good, and the one that was printed can do nothing else', async (t) => {
  const self = await start(t, { first: true });
  const { login, password } = self.console.firstPassword();
  const admin = stranger(self);
  await admin.signIn(login, password);
  for (const { kind, path, who } of listed().filter((one) => !/PUBLIC|ACCOUNT/.test(one.who))) {
    const answer = kind === 'GET' ? await admin.get(path) : await admin.post(path, {});
    assert.deepEqual([answer.status, code(answer)], [403, 'must_change_password'], `${path} ${who}`);
  }
  for (const weak of ['short', 'password1234', 'aaaaaaaaaaaaaaaa', 'administrator', password, 'x'.repeat(129)]) {
    const answer = await admin.post('/api/account/password', { old: password, new: weak });
    assert.equal(answer.status, 400, weak);
  }
  assert.equal((await admin.post('/api/account/password', { old: 'not this', new: PASSWORD })).status, 403);
  await admin.done('POST', '/api/account/password', { old: password, new: PASSWORD });
  assert.equal((await admin.get('/api/people')).status, 200);
  assert.equal((await stranger(self).post('/api/sign-in', { login, password })).status, 401, 'it was good once');
});
