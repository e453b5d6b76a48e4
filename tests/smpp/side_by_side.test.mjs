// SPDX-License-Identifier: Apache-2.0
// Kannel's submit_sm beside those of another ESME for the same SMS. Until `bridge` stands here, the other is a plain one on node's smpp.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ALPHABETS, cut, encode, fits } from './coding.mjs';
import { Esme } from './esme.mjs';
import { KANNEL, KANNEL_STATIC, TEXTS, answersOf, sideBySide } from './esmes.mjs';

const PLAIN = {
  name: 'plain',
  async start(t, smsc, texts) {
    const esme = await Esme.bind(smsc);
    esme.onDeliver = (pdu) => {
      const text = texts[Esme.textOf(pdu)];
      const alphabet = fits(text, 'gsm7') ? 'gsm7' : 'ucs2';
      for (const part of cut(encode(text, alphabet), alphabet, 'udh8', 7)) {
        esme.submit({ source_addr_npi: 1, source_addr: '1234', dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: pdu.source_addr,
          data_coding: ALPHABETS[alphabet].dcs, ...part });
      }
    };
    return { end: () => esme.unbind() };
  },
};

function folderOf(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-smpp-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

test('Kannel and a plain ESME send the same', async (t) => {
  const folder = folderOf(t);
  const answers = [await answersOf(t, KANNEL, folder), await answersOf(t, PLAIN, folder)];
  for (const { texts } of answers)
    assert.deepEqual(texts, TEXTS);
  const { table, must } = sideBySide(['Kannel', 'plain'], answers);
  t.diagnostic(`\n${table}`);
  assert.deepEqual(must[1], must[0]);
});

test('a static text of Kannel that needs parts goes out as 8-bit data', async (t) => {
  const { pdus } = await answersOf(t, KANNEL_STATIC, folderOf(t), { short: TEXTS.short, long: 'x'.repeat(200) });
  assert.deepEqual(pdus.short.map((pdu) => [pdu.esm_class, pdu.data_coding]), [[3, 0]]);
  assert.deepEqual(pdus.long.map((pdu) => [pdu.esm_class, pdu.data_coding]), [[0x43, 4], [0x43, 4]]);
});
