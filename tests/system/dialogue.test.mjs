// SPDX-License-Identifier: Apache-2.0
// What a worker does with a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choice, keyword, label, languages, opening, options, say } from './support/texts.mjs';
import { World } from './support/world.mjs';

let world;
let bridge;
let last = 8562055510000;
const newPhone = () => bridge.phone(String(last += 1));

after(() => world?.end());

before(async () => {
  world = await World.start();
  bridge = await world.bridge();
});

test('the first dial asks for the language', async () => {
  const phone = newPhone();
  await phone.dial();
  phone.sees(...languages.map(({ name }, i) => `${i + 1} ${name}`), `0 ${say('language.latin')}`);
  assert.equal(phone.screen.coding, 'ucs2');
  assert.equal(phone.screen.event, 'continue');
});

test('0 on the language screen shows the languages in Latin letters', async () => {
  const phone = newPhone();
  await phone.dial();
  await phone.answer('0');
  phone.sees(...languages.map(({ latin }, i) => `${i + 1} ${latin}`));
  assert.equal(phone.screen.coding, 'gsm7');
});

test('7 chooses English and shows the main menu', async () => {
  const phone = newPhone();
  await phone.dial();
  await phone.answer('7');
  phone.sees(say('main.title'), ...options('main'));
  assert.equal(phone.screen.coding, 'gsm7');
});

test('1 chooses Lao, and the next dial speaks Lao at once', async () => {
  const phone = newPhone();
  await phone.begin('1');
  phone.sees(...options('main', 'lo').slice(0, 2));
  phone.hangup();
  await phone.dial();
  phone.sees(...options('main', 'lo').slice(0, 2));
});

test('a choice may be typed in Lao, Thai, Khmer or Burmese digits', async () => {
  for (const seven of ['໗', '๗', '៧', '၇']) {
    const phone = newPhone();
    await phone.dial();
    await phone.answer(seven);
    phone.sees(...options('main'));
  }
});

test('numbers lead down to an article, 0 goes back, 00 goes to the main menu', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answer(choice('main', 'before'));
  phone.sees(`1 ${label('before.why-regular')}`);
  await phone.answer('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
  await phone.answer('0');
  phone.sees(`1 ${label('before.why-regular')}`);
  await phone.answer('1');
  await phone.answer('00');
  phone.sees(...options('main'));
});

test('98 turns the pages of an article, and no text is lost on the way', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answers(choice('main', 'before'), '1');
  const pages = [phone.text];
  while (phone.text.includes(say('ui.more')) && pages.length < 50)
    pages.push(await phone.answer('98'));
  const words = (text) => text.split(/\s+/).filter(Boolean);
  const shown = words(pages.map((page) => page.split('\n').slice(0, -1).join('\n')).join('\n'));
  assert.ok(pages.length > 1, 'the article has only one page');
  const missing = words(say('before.why-regular.text')).filter((word) => !shown.includes(word) && !pages.at(-1).includes(word));
  assert.deepEqual(missing, []);
});

test('a number that is not on the screen gives one line of error above the same screen', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answer('77');
  phone.sees(say('ui.invalid'), ...options('main'));
  await phone.answer(choice('main', 'work'));
  phone.doesNotSee(say('ui.invalid'));
});

test('a deep dial opens its article after the language is chosen, and directly the next time', async () => {
  const phone = newPhone();
  await phone.dial('*1234*11#');
  phone.sees('7 English');
  await phone.answer('7');
  phone.sees(opening('before.why-regular').slice(0, 12));
  phone.hangup();
  await phone.dial('*1234*11#');
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('a deep dial to nowhere says so and shows the main menu', async () => {
  const phone = newPhone();
  await phone.begin();
  phone.hangup();
  await phone.dial('*1234*999#');
  phone.sees(say('ui.unknown-code'), ...options('main').slice(0, 3));
});

test('99 leaves on a harmless screen that ends the session', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answers(choice('main', 'problems'), '99');
  phone.sees(say('ui.bye'));
  assert.equal(phone.screen.event, 'end');
});

test('a dropped session can be resumed', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answer(choice('main', 'work'));
  const before = phone.text;
  phone.hangup('timeout');
  await phone.dial();
  phone.sees(say('ui.resume'), `1 ${say('ui.resume-yes')}`, `2 ${say('ui.resume-no')}`);
  assert.equal(await phone.answer('1'), before);
});

test('a dropped session never shows a problem again', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answers(choice('main', 'problems'), '1');
  phone.hangup('network');
  await phone.dial();
  phone.doesNotSee(say('ui.resume'), label('problem.overcharged'));
  phone.sees(...options('main').slice(0, 2));
});

test('the fee check asks for the corridor, the item and the amount', async () => {
  const phone = newPhone();
  await phone.begin();
  phone.hangup();
  await phone.dial('*1234*21#');
  phone.sees(say('fees.where'), '1 ');
  await phone.answer('1');
  phone.sees(say('fees.item'), '1 ');
});

test('an SMS with a keyword is answered with its text', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.sms(keyword('centres').toLowerCase());
  phone.sees(say('centres.where'));
  assert.equal(phone.screen.from, '1234');
});

test('an SMS dialogue goes on by numbers', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.sms(keyword('before'));
  phone.sees(`1 ${label('before.why-regular')}`);
  await phone.sms('1');
  phone.sees(opening('before.why-regular').slice(0, 12));
});

test('an SMS word that nobody knows is answered with a hint', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.sms('Xylophone');
  phone.sees(say('ui.unknown-word'));
});

test('HELP explains, in the language of the worker', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.sms('HELP');
  phone.sees(say('help.text').slice(0, 40));
});

test('97 sends the article by SMS, besides the screen', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.answers(choice('main', 'before'), '1', '97');
  phone.sees(say('sms-me.sent'));
  const sms = await phone.inbox.take('the article by SMS');
  assert.ok(sms.text.startsWith(opening('before.why-regular').slice(0, 12)), sms.text);
  assert.equal(sms.re, undefined);
});

test('after STOP there are no SMS of our own until START', async () => {
  const phone = newPhone();
  await phone.begin();
  await phone.sms('STOP');
  phone.sees(say('stop.text').slice(0, 30));
  await phone.dial();
  await phone.answers('00', choice('main', 'before'), '1', '97');
  phone.sees(say('sms-me.stopped'));
  await phone.sms('START');
  phone.sees(say('start.text').slice(0, 20));
  await phone.dial();
  await phone.answers('00', choice('main', 'before'), '1', '97');
  await phone.inbox.take('the article by SMS');
  assert.ok(!phone.inbox.has(({ id }) => !id.startsWith(`${phone.screen.re}.`)), 'an SMS was sent in spite of STOP');
});

test('every language shows its main menu on screens that fit', async () => {
  for (const [i, { code }] of languages.entries()) {
    const phone = newPhone();
    await phone.begin(String(i + 1));
    phone.sees(`1 ${label('before', code)}`);
  }
});
