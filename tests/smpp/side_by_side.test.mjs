// SPDX-License-Identifier: Apache-2.0
// Kannel's submit_sm beside those of another ESME for the same SMS. Until `bridge` stands here, the other is a plain one on node's smpp.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { cut, encode } from './coding.mjs';
import { Esme } from './esme.mjs';
import { KANNEL, TEXTS, answersOf, sideBySide } from './esmes.mjs';

const PLAIN = {
  name: 'plain',
  async start(t, smsc, texts) {
    const esme = await Esme.bind(smsc);
    esme.onDeliver = (pdu) => cut(encode(texts[Esme.textOf(pdu)], 'gsm7'), 'gsm7', 'udh8', 7).forEach((part) => esme.submit({
      source_addr_npi: 1, source_addr: '1234', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: pdu.source_addr, ...part }));
    return { end: () => esme.unbind() };
  },
};

test('Kannel and a plain ESME send the same', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const answers = [await answersOf(t, KANNEL, folder), await answersOf(t, PLAIN, folder)];
  for (const { texts } of answers)
    assert.deepEqual(texts, TEXTS);
  const { table, must } = sideBySide(['Kannel', 'plain'], answers);
  t.diagnostic(`\n${table}`);
  assert.deepEqual(must[1], must[0]);
});
