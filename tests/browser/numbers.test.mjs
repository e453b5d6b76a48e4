// SPDX-License-Identifier: Apache-2.0
// The numbers that workers are told: dialled by staff, on record, and shown to workers once somebody has answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const ID = 'th-police-191';
const PLACE = `channels.json#${ID}`;

const all = async (person) => (await person.client.done('GET', '/api/numbers')).numbers;
const numberOf = async (person) => (await all(person)).find((one) => one.address === PLACE);
const card = (page, name) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

async function open(self, person, options = {}) {
  const page = await self.browse(person, { url: '/numbers', ...options });
  await page.getByRole('main').getByRole('heading', { level: 2 }).first().waitFor();
  return page;
}

// What a worker in Thailand is told in an emergency, by the words of the draft.
async function screenOf(person) {
  const { client } = person;
  const { id } = await client.done('POST', '/api/simulator/begin', { content: 'draft', drafts: true, number: '8562055512345', language: 'en' });
  await client.done('POST', '/api/simulator/step', { id, act: 'dial', text: '*1234*49#' });
  return JSON.stringify(await client.done('POST', '/api/simulator/step', { id, act: 'answer', text: '2' }));
}

test('a call without an answer is counted; a call with one dates the number, and workers see it', async (t) => {
  const self = await ConsoleWorld.start(t, { conf: { gateway: { show_unverified: 'no' } } });
  const [noy, keo] = [await self.person('Noy', 'caseworker'), await self.person('Keo', 'editor')];
  const { name } = await numberOf(noy);
  assert.doesNotMatch(await screenOf(noy), /\b191\b/, 'nobody has dialled it, so workers are not told it');

  const page = await open(self, noy);
  await page.getByText('0 of 32 numbers have answered').waitFor();
  const mine = card(page, name);
  await mine.getByText('Never dialled').waitFor();
  await mine.getByRole('button', { name: /I dialled it today/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Say whether somebody answered.').waitFor();
  await dialog.getByLabel('Nobody answered').check();
  await dialog.getByLabel(/^Note/).fill('Engaged <b>');
  await self.audit(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await mine.getByText('1 call without an answer').waitFor();
  await mine.getByText('Nobody has answered yet').waitFor();
  assert.equal((await numberOf(noy)).verified_on, null);
  assert.doesNotMatch(await screenOf(noy), /\b191\b/);

  const theirs = await open(self, keo);
  await card(theirs, name).getByRole('button', { name: /I dialled it today/ }).click();
  const form = theirs.getByRole('dialog');
  await form.getByLabel('Somebody answered').check();
  await form.getByLabel('Thai', { exact: true }).check();
  await form.getByLabel('English', { exact: true }).check();
  await form.getByLabel(/^Hours/).fill('Day and night');
  await self.picture(theirs, 'numbers-form');
  await form.getByRole('button', { name: 'Save' }).click();
  await card(theirs, name).getByText(/^Answered on/).waitFor();
  await theirs.getByText('1 of 32 numbers have answered').waitFor();
  const now = await numberOf(keo);
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual([now.verified_on, now.languages, now.hours, now.unanswered, now.attempts], [today, ['th', 'en'], 'Day and night', 0, 2]);
  assert.equal((await all(keo)).at(-1).address, PLACE, 'what was dialled last comes last');
  await card(theirs, name).getByText('2 calls').click();
  await card(theirs, name).getByText('Engaged <b>').waitFor();
  await self.audit(theirs);
  await self.picture(theirs, 'numbers');
  await theirs.setViewportSize({ width: 360, height: 740 });
  await self.audit(theirs);
  await self.picture(theirs, 'numbers-360');

  assert.match(await screenOf(noy), /\b191\b/, 'it was dialled, so workers are told it');
  const lines = (await self.admin.done('GET', '/api/audit?action=number.dialled')).lines;
  assert.deepEqual(lines.map((one) => [one.name, one.subject]), [['Keo', PLACE], ['Noy', PLACE]]);
});

// Submitted by one, approved and published by another; returns the version.
async function publish(author, reviewer) {
  const { step } = (await author.client.done('GET', '/api/review')).draft;
  const { version } = await author.client.done('POST', '/api/review/submit', { request: 'numbers-submit', note: 'A number was dialled.', step });
  const against = (await reviewer.client.done('GET', '/api/review')).in_force;
  await reviewer.client.done('POST', '/api/review/decide', { version: version.id, decision: 'approve', note: '', against });
  await reviewer.client.done('POST', '/api/versions/publish', { version: version.id, request: 'numbers-publish', kind: 'publish', why: '', due: 0, against });
  return version;
}

test('once it is published, the gateway tells the number to a phone that dials', async (t) => {
  const hide = { gateway: { show_unverified: 'no' } };
  const self = await ConsoleWorld.start(t, { gateways: 1, conf: hide, world: { conf: hide } });
  const [keo, bounmy] = [await self.person('Keo', 'editor'), await self.person('Bounmy', 'reviewer')];
  const emergency = async (number) => {
    const phone = (await self.world.bridge(`b${number}`)).phone(number);
    await phone.dial('*1234*49#');
    return phone.answers('7', '2');
  };
  assert.doesNotMatch(await emergency('8562055512345'), /\b191\b/);
  await keo.client.done('POST', '/api/numbers/dialled', { place: PLACE, mark: (await numberOf(keo)).mark, answered: true, languages: ['th'], hours: '', note: '' });
  const { hash } = await publish(keo, bounmy);
  await self.world.gateway.says((one) => one.content === hash.slice(0, 16));
  assert.match(await emergency('8562055512346'), /\b191\b/);
});

test('two at the same number: the second is told, and what was typed is kept', async (t) => {
  const self = await ConsoleWorld.start(t);
  const [noy, keo] = [await self.person('Noy', 'caseworker'), await self.person('Keo', 'editor')];
  const { name, mark } = await numberOf(noy);
  const page = await open(self, noy);
  await card(page, name).getByRole('button', { name: /I dialled it today/ }).click();
  await page.getByRole('dialog').getByLabel('Somebody answered').check();
  await page.getByRole('dialog').getByLabel(/^Hours/).fill('From eight');
  await keo.client.done('POST', '/api/numbers/dialled', { place: PLACE, mark, answered: true, languages: ['th'], hours: '', note: '' });
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByText(/Keo changed this meanwhile/).waitFor();
  assert.equal(await page.getByRole('dialog').getByLabel(/^Hours/).inputValue(), 'From eight');
  assert.equal((await numberOf(noy)).attempts, 1, 'a call that was refused is not on record');
  await page.reload();
  await card(page, name).getByRole('button', { name: /I dialled it today/ }).click();
  assert.equal(await page.getByRole('dialog').getByLabel(/^Hours/).inputValue(), 'From eight');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText(/^Saved: /).waitFor();
  assert.equal((await numberOf(noy)).hours, 'From eight');
});

test('a second call on the same day that says the same is on record, and changes no content', async (t) => {
  const self = await ConsoleWorld.start(t);
  const noy = await self.person('Noy', 'caseworker');
  const dial = async () => noy.client.done('POST', '/api/numbers/dialled', { place: PLACE, mark: (await numberOf(noy)).mark, answered: true, languages: ['th'], hours: '', note: '' });
  const { version } = await dial();
  assert.equal((await dial()).version, version);
  assert.equal((await numberOf(noy)).attempts, 2);
});

test('numbers that can be dialled from here', async (t) => {
  const self = await ConsoleWorld.start(t);
  const viewer = await self.person('Vilay', 'viewer');
  const page = await open(self, viewer);
  const here = (await all(viewer)).filter((one) => one.dial_from.includes('LA'));
  await page.getByLabel('I can dial from').selectOption('LA');
  await page.waitForURL(/from=LA/);
  assert.equal(await page.getByRole('main').getByRole('heading', { level: 2 }).count(), here.length);
  assert.equal(await page.getByRole('button', { name: /I dialled it today/ }).count(), 0, 'a viewer only looks');
});

test('what is no call is refused', async (t) => {
  const self = await ConsoleWorld.start(t);
  const [noy, viewer] = [await self.person('Noy', 'caseworker'), await self.person('Vilay', 'viewer')];
  const good = { place: PLACE, mark: (await numberOf(noy)).mark, answered: true, languages: ['th'], hours: '', note: '' };
  const post = async (person, more) => (await person.client.post('/api/numbers/dialled', { ...good, ...more })).status;
  assert.equal(await post(viewer, {}), 403);
  for (const more of [{ answered: 'yes' }, { languages: ['english'] }, { languages: [1] }, { hours: 'x'.repeat(81) }, { hours: 'a\nb' }, { note: 'x'.repeat(301) }, { mark: '' }])
    assert.equal(await post(noy, more), 400, JSON.stringify(more).slice(0, 60));
  for (const place of ['facts.json#a', 'channels.json#nobody', 'channels.json#la-lwu', '../channels.json#x', 'channels.json'])
    assert.equal(await post(noy, { place }), 404, place);
  assert.equal((await numberOf(noy)).attempts, 0);
});
