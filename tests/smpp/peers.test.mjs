// SPDX-License-Identifier: Apache-2.0
// mekongline-smpp and peers that others wrote: Net::SMPP as its SMSC, Kannel as an ESME beside it, and tshark as the judge of what it sends.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { World } from '../system/support/world.mjs';
import { Capture } from './capture.mjs';
import { Carrier, SmppBridge } from './carrier.mjs';
import { fits } from './coding.mjs';
import { DIALECTS } from './dialects.mjs';
import { KANNEL, NUMBER, TEXTS, answersOf, sideBySide } from './esmes.mjs';
import { NetSmpp } from './net_smpp.mjs';

function folderOf(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

// The bridge with its broker, bound to where `smsc` listens on a port.
async function bindTo(t, smsc, { world, profile } = {}) {
  const bridge = new SmppBridge(world, { carriers: {
    laotel: { smsc: { at: smsc.address.port, systemId: 'esme', password: 'secret' }, profile } } });
  t.after(() => bridge.end());
  await bridge.start();
  return bridge;
}

// The bridge behind a gateway that answers a word with its text, so that it can be compared with Kannel, text by text.
const BRIDGE = {
  name: 'ours',
  async start(t, smsc, texts) {
    const world = await World.start(t, { start: ['broker'] });
    const gateway = world.connect();
    gateway.on('message', (topic, payload) => {
      const { kind, id, msisdn, text } = JSON.parse(payload);
      if (kind !== 'sms')
        return;
      const gsm7 = fits(texts[text], 'gsm7');
      const [whole, part] = gsm7 ? [160, 153] : [70, 67], { length } = texts[text];
      gateway.publish(topic.replace('/in/', '/out/'), JSON.stringify({ v: 1, kind: 'sms', id: `${id}.0`, re: id, msisdn, from: '1234', text: texts[text],
        coding: gsm7 ? 'gsm7' : 'ucs2', segments: length <= whole ? 1 : Math.ceil(length / part) }));
    });
    await gateway.subscribeAsync('mekong/1/laotel/in/+');
    const bridge = await bindTo(t, smsc, { world, profile: { source_npi: 1 } });
    return { end: async () => { await gateway.endAsync(true); await bridge.stop(); } };
  },
};

test('Kannel and this bridge send the same', async (t) => {
  const folder = folderOf(t);
  const answers = [await answersOf(t, KANNEL, folder), await answersOf(t, BRIDGE, folder)];
  for (const { texts } of answers)
    assert.deepEqual(texts, TEXTS);
  const { table, must } = sideBySide(['Kannel', 'ours'], answers);
  t.diagnostic(`\n${table}`);
  assert.deepEqual(must[1], must[0]);
});

for (const [name, dialect] of Object.entries(DIALECTS)) {
  test(`tshark finds nothing malformed in the dialect ${name}`, async (t) => {
    const folder = folderOf(t);
    let capture;
    const carrier = await Carrier.start(t, { smsc: { dialect }, smpp: { profile: name }, bound: false,
      relay: async (smsc) => { capture = await Capture.start(t, smsc, path.join(folder, 'relay.sock')); return capture.address.path; } });
    await carrier.smsc.becomesBound();
    const phone = carrier.phone();
    await phone.dial('*1234#');
    await phone.answers('7', '2');
    await phone.hangup();
    await phone.dial('*1234#');
    await phone.answers('1', '1', '97', '99'); // an article by SMS, in parts, with receipts
    await phone.inbox.take('the text by SMS');
    await phone.sms('1234', 'HELP');
    await carrier.sends(({ kind }) => kind === 'receipt');
    await carrier.bridge.stop();
    capture.assertNoMalformed(folder);
    t.diagnostic(`\n${capture.lines().join('\n')}`);
  });
}

test('tshark finds nothing malformed in what profiles change', async (t) => {
  const folder = folderOf(t), captures = {};
  const carrier = await Carrier.start(t, { smpp: { bind: 'pair' },
    others: {
      udh16: { profile: { sms_long: 'udh16' } },
      sar: { profile: { sms_long: 'sar' } },
      payload: { profile: { sms_long: 'payload' } },
      packed: { profile: { ussd_packed: 'yes', ussd_dcs_ucs2: '0x48' }, smsc: { dialect: { ...DIALECTS.standard, packed: true, dcs: { gsm7: 15, ucs2: 0x48 } } } },
    },
    relay: async (smsc, name) => {
      captures[name] = await Capture.start(t, smsc, path.join(folder, `${name}.sock`));
      return captures[name].address.path;
    } });
  for (const [i, name] of Object.keys(captures).entries()) {
    const phone = carrier.phone(`856205552000${i}`, name);
    await phone.dial('*1234#');
    await phone.answers('1', '1', '1', '97', '99'); // an article by SMS: several parts
    assert.ok((await phone.inbox.take('the text by SMS')).text.length > 100);
    assert.ok(await phone.sms('1234', 'HELP'));
  }
  await carrier.bridge.stop();
  for (const [name, capture] of Object.entries(captures)) {
    fs.mkdirSync(path.join(folder, name));
    capture.assertNoMalformed(path.join(folder, name));
  }
  assert.ok(captures.payload.lines().some((line) => /^> submit_sm .* payload=/.test(line)));
  assert.ok(captures.sar.lines().some((line) => /^> submit_sm .* sar_msg_ref_num/.test(line)));
  assert.ok(captures.udh16.lines().some((line) => /^> submit_sm .* udh=0608/.test(line)));
});

test('Net::SMPP as the SMSC: an SMS is answered, and a dialogue', async (t) => {
  const smsc = await NetSmpp.start(t);
  const world = await World.start(t);
  world.numbers.add(NUMBER);
  const bridge = await bindTo(t, smsc, { world });
  const screen = await smsc.line('the screen', (one) => one.op !== undefined);
  assert.deepEqual([screen.op, screen.info, screen.data_coding], [2, '0700', 8]);
  await smsc.line('the SMS', (one) => one.command === '0x00000004' && one.op === undefined);
  await bridge.stop();
  await smsc.line('it ended', (one) => one.ended);
  const answered = smsc.lines.filter((one) => one.command === '0x80000005');
  assert.deepEqual([answered.length, answered.every((one) => one.status === 0)], [2, true]);
  assert.deepEqual(smsc.lines.filter((one) => one.fault), []);
});
