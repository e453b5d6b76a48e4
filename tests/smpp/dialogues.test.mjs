// SPDX-License-Identifier: Apache-2.0
// Phones of a carrier, by way of mekongline-smpp: dialogues in both dialects, how they end, SMS and what belongs to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Carrier } from './carrier.mjs';
import { DIALECTS } from './dialects.mjs';

for (const [name, dialect] of Object.entries(DIALECTS)) {
  test(`a dialogue in the dialect ${name}`, async (t) => {
    const carrier = await Carrier.start(t, { smsc: { dialect }, smpp: { profile: name } });
    const phone = carrier.phone();
    assert.match(await phone.dial('*1234#'), /^1 ລາວ\n2 ไทย\n/);
    assert.equal(phone.screen.alphabet, 'ucs2');
    assert.match(await phone.answer('7'), /^Mekong Line\n1 Before you go\n/);
    assert.equal(phone.screen.alphabet, 'gsm7');
    assert.match(await phone.answer('2'), /^Fees\n1 Fee check/);
    assert.ok(phone.inSession);
    await phone.answer('99');
    assert.ok(phone.screen.end && !phone.inSession);
  });

  test(`the subscriber hangs up in the dialect ${name}`, async (t) => {
    const carrier = await Carrier.start(t, { smsc: { dialect }, smpp: { profile: name } });
    const phone = carrier.phone();
    await phone.dial('*1234#');
    assert.equal((await phone.hangup()).status, 0);
    const end = await carrier.sends(({ event }) => event === 'end');
    assert.equal(end.cause, 'user');
  });
}

test('a deep dial is dialled as it was typed', async (t) => {
  const carrier = await Carrier.start(t);
  await carrier.phone().dial('*1234*21#');
  assert.equal((await carrier.sends(({ event }) => event === 'begin')).code, '*1234*21#');
});

test('an SMS is answered, and its receipt reaches the gateway', async (t) => {
  const carrier = await Carrier.start(t);
  const phone = carrier.phone();
  assert.match(await phone.sms('1234', 'HELP'), /^ຕອບດ້ວຍເລກ/);
  const receipt = await carrier.sends(({ kind }) => kind === 'receipt');
  assert.equal(receipt.status, 'delivered');
  assert.match(receipt.of, /\.0$/);
});

test('a text asked for in a dialogue comes by SMS', async (t) => {
  const carrier = await Carrier.start(t);
  const phone = carrier.phone();
  await phone.dial('*1234#');
  await phone.answers('7', '1', '1', '97');
  const sms = await phone.inbox.take('the text by SMS');
  assert.ok(sms.text.length > 100);
  assert.equal(sms.from, 'MekongLine');
  assert.equal(sms.parts[0].source_addr_ton, 5);
});
