// SPDX-License-Identifier: Apache-2.0
// Two people in the same text: they see each other, and nobody's words are lost, whichever is chosen.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const ID = 'before.mou.text';
const PLACE = `texts/en/articles.json#${ID}`;
const words = (page) => page.locator(`.content-text[data-id="${ID}"] .content-side[data-lang="en"] textarea`).first();
const save = (page) => page.locator(`.content-text[data-id="${ID}"]`).getByRole('button', { name: 'Save' });
const clash = (page) => page.locator('.content-clash');

async function two(t) {
  const world = await ConsoleWorld.start(t);
  const [noy, bounmy] = [await world.person('Noy', 'editor'), await world.person('Bounmy', 'editor')];
  const pages = [];
  for (const person of [noy, bounmy]) {
    const page = await world.browse(person, { url: '/content?id=before.mou&language=lo' });
    await words(page).waitFor();
    pages.push(page);
  }
  return { world, noy, bounmy, pages };
}

const stands = async ({ client }) => (await client.done('GET', `/api/content/entry?place=${encodeURIComponent(PLACE)}`)).english.entry.text;
const log = async ({ client }) => (await client.done('GET', `/api/content/history?place=${encodeURIComponent(PLACE)}`)).history.map((line) => `${line.by}: ${JSON.stringify(line.after?.text)}`);

test('Two people in one text see each other; who is later sees both versions and chooses', async (t) => {
  const { world, noy, pages: [one, other] } = await two(t);
  await words(other).pressSequentially('Bounmy writes. ');
  await one.getByText('Bounmy is editing this text.').waitFor();
  await world.picture(one, 'conflict-seen');
  await words(other).fill('What Bounmy wrote.');
  await words(one).fill('What Noy wrote.');
  await save(one).click();
  await one.locator('.toast').filter({ hasText: 'Saved' }).waitFor();
  await save(other).click();
  await clash(other).getByText('Noy saved another version').waitFor();
  await clash(other).getByText('What Noy wrote.').waitFor();
  await clash(other).getByText('What Bounmy wrote.').waitFor();
  assert.equal(await stands(noy), 'What Noy wrote.');
  assert.equal(await words(other).inputValue(), 'What Bounmy wrote.');
  await other.locator('.content-preview .phone').waitFor();
  await world.picture(other, 'conflict');
  await world.audit(other);
  await clash(other).getByRole('button', { name: 'Keep mine' }).click();
  await other.locator('.toast').filter({ hasText: 'Saved' }).waitFor();
  assert.equal(await stands(noy), 'What Bounmy wrote.');
  assert.deepEqual(await log(noy), ['Bounmy: "What Bounmy wrote."', 'Noy: "What Noy wrote."']);
  await one.bringToFront();
  await one.waitForFunction(([selector, text]) => document.querySelector(selector).value === text,
    [`.content-text[data-id="${ID}"] .content-side[data-lang="en"] textarea`, 'What Bounmy wrote.']);
});

test('Who takes the other version keeps their own words aside; who wants both writes on', async (t) => {
  const { world, noy, bounmy, pages: [one, other] } = await two(t);
  await words(other).fill('What Bounmy wrote.');
  await words(one).fill('What Noy wrote.');
  await save(one).click();
  await one.locator('.toast').filter({ hasText: 'Saved' }).waitFor();
  await save(other).click();
  await clash(other).getByRole('button', { name: 'Take this one' }).click();
  await other.waitForFunction(([selector, text]) => document.querySelector(selector).value === text,
    [`.content-text[data-id="${ID}"] .content-side[data-lang="en"] textarea`, 'What Noy wrote.']);
  await other.reload();
  await other.getByText('Your version that you set aside').click();
  await other.getByText('What Bounmy wrote.').waitFor();
  assert.equal(await stands(noy), 'What Noy wrote.');

  await words(other).fill('Bounmy again.');
  const now = await noy.client.done('GET', `/api/content/entry?place=${encodeURIComponent(PLACE)}`);
  await noy.client.done('POST', '/api/content/edit', { changes: [{ place: PLACE, base: now.english.mark, value: { text: 'Noy again.' } }] });
  await save(other).click();
  await clash(other).getByRole('button', { name: 'Write on with both in sight' }).click();
  await words(other).fill('Noy and Bounmy.');
  await world.picture(other, 'conflict-both');
  await save(other).click();
  await other.locator('.toast').filter({ hasText: 'Saved' }).last().waitFor();
  assert.equal(await stands(bounmy), 'Noy and Bounmy.');
});

test('Undo is refused when somebody has changed the text since, and says who', async (t) => {
  const { noy, pages: [one, other] } = await two(t);
  await words(one).fill('What Noy wrote.');
  await save(one).click();
  await one.locator('.toast').filter({ hasText: 'Saved' }).waitFor();
  await other.reload();
  await words(other).waitFor();
  await words(other).fill('What Bounmy wrote.');
  await save(other).click();
  await other.locator('.toast').filter({ hasText: 'Saved' }).waitFor();
  await one.locator('.toast').filter({ hasText: 'Saved' }).getByRole('button', { name: 'Undo' }).click();
  await one.locator('.toast-bad').filter({ hasText: 'Bounmy changed this meanwhile' }).waitFor();
  assert.equal(await stands(noy), 'What Bounmy wrote.');
});
