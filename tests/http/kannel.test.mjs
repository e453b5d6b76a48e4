// SPDX-License-Identifier: Apache-2.0
// Real Kannel end to end: its SMSC, bearerbox and smsbox, mekongline-http, broker, gateway, and back by sendsms.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { freePorts } from '../support/ports.mjs';
import { Program, section } from '../system/support/program.mjs';
import { until } from '../system/support/wait.mjs';
import { World } from '../system/support/world.mjs';
import { Kannel } from '../smpp/kannel.mjs';
import { Smsc } from '../smpp/smsc.mjs';

const USER = { username: 'mekong', password: 'word', 'max-messages': 10, concatenation: true };

// mekongline-http on a port of the kernel's choice; Kannel's sendsms has to be known before.
async function startBridge(t, world, kannelUrl, port) {
  fs.writeFileSync(world.file('kannel.password'), 'word', { mode: 0o600 });
  const at = `http://127.0.0.1:${port}/kannel`;
  const program = new Program(world, 'mekongline-http', 'MEKONGLINE_HTTP', {
    bridge: { http_listen: `127.0.0.1:${port}` },
    sections: [section('aggregator kannel', { kind: 'kannel', allow: '127.0.0.1', send_url: kannelUrl, send_user: 'mekong',
      send_password_file: world.file('kannel.password'), receipt_url: `${at}/receipt`, retry_ms: 50 })],
  });
  t.after(() => program.end());
  await program.start();
  return program;
}

// All of it; `smsc`: members of Kannel's group smsc, its fake one if left out.
async function start(t, { smsc } = {}) {
  const world = await World.start(t);
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}/kannel/sms?id=%I&from=%p&to=%P&octets=%b&charset=%C`;
  const kannel = await Kannel.start(t, { users: [USER], smsc,
    smsbox: { 'http-request-retry': 20, 'http-queue-delay': 1, 'http-timeout': 5 },
    services: [{ keyword: 'default', 'catch-all': true, 'max-messages': 0, 'get-url': url }] });
  const program = await startBridge(t, world, kannel.sendUrl, port);
  await until('the broker is connected', async () => (await program.get('/readyz')).status === 200);
  return { world, kannel, program };
}

const sent = (world, wanted) => until('the bridge sends it', () => world.traffic
  .filter(({ topic }) => topic.includes('/kannel/in/')).map(({ payload }) => JSON.parse(payload)).find(wanted));

// The fake SMSC prints an SMS as it stands: its second line is a line of its own.
const ofPhone = ({ kind }) => kind === 'text';

test("Kannel's fake SMSC", async (t) => {
  const { world, kannel, program } = await start(t);
  const carrier = await kannel.carrier();
  t.after(() => carrier.end());
  ['447005550001', '447005550002', '447005550003'].forEach((number) => world.numbers.add(number));

  await t.test('an SMS is answered by sendsms', async () => {
    carrier.send('447005550001', '1234', 'HELP');
    const { from, to, text } = await carrier.received.take('the answer', ofPhone);
    assert.match(text, /^Answer with the number of a line\./);
    assert.deepEqual({ from, to }, { from: '1234', to: '447005550001' });
  });

  await t.test('no gateway for a while: Kannel asks again, and one step is taken', async () => {
    await world.gateway.kill();
    carrier.send('447005550002', '1234', 'HELP');
    await until('Kannel was put off', async () => await program.metric('bridge_unsettled', 'kannel') === 1);
    await world.gateway.start();
    assert.match((await carrier.received.take('the answer', ofPhone)).text, /^Answer with/);
    const ids = new Set(world.traffic.filter(({ topic, payload }) => topic.includes('/kannel/in/') && payload.includes('447005550002'))
      .map(({ payload }) => JSON.parse(payload).id));
    assert.equal(ids.size, 1);
  });

  await t.test('this program dies with an SMS in hand: Kannel asks again', async () => {
    world.gateway.signal('SIGSTOP');
    carrier.send('447005550003', '1234', 'HELP');
    await until('it is in hand', async () => await program.metric('bridge_unsettled', 'kannel') === 1);
    await program.kill();
    world.gateway.signal('SIGCONT');
    await program.start();
    assert.match((await carrier.received.take('the answer', ofPhone)).text, /^Answer with/);
  });
});

test('Kannel over SMPP: UCS-2 both ways, receipts, 8-bit data refused for good', async (t) => {
  const smsc = await Smsc.start(t);
  const { world, program } = await start(t, { smsc: { smsc: 'smpp', 'smsc-id': 'carrier', ...smsc.address,
    'transceiver-mode': true, 'smsc-username': 'esme', 'smsc-password': 'secret', 'system-type': '', 'interface-version': '34' } });
  await smsc.becomesBound();
  const phone = smsc.phone('8562055500004');
  world.numbers.add(phone.msisdn);
  assert.match(await phone.sms('1234', 'ຄ່າທຳນຽມ'), /^ຄ່າທຳນຽມ/);
  const receipt = await sent(world, ({ kind }) => kind === 'receipt');
  assert.equal(receipt.status, 'delivered');
  assert.match(receipt.of, /^k-[0-9a-f]+\.0$/);
  await phone.send('1234', '8-bit', { alphabet: '8bit' });
  await program.logs('http_refused', 'no text');
  assert.match(await phone.sms('1234', 'HELP'), /^ຕອບດ້ວຍ/); // and Kannel did not ask again for the one before
  assert.equal((program.output.match(/event=http_refused/g) ?? []).length, 1);
});
