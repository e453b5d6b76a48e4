// SPDX-License-Identifier: Apache-2.0
// The relay and tshark's judgement.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Capture, assertNoMalformed, dissect } from './capture.mjs';
import { Esme } from './esme.mjs';
import { Smsc } from './smsc.mjs';

const NUMBER = '8562055512345';

async function start(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const smsc = await Smsc.start(t, { at: path.join(folder, 'smsc.sock') });
  const capture = await Capture.start(t, smsc, path.join(folder, 'relay.sock'));
  const esme = await Esme.bind(capture);
  return { folder, smsc, capture, esme, phone: smsc.phone(NUMBER) };
}

test('a dialogue and SMS are dissected without a malformed PDU, and shown in lines', async (t) => {
  const { folder, capture, esme, phone } = await start(t);
  esme.onDeliver = (pdu) => { if (pdu.ussd_service_op) esme.screen(pdu, 'a screen', { end: pdu.ussd_service_op === 18 }); };
  await phone.dial();
  await phone.answer('7');
  await phone.send('1234', 'ສ'.repeat(100), { long: 'udh16' });
  await phone.send('1234', 'x'.repeat(3000), { long: 'payload' }); // more than a segment
  await esme.sms('1234', NUMBER, 'Here', { registered_delivery: 1 });
  await esme.received.take('the receipt', (pdu) => pdu.esm_class === 4);
  await esme.unbind();
  capture.assertNoMalformed(folder);
  const lines = capture.lines();
  assert.deepEqual(lines.slice(0, 3), [
    '> bind_transceiver seq=1 status=0x00 system_id=esme interface_version=52',
    '< bind_transceiver_resp seq=1 status=0x00 system_id=carrier',
    '< deliver_sm seq=1 status=0x00 type=USSD from=1/1:############# to=0/1:1234 esm=0x00 dcs=0x0f dlr=0x00 text=6 ussd_service_op=1 its_session_info=0100',
  ]);
  assert.ok(lines.some((line) => /^< deliver_sm .* esm=0x40 dcs=0x08 .* udh=060804000102/.test(line)), lines.join('\n'));
  assert.ok(lines.every((line) => !line.includes(NUMBER)));
  assert.match(dissect(path.join(folder, 'dialogue-1.pcap')), /USSD service operation/i);
});

// A submit_sm that ends with these octets, sm_length first.
function submit(rest) {
  const body = Buffer.concat([Buffer.from('\0\x01\x01x\0\x01\x01y\0\0\0\0\0\0\0\0\0\0', 'latin1'), rest]);
  const header = Buffer.alloc(16);
  [16 + body.length, 4, 0, 9].forEach((word, i) => header.writeUInt32BE(word, 4 * i));
  return Buffer.concat([header, body]);
}

test('tshark finds a message that runs over the end', async (t) => {
  const { folder, smsc, capture, esme } = await start(t);
  esme.session.socket.write(submit(Buffer.from([9, 65])));
  await until('it came', () => capture.pdus().length > 2);
  smsc.faults.splice(0);
  assert.throws(() => assertNoMalformed(capture.write(folder)[0]), /malformed in/);
});

test('a parameter that runs over the end, which tshark forgives, is found', async (t) => {
  const { folder, smsc, capture, esme } = await start(t);
  esme.session.socket.write(submit(Buffer.from('000501000901', 'hex')));
  await until('it came', () => capture.pdus().length > 2);
  smsc.faults.splice(0);
  assert.throws(() => capture.assertNoMalformed(folder), /not what its own fields say/);
});
