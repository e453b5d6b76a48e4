// SPDX-License-Identifier: Apache-2.0
// What real Kannel sends to an HTTP application, and takes from one: what mekongline-http is built on (README.md).
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { Mailbox, until } from '../system/support/wait.mjs';
import { Kannel } from './kannel.mjs';
import { Smsc } from './smsc.mjs';

const NUMBER = '8562055512345';
const USER = { username: 'mekong', password: 'word', 'max-messages': 10, concatenation: true };
const SEND = { username: 'mekong', password: 'word', from: '1234', to: NUMBER };
// Short times, so that a test sees the retries.
const SMSBOX = { 'http-request-retry': 2, 'http-queue-delay': 1, 'http-timeout': 1 };
const QUERY = 'id=%I&from=%p&to=%P&text=%b&coding=%c&charset=%C&smsc=%i';

// The octets of a query, undone.
function octetsOf(url, name) {
  const word = new RegExp(`[?&]${name}=([^&]*)`).exec(url)[1];
  return Buffer.from(word.replace(/\+/g, ' ').replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
}

// An application: keeps what is asked, answers with what `answer` says: [status, text, type], null (never) or 'cut'.
async function application(t) {
  const app = { calls: new Mailbox(), answer: () => [200, ''] };
  const server = http.createServer((request, response) => {
    const answer = app.answer(request.url);
    app.calls.put({ url: request.url, fields: Object.fromEntries(new URL(request.url, 'http://x').searchParams), method: request.method });
    if (answer === 'cut') {
      request.socket.destroy();
    } else if (answer) {
      response.writeHead(answer[0], answer[2] ? { 'Content-Type': answer[2] } : {});
      response.end(answer[1]);
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => { server.closeAllConnections(); server.close(); });
  app.url = `http://127.0.0.1:${server.address().port}`;
  return app;
}

const overSmpp = (smsc) => ({ smsc: 'smpp', 'smsc-id': 'carrier', ...smsc.address, 'transceiver-mode': true,
  'smsc-username': 'esme', 'smsc-password': 'secret', 'system-type': '', 'interface-version': '34' });

// Kannel with get-url to the application, on the fake SMSC, or over SMPP to `smsc`.
async function start(t, { smsc, smsbox = SMSBOX, service: more = {} } = {}) {
  const app = await application(t);
  const service = { keyword: 'default', 'catch-all': true, 'max-messages': 0, 'get-url': `${app.url}/mo?${QUERY}`, ...more };
  const kannel = await Kannel.start(t, { services: [service], users: [USER], smsbox, ...(smsc ? { smsc: overSmpp(smsc) } : {}) });
  return { app, kannel };
}

test('an SMS comes by get-url, and the answer goes out by sendsms', async (t) => {
  const { app, kannel } = await start(t);
  const carrier = await kannel.carrier();
  carrier.send(NUMBER, '1234', 'HELP me');
  const { fields, method } = await app.calls.take('the SMS');
  assert.match(fields.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual({ ...fields, id: '', method },
    { id: '', from: NUMBER, to: '1234', text: 'HELP me', coding: '0', charset: 'UTF-8', smsc: 'fake', method: 'GET' });
  assert.deepEqual(await kannel.send({ ...SEND, text: 'Here', coding: '0', charset: 'UTF-8' }), { status: 202, body: '0: Accepted for delivery' });
  assert.deepEqual(await carrier.received.take('the MT'), { from: '1234', to: NUMBER, kind: 'text', text: 'Here' });
  carrier.end();
});

test('the program fakesmsc does the same', async (t) => {
  const { app, kannel } = await start(t);
  const fake = kannel.fakesmsc(NUMBER, '1234', 'HELP');
  t.after(() => fake.kill());
  await fake.start();
  assert.equal((await app.calls.take('the SMS')).fields.text, 'HELP');
  await kannel.send({ ...SEND, text: 'Here' });
  await fake.prints(/Got message 1: <1234 8562055512345 text Here>/);
});

test('over SMPP: a + before the number; UCS-2 comes as UTF-16BE, all else as UTF-8; a long SMS is one', async (t) => {
  const smsc = await Smsc.start(t);
  const { app } = await start(t, { smsc });
  const phone = smsc.phone(NUMBER);
  const cases = [
    ['HELP me @{€}é!', 'gsm7', '0', 'UTF-8', 'utf8'],
    ['é', 'latin1', '0', 'UTF-8', 'utf8'],
    ['x'.repeat(200), 'gsm7', '0', 'UTF-8', 'utf8'],
    ['', 'gsm7', '0', 'UTF-8', 'utf8'],
    ['ສະ 😀', 'ucs2', '2', 'UTF-16BE', 'utf16'],
    ['ສ'.repeat(100), 'ucs2', '2', 'UTF-16BE', 'utf16'],
    ['8-bit', '8bit', '1', '8-BIT', 'latin1'],
  ];
  for (const [text, alphabet, coding, charset, as] of cases) {
    const settled = await phone.send('1234', text, { alphabet });
    assert.ok(settled.every(({ status }) => status === 0));
    const { url, fields } = await app.calls.take(`the SMS in ${alphabet}`);
    const octets = octetsOf(url, 'text');
    assert.deepEqual([fields.from, fields.coding, fields.charset, as === 'utf16' ? octets.swap16().toString('utf16le') : octets.toString(as)],
      [`+${NUMBER}`, coding, charset, text]);
  }
});

test('an application that fails is asked again with the same id; 200 and 202 end it', async (t) => {
  const { app, kannel } = await start(t);
  const carrier = await kannel.carrier();
  const failures = { 503: [503, ''], 500: [500, ''], 404: [404, ''], 403: [403, ''], 204: [204, ''], cut: 'cut', never: null };
  const asked = {};
  app.answer = (url) => {
    const name = octetsOf(url, 'text').toString();
    asked[name] = (asked[name] ?? 0) + 1;
    return name === 'always' ? [503, ''] : asked[name] === 1 ? failures[name] : [name === '503' ? 202 : 200, ''];
  };
  for (const name of [...Object.keys(failures), 'always'])
    carrier.send(NUMBER, '1234', name);
  for (const name of Object.keys(failures)) {
    const of = (call) => call.fields.text === name;
    assert.equal((await app.calls.take(name, of)).url, (await app.calls.take(`${name} again`, of)).url);
  }
  for (let i = 0; i < 3; i += 1)
    await app.calls.take('always');
  app.answer = () => [200, 'a text', 'text/plain']; // max-messages = 0: it is not sent
  carrier.send(NUMBER, '1234', 'last');
  assert.equal((await app.calls.take('last')).fields.text, 'last');
  await kannel.send({ ...SEND, text: 'end' });
  assert.equal((await carrier.received.take('an MT')).text, 'end');
  delete asked.last;
  assert.deepEqual(asked, { ...Object.fromEntries(Object.keys(failures).map((name) => [name, 2])), always: 3 });
  carrier.end();
});

test('by default Kannel asks once, and sends texts of its own', async (t) => {
  const { app, kannel } = await start(t, { smsbox: {}, service: { 'max-messages': 1 } });
  const carrier = await kannel.carrier();
  for (const [answer, text] of [[[503, ''], 'Could not fetch content, sorry.'], [[200, ''], '<Empty reply from service provider>']]) {
    app.answer = () => answer;
    carrier.send(NUMBER, '1234', 'x');
    await app.calls.take('the SMS');
    assert.equal((await carrier.received.take('an MT')).text, text);
    assert.ok(!app.calls.has());
  }
  carrier.end();
});

test('sendsms: alphabets, parts, receipts', async (t) => {
  const smsc = await Smsc.start(t);
  const { app, kannel } = await start(t, { smsc });
  await smsc.becomesBound();
  const phone = smsc.phone(NUMBER);
  const receipts = { 'dlr-mask': '27', 'dlr-url': `${app.url}/receipt?of=x.1&type=%d&smsc=%i&answer=%A` };
  for (const [text, coding, kind, alphabet] of [['hi €{', '0', 'whole', 'gsm7'], ['ສະ', '2', 'whole', 'ucs2'],
    ['ສະ'.repeat(50), '2', 'udh8', 'ucs2'], ['a€{'.repeat(80), '0', 'udh8', 'gsm7']]) {
    assert.equal((await kannel.send({ ...SEND, text, coding, charset: 'UTF-8', ...receipts })).status, 202);
    const sms = await phone.inbox.take('the MT');
    assert.deepEqual([sms.text, sms.kind, sms.alphabet], [text, kind, alphabet]);
    assert.equal(sms.parts.filter((pdu) => pdu.registered_delivery !== 0).length, 1); // one receipt for all parts
    const types = [(await app.calls.take('a receipt')).fields.type, (await app.calls.take('a receipt')).fields.type];
    assert.deepEqual(types.sort(), ['1', '8']); // in any order
  }
  smsc.receipts.state = 'UNDELIV';
  await kannel.send({ ...SEND, text: 'x', ...receipts });
  const types = [(await app.calls.take('a receipt')).fields.type, (await app.calls.take('a receipt')).fields.type];
  assert.deepEqual(types.sort(), ['2', '8']);
  smsc.rule('submit_sm', { times: 1, status: 0x0b });
  await kannel.send({ ...SEND, text: 'x', ...receipts });
  assert.equal((await app.calls.take('a receipt')).fields.type, '16');
});

test('sendsms: what is refused, and an SMSC that is away', async (t) => {
  const { kannel } = await start(t);
  assert.equal((await kannel.send({ ...SEND, password: 'other', text: 'x' })).status, 403);
  assert.equal((await kannel.send({ ...SEND, to: '', text: 'x' })).status, 400);
  assert.deepEqual(await kannel.send({ ...SEND, text: 'x' }), { status: 202, body: '3: Queued for later delivery' });
  const carrier = await kannel.carrier();
  assert.equal((await carrier.received.take('the MT')).text, 'x');
  carrier.end();
  await kannel.bearerbox.kill();
  await until('smsbox is gone, too', () => kannel.send({ ...SEND, text: 'x' }).then(() => false, () => true));
});

test('a receipt that the application does not take comes again', async (t) => {
  const { app, kannel } = await start(t);
  const carrier = await kannel.carrier();
  const answers = [[503, ''], [200, '']];
  app.answer = () => answers.shift();
  await kannel.send({ ...SEND, text: 'x', 'dlr-mask': 1, 'dlr-url': `${app.url}/receipt?of=x.1&type=%d` });
  for (let i = 0; i < 2; i += 1)
    assert.equal((await app.calls.take('the receipt')).url, '/receipt?of=x.1&type=1');
  carrier.end();
});
