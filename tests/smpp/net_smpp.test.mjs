// SPDX-License-Identifier: Apache-2.0
// The SMSC on Net::SMPP, with a plain ESME on node's smpp.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Esme } from './esme.mjs';
import { NetSmpp } from './net_smpp.mjs';

test('an SMS and a dialogue with Net::SMPP', async (t) => {
  const smsc = await NetSmpp.start(t);
  const esme = await Esme.bind(smsc, {});
  const sms = await esme.received.take('the SMS', (pdu) => pdu.ussd_service_op === undefined);
  const begin = await esme.received.take('the begin', (pdu) => pdu.ussd_service_op !== undefined);
  assert.equal(Esme.textOf(sms), 'HELP');
  assert.deepEqual([Esme.textOf(begin), begin.ussd_service_op, begin.its_session_info.toString('hex')], ['*1234#', 1, '0700']);
  assert.match((await esme.sms('1234', sms.source_addr, 'Here')).message_id, /^00/);
  assert.equal((await esme.screen(begin, 'Good bye', { end: true })).command_status, 0);
  const screen = await smsc.line('the screen', (one) => one.op !== undefined);
  assert.deepEqual([screen.op, screen.info, screen.data_coding, screen.length], [17, '0701', 15, 8]);
  await esme.unbind();
  await smsc.line('it ended', (one) => one.ended);
  const answered = smsc.lines.filter((one) => one.command === '0x80000005');
  assert.deepEqual([answered.length, answered.every((one) => one.status === 0)], [2, true]);
  assert.deepEqual(smsc.lines.filter((one) => one.fault), []);
});

test('Net::SMPP refuses a wrong password', async (t) => {
  const smsc = await NetSmpp.start(t, { password: 'other' });
  await Esme.bind(smsc);
  await smsc.line('a fault', (one) => one.fault);
});
