// SPDX-License-Identifier: Apache-2.0
// Forms for fee rules, contacts, words and codes: by keyboard alone, with a clear word at each field that is wrong, kept while
// unsaved, and with both versions in sight when two people change the same entry.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const toast = (page, text) => page.locator('.toast').filter({ hasText: text }).first();
const error = (page, name) => page.locator(`[data-field="${name}"] .field-error`).first();
const entries = async ({ client }, file) => new Map((await client.done('GET', `/api/lists/entries?file=${file}`)).entries.map((each) => [each.id, each.entry]));

// The phone beside a form has been drawn, so that nothing on the page still comes in.
const atRest = (page) => page.waitForFunction(() => [...document.querySelectorAll('.content-preview')].every((pane) => pane.querySelector('.phone')));

// Tab until the focus is on what `check` (in the page) accepts.
async function tabTo(page, check, arg) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`(${check})(document.activeElement, ${JSON.stringify(arg)})`))
      return;
  }
  assert.fail(`the keyboard does not reach ${check} ${arg}`);
}

const isName = '(node, name) => node.name === name';
const isText = '(node, text) => node.textContent.includes(text)';

test('An editor corrects a fee by keyboard alone: the rule and its words in one step', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/fees' });
  await page.getByRole('link', { name: 'at most 500 THB Lao PDR to Thailand, Visa' }).waitFor();
  await world.picture(page, 'fees');
  await world.audit(page);
  await tabTo(page, isText, 'Lao PDR to Thailand, Visa');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Visa: Lao PDR to Thailand' }).waitFor();
  await tabTo(page, isName, 'amount');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('-5');
  await page.keyboard.press('Enter');
  await error(page, 'amount').filter({ hasText: 'whole number' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'amount');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('600');
  await tabTo(page, isName, 'english');
  const text = await page.evaluate(() => document.activeElement.value);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text.replace('visa 500 baht', 'visa 600 baht'));
  await page.locator('.phone-screen').filter({ hasText: '600' }).first().waitFor();
  await world.picture(page, 'fee');
  await world.audit(page);
  await page.keyboard.press('Control+s');
  await toast(page, 'Saved').waitFor();
  assert.equal((await entries(noy, 'fees.json')).get('la-th-visa').amount, 600);
  assert.match((await entries(noy, 'texts/en/fees.json')).get('fee.rule.th-visa').text, /600 baht/);
  const { changes, undo } = await noy.client.done('GET', '/api/content/changes');
  assert.deepEqual(changes.map((each) => each.place), ['fees.json#la-th-visa', 'texts/en/fees.json#fee.rule.th-visa']);
  await tabTo(page, isText, 'Undo');
  await page.keyboard.press('Enter');
  await toast(page, 'Taken back').waitFor();
  assert.equal((await entries(noy, 'fees.json')).get('la-th-visa').amount, 500);
  assert.match((await entries(noy, 'texts/en/fees.json')).get('fee.rule.th-visa').text, /500 baht/);
  assert.ok(undo.step > 0);
});

test('A form survives a reload, and two people in one rule see both versions', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, bounmy] = [await world.person('Noy', 'editor'), await world.person('Bounmy', 'editor')];
  const page = await world.browse(noy, { url: '/fees?id=mm-th-visa' });
  const amount = page.getByLabel('Amount', { exact: true });
  await amount.fill('700');
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith('form:fees.json#mm-th-visa')));
  await page.reload();
  await page.getByText('and did not save it. It is back.').waitFor();
  assert.equal(await amount.inputValue(), '700');
  const rule = (await bounmy.client.done('GET', '/api/lists/entries?file=fees.json')).entries.find((each) => each.id === 'mm-th-visa');
  await bounmy.client.done('POST', '/api/content/edit', { changes: [{ place: rule.place, base: rule.mark, value: { ...rule.entry, amount: 800 } }] });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.content-clash').getByText('Bounmy saved another version').waitFor();
  await page.locator('.content-clash').getByRole('cell', { name: '800' }).waitFor();
  await atRest(page);
  await world.picture(page, 'fee-conflict');
  await world.audit(page);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await toast(page, 'Saved').waitFor();
  assert.equal((await entries(noy, 'fees.json')).get('mm-th-visa').amount, 700);
});

test('A contact: its number is checked, a day in the future is refused, a new one brings its name', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/contacts' });
  await page.getByLabel('Search contacts').fill('job dep');
  await page.getByRole('link', { name: 'Thailand: job department' }).waitFor();
  await world.picture(page, 'contacts');
  await world.audit(page);
  await page.getByRole('link', { name: 'Thailand: job department' }).click();
  await page.getByLabel('Number').fill('16 94');
  await page.getByRole('button', { name: 'Save' }).click();
  await error(page, 'number').filter({ hasText: 'digits alone' }).waitFor();
  await page.getByLabel('Number').fill('1694');
  await page.getByLabel('Dialled on').fill('2199-01-01');
  await page.getByRole('button', { name: 'Save' }).click();
  await error(page, 'verified_on').filter({ hasText: 'future' }).waitFor();
  await page.getByLabel('Dialled on').fill('2026-11-02');
  await page.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Saved').waitFor();
  assert.equal((await entries(noy, 'channels.json')).get('th-doe-1694').verified_on, '2026-11-02');
  await atRest(page);
  await world.picture(page, 'contact');
  await world.audit(page);

  await page.goto(`${world.console.address}/contacts?kind=centres&id=new`);
  await page.getByLabel('Short name').fill('la-test');
  await page.getByLabel('Name in English').fill('Test centre, Lao PDR');
  await page.getByLabel('Place').fill('Vientiane');
  await page.getByRole('button', { name: 'Save' }).click();
  await error(page, 'source').filter({ hasText: /./ }).waitFor();
  await page.getByRole('button', { name: 'Choose the source' }).click();
  await page.getByRole('button', { name: 'Attach' }).first().click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Test centre, Lao PDR' }).waitFor();
  assert.equal((await entries(noy, 'centres.json')).get('la-test').place, 'Vientiane');
  assert.equal((await entries(noy, 'texts/en/channels.json')).get('centre.la-test').text, 'Test centre, Lao PDR');
});

test('A word and a code stand once over all; whose they are is said', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const page = await world.browse(noy, { url: '/keywords' });
  await page.getByRole('link', { name: 'Papers you need' }).waitFor();
  await world.picture(page, 'keywords');
  await world.audit(page);
  await page.getByRole('link', { name: 'Papers you need' }).click();
  await page.getByLabel('English').fill('papers, FEES');
  await page.getByRole('button', { name: 'Save' }).click();
  await error(page, 'en').filter({ hasText: '"FEES" stands in fees-menu already' }).waitFor();
  await page.getByLabel('English').fill('PAPERS, PERMITS');
  await page.getByLabel('Code to dial').fill('11');
  await page.getByRole('button', { name: 'Save' }).click();
  await error(page, 'dial').filter({ hasText: '11 is the code of "before.why-regular" already' }).waitFor();
  await page.getByLabel('Code to dial').fill('999');
  await world.picture(page, 'keyword');
  await world.audit(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Saved').waitFor();
  assert.deepEqual((await entries(noy, 'keywords.json')).get('before.documents').en, ['PAPERS', 'PERMITS']);
  assert.equal((await entries(noy, 'menu.json')).get('before.documents').dial, '999');
});

test('The lists fold to a narrow phone, and who may only look cannot change', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, viewer] = [await world.person('Noy', 'editor'), await world.person('Vilay', 'viewer')];
  for (const [name, url] of [['fees', '/fees'], ['fee', '/fees?id=la-th-visa'], ['contacts', '/contacts'], ['contact', '/contacts?kind=channels&id=th-doe-1694'], ['keyword', '/keywords?id=before.documents']]) {
    const page = await world.browse(noy, { url, width: 360, height: 740 });
    await page.locator('table, .entry-fields').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, url);
    await atRest(page);
    await world.picture(page, `${name}-narrow`);
    await world.audit(page);
    await page.context().close();
  }
  const page = await world.browse(viewer, { url: '/fees?id=la-th-visa' });
  assert.equal(await page.getByLabel('Amount', { exact: true }).isDisabled(), true);
  assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
  const rule = (await viewer.client.done('GET', '/api/lists/entries?file=fees.json')).entries.find((each) => each.id === 'la-th-visa');
  const answer = await viewer.client.post('/api/content/edit', { changes: [{ place: rule.place, base: rule.mark, value: { ...rule.entry, amount: 1 } }] });
  assert.equal(answer.status, 403);
});

test('A new contact and a code that are not saved survive a reload', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy', 'editor');
  const kept = (page, part) => page.waitForFunction((name) => Object.keys(localStorage).some((key) => key.includes(name)), part);
  const page = await world.browse(noy, { url: '/contacts?kind=centres&id=new' });
  await page.getByLabel('Name in English').fill('Test centre, Lao PDR');
  await page.getByLabel('Place').fill('Vientiane');
  await kept(page, 'form:centres.json#new');
  await page.reload();
  await page.getByText('and did not save it. It is back.').waitFor();
  await page.goto(world.console.address);
  await page.getByRole('link', { name: 'Add a centre' }).click();
  assert.equal(await page.getByLabel('Name in English').inputValue(), 'Test centre, Lao PDR');
  assert.equal(await page.getByLabel('Place').inputValue(), 'Vientiane');

  await page.goto(`${world.console.address}/keywords?id=before.steps`);
  await page.getByLabel('Code to dial').fill('998');
  await kept(page, 'form:keywords.json#before.steps');
  await page.reload();
  await page.getByText('and did not save it. It is back.').waitFor();
  assert.equal(await page.getByLabel('Code to dial').inputValue(), '998');
  await page.getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Saved').waitFor();
  const { changes } = await noy.client.done('GET', '/api/content/changes');
  assert.deepEqual(changes.map((each) => each.place), ['menu.json#before.steps']);
});
