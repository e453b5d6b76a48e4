// SPDX-License-Identifier: Apache-2.0
// The same SMS from two ESMEs, PDU by PDU. An ESME here is { name, start(t, smsc, texts) } that binds to smsc.address as esme/secret and
// answers an SMS with the text of its first word in `texts`, from 1234. Configured alike: source 0/1, destination 1/1, parts by 8-bit UDH.
import { Kannel } from './kannel.mjs';
import { Capture } from './capture.mjs';
import { Smsc } from './smsc.mjs';
import { comparable, describe } from './describe.mjs';
import smpp from './library.mjs';

export const NUMBER = '8562055512345';
// What is asked for, by a word; none of the texts can be coded in two ways.
export const TEXTS = {
  short: 'Here is help: 1 Before you go',
  extended: 'Costs {20} € [more]',
  full: 'x'.repeat(160),
  long: 'Before you go: '.repeat(20).trim(),
};

// How Kannel is told what the profile `standard` says by default.
export const KANNEL = {
  name: 'Kannel',
  async start(t, smsc, texts) {
    const service = ([keyword, text]) => ({ keyword, text, 'max-messages': 8, concatenation: true });
    const kannel = await Kannel.start(t, {
      smsc: { smsc: 'smpp', 'smsc-id': 'carrier', ...smsc.address, 'transceiver-mode': true, 'smsc-username': 'esme', 'smsc-password': 'secret',
        'system-type': '', 'interface-version': '34', 'source-addr-ton': 0, 'source-addr-npi': 1, 'dest-addr-ton': 1, 'dest-addr-npi': 1,
        'source-addr-autodetect': 'no', 'bind-addr-ton': 0, 'bind-addr-npi': 0 },
      services: [...Object.entries(texts).map(service), { keyword: 'default', text: 'unknown' }],
    });
    return { end: () => kannel.end() };
  },
};

// Let an ESME answer each word once. Returns { texts, pdus, lines }: by word what the phone read and the submit_sm that brought it.
export async function answersOf(t, esme, folder, texts = TEXTS) {
  const smsc = await Smsc.start(t);
  const capture = await Capture.start(t, smsc);
  const running = await esme.start(t, capture, texts);
  await smsc.becomesBound();
  const phone = smsc.phone(NUMBER);
  const read = {}, pdus = {};
  for (const word of Object.keys(texts)) {
    await phone.send('1234', word);
    const sms = await phone.inbox.take(`${esme.name} answers ${word}`);
    read[word] = sms.text;
    pdus[word] = sms.parts;
  }
  await running?.end();
  capture.assertNoMalformed(folder);
  return { texts: read, pdus, lines: capture.lines() };
}

// What must agree of the answers of two ESMEs, and a table of all for people.
export function sideBySide(names, answers) {
  const rows = Object.keys(answers[0].pdus).flatMap((word) => {
    const count = Math.max(...answers.map(({ pdus }) => pdus[word].length));
    return Array.from({ length: count }, (_, i) => answers.map(({ pdus }, n) => {
      const pdu = pdus[word][i];
      return `${word.padEnd(9)}${i + 1} ${names[n].padEnd(10)} ${pdu ? describe(new smpp.PDU('submit_sm', pdu).toBuffer()) : '-'}`;
    }));
  });
  const must = answers.map(({ pdus }) => Object.fromEntries(Object.entries(pdus).map(([word, all]) => [word, all.map(comparable)])));
  return { table: rows.flat().join('\n'), must };
}
