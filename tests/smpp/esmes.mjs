// SPDX-License-Identifier: Apache-2.0
// The same SMS from two ESMEs, PDU by PDU. An ESME here is { name, start(t, smsc, texts) } that binds to smsc.address as esme/secret and
// answers an SMS with the text of its first word in `texts`, from 1234. Configured alike: source 0/1, destination 1/1, parts by 8-bit UDH.
import http from 'node:http';
import { fits } from './coding.mjs';
import { Kannel } from './kannel.mjs';
import { Capture } from './capture.mjs';
import { Smsc } from './smsc.mjs';
import { comparable, describe } from './describe.mjs';

export const NUMBER = '8562055512345';
// What is asked for, by a word.
export const TEXTS = {
  short: 'Here is help: 1 Before you go',
  extended: 'Costs {20} € [more]',
  full: 'x'.repeat(160),
  long: 'Before you go: '.repeat(20).trim(),
  lao: 'ສະບາຍດີ',
  laolong: 'ສະບາຍດີ '.repeat(20).trim(),
};

// How Kannel is told what the profile `standard` says by default.
const link = (smsc) => ({ smsc: 'smpp', 'smsc-id': 'carrier', ...smsc.address, 'transceiver-mode': true, 'smsc-username': 'esme',
  'smsc-password': 'secret', 'system-type': '', 'interface-version': '34', 'source-addr-ton': 0, 'source-addr-npi': 1, 'dest-addr-ton': 1,
  'dest-addr-npi': 1, 'source-addr-autodetect': 'no', 'bind-addr-ton': 0, 'bind-addr-npi': 0 });

// Kannel that answers with static texts: the fastest that it can do.
export const KANNEL_STATIC = {
  name: 'Kannel',
  start(t, smsc, texts) {
    const services = Object.entries(texts).map(([keyword, text]) => ({ keyword, text, 'max-messages': 8, concatenation: true }));
    return Kannel.start(t, { smsc: link(smsc), services: [...services, { keyword: 'default', text: 'unknown' }] });
  },
};

// Kannel as an application uses it: get-url in, sendsms with the alphabet out.
export const KANNEL = {
  name: 'Kannel',
  async start(t, smsc, texts) {
    const sent = [];
    const server = http.createServer((request, response) => {
      const asked = new URL(request.url, 'http://x').searchParams;
      response.end();
      const text = texts[asked.get('text')];
      sent.push(kannel.send({ username: 'u', password: 'p', from: '1234', to: asked.get('from'), text, charset: 'UTF-8',
        coding: fits(text, 'gsm7') ? 0 : 2 }));
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    t.after(() => server.close());
    const url = `http://127.0.0.1:${server.address().port}/?from=%p&text=%b`;
    const kannel = await Kannel.start(t, { smsc: link(smsc), users: [{ username: 'u', password: 'p', 'max-messages': 8, concatenation: true }],
      services: [{ keyword: 'default', 'catch-all': true, 'max-messages': 0, 'get-url': url }] });
    return { end: () => Promise.all(sent).then(() => kannel.end()) }; // it answers us after the phone has the SMS
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
      return `${word.padEnd(9)}${i + 1} ${names[n].padEnd(8)}${pdu ? describe(pdu.toBuffer()) : '-'}`;
    }));
  });
  const must = answers.map(({ pdus }) => Object.fromEntries(Object.entries(pdus).map(([word, all]) => [word, all.map(comparable)])));
  return { table: rows.flat().join('\n'), must };
}
