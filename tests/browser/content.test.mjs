// SPDX-License-Identifier: Apache-2.0
// Texts in the console: the phone beside the typing, what is not saved, a lost connection, undo, the tree by keyboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const TEXT = 'before.mou.text';
const card = (page, id = TEXT) => page.locator(`.content-text[data-id="${id}"]`);
const words = (page, lang, id) => card(page, id).locator(`.content-side[data-lang="${lang}"] textarea`).first();
const save = (page, id) => card(page, id).getByRole('button', { name: 'Save' });
const summary = (page, text) => page.locator('.content-summary').filter({ hasText: text }).waitFor();
const toast = (page, text) => page.locator('.toast').filter({ hasText: text }).first();

// The phone has been drawn, so that nothing on the page still comes in.
const atRest = (page) => page.locator('.content-preview .phone').waitFor();

async function open(world, person, options = {}) {
  const page = await world.browse(person, { url: '/content?id=before.mou&language=lo', ...options });
  await words(page, 'en').waitFor();
  return page;
}

async function entry(person, id = TEXT, language = 'lo') {
  return person.client.done('GET', `/api/content/entry?place=${encodeURIComponent(`texts/en/articles.json#${id}`)}&language=${language}`);
}

test('The phone shows what workers will read while it is typed, and names the guilty sign', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await open(world, noy);
  await words(page, 'en').fill('Ask the labour office.');
  await summary(page, '1 screen');
  await page.locator('.phone-screen').filter({ hasText: 'Ask the labour office.' }).waitFor();
  await world.picture(page, 'content');
  await words(page, 'en').pressSequentially(` ${'This is one more sentence of it. '.repeat(6)}`, { delay: 2 });
  await summary(page, /[23] screens.*was/);
  const before = await page.locator('.phone-screen').count();
  await words(page, 'en').press('Control+Home');
  await words(page, 'en').pressSequentially('Don’t pay. ');
  await page.locator('.content-preview .notice-bad').filter({ hasText: 'A curly apostrophe' }).waitFor();
  await page.locator('.phone-bad').filter({ hasText: '’' }).waitFor();
  assert.ok(await page.locator('.phone-screen').count() > before);
  await world.picture(page, 'content-guilty');
  await world.audit(page);
});

test('What is typed survives a reload, and a lost connection', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await open(world, noy);
  await words(page, 'lo').fill('ຄຳໃໝ່ 2');
  await page.reload();
  await page.getByText('and did not save it. It is back.').waitFor();
  assert.equal(await words(page, 'lo').inputValue(), 'ຄຳໃໝ່ 2');
  assert.equal((await entry(noy)).translation.changed, false);
  await page.goto(world.console.address);
  await page.getByRole('link', { name: 'ລາວ: ຄຳໃໝ່ 2' }).click();
  await words(page, 'lo').waitFor();
  assert.equal(await words(page, 'lo').inputValue(), 'ຄຳໃໝ່ 2');

  await page.context().setOffline(true);
  await words(page, 'lo').fill('ຄຳໃໝ່ກວ່າ 2');
  await save(page).click();
  await card(page).getByText('Not saved: no connection.').waitFor();
  await world.picture(page, 'content-offline');
  await page.context().setOffline(false);
  await save(page).click();
  await toast(page, 'Saved').waitFor();
  const { translation, status } = await entry(noy);
  assert.equal(translation.entry.text, 'ຄຳໃໝ່ກວ່າ 2');
  assert.equal(status, 'draft');
  await page.reload();
  await words(page, 'lo').waitFor();
  assert.equal(await page.getByText('did not save it').count(), 0);
});

test('A changed English text makes the others old; undo in the message gives it back', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await open(world, noy);
  const old = await words(page, 'en').inputValue();
  await words(page, 'en').fill('A MoU is an agreement between 2 countries. Ask the labour office.');
  await words(page, 'en').press('Control+s');
  await toast(page, 'Saved').waitFor();
  await card(page).getByText('The English text has changed since:').waitFor();
  assert.equal((await entry(noy)).status, 'stale');
  await atRest(page);
  await world.picture(page, 'content-stale');
  await world.audit(page);
  await toast(page, 'Saved').getByRole('button', { name: 'Undo' }).click();
  await toast(page, 'Taken back').waitFor();
  await page.waitForFunction(([selector, text]) => document.querySelector(selector).value === text,
    [`.content-text[data-id="${TEXT}"] .content-side[data-lang="en"] textarea`, old]);
  assert.equal((await entry(noy)).status, 'draft');
  await page.getByRole('button', { name: 'Redo' }).click();
  await toast(page, 'Done again').waitFor();
  assert.equal((await entry(noy)).status, 'stale');
  await card(page).getByText('Who changed it').click();
  await card(page).locator('.content-line').filter({ hasText: 'took it back' }).waitFor();
  await card(page).getByText('Compare with what is published').click();
  await card(page).getByRole('button', { name: 'Go back to the published text' }).click();
  await toast(page, 'The published text is back').waitFor();
  assert.equal((await entry(noy)).english.changed, false);
});

test('The tree goes by the keyboard, and a search narrows it', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/content' });
  const item = (name) => page.getByRole('treeitem', { name, exact: true });
  await item('Main menu').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await words(page, 'en').waitFor();
  assert.equal(await item('What a MoU worker gets').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'treeitem');
  await page.keyboard.press('Home');
  await page.keyboard.press('f');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Fees/);
  await page.getByLabel('Search texts').fill('ຫນັງສື');
  await page.getByLabel('Search texts').fill('certificate of identity');
  await page.locator('.content-count').filter({ hasText: /\d+ text/ }).waitFor();
  await world.picture(page, 'content-search');
  await world.audit(page);
});

test('Evidence stands beside the text with its caution, can be attached, and is never taken away whole', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/content?id=fee.rule.broker-unknown' });
  const text = card(page, 'fee.rule.broker-unknown');
  await text.getByText('Say “recommended”, never “must”').waitFor();
  await text.getByRole('button', { name: 'Take off' }).first().click();
  await toast(page, 'Taken off').waitFor();
  await text.locator('.content-proof').nth(1).waitFor({ state: 'detached' });
  await text.getByRole('button', { name: 'Take off' }).click();
  await toast(page, 'says something about the world').waitFor();
  await text.getByRole('button', { name: 'Attach a fact or source' }).click();
  await page.getByRole('tab', { name: 'A new source' }).click();
  await page.getByLabel('Short name').fill('mol-test-2026');
  await page.getByLabel('Title').fill('A page on fees');
  await page.getByLabel('Who published it').fill('Ministry of Labour');
  await page.getByLabel('Address of the page').fill('https://example.org/fees');
  await page.getByLabel('What it says').fill('Nothing that is true: a page of the tests.');
  await page.getByRole('button', { name: 'Add the source' }).click();
  await page.locator('[data-field=date] .field-error').filter({ hasText: /./ }).waitFor();
  await page.getByLabel('Date of the page').fill('2026-11');
  await atRest(page);
  await world.picture(page, 'content-source');
  await world.audit(page);
  await page.getByRole('button', { name: 'Add the source' }).click();
  await text.getByText('A page on fees').waitFor();
});

test('It folds to a narrow phone', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/content', width: 360, height: 740 });
  await page.getByRole('treeitem', { name: 'Main menu' }).waitFor();
  await world.picture(page, 'content-narrow-tree');
  await world.audit(page);
  await page.getByRole('treeitem', { name: 'Before you go', exact: true }).click();
  await page.locator('.content-summary').filter({ hasText: /screen/ }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await world.picture(page, 'content-narrow');
  await world.audit(page);
  await page.getByRole('button', { name: 'All texts' }).click();
  await page.getByRole('treeitem', { name: 'Main menu' }).waitFor();
});

test('A new page of information is one step: its line, code, words and proof; undo takes it away whole', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await open(world, noy);
  await page.getByRole('button', { name: 'Add a page of information' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Below').selectOption('before.steps');
  await dialog.getByLabel('Short name').fill('rest');
  await dialog.getByLabel('Line in the menu').fill('Days of rest');
  await dialog.getByLabel('What the worker reads').fill('Ask before you sign which days are free.\nAsk the labour office.');
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await dialog.locator('[data-field=sources] .field-error').filter({ hasText: 'Attach a fact or a source' }).waitFor();
  await atRest(page);
  await world.picture(page, 'content-new');
  await world.audit(page);
  await dialog.getByRole('button', { name: 'Attach a fact or source' }).click();
  await page.getByRole('button', { name: 'Attach', exact: true }).first().click();
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await page.getByRole('heading', { name: 'Days of rest' }).waitFor();
  const { changes } = await noy.client.done('GET', '/api/content/changes');
  assert.deepEqual(changes.map((each) => each.place), ['menu.json#before.steps', 'menu.json#before.steps.rest', 'texts/en/articles.json#before.steps.rest.text', 'texts/en/menu.json#before.steps.rest.label']);
  const check = await noy.client.done('POST', '/api/check', {});
  assert.equal(check.errors, 0, JSON.stringify(check.findings));
  await toast(page, 'Saved').getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Choose a text on the left').waitFor();
  assert.deepEqual((await noy.client.done('GET', '/api/content/changes')).changes, []);
});

test('A full disk is said, the words stay, and are saved when there is room', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await open(world, noy);
  const limit = (octets) => execFileSync('prlimit', ['--pid', String(world.console.pid), `--fsize=${octets}:`]);
  await words(page, 'en').fill('What fits on no disk. Ask the labour office.');
  limit(4096);
  await save(page).click();
  await card(page).getByText('Nothing was saved; your words stay in this browser.').waitFor();
  assert.equal(await words(page, 'en').inputValue(), 'What fits on no disk. Ask the labour office.');
  limit('unlimited');
  await save(page).click();
  await toast(page, 'Saved').waitFor();
  assert.equal((await entry(noy)).english.entry.text, 'What fits on no disk. Ask the labour office.');
});

test('Wrong edits are refused with a word on what is wrong, and change nothing', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, viewer] = [await world.person('Noy', 'editor'), await world.person('Vilay', 'viewer')];
  const { english } = await entry(noy);
  const { place, mark: base } = english;
  const change = { place, base, value: { text: 'New.' } };
  const wrong = [
    [400, {}], [400, { changes: [] }], [400, { changes: 'x' }], [400, { changes: [{}] }], [400, { changes: [{ place, base }] }], [400, { changes: [{ place, value: {} }] }],
    [400, { changes: [change, change] }], [400, { changes: Array.from({ length: 61 }, () => change) }], [400, { changes: [change], note: 7 }],
    [400, { changes: [{ ...change, place: '../console.db#a' }] }], [400, { changes: [{ ...change, place: 'texts/en/articles.json' }] }], [400, { changes: [{ ...change, place: 'facts.json#x' }] }],
    [400, { changes: [{ ...change, value: 'text' }] }], [400, { changes: [{ ...change, value: [] }] }], [400, { changes: [{ ...change, value: { text: 7 } }] }],
    [400, { changes: [{ ...change, value: { text: '' } }] }], [400, { changes: [{ ...change, value: { text: 'x'.repeat(4001) } }] }], [400, { changes: [{ ...change, value: { text: 'x', colour: 'red' } }] }],
    [400, { changes: [{ ...change, value: { text: 'x', facts: ['no-such-fact'] } }] }], [400, { changes: [{ ...change, value: { facts: [], sources: [] } }] }],
    [409, { changes: [{ ...change, base: '' }] }], [409, { changes: [{ ...change, base: 'nonsense' }] }],
  ];
  for (const [status, body] of wrong) {
    const answer = await noy.client.post('/api/content/edit', body);
    assert.equal(answer.status, status, `${JSON.stringify(body).slice(0, 200)}: ${answer.text}`);
    assert.ok(answer.json.error.message.length > 10);
  }
  assert.equal((await noy.client.post('/api/content/edit', '{"changes":')).status, 400);
  assert.equal((await noy.client.post('/api/content/undo', { step: -1 })).status, 400);
  assert.equal((await noy.client.post('/api/content/undo', {})).status, 404);
  for (const path of ['edit', 'discard', 'undo', 'redo'])
    assert.equal((await viewer.client.post(`/api/content/${path}`, { changes: [change] })).status, 403);
  for (const url of ['/api/content/entry?place=x', '/api/content/entry?place=texts/en/articles.json%23no.such', '/api/content/tree?language=xx', '/api/content/history', '/api/content/search', '/api/lists/entries?file=../console.db'])
    assert.ok([400, 404].includes((await noy.client.get(url)).status), url);
  assert.deepEqual((await noy.client.done('GET', '/api/content/changes')).changes, []);
  // A status or a reader that a browser makes up is not believed.
  const { entries: [kept] } = await noy.client.done('POST', '/api/content/edit', { changes: [{ ...change, value: { text: 'New words.', status: 'reviewed', reviewer: 'Nobody' } }] });
  assert.equal(kept.entry.status, 'draft');
  assert.equal(kept.entry.reviewer, undefined);
});
