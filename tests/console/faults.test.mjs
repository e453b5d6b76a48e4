// SPDX-License-Identifier: Apache-2.0
// Disks that are full, databases that are locked, damaged or of a later version, admins that are lost: clear words, and
// nothing is lost.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { Client } from '../browser/support/console.mjs';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { database } from './support/database.mjs';

const start = (t, options) => ConsoleWorld.start(t, options);
// No file grows beyond a part of the first page of the database's log, so that a write ends in the middle, as on a full disk.
function fillDisk(self) {
  database(self, 'PRAGMA wal_checkpoint(TRUNCATE)');
  execFileSync('prlimit', ['--pid', String(self.console.pid), '--fsize=4096:']);
}
const freeDisk = (self) => execFileSync('prlimit', ['--pid', String(self.console.pid), '--fsize=unlimited:']);
const people = async (client) => (await client.done('GET', '/api/people'));
const program = (self, ...words) => execFileSync(self.console.command, ['-c', self.world.file('console.conf'), ...words], { encoding: 'utf8' });

test('on a full disk nothing is half done, and who reads goes on', async (t) => {
  const self = await start(t);
  const viewer = await self.person('Somsak', 'viewer');
  const before = await people(self.admin);
  fillDisk(self);
  const refused = await Promise.all([
    self.admin.post('/api/people/invite', { name: 'New', roles: ['viewer'] }),
    self.admin.post('/api/people/active', { id: 2, active: false }),
    self.admin.post('/api/people/reset', { id: 2 }),
    self.admin.post('/api/account/language', { language: 'lo' }),
    new Client(self.console).post('/api/sign-in', { login: viewer.login, password: viewer.password }),
  ]);
  for (const { status, json } of refused) {
    assert.equal(status, 503);
    assert.equal(json.error.code, 'disk_full', json.error.message);
    assert.match(json.error.message, /^Nothing was saved\. The disk of .* is full: free space on it/);
  }
  assert.deepEqual(await people(self.admin), before);
  assert.equal((await viewer.client.get('/api/me')).status, 200);
  freeDisk(self);
  await self.admin.done('POST', '/api/people/invite', { name: 'New', roles: ['viewer'] });
  assert.equal((await self.admin.done('GET', '/api/audit/check')).wrong, 0);
});

test('signing out on a full disk still takes the cookie away', async (t) => {
  const self = await start(t);
  fillDisk(self);
  const answer = await self.admin.post('/api/sign-out', {});
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('set-cookie'), /Max-Age=0/);
  freeDisk(self);
});

test('what cannot be written into the record of changes is not done', async (t) => {
  const self = await start(t);
  const somsak = await self.person('Somsak', 'viewer');
  const before = await people(self.admin);
  database(self, "CREATE TRIGGER no_lines BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
  const tries = [['people/invite', { name: 'New', roles: ['viewer'] }], ['people/roles', { id: 2, was: ['viewer'], roles: ['admin'] }], ['people/active', { id: 2, active: false }],
    ['people/reset', { id: 2 }], ['account/language', { language: 'lo' }], ['account/password', { old: 'a password of the tests', new: 'tree rain copper lamp' }]];
  for (const [path, body] of tries)
    assert.equal((await self.admin.post(`/api/${path}`, body)).status, 503, path);
  assert.equal((await new Client(self.console).post('/api/sign-in', { login: somsak.login, password: somsak.password })).status, 503);
  assert.equal((await self.admin.get('/api/audit.csv')).status, 503);
  database(self, 'DROP TRIGGER no_lines');
  assert.deepEqual(await people(self.admin), before);
  assert.equal((await somsak.client.get('/api/me')).status, 200);
});

test('an address that browsers would not keep the cookie for is refused at the start', async (t) => {
  const self = await start(t);
  await self.console.stop();
  for (const url of ['http://console.example.org', 'https://console.example.org/', 'https://', 'https://Console.example.org', 'https://a@b', 'console.example.org', 'http://localhost.evil.example']) {
    self.console.configure({ console: { public_url: url } });
    self.console.output = '';
    self.console.spawn();
    assert.equal((await self.console.exited()).code, 1, url);
    assert.match(self.console.output, /console\.public_url is no address that browsers keep the console's cookie for; write https:\/\/NAME/);
  }
  self.console.configure({ console: { public_url: 'http://localhost:8080' } });
  await self.console.start();
});

test('while another program writes the database, changes are refused with the reason', async (t) => {
  const self = await start(t);
  const other = spawn('sqlite3', [self.world.file('console.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const told = new Promise((resolve) => { other.stdout.once('data', resolve); });
  other.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
  await told;
  const answer = await self.admin.post('/api/people/invite', { name: 'New', roles: ['viewer'] });
  assert.deepEqual([answer.status, answer.json.error.code], [503, 'database']);
  assert.match(answer.json.error.message, /is in use by another process: end that, or try again/);
  other.stdin.end('ROLLBACK;\n');
  await new Promise((resolve) => { other.once('close', resolve); });
  await self.admin.done('POST', '/api/people/invite', { name: 'New', roles: ['viewer'] });
});

test('a file of a later version, of another program, or none at all is left as it is', async (t) => {
  const self = await start(t);
  await self.console.stop();
  const file = self.world.file('console.db');
  database(self, 'PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 999');
  for (const [change, said] of [
    [() => {}, /was written by a later version of this program: install that one/],
    [() => { database(self, 'PRAGMA user_version = 0'); }, /is a database of another program: name another file/],
    [() => { fs.writeFileSync(file, 'this is no database, but a text of some length, so that it has a header'.repeat(100)); }, /is not a database: name another file/],
  ]) {
    change();
    const before = fs.readFileSync(file);
    self.console.output = '';
    self.console.spawn();
    assert.equal((await self.console.exited()).code, 1);
    assert.match(self.console.output, said);
    assert.ok(before.equals(fs.readFileSync(file)), 'the file is as it was');
  }
});

test('the console is killed in the middle of work: what was answered is there', async (t) => {
  const self = await start(t);
  const invited = [];
  for (let i = 0; i < 10; i += 1) {
    const { link } = await self.admin.done('POST', '/api/people/invite', { name: `New ${i}`, roles: ['viewer'] });
    invited.push(new URL(link).searchParams.get('token'));
  }
  await self.console.kill();
  await self.console.start();
  for (const token of invited)
    assert.equal((await self.admin.get(`/api/invitation?token=${token}`)).status, 200);
  assert.equal((await self.admin.get('/api/me')).status, 200, 'sessions survive');
  assert.equal((await self.admin.done('GET', '/api/audit/check')).wrong, 0);
});

test('a lost admin comes back by the terminal, while the console runs', async (t) => {
  const self = await start(t);
  const editor = await self.person('Somsak', 'editor');
  const printed = program(self, '--reset-admin');
  const [, password] = /^ *password +(\S+)$/m.exec(printed);
  assert.equal((await self.admin.get('/api/me')).status, 401, 'the lost one is out');
  assert.equal((await editor.client.get('/api/me')).status, 200, 'others are not');
  const admin = new Client(self.console);
  await admin.signIn('admin', password);
  await admin.done('POST', '/api/account/password', { old: password, new: 'copper lamp tree rain' });
  const { lines } = await admin.done('GET', '/api/audit?action=people.reset_admin');
  assert.deepEqual(lines.map((line) => [line.name, line.subject]), [['terminal', 'admin']]);
});

test('the password of the first start is good for a day', async (t) => {
  const self = await start(t, { first: true });
  const { login, password } = self.console.firstPassword();
  database(self, 'UPDATE people SET until_ms = until_ms - 86400000');
  const answer = await new Client(self.console).post('/api/sign-in', { login, password });
  assert.equal(answer.status, 401);
});

test('whoever alters the record of changes is seen in the console and in its log', async (t) => {
  const self = await start(t);
  await self.person('Somsak', 'editor');
  const { lines } = await self.admin.done('GET', '/api/audit/check');
  database(self, "DROP TRIGGER audit_stays; UPDATE audit SET detail = 'admin' WHERE action = 'people.invite'");
  const after = await self.admin.done('GET', '/api/audit/check');
  assert.equal(after.lines, lines);
  assert.ok(after.wrong > 0);
  await self.console.stop();
  self.console.spawn();
  await self.console.logs('console_audit_wrong', `wrong=${after.wrong}`);
});

test('a link is good once, even for two who open it at the same moment', async (t) => {
  const self = await start(t);
  const { link } = await self.admin.done('POST', '/api/people/invite', { name: 'New', roles: ['viewer'] });
  const token = new URL(link).searchParams.get('token');
  const join = (login) => new Client(self.console).post('/api/invitation', { token, name: 'New', login, password: 'tree rain copper lamp' });
  const answers = await Promise.all(['first.one', 'second.one', 'third.one'].map(join));
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 404, 404]);
  assert.equal((await people(self.admin)).people.length, 2);
  assert.equal(database(self, 'SELECT count(*) FROM links').trim(), '0');
});

test('a code cannot be used twice, not even at the same moment', async (t) => {
  const self = await start(t);
  const person = await self.person('Two factors', 'viewer');
  const { secret } = await person.client.done('POST', '/api/account/totp/begin', {});
  const { totp } = await import('./support/totp.mjs');
  await person.client.done('POST', '/api/account/totp/confirm', { code: totp(secret, -1) });
  const without = await new Client(self.console).post('/api/sign-in', { login: person.login, password: person.password });
  assert.deepEqual([without.status, without.json.error.code], [401, 'code_needed']);
  const code = totp(secret, 1);
  const enter = () => new Client(self.console).post('/api/sign-in', { login: person.login, password: person.password, code });
  const answers = await Promise.all([enter(), enter(), enter()]);
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, 401, 401]);
  const removed = await person.client.post('/api/account/totp/remove', { password: 'not this one' });
  assert.equal(removed.status, 403);
  await person.client.done('POST', '/api/account/totp/remove', { password: person.password });
  await new Client(self.console).signIn(person.login, person.password);
});
