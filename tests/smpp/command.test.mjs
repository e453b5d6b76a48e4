// SPDX-License-Identifier: Apache-2.0
// The simulated carrier as a command.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../system/support/wait.mjs';
import { Esme } from './esme.mjs';

const PROGRAM = fileURLToPath(new URL('smsc.mjs', import.meta.url));

test('a dialogue and an SMS, line by line', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const socket = path.join(folder, 'smsc.sock');
  const child = spawn(process.execPath, [PROGRAM, '--listen', socket, '--dialect', 'sixdee'], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  await until('it listens', () => output === `listening ${socket}\n`);
  const esme = await Esme.bind(null, { address: { path: socket } });
  esme.onDeliver = (pdu) => {
    const text = Esme.textOf(pdu), end = text === '0';
    return pdu.ussd_service_op ? esme.screen(pdu, `[${text}]\nline`, { end, op: end ? 0x17 : 2 }) : esme.sms('1234', pdu.source_addr, 'Here');
  };
  child.stdin.end('dial *1234#\n7\nsms 1234 HELP\nanswer 0\n7\n');
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  assert.equal(code, 0);
  assert.deepEqual(output.split('\n').slice(1), ['| [*1234#]', '| line', '| [7]', '| line', '< Here', '| [0]', '| line',
    '! The dialogue is over.', '! There is no dialogue: dial a code first.', '']);
});
