// SPDX-License-Identifier: Apache-2.0
// The gateway against PROTOCOL.md and asyncapi.yaml, by the word.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { shardOf } from './support/bridge.mjs';
import { choice, label, opening, options, say } from './support/texts.mjs';
import { until } from './support/wait.mjs';
import { World } from './support/world.mjs';

let world;
let bridge;
let last = 8562055520000;
const newPhone = () => bridge.phone(String(last += 1));

after(() => world?.end());

before(async () => {
  world = await World.start();
  bridge = await world.bridge('aggregator-1');
});

// A phone that has chosen English and looks at the main menu.
async function atMainMenu() {
  const phone = newPhone();
  await phone.begin();
  return phone;
}

const sms = (more) => ({ kind: 'sms', msisdn: '8562055529999', to: '1234', text: 'HELP', ...more });
const ussd = (more) => ({ kind: 'ussd', msisdn: '8562055529999', session: 's1', ...more });
const begin = (more) => ussd({ event: 'begin', code: '*1234#', text: '', ...more });
const receipt = (more) => ({ kind: 'receipt', of: 'x.0', status: 'delivered', ...more });

// The answers to an id that have come once a later message is answered.
async function answersTo(id) {
  await bridge.settle(sms());
  return bridge.received.map(({ message }) => message).filter(({ kind, re }) => kind && re === id);
}

describe('refusals of what is no good JSON', () => {
  const good = (id) => JSON.stringify({ v: 1, id, at: 1, ...sms() });
  const nested = (levels) => '['.repeat(levels) + ']'.repeat(levels);
  const cases = [
    ['an empty payload', 'bad_json', () => ''],
    ['words', 'bad_json', () => 'hello'],
    ['an array', 'bad_json', () => '[]'],
    ['a string', 'bad_json', () => '"x"'],
    ['an object cut off', 'bad_json', (id) => good(id).slice(0, -1)],
    ['a byte order mark', 'bad_json', (id) => `\ufeff${good(id)}`],
    ['octets after the object', 'bad_json', (id) => `${good(id)}x`],
    ['a second object', 'bad_json', (id) => `${good(id)}{}`],
    ['a NUL after the object', 'bad_json', (id) => `${good(id)}\0`],
    ['a raw NUL in a text', 'bad_json', (id) => good(id).replace('HELP', 'HE\0LP')],
    ['an escaped NUL in a text', 'bad_json', (id) => good(id).replace('HELP', 'HE\\u0000LP')],
    ['a raw control character', 'bad_json', (id) => good(id).replace('HELP', 'HE\x07LP')],
    ['a lone surrogate', 'bad_json', (id) => good(id).replace('HELP', '\\ud83d')],
    ['invalid UTF-8', 'bad_json', (id) => Buffer.from(good(id).replace('HELP', '\u0001')).map((c) => (c === 1 ? 0xff : c))],
    ['an overlong form', 'bad_json', (id) => Buffer.from(good(id).replace('HE', '\u0001\u0002'))
      .map((c) => (c === 1 ? 0xc0 : c === 2 ? 0xaf : c))],
    ['a key twice', 'bad_json', (id) => good(id).replace('{', '{"text":"A",')],
    ['a key twice, once escaped', 'bad_json', (id) => good(id).replace('{', '{"te\\u0078t":"A",')],
    ['a key twice in a member that nobody reads', 'bad_json', (id) => good(id).replace('{', '{"x":{"a":1,"a":2},')],
    ['nine levels', 'bad_json', (id) => good(id).replace('}', `,"x":${nested(8)}}`)],
    ['a thousand levels', 'bad_json', (id) => good(id).replace('}', `,"x":${nested(1000)}}`)],
    ['a number with a leading zero', 'bad_json', (id) => good(id).replace('}', ',"x":007}')],
    ['a number out of range', 'bad_json', (id) => good(id).replace('}', ',"x":1e999}')],
    ['NaN', 'bad_json', (id) => good(id).replace('}', ',"x":NaN}')],
    ['8,193 octets', 'too_large', (id) => good(id).padEnd(8193, ' ')],
    ['a megabyte', 'too_large', (id) => good(id).padEnd(1 << 20, ' ')],
    ['10,000 characters', 'too_large', (id) => good(id).replace('HELP', 'A'.repeat(10000))],
  ];
  for (const [what, error, make] of cases) {
    test(`${what}: ${error}`, async () => {
      const id = bridge.nextId();
      bridge.raw(make(id), { shard: '0f' });
      const { message } = await bridge.refusal(what, ({ message: one }) => one.re === id || one.re === null);
      assert.equal(message.error, error);
      assert.equal(message.retry_ms, undefined);
      assert.doesNotMatch(message.detail, /HELP|8562055529999/);
    });
  }

  test('8,192 octets and eight levels are answered', async () => {
    const id = bridge.nextId();
    const text = good(id).replace('}', `,"x":${nested(7)}}`).padEnd(8192, ' ');
    bridge.raw(text);
    await bridge.answers.take('an answer', ({ message }) => message.re === id);
  });
});

describe('refusals of members', () => {
  const long = (n, c = 'a') => c.repeat(n);
  const cases = [
    ['v', 'bad_version', sms({ v: 2 })],
    ['v', 'bad_version', sms({ v: '1' })],
    ['v', 'bad_version', sms({ v: 1.5 })],
    ['v', 'bad_version', sms({ v: null })],
    ['v', 'bad_version', sms({ v: undefined })],
    ['kind', 'bad_field', sms({ kind: 'mms' })],
    ['kind', 'bad_field', sms({ kind: 1 })],
    ['kind', 'bad_field', sms({ kind: undefined })],
    ['id', 'bad_field', sms({ id: '' }), null],
    ['id', 'bad_field', sms({ id: long(65) }), null],
    ['id', 'bad_field', sms({ id: 'a b' }), null],
    ['id', 'bad_field', sms({ id: 7 }), null],
    ['id', 'bad_field', sms({ id: undefined }), null],
    ['msisdn', 'bad_field', begin({ msisdn: '+8562055529999' })],
    ['msisdn', 'bad_field', begin({ msisdn: '12345' })],
    ['msisdn', 'bad_field', begin({ msisdn: long(16, '1') })],
    ['msisdn', 'bad_field', begin({ msisdn: 8562055529999 })],
    ['msisdn', 'bad_field', begin({ msisdn: '໘໕໖໒໐໕໕' })],
    ['msisdn', 'bad_field', begin({ msisdn: undefined })],
    ['msisdn', 'bad_field', sms({ msisdn: '' })],
    ['msisdn', 'bad_field', sms({ msisdn: long(21) })],
    ['msisdn', 'bad_field', sms({ msisdn: 'a\u0007b' })],
    ['session', 'bad_field', begin({ session: '' })],
    ['session', 'bad_field', begin({ session: long(65) })],
    ['session', 'bad_field', begin({ session: 12 })],
    ['session', 'bad_field', begin({ session: undefined })],
    ['event', 'bad_field', ussd({ event: 'start', text: '' })],
    ['event', 'bad_field', ussd({ text: '' })],
    ['cause', 'bad_field', ussd({ event: 'end', cause: 'boredom' })],
    ['cause', 'bad_field', ussd({ event: 'end' })],
    ['code', 'bad_field', begin({ code: '' })],
    ['code', 'bad_field', begin({ code: '1234' })],
    ['code', 'bad_field', begin({ code: '*12a#' })],
    ['code', 'bad_field', begin({ code: `*${long(64, '1')}` })],
    ['code', 'bad_field', begin({ code: undefined })],
    ['to', 'bad_field', sms({ to: '' })],
    ['to', 'bad_field', sms({ to: long(33) })],
    ['to', 'bad_field', sms({ to: undefined })],
    ['text', 'bad_field', sms({ text: 1 })],
    ['text', 'bad_field', sms({ text: null })],
    ['text', 'bad_field', sms({ text: ['HELP'] })],
    ['text', 'bad_field', sms({ text: long(1601) })],
    ['text', 'bad_field', sms({ text: undefined })],
    ['text', 'bad_field', ussd({ event: 'continue' })],
    ['network', 'bad_field', sms({ network: '4570' })],
    ['network', 'bad_field', sms({ network: 45701 })],
    ['network', 'bad_field', sms({ network: '4570123' })],
    ['at', 'bad_field', sms({ at: 0 })],
    ['at', 'bad_field', sms({ at: -1 })],
    ['at', 'bad_field', sms({ at: 1.5 })],
    ['at', 'bad_field', sms({ at: '1' })],
    ['at', 'bad_field', sms({ at: 1e300 })],
    ['at', 'bad_field', sms({ at: undefined })],
    ['deadline', 'bad_field', sms({ deadline: 'soon' })],
    ['deadline', 'bad_field', sms({ deadline: 0.1 })],
    ['status', 'bad_field', receipt({ status: 'lost' })],
    ['status', 'bad_field', receipt({ status: undefined })],
    ['of', 'bad_field', receipt({ of: '' })],
    ['of', 'bad_field', receipt({ of: long(69) })],
    ['of', 'bad_field', receipt({ of: undefined })],
  ];
  for (const [member, error, members, re] of cases) {
    test(`${JSON.stringify(members)?.slice(0, 120)}: ${error} names ${member}`, async () => {
      const mo = bridge.mo(members);
      bridge.raw(JSON.stringify(mo));
      const { message } = await bridge.refusal(member, ({ message: one }) => one.re === (re === null ? null : mo.id));
      assert.equal(message.error, error);
      assert.match(message.detail, new RegExp(`\\b${member}\\b`));
    });
  }

  test('members that nobody knows are ignored', async () => {
    await bridge.settle(sms({ colour: 'blue', nested: { deep: [1, { a: null }] }, cause: 7, code: [] }));
  });

  test('a topic with a bad shard is not read', async () => {
    const mo = bridge.mo(sms());
    bridge.raw(JSON.stringify(mo), { topic: bridge.topic('in/zz') });
    assert.deepEqual(await answersTo(mo.id), []);
  });
});

describe('settlement', () => {
  test('an answer copies msisdn and session, comes on the same shard, and has an id made from the question', async () => {
    const phone = newPhone();
    await phone.dial();
    const { re, id } = phone.screen;
    assert.equal(id, `${re}.0`);
    const { packet } = await bridge.answers.take('the screen', ({ message }) => message.re === re);
    assert.equal(packet.topic, bridge.topic(`out/${shardOf(phone.msisdn)}`));
  });

  test('a shard of 00 is given back', async () => {
    const mo = bridge.mo(sms());
    bridge.raw(JSON.stringify(mo), { shard: '00' });
    const { packet } = await bridge.answers.take('an answer', ({ message }) => message.re === mo.id);
    assert.equal(packet.topic, bridge.topic('out/00'));
  });

  test('a repeat gets the same answer and takes no second step', async () => {
    const phone = await atMainMenu();
    const id = bridge.nextId();
    await phone.answer(choice('main', 'before'), { id });
    const first = phone.screen;
    await phone.answer(choice('main', 'before'), { id });
    assert.deepEqual(phone.screen, first);
    await phone.answer('1');
    phone.sees(opening('before.why-regular').slice(0, 12));
  });

  test('two copies at the same moment are one step', async () => {
    const phone = await atMainMenu();
    const mo = bridge.mo({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session, event: 'continue', text: '1' });
    for (let i = 0; i < 5; i += 1)
      bridge.raw(JSON.stringify(mo), { shard: shardOf(phone.msisdn) });
    await bridge.answers.take('the answer', ({ message }) => message.re === mo.id);
    const texts = new Set((await answersTo(mo.id)).map((one) => JSON.stringify(one)));
    assert.equal(texts.size, 1);
    await phone.answer('1');
    phone.sees(opening('before.why-regular').slice(0, 12));
  });

  test('two ids with the same text are two steps', async () => {
    const phone = await atMainMenu();
    await phone.answer('1');
    phone.sees(`1 ${label('before.why-regular')}`);
    await phone.answer('1');
    phone.sees(opening('before.why-regular').slice(0, 12));
  });

  test('each of the last four ids can be repeated, an older one is refused and not stepped', async () => {
    const phone = await atMainMenu();
    const steps = [];
    for (const text of ['1', '0', choice('main', 'work'), '0', '1']) {
      const id = bridge.nextId();
      steps.push({ id, text, screen: await phone.answer(text, { id }) });
    }
    for (const { id, text, screen } of steps.slice(1))
      assert.equal(await phone.answer(text, { id }), screen);
    const { message } = await bridge.settle({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session,
      event: 'continue', text: steps[0].text, id: steps[0].id });
    assert.equal(message.error, 'bad_field');
    assert.match(message.detail, /\bid\b/);
    await phone.answer('0');
    phone.sees(...options('main').slice(0, 2));
  });

  test('the same id from two bridges is two messages', async () => {
    const other = await world.bridge('unitel');
    const id = 'same-id';
    const [one, two] = [bridge.phone('8562055527001'), other.phone('8562055527001')];
    await one.dial('*1234#', { id });
    await two.dial('*1234#', { id });
    assert.equal(one.screen.re, two.screen.re);
  });

  test('a continue of an unknown session is reported and gets the main menu', async () => {
    const phone = await atMainMenu();
    await phone.answer('1');
    phone.hangup();
    phone.session = 'never-begun';
    await phone.answer('1');
    phone.sees(...options('main'));
    await bridge.refusal('unknown_session', ({ message }) => message.re === phone.screen.re
      && message.error === 'unknown_session');
  });

  test('a message past its deadline is not answered but counted', async () => {
    const before = await world.gateway.metric('mekongline_late_total');
    const mo = bridge.mo(sms({ deadline: Date.now() - 1000 }));
    bridge.raw(JSON.stringify(mo), { shard: shardOf(mo.msisdn) });
    assert.deepEqual(await answersTo(mo.id), []);
    assert.ok(!bridge.refusals.has(({ message }) => message.re === mo.id));
    assert.equal(await world.gateway.metric('mekongline_late_total'), before + 1);
  });

  test('a deadline to come is copied to the screen and set as message expiry', async () => {
    const phone = newPhone();
    const deadline = Date.now() + 30000;
    const id = bridge.nextId();
    await phone.dial('*1234#', { id, deadline });
    assert.equal(phone.screen.deadline, deadline);
    const { packet } = await bridge.answers.take('the screen', ({ message }) => message.re === id);
    const expiry = packet.properties?.messageExpiryInterval;
    assert.ok(expiry >= 25 && expiry <= 30, `expiry ${expiry}`);
  });

  test('receipts and ends get no answer but are counted', async () => {
    const phone = await atMainMenu();
    const metrics = ['mekongline_receipts_total{status="failed"}', 'mekongline_session_ends_total{cause="timeout"}'];
    const counts = () => Promise.all(metrics.map((name) => world.gateway.metric(name)));
    const before = await counts();
    const id = bridge.tell({ kind: 'receipt', of: phone.screen.id, status: 'failed' });
    phone.hangup('timeout');
    assert.deepEqual(await answersTo(id), []);
    await until('both are counted', async () => (await counts()).every((n, i) => n === before[i] + 1));
  });

  test('an end of a session that nobody knows is harmless', async () => {
    const phone = newPhone();
    phone.session = 'never-begun';
    phone.hangup();
    await phone.dial();
    phone.sees('7 English');
  });

  test('correlation data comes back, and the response topic is ignored', async () => {
    const correlationData = Buffer.from([0, 1, 255, 128, 7]);
    const responseTopic = 'mekong/1/stranger/out/00';
    const { packet } = await bridge.settle(sms(), { correlationData, responseTopic });
    assert.deepEqual(packet.properties.correlationData, correlationData);
    await until('the answer passed', () => world.traffic.some(({ payload }) => payload.equals(packet.payload)));
    assert.ok(!world.traffic.some(({ topic }) => topic === responseTopic));
  });

  test('a refusal carries correlation data back, too', async () => {
    const correlationData = Buffer.from('of a bad one');
    const mo = bridge.mo(sms({ to: '' }));
    bridge.raw(JSON.stringify(mo), { properties: { correlationData } });
    const { packet } = await bridge.refusal('to', ({ message }) => message.re === mo.id);
    assert.deepEqual(packet.properties.correlationData, correlationData);
  });

  test('without correlation data none is sent', async () => {
    const { packet } = await bridge.settle(sms());
    assert.equal(packet.properties?.correlationData, undefined);
  });

  for (const msisdn of ['LaoTelecom', '1234', '98765', 'ธนาคาร', '1234567890123456']) {
    test(`an SMS from ${msisdn} is settled with none`, async () => {
      const { message } = await bridge.settle(sms({ msisdn }));
      assert.equal(message.kind, 'none');
      assert.equal(message.text, undefined);
    });
  }

  test('an SMS that comes again and again is taken for a loop', async () => {
    const phone = newPhone();
    const kinds = [];
    for (let i = 0; i < 5; i += 1) {
      const { message } = await bridge.settle(sms({ msisdn: phone.msisdn, text: 'I am an automatic answer' }));
      kinds.push(message.kind);
    }
    assert.equal(kinds[0], 'sms');
    assert.equal(kinds.at(-1), 'none');
  });
});

describe('texts as people and machines send them', () => {
  const texts = {
    emoji: '👩🏽‍🌾🇱🇦👍🏿',
    'right to left': '\u202eمرحبا\u202c שלום',
    'control characters': '\u0001\u0007\u001b[2J\u007f\u0085',
    'line ends': '\r\n\r\n',
    'zero width': '\u200b\u200d\ufeff',
    'a Zalgo text': `a${'\u0301'.repeat(1500)}`,
    'format strings': '%s%n%s {0} $(id) \'; DROP TABLE',
    'JSON in JSON': '{"v":1,"kind":"none"}',
    'noncharacters': '\uffff\ufdd0\u{10ffff}',
    '1,600 emoji': '👍'.repeat(1600),
    '1,600 Lao letters': 'ກ'.repeat(1600),
    'nothing': '',
  };
  for (const [what, text] of Object.entries(texts)) {
    test(`${what} as a choice and as an SMS`, async () => {
      const phone = await atMainMenu();
      await phone.answer(text);
      phone.sees(...options('main').slice(0, 3));
      const { message } = await bridge.settle(sms({ msisdn: phone.msisdn, text }));
      assert.ok(['sms', 'none'].includes(message.kind), JSON.stringify(message));
      await phone.answer('00');
      phone.sees(...options('main'));
    });
  }
});

describe('limits', () => {
  test('one subscriber who sends too fast gets overload with retry_ms, and takes no step', async (t) => {
    const own = await World.start(t, { conf: { limit: { steps_per_minute: 4 } } });
    const carrier = await own.bridge();
    const phone = carrier.phone('8562055523333');
    await phone.begin();
    await phone.answers('1', '0');
    const { message } = await carrier.settle({ kind: 'ussd', msisdn: phone.msisdn, session: phone.session, event: 'continue', text: '1' });
    assert.equal(message.error, 'overload');
    assert.ok(message.retry_ms > 0);
    const other = carrier.phone('8562055524444');
    await other.dial();
    other.sees('7 English');
  });
});

test('quality of service 1 works in both directions', async (t) => {
  const own = await World.start(t, { conf: { mqtt: { qos: 1 } } });
  const phone = (await own.bridge('laotel', { qos: 1 })).phone('8562055525555');
  await phone.begin();
  phone.sees(say('main.title'));
});
