// SPDX-License-Identifier: Apache-2.0
// `mekongline doctor`: a machine that is well, and one fault after the other.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { World } from './support/world.mjs';

// Asked from without, as an operator does; the event loop here may stand still meanwhile.
function ask(world) {
  const { status, stdout, stderr } = spawnSync(process.env.MEKONGLINE, ['doctor', '-c', world.file('gateway-1.conf')], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, /Sanitizer|runtime error/);
  const lines = Object.fromEntries(stdout.trim().split('\n').map((line) => [line.split(/ +/)[1], line]));
  return { status, stderr, lines, bad: Object.values(lines).filter((line) => line.startsWith('MEND')).map((line) => line.split(/ +/)[1]) };
}

test('what is well is said to be, and what is not, with what to do', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  execFileSync(process.env.MEKONGLINE, ['receive-requests', '--make-key', world.folder], { stdio: 'ignore' });
  fs.mkdirSync(world.file('state'));
  const good = { gateway: { content_store: world.file('state/content') },
    request: { journal: world.file('state/journal.db'), public_key_file: world.file('requests.pub') } };
  const broken = (more) => { world.gateway.configure({ ...good, ...more }); return ask(world); };

  const well = broken({});
  assert.deepEqual(well.bad, []);
  assert.equal(well.status, 0);
  for (const name of ['options', 'secret', 'content', 'published', 'keys', 'journal', 'redis', 'broker'])
    assert.match(well.lines[name], /^good/, name);

  const expected = [
    ['secret', { gateway: { ...good.gateway, secret_file: world.file('nothing') } }, /nothing/],
    ['content', { gateway: { ...good.gateway, content: world.file('state') } }, /mekongline check/],
    ['keys', { request: { ...good.request, public_key_file: world.file('secret') } }, /secret/],
    ['journal', { request: { ...good.request, journal: world.file('absent/journal.db') } }, /absent cannot be written/],
    ['redis', { redis: { host: world.file('no.sock'), port: 0 } }, /no\.sock.*section \[redis\]/],
    ['broker', { mqtt: { host: world.file('no.sock'), port: 0 } }, /no\.sock.*section \[mqtt\]/],
  ];
  for (const [name, more, words] of expected) {
    const said = broken(more);
    assert.deepEqual(said.bad, [name]);
    assert.match(said.lines[name], words);
    assert.equal(said.status, 1);
  }

  fs.chmodSync(world.file('secret'), 0o644);
  assert.match(broken({}).lines.secret, /^MEND.*secret/);
  fs.chmodSync(world.file('secret'), 0o600);
  fs.writeFileSync(world.file('state/journal.db'), '', { mode: 0o644 });
  const open = spawnSync(process.env.MEKONGLINE, ['doctor', '-c', world.file('gateway-1.conf')], { encoding: 'utf8' });
  assert.match(open.stdout, /^MEND +journal +.*chmod 600/m);

  world.gateway.configure({ gateway: { instanse: 'x' } });
  const typo = ask(world);
  assert.equal(typo.status, 2);
  assert.match(typo.stderr, /gateway-1\.conf:\d+: .*instanse.*instance/);
  await world.redis.stop();
});

test('a password that Redis refuses is named', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'], redisArgs: ['--requirepass', 'right'] });
  fs.writeFileSync(world.file('password'), 'wrong', { mode: 0o600 });
  world.gateway.configure({ redis: { host: world.file('redis.sock'), port: 0, password_file: world.file('password') } });
  const said = ask(world);
  assert.match(said.lines.redis, /^MEND.*(login refused|WRONGPASS)/);
});

test('the bundle for who helps has versions, options, findings, counters and the log, and nothing about people', async (t) => {
  const world = await World.start(t);
  const bridge = await world.bridge('laotel');
  const msisdn = '8562055519876';
  const phone = bridge.phone(msisdn);
  await phone.begin();
  fs.writeFileSync(world.file('the.password'), 'a word that nobody may see', { mode: 0o600 });
  world.gateway.configure({ mqtt: { password_file: world.file('the.password'), host: world.file('broker.sock'), port: 0 } });
  const bundle = await new Promise((resolve) => {
    const child = execFile(process.env.MEKONGLINE, ['support', '-c', world.file('gateway-1.conf')], (error, stdout) => resolve(stdout));
    child.stdin.end(`${world.gateway.output}\na line from elsewhere with ${msisdn}\n`);
  });
  for (const part of ['== versions', 'mekongline ', '[gateway]', 'serve_drafts = yes', `password_file = ${world.file('the.password')}`, '== doctor', '== counters',
    'mekongline_steps_total{language="en"} 1', '== log', 'event=gateway_ready', 'a line from elsewhere with #76'])
    assert.ok(bundle.includes(part), `${part}\n${bundle}`);
  for (const secret of [msisdn, 'a word that nobody may see', fs.readFileSync(world.file('secret'), 'utf8')])
    assert.ok(!bundle.includes(secret), secret);
});
