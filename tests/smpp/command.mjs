// SPDX-License-Identifier: Apache-2.0
// The simulated carrier as a command: one phone, its keys on standard input.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { DIALECTS } from './dialects.mjs';
import { Smsc } from './smsc.mjs';

const HELP = `Usage: node tests/smpp/smsc.mjs [OPTIONS]
A simulated SMSC and USSD centre with one phone. It prints where it listens, and reads lines:
  dial *1234#       dial a code            answer 7          press keys and send
  hangup            leave the dialogue     sms 1234 HELP     send an SMS
While a screen waits for an answer, a line that is none of these is the answer.

  --listen WHERE    a port of 127.0.0.1, or the path of a Unix socket (a free port)
  --dialect NAME    ${Object.keys(DIALECTS).join(' or ')} (standard)
  --system-id ID    of the ESME (esme)
  --password WORD   (secret)
  --msisdn NUMBER   of the phone (8562055512345)
`;
const OPTIONS = { listen: '0', dialect: 'standard', 'system-id': 'esme', password: 'secret', msisdn: '8562055512345' };

const show = (mark, text) => process.stdout.write(text.split('\n').map((line) => `${mark} ${line}\n`).join(''));

async function obey(phone, line) {
  const [word, ...rest] = line.trim().split(' ');
  if (word === 'sms') {
    show('<', await phone.sms(rest[0], rest.slice(1).join(' ')));
  } else if (word === 'dial') {
    show('|', await phone.dial(rest[0]));
  } else if (!phone.inSession) {
    show('!', 'There is no dialogue: dial a code first.');
    return;
  } else if (word === 'hangup') {
    await phone.hangup();
  } else {
    show('|', await phone.answer(word === 'answer' ? rest.join(' ') : line));
  }
  if (word !== 'sms' && !phone.inSession)
    show('!', 'The dialogue is over.');
}

export async function run(args) {
  const options = Object.fromEntries(Object.entries(OPTIONS).map(([name, value]) => [name, { type: 'string', default: value }]));
  const { values } = parseArgs({ args, options: { ...options, help: { type: 'boolean' } } });
  if (values.help || !DIALECTS[values.dialect]) {
    process.stdout.write(HELP);
    process.exit(values.help ? 0 : 2);
  }
  const smsc = await Smsc.start(null, {
    at: /^\d+$/.test(values.listen) ? Number(values.listen) : values.listen,
    dialect: DIALECTS[values.dialect], systemId: values['system-id'], password: values.password, record: false,
  });
  process.stdout.write(`listening ${smsc.at}\n`);
  const phone = smsc.phone(values.msisdn);
  for await (const line of createInterface({ input: process.stdin })) {
    await smsc.becomesBound();
    await obey(phone, line).catch((error) => show('!', error.message));
    while (phone.inbox.has())
      show('<', (await phone.inbox.take('an SMS')).text);
  }
  process.exit(0);
}
