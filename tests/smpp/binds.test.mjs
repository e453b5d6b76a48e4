// SPDX-License-Identifier: Apache-2.0
// Binds to carriers: made, refused, lost and made again, given up in order; several in one process.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Certificates } from '../system/support/certificates.mjs';
import { until } from '../system/support/wait.mjs';
import { Carrier } from './carrier.mjs';
import smpp from './library.mjs';

const asked = (smsc, command) => smsc.counted[command] ?? 0;
const answers = (smsc, command) => smsc.pdus.filter(({ from, pdu }) => from === 'esme' && pdu.command === command).map(({ pdu }) => pdu);
const unready = async ({ bridge }) => (await bridge.get('/readyz')).body;

// What the bridge asks of the carrier `count` more times after this moment.
async function again(smsc, command, count = 1) {
  const before = asked(smsc, command);
  await until(`${count} more ${command}`, () => asked(smsc, command) >= before + count);
}

test('several carriers in one process', async (t) => {
  const carrier = await Carrier.start(t, {
    world: { start: ['broker'] }, bound: false,
    smpp: { enquire_s: 1, response_ms: 300, system_type: 'USSD', address_range: '^1234$' },
    others: {
      pair: { smpp: { bind: 'pair' } },
      wrong: { password: 'wrong' },
      slow: { smpp: { connect_ms: 100 } },
      away: { smpp: { host: '/nonexistent/smsc.sock' } },
    },
  });
  const { smsc, smscs, smscs: { pair, wrong }, bridge } = carrier;
  await Promise.all([smsc.becomesBound(), pair.becomesBound(), pair.becomesBound(1, 'submit')]);

  await t.test('each has its own status, and the broken ones disturb nobody', async () => {
    await Promise.all(['laotel', 'pair'].map((name) => carrier.becomes('bound', name)));
    await Promise.all(['wrong', 'away'].map((name) => carrier.becomes('unbound', name)));
    const phone = carrier.phone();
    carrier.publish(phone.msisdn, 'Hello');
    assert.equal((await phone.inbox.take('the SMS')).text, 'Hello');
    assert.equal(await unready(carrier), 'wrong: carrier not bound\naway: carrier not bound\n');
    assert.equal((await bridge.get('/readyz')).status, 503);
    for (const [name, bound] of [['laotel', 1], ['pair', 1], ['wrong', 0], ['away', 0]])
      assert.equal(await bridge.metric('smpp_bound', name), bound, name);
    assert.equal(await bridge.metric('smpp_submitted_total', 'laotel'), 1);
    assert.equal(await bridge.metric('smpp_submitted_total'), 1);
    await bridge.logs('smpp_lost', 'bridge=away');
  });

  await t.test('a wrong password: one clear line, and tried again until it is right', async () => {
    await again(wrong, 'bind_transceiver', 3);
    await bridge.logs('smpp_lost', 'ESME_RINVPASWD (0x0e)');
    assert.equal(bridge.output.split('ESME_RINVPASWD').length - 1, 1);
    wrong.password = 'wrong';
    await carrier.becomes('bound', 'wrong');
    await bridge.logs('smpp_bound', 'bridge=wrong');
  });

  await t.test('the bind says what the configuration says', () => {
    const { pdu } = smsc.pdus.find((one) => one.from === 'esme' && one.pdu.command === 'bind_transceiver');
    assert.deepEqual([pdu.system_id, pdu.password, pdu.system_type, pdu.address_range, pdu.interface_version],
      [smsc.systemId, smsc.password, 'USSD', '^1234$', 0x34]);
  });

  await t.test('a carrier that does not let us bind in time is tried again', async () => {
    smscs.slow.rule('bind_transceiver', { silent: true, times: 1 });
    smscs.slow.cut();
    await bridge.logs('smpp_lost', 'smpp.connect_ms');
    await carrier.becomes('bound', 'slow');
  });

  await t.test('a pair: the transmitter sends, the receiver is delivered to', async () => {
    const phone = carrier.phone('8562055500001', 'pair');
    const id = carrier.publish(phone.msisdn, 'Hello', { name: 'pair' });
    assert.equal((await phone.inbox.take('the SMS')).text, 'Hello');
    assert.equal((await carrier.receiptOf(id)).status, 'delivered');
    const [transmitter] = pair.bound('submit');
    assert.deepEqual([asked(pair, 'bind_transmitter'), asked(pair, 'bind_receiver'), asked(pair, 'bind_transceiver')], [1, 1, 0]);
    transmitter.send(new smpp.PDU('deliver_sm', { source_addr: '1', destination_addr: '2', short_message: Buffer.from('x') }));
    await until('it is refused', () => answers(pair, 'deliver_sm_resp').some((pdu) => pdu.command_status === 4));
  });

  await t.test('one of a pair is lost and comes back; the other stays', async () => {
    const held = pair.rule('bind_transmitter', { hold: true });
    const [receiver] = pair.bound('deliver');
    pair.bound('submit')[0].destroy();
    await carrier.becomes('unbound', 'pair');
    assert.match(await unready(carrier), /^pair: carrier not bound$/m);
    await until('it comes again', () => held.held === 1);
    held.release();
    await carrier.becomes('bound', 'pair');
    assert.deepEqual(pair.bound('deliver'), [receiver]);
  });

  await t.test('gone and back', async () => {
    await smsc.close();
    await carrier.becomes('unbound');
    assert.match(await unready(carrier), /^laotel: carrier not bound$/m);
    await smsc.listen();
    await smsc.becomesBound();
    await carrier.becomes('bound');
  });

  await t.test('the waits between two attempts grow, are bounded, and differ', async () => {
    const times = [];
    const refused = smsc.rule('bind_transceiver', { status: 0x0d, where: () => times.push(performance.now()) });
    smsc.cut();
    await until('it was tried often', () => times.length >= 9);
    refused.lift();
    const waits = times.slice(1).map((at, i) => at - times[i]);
    waits.forEach((wait, i) => assert.ok(wait >= Math.min(20 * 2 ** (i + 1), 200) / 2 - 2, `${i}: ${waits}`));
    assert.ok(Math.min(...waits.slice(4)) < 200, `${waits}`);
    assert.ok(new Set(waits.slice(4).map((wait) => Math.round(wait))).size > 1, `${waits}`);
    await bridge.logs('smpp_lost', 'ESME_RBINDFAIL (0x0d)');
    assert.equal(bridge.output.split('ESME_RBINDFAIL').length - 1, 1);
    await carrier.becomes('bound');
  });

  await t.test('a bind that is not answered is given up', async () => {
    smsc.rule('bind_transceiver', { silent: true, times: 1 });
    smsc.cut();
    await bridge.logs('smpp_lost', 'no answer to the bind in time');
    await carrier.becomes('bound');
  });

  await t.test('enquire_link, both ways', async () => {
    const [connection] = smsc.bound();
    connection.send(new smpp.PDU('enquire_link'));
    await again(smsc, 'enquire_link');
    await until('the carrier is answered', () => asked(smsc, 'enquire_link_resp') === 1);
    assert.deepEqual(smsc.bound(), [connection]);
  });

  await t.test('a carrier that falls silent is noticed', async () => {
    const [connection] = smsc.bound();
    const silent = smsc.rule('enquire_link', { silent: true });
    await bridge.logs('smpp_lost', 'no answer to enquire_link in time');
    silent.lift();
    await until('it is bound anew', () => smsc.bound().length === 1 && smsc.bound()[0] !== connection);
  });

  await t.test('the carrier unbinds', async () => {
    await carrier.becomes('bound');
    const [connection] = smsc.bound();
    smsc.unbind();
    await bridge.logs('smpp_lost', 'the carrier unbound');
    assert.equal(asked(smsc, 'unbind_resp'), 1);
    await until('it is bound anew', () => smsc.bound().some((one) => one !== connection));
  });
});

test('TLS', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const [ours, foreign] = ['ours', 'foreign'].map((name) => new Certificates(path.join(folder, name), name));
  const server = ours.issue('carrier', { server: true }), client = ours.issue('mekong');
  const smsc = { at: 0, tls: { ...server.pem, ca: ours.pem } };
  const trusts = { tls: 'yes', tls_ca_file: ours.file };
  const carrier = await Carrier.start(t, {
    world: { start: ['broker'] }, bound: false,
    smsc: { at: 0, tls: { ...server.pem, ca: ours.pem, requestCert: true } },
    smpp: { ...trusts, tls_cert_file: client.cert, tls_key_file: client.key },
    others: {
      untrusted: { smsc, smpp: { ...trusts, tls_ca_file: foreign.file } },
      misnamed: { smsc, smpp: { ...trusts, tls_name: 'smsc.example' } },
      nobody: { smsc: { at: 0, tls: { ...server.pem, ca: ours.pem, requestCert: true } }, smpp: trusts },
    },
  });
  await carrier.becomes('bound');
  const phone = carrier.phone();
  carrier.publish(phone.msisdn, 'Hello');
  assert.equal((await phone.inbox.take('the SMS')).text, 'Hello');
  await carrier.bridge.logs('smpp_lost', 'tls_ca_file');
  await carrier.bridge.logs('smpp_lost', 'is not for smsc.example');
  await carrier.bridge.logs('smpp_lost', 'tls_cert_file');
  for (const name of ['untrusted', 'misnamed', 'nobody'])
    assert.equal(asked(carrier.smscs[name], 'bind_transceiver'), 0, name);
});

test('SIGTERM: what is in hand is finished, what comes is put off, then it unbinds', async (t) => {
  const carrier = await Carrier.start(t, { smsc: { retry: { times: 1 } } });
  const { smsc, bridge, world: { gateway } } = carrier;
  const [first, second] = ['8562055500001', '8562055500002'].map((number) => carrier.phone(number));
  gateway.signal('SIGSTOP');
  const settled = first.send('1234', 'HELP');
  await carrier.sends(({ kind }) => kind === 'sms');
  bridge.signal('SIGTERM');
  await bridge.logs('bridge_drain');
  assert.match(await unready(carrier), /^laotel: draining$/m);
  assert.deepEqual(await second.send('1234', 'HELP'), [{ status: 0x14, tries: 1 }]);
  assert.equal(asked(smsc, 'unbind'), 0);
  gateway.signal('SIGCONT');
  assert.deepEqual(await settled, [{ status: 0, tries: 1 }]);
  assert.ok((await first.inbox.take('the answer')).text);
  assert.deepEqual(await bridge.exited(), { code: 0, signal: null });
  assert.equal(asked(smsc, 'unbind'), 1);
  await carrier.becomes('down');
});

test('SIGTERM: a drain ends when its time is over', async (t) => {
  const carrier = await Carrier.start(t, { bridge: { drain_s: 0 } });
  const { bridge, world: { gateway } } = carrier;
  gateway.signal('SIGSTOP');
  carrier.phone().send('1234', 'HELP').catch(() => {});
  await carrier.sends(({ kind }) => kind === 'sms');
  bridge.signal('SIGTERM');
  assert.deepEqual(await bridge.exited(), { code: 0, signal: null });
  gateway.signal('SIGCONT');
});
