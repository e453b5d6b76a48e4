// SPDX-License-Identifier: Apache-2.0
// The case work's end of the requests for help. The tests are the gateway, or the people who work with the cases.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { Casework, caseNumber, hex, sessionKey } from './support/casework.mjs';
import { killing } from './support/killing.mjs';
import { say } from './support/texts.mjs';
import { until } from './support/wait.mjs';

const NUMBER = '8562055510001';

test('a request is stored once though it is sent three times, and acknowledged each time', async (t) => {
  const desk = await Casework.start(t);
  const request = desk.request({ msisdn: NUMBER });
  for (let i = 0; i < 3; i++)
    await desk.deliver(request);
  const [one, ...more] = await desk.list();
  assert.deepEqual(more, []);
  for (const name of ['id', 'case', 'kind', 'country', 'wish', 'safe', 'lang', 'channel', 'bridge', 'at'])
    assert.equal(one[name], request[name], name);
  assert.equal(one.state, 'new');
});

test('what is acknowledged is stored, whenever the receiver is killed', async (t) => {
  await killing(t, await Casework.start(t));
});

test('what cannot be read is refused without a word of it, and never acknowledged', async (t) => {
  const desk = await Casework.start(t);
  const good = desk.request({ msisdn: NUMBER });
  const bad = [
    '', '{', '[]', '"x"', NUMBER, `{"msisdn":"${NUMBER}"}`, `{"${NUMBER}":1,"${NUMBER}":2}`, '\xff\x00',
    JSON.stringify({ ...good, v: 2 }), JSON.stringify({ ...good, type: 'gift' }), JSON.stringify({ ...good, id: NUMBER }),
    JSON.stringify({ ...good, case: '123456789' }), JSON.stringify({ ...good, proof: 'x' }), JSON.stringify({ ...good, wish: NUMBER }),
    JSON.stringify({ ...good, sealed: `${NUMBER}!` }), JSON.stringify({ ...good, at: -1 }), JSON.stringify({ ...good, kind: 'x'.repeat(30000) }),
    JSON.stringify({ v: 1, type: 'forget', id: good.id, subject: '' }),
  ];
  for (const payload of bad)
    desk.raw('request/aa', Buffer.from(payload, 'latin1'));
  desk.raw('request/ask', '{"v":1}');
  await desk.receiver.logs('receiver_refused', bad.length + 1);
  assert.equal(desk.acked.size, 0);
  await desk.deliver(good);
  assert.equal((await desk.list()).length, 1);
});

test('who knows the PIN hears how the case stands', async (t) => {
  const desk = await Casework.start(t);
  const one = await desk.deliver(desk.request());
  assert.equal(await desk.ask(one), 'new');
  for (const state of ['taken', 'waiting', 'closed', 'new']) {
    await desk.done('receive-requests', '--set', `${one.case}=${state}`);
    assert.equal(await desk.ask(one), state);
  }
  assert.equal(await desk.ask({ ...one, proof: hex(8) }), 'unknown');
  assert.equal(await desk.ask({ case: caseNumber(), proof: one.proof }), 'unknown');
});

test('who asks before the request has come is not locked out when it comes', async (t) => {
  const desk = await Casework.start(t), one = desk.request();
  for (let i = 0; i < 12; i += 1)
    assert.equal(await desk.ask(one), 'unknown');
  desk.send(one);
  await until('it is acknowledged', () => desk.acked.has(one.id));
  assert.equal(await desk.ask(one), 'new');
});

test('PINs cannot be tried out: after more than 10 wrong ones nobody hears anything, across a restart', async (t) => {
  const desk = await Casework.start(t);
  const [one, other] = [await desk.deliver(desk.request()), await desk.deliver(desk.request())];
  const wrong = () => desk.ask({ ...one, proof: hex(8) });
  for (let i = 0; i < 10; i++)
    assert.equal(await wrong(), 'unknown');
  assert.equal(await desk.ask(one), 'new', 'after 10 wrong ones the right one is heard');
  assert.equal(await wrong(), 'unknown');
  assert.equal(await desk.ask(one), 'unknown');
  await desk.receiver.stop();
  await desk.receiver.start();
  assert.equal(await desk.ask(one), 'unknown');
  assert.equal(await desk.ask(other), 'new');
});

test('two cases with the same number are told apart by their PINs and ids', async (t) => {
  const desk = await Casework.start(t);
  const one = await desk.deliver(desk.request());
  const two = await desk.deliver(desk.request({ case: one.case }));
  const { status, stderr } = await desk.command('receive-requests', '--set', `${one.case}=taken`);
  assert.equal(status, 1);
  assert.match(stderr, /several cases/);
  await desk.done('receive-requests', '--set', `${two.id}=taken`);
  assert.deepEqual([await desk.ask(one), await desk.ask(two)], ['new', 'taken']);
  assert.match(await desk.done('receive-requests', '--show', one.case), /Another case has the same number/);
});

test('an order to forget removes number and text of one worker alone, and is acknowledged', async (t) => {
  const desk = await Casework.start(t);
  const mine = await desk.deliver(desk.request({ msisdn: NUMBER }));
  const again = await desk.deliver(desk.request({ msisdn: NUMBER, subject: mine.subject }));
  const other = await desk.deliver(desk.request({ msisdn: '66812345678' }));
  const anonymous = await desk.deliver(desk.request({ text: 'help' }));
  const order = { v: 1, type: 'forget', id: hex(8), subject: mine.subject };
  await desk.deliver(order);
  await desk.deliver(order);
  await desk.deliver(mine); // sent again by a gateway that did not hear the first ack: nothing comes back
  const removed = Object.fromEntries((await desk.list()).map((one) => [one.id, one.removed]));
  assert.deepEqual(removed, { [mine.id]: true, [again.id]: true, [other.id]: false, [anonymous.id]: false });
  const file = fs.readFileSync(desk.file('cases'), 'latin1') + fs.readFileSync(desk.file('cases-wal'), 'latin1');
  assert.ok(file.includes(other.sealed));
  const shown = await desk.done('receive-requests', '--show', mine.case);
  assert.match(shown, /Number +removed/);
  assert.match(await desk.done('receive-requests', '--show', other.case), /\+66812345678/);
});

test('a case is opened with the secret key alone, and its words do not steer the terminal', async (t) => {
  const desk = await Casework.start(t);
  const text = 'ຊ່ວຍ \u001b[2J\u009b31m\u007f\nsecond line';
  const one = await desk.deliver(desk.request({ msisdn: NUMBER, text, wish: 'quiet', safe: 'morning' }));
  const shown = await desk.done('receive-requests', '--show', one.case);
  for (const part of [`Case      ${one.case}`, `+${NUMBER}`, 'leave NO message', 'in the morning', 'unpaid, in TH', 'ຊ່ວຍ ?[2J?31m?\nsecond line'])
    assert.ok(shown.includes(part), `${part} is not in ${shown}`);
  fs.mkdirSync(desk.file('other'));
  await desk.bare('receive-requests', '--make-key', desk.file('other'));
  const wrong = await desk.command('receive-requests', '--show', one.id, '--key', desk.file('other/requests.key'));
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /sealed for another key/);
  assert.ok(!wrong.stdout.includes(NUMBER));
  const nothing = await desk.deliver(desk.request());
  assert.match(await desk.done('receive-requests', '--show', nothing.case), /Number +not kept\nText +none/);
});

test('a sealed box of another request does not open', async (t) => {
  const desk = await Casework.start(t);
  const one = desk.request({ msisdn: NUMBER });
  const two = await desk.deliver({ ...desk.request({ msisdn: '66812345678' }), sealed: one.sealed });
  const { status, stdout } = await desk.command('receive-requests', '--show', two.case);
  assert.equal(status, 1);
  assert.ok(!stdout.includes(NUMBER));
});

test('the list shows every case and no number', async (t) => {
  const desk = await Casework.start(t);
  const one = await desk.deliver(desk.request({ msisdn: NUMBER }));
  await desk.done('receive-requests', '--set', `${one.case}=waiting`);
  const list = await desk.done('receive-requests', '--list');
  assert.match(list, new RegExp(`${one.case}  waiting .* unpaid .*${one.id}`));
  assert.match(list, /\n1 cases\n$/);
  assert.ok(!list.includes(NUMBER));
});

test('keys are never replaced', async (t) => {
  const desk = await Casework.start(t, { start: [] });
  const read = () => ['requests.key', 'requests.pub'].map((name) => fs.readFileSync(desk.file(name), 'utf8'));
  const before = read();
  assert.equal(fs.statSync(desk.file('requests.key')).mode & 0o777, 0o600);
  const { status, stderr } = await desk.bare('receive-requests', '--make-key', desk.folder);
  assert.equal(status, 1);
  assert.match(stderr, /never replaced/);
  assert.deepEqual(read(), before);
});

test('a file that is moved away takes no acknowledged request with it', async (t) => {
  const desk = await Casework.start(t);
  await desk.deliver(desk.request());
  for (const suffix of ['', '-wal', '-shm'])
    fs.renameSync(desk.file(`cases${suffix}`), desk.file(`moved${suffix}`));
  const one = desk.request();
  desk.send(one);
  await desk.receiver.logs('receiver_refused');
  assert.ok(!desk.acked.has(one.id));
  await desk.deliver(one);
  assert.deepEqual((await desk.list()).map(({ id }) => id), [one.id]);
});

test('on a full disk nothing is acknowledged and one line says so; with room again all goes on', async (t) => {
  const desk = await Casework.start(t, { start: ['broker'] });
  // No file may grow beyond 64 KiB, until the limit is lifted.
  desk.receiver = desk.receiverOf('sh', ['-c', 'trap "" XFSZ; ulimit -S -f 128; echo $$ >"$0"; exec "$@"', desk.file('pid'),
    desk.binary, 'receive-requests', '-c', desk.file('conf')]);
  await desk.receiver.start();
  const all = Array.from({ length: 100 }, () => desk.request({ msisdn: NUMBER, text: 'x'.repeat(1000) }));
  const sendAll = () => all.filter(({ id }) => !desk.acked.has(id)).forEach((one) => desk.send(one));
  sendAll();
  await desk.receiver.logs('receiver_refused');
  const acked = [...desk.acked];
  assert.ok(acked.length < all.length);
  sendAll();
  desk.raw('request/aa', 'the end');
  await until('the receiver has seen them all', () => desk.receiver.output.includes('what=message'));
  assert.equal(desk.receiver.output.split('what=storing').length - 1, 1, desk.receiver.output);
  execFileSync('prlimit', ['--pid', fs.readFileSync(desk.file('pid'), 'utf8').trim(), '--fsize=unlimited:']);
  const again = setInterval(sendAll, 200);
  t.after(() => clearInterval(again));
  await until('all are acknowledged', () => desk.acked.size >= all.length);
  assert.equal((await desk.list()).length, all.length);
});

test('SIGTERM ends in order', async (t) => {
  const desk = await Casework.start(t);
  const all = Array.from({ length: 50 }, () => desk.request());
  all.forEach((one) => desk.send(one));
  await until('the first ack', () => desk.acked.size > 0);
  desk.receiver.signal('SIGTERM');
  assert.deepEqual(await desk.receiver.exited(), { code: 0, signal: null });
  const stored = (await desk.list()).map(({ id }) => id);
  await until('all that is stored is acknowledged', () => stored.every((id) => desk.acked.has(id)));
  assert.equal(stored.length, desk.acked.size);
});

test('wrong words are answered with the right ones', async (t) => {
  const desk = await Casework.start(t, { start: [] });
  for (const words of [['receive-requests'], ['receive-requests', '--list'], ['receive-requests', '--nothing'], ['journal'], ['forget', NUMBER]]) {
    const { status, stderr } = await desk.bare(...words);
    assert.equal(status, 2, words.join(' '));
    assert.match(stderr, /^Usage|mekongline/m);
  }
  for (const words of [['--list', '--show', '1'], ['--json'], ['--key', 'x'], ['--set', '1=gone'], ['--set', '1'], ['extra']])
    assert.equal((await desk.command('receive-requests', ...words)).status, 2, words.join(' '));
  for (const words of [['--resend', 'all', '--json'], ['--resend', ''], ['extra']])
    assert.equal((await desk.command('journal', ...words)).status, 2, words.join(' '));
  for (const name of ['receive-requests', 'journal', 'forget'])
    assert.equal((await desk.bare(name, '--help')).status, 0);
  for (const words of [['--list'], ['--show', '1'], ['--set', '1=taken']]) {
    const { status, stderr } = await desk.command('receive-requests', ...words);
    assert.equal(status, 1);
    assert.match(stderr, /receiver\.cases/);
    assert.ok(!fs.existsSync(desk.file('cases')), 'looking made a file');
  }
});

test('the journal is listed, and its entries are sent again on demand', async (t) => {
  const desk = await Casework.start(t, { start: ['broker', 'redis'] });
  assert.match((await desk.command('journal')).stderr, /request\.journal.*No such file/);
  desk.configure({ request: { journal: '' } });
  assert.match((await desk.command('journal')).stderr, /request\.journal is not set/);
  desk.configure({});
  fs.writeFileSync(desk.file('journal'), '', { mode: 0o600 });
  assert.match(await desk.done('journal'), /^0 wait, 0 acknowledged\n$/);
  await desk.done('forget', NUMBER);
  assert.match(await desk.done('journal'), /^[0-9a-f]{16}  -  .* waits\n1 wait, 0 acknowledged\n$/);
  const { entries, waiting, acknowledged } = JSON.parse(await desk.done('journal', '--json', '--all'));
  assert.deepEqual([entries.length, waiting, acknowledged], [1, 1, 0]);
  assert.deepEqual([entries[0].case, entries[0].acknowledged], ['', null]);
  const none = await desk.command('journal', '--resend', 'ffffffffffffffff');
  assert.equal(none.status, 1);
  assert.match(await desk.done('journal', '--resend', 'all'), /^0 marked/);
  desk.configure({ receiver: { cases: desk.file('journal') } });
  assert.match((await desk.command('receive-requests', '--list')).stderr, /no file of cases/);
});

test('a person is forgotten in Redis, in the journal and in running gateways', async (t) => {
  const desk = await Casework.start(t, { start: ['broker', 'redis'] });
  fs.writeFileSync(desk.file('journal'), '', { mode: 0o600 });
  const key = sessionKey(NUMBER);
  for (const typed of [[NUMBER], [`+${NUMBER}`], ['+856', '20 555', '10001'], ['-']]) {
    await desk.redisCall('SET', `ml:${key}`, 'session');
    const { status, stdout, stderr } = await desk.fed(`+${NUMBER}\n`, 'forget', ...typed, '-c', desk.file('conf'));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^session: removed.*\nrequests: 0 removed.*\ngateways: .*told.*\n$/);
    assert.ok(!(stdout + stderr).includes(NUMBER));
    assert.equal(await desk.redisCall('EXISTS', `ml:${key}`), ':0');
    const { subject, ...order } = await desk.drops.take('the order to drop');
    assert.deepEqual(order, { v: 1, key });
    assert.match(subject, /^[0-9a-f]{32}$/);
  }
  assert.match(await desk.done('forget', NUMBER), /there was none/);
  for (const typed of ['12345', '1234567890123456', '85620555x', '', '++85620555'])
    assert.equal((await desk.command('forget', typed)).status, 2, typed);
});

test('forget says which place it could not reach', async (t) => {
  const desk = await Casework.start(t, { start: ['redis'], redisArgs: ['--requirepass', 'pass word'] });
  let run = await desk.command('forget', NUMBER);
  assert.equal(run.status, 1);
  assert.match(run.stdout, /session: NOT reached: Redis: NOAUTH.*\nrequests: NOT reached: .*journal.*\ngateways: NOT reached: /);
  fs.writeFileSync(desk.file('password'), 'pass word', { mode: 0o600 });
  fs.writeFileSync(desk.file('journal'), '', { mode: 0o600 });
  desk.configure({ redis: { password_file: desk.file('password') } });
  await desk.broker.start();
  assert.match(await desk.done('forget', NUMBER), /session: there was none/);
  fs.writeFileSync(desk.file('password'), 'another', { mode: 0o600 });
  run = await desk.command('forget', NUMBER);
  assert.equal(run.status, 1);
  assert.match(run.stdout, /session: NOT reached: Redis: WRONGPASS.*password_file/);
  assert.match(run.stdout, /requests: 0 removed.*\ngateways: .*told/);
});

// Dial, ask for help and send; returns case number and PIN as the screen shows them.
async function askForHelp(phone) {
  await phone.begin();
  phone.hangup();
  await phone.dial('*1234*422#');
  await phone.answers('1', '1', '4', '1');
  const [, number, pin] = /([\d ]{11})\D+(\d{4})/.exec(phone.text) ?? assert.fail(phone.text);
  return { number: number.replaceAll(' ', ''), pin };
}

async function askState(phone, { number, pin }) {
  phone.hangup();
  await phone.dial('*1234*93#');
  return phone.answers(number, pin);
}

test('from the phone to the person who calls, and back, until all is forgotten', async (t) => {
  const desk = await Casework.start(t, { start: ['broker', 'redis', 'gateway'] });
  const phone = (await desk.bridge()).phone(NUMBER);
  const mine = await askForHelp(phone);
  assert.match(await desk.done('journal'), new RegExp(`${mine.number}.* waits\n1 wait, 0 acknowledged`));
  assert.ok((await askState(phone, mine)).includes(say('status.stored')), phone.text);

  await desk.receiver.start();
  await until('the request is acknowledged', async () => (await desk.done('journal')).startsWith('0 wait, 1 ack'));
  const shown = await desk.done('receive-requests', '--show', mine.number);
  assert.match(shown, new RegExp(`\\+${NUMBER}\n`));
  assert.match(shown, /unpaid, in [A-Z]{2}\n[^]*may be called\n[^]*in the evening/);
  await desk.done('receive-requests', '--set', `${mine.number}=taken`);
  assert.ok((await askState(phone, mine)).includes(say('status.taken')), phone.text);

  assert.match(await desk.done('journal', '--resend', 'all'), /^1 marked/);
  await until('the request is acknowledged again', async () => (await desk.done('journal')).startsWith('0 wait, 1 ack'));
  assert.equal((await desk.list()).length, 1);

  phone.hangup();
  assert.match(await desk.done('forget', NUMBER), /session: removed.*\nrequests: 1 removed.*\ngateways: .*told/);
  await until('the case work has forgotten', async () => (await desk.list())[0].removed);
  await until('the order is acknowledged', async () => (await desk.done('journal')).startsWith('0 wait, 1 ack'));
  await phone.dial();
  phone.sees('7 English'); // as on the first day
});
