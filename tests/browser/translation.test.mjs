// SPDX-License-Identifier: Apache-2.0
// Texts to a translator with the real tools of gettext, and back: reported on, taken, signed by somebody else. What is
// wrong changes nothing and says its line.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const PO = 'text/x-gettext-translation';
const ID = 'ui.invalid';
const PLACE = `texts/lo/ui.json#${ID}`;

// The gettext library forgets the name of a file that it has read.
const forgiven = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'ml-forgiven-')), 'leaks');
fs.writeFileSync(forgiven, 'leak:libgettextpo\n');
process.env.LSAN_OPTIONS = `suppressions=${forgiven}:print_suppressions=0`;
after(() => fs.rmSync(path.dirname(forgiven), { recursive: true }));

async function open(self, person, options = {}) {
  const page = await self.browse(person, { url: '/translation?language=lo', ...options });
  await page.getByRole('tabpanel').getByRole('table').waitFor();
  return page;
}

const step = async (person) => (await person.client.done('GET', '/api/translation')).version;
const textOf = async (person, status) => (await person.client.done('GET', `/api/translation?language=lo&status=${status}&find=${ID}`)).texts[0];

// The file that the page's button gives.
async function download(self, page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
  const to = self.world.file(file.suggestedFilename());
  await file.saveAs(to);
  return to;
}

const tool = (command, ...args) => execFileSync(command, args, { encoding: 'utf8' });

async function send(page, name, octets) {
  await page.getByLabel('File from a translator').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(octets) });
  await page.getByRole('button', { name: 'Check the file' }).click();
}

test('a file goes out, a translator changes it with gettext, it comes back, and another person signs it', async (t) => {
  const self = await ConsoleWorld.start(t);
  const [noy, bounmy] = [await self.person('Noy', 'editor', 'reviewer'), await self.person('Bounmy', 'reviewer')];
  const page = await open(self, noy);
  await self.audit(page);
  const out = await download(self, page, /Download PO/);
  assert.equal(path.basename(out), 'mekong-lo.po');
  tool('msgfmt', '--check', '-o', '/dev/null', out);
  assert.match(tool('msgattrib', '--no-fuzzy', '--translated', out), new RegExp(`msgctxt "${ID}"`));
  const back = self.world.file('back.po');
  tool('msgfilter', '--keep-header', '-i', out, '-o', back, 'sed', 's/^ບໍ່ມີເລກນີ້$/ບໍ່ມີເລກດັ່ງນີ້/');
  tool('msgfmt', '--check', '-o', '/dev/null', back);

  const before = await step(noy);
  await send(page, 'back.po', fs.readFileSync(back));
  await page.getByText('back.po is good. 1 text would change.').waitFor();
  await page.getByRole('table', { name: 'What would change' }).getByText('ບໍ່ມີເລກດັ່ງນີ້').waitFor();
  assert.equal(await step(noy), before, 'a report changes nothing');
  await self.audit(page);
  await self.picture(page, 'translation-report');
  await page.getByRole('button', { name: 'Take 1 text' }).click();
  await page.getByText('1 text was taken.').waitFor();
  assert.equal(await step(noy), before + 1);
  const draft = await textOf(noy, 'draft');
  assert.equal(draft.translation, 'ບໍ່ມີເລກດັ່ງນີ້');

  // The author may not, whoever is said to have read it; nor may the author be the reader.
  const sign = (person, reader, one = draft) => person.client.post('/api/translation/sign', { places: [{ place: one.place, mark: one.mark }], reader, day: '2026-11-20' });
  const own = await sign(noy, 'Khamla');
  assert.deepEqual([own.status, own.json.error.code], [403, 'own_words']);
  assert.deepEqual([(await sign(bounmy, 'noy')).status, (await sign(bounmy, ' ')).status], [403, 400]);
  assert.equal((await sign(bounmy, 'Khamla', { ...draft, mark: '0000000000000000' })).status, 409);
  assert.equal((await textOf(noy, 'draft')).mark, draft.mark);

  const theirs = await open(self, bounmy, { url: '/translation?language=lo&status=draft' });
  await theirs.getByRole('table', { name: 'Drafts' }).waitFor();
  await theirs.getByText('1 to 50 of 549').waitFor();
  await theirs.getByRole('button', { name: 'Later texts' }).click();
  await theirs.getByText('51 to 100 of 549').waitFor();
  await theirs.getByLabel('Find a text').fill(ID);
  await theirs.getByRole('checkbox', { name: `Choose ${ID}`, exact: true }).check();
  await theirs.getByText('1 text is chosen.').waitFor();
  await theirs.getByLabel('Name of the native reader').fill('Khamla');
  await theirs.getByLabel('Day of the reading').fill('2026-11-20');
  await theirs.getByRole('button', { name: 'Sign as read' }).click();
  await theirs.getByRole('dialog').getByText(/Khamla has read them/).waitFor();
  await self.audit(theirs);
  await self.picture(theirs, 'translation-sign');
  await theirs.getByRole('dialog').getByRole('button', { name: 'Sign as read' }).click();
  await theirs.getByText('1 text is signed.').waitFor();
  const read = await textOf(bounmy, 'reviewed');
  assert.deepEqual([read.reviewer, read.reviewed_on, read.translation], ['Khamla', '2026-11-20', 'ບໍ່ມີເລກດັ່ງນີ້']);
  await theirs.getByRole('tab', { name: /^Read by a native reader\s*1$/ }).click();
  await theirs.getByRole('table', { name: 'Read by a native reader' }).getByText('Khamla').waitFor();

  await theirs.getByRole('link', { name: ID, exact: true }).click();
  await theirs.waitForURL(/\/content\?.*id=ui\.invalid/);
  await theirs.waitForFunction(() => [...document.querySelectorAll('textarea')].some((one) => one.value === 'ບໍ່ມີເລກດັ່ງນີ້'));

  const audit = await self.admin.done('GET', '/api/audit?action=translation');
  assert.deepEqual(audit.lines.map((one) => [one.action, one.name]).slice(0, 2), [['translation.sign', 'Bounmy'], ['translation.import', 'Noy']]);
  assert.match(JSON.stringify(audit.lines[0]), /Khamla/);
});

test('what was taken is taken back by one button', async (t) => {
  const self = await ConsoleWorld.start(t);
  const noy = await self.person('Noy', 'editor');
  const page = await open(self, noy);
  const before = await textOf(noy, 'draft');
  const csv = fs.readFileSync(await download(self, page, /Download CSV/), 'utf8');
  await send(page, 'lo.csv', csv.replace('"ບໍ່ມີເລກນີ້"', '"ບໍ່ມີ"'));
  await page.getByRole('button', { name: 'Take 1 text' }).click();
  await page.getByText('1 text was taken.').waitFor();
  assert.equal((await textOf(noy, 'draft')).translation, 'ບໍ່ມີ');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('The content is as it was before the file.').waitFor();
  assert.deepEqual(await textOf(noy, 'draft'), before);
});

test('whoever was overtaken sees a new report before anything is taken', async (t) => {
  const self = await ConsoleWorld.start(t);
  const [noy, keo] = [await self.person('Noy', 'editor'), await self.person('Keo', 'editor')];
  const page = await open(self, noy);
  const po = fs.readFileSync(await download(self, page, /Download PO/), 'utf8');
  await send(page, 'lo.po', po.replace('msgstr "ບໍ່ມີເລກນີ້"', 'msgstr "ບໍ່ມີ"'));
  await page.getByRole('button', { name: 'Take 1 text' }).waitFor();
  const { text } = await keo.client.get('/api/translation/export?language=lo&format=csv');
  const report = (await keo.client.post('/api/translation/import?language=lo&format=csv', text.replace('"ບໍ່ມີເລກນີ້"', '"ເລກຜິດ"'), { type: 'text/csv' })).json;
  const taken = (await keo.client.post(`/api/translation/import?language=lo&format=csv&take=${report.version}`, text.replace('"ບໍ່ມີເລກນີ້"', '"ເລກຜິດ"'), { type: 'text/csv' })).json;
  assert.equal(taken.taken, true);
  await page.getByRole('button', { name: 'Take 1 text' }).click();
  await page.getByText('Somebody changed the content meanwhile.').waitFor();
  assert.equal((await textOf(noy, 'draft')).translation, 'ເລກຜິດ', 'nobody is written over unseen');
  await page.getByRole('table', { name: 'What would change' }).getByText('ເລກຜິດ').waitFor();
  await self.picture(page, 'translation-overtaken');
  await page.getByRole('button', { name: 'Take 1 text' }).click();
  await page.getByText('1 text was taken.').waitFor();
  assert.equal((await textOf(noy, 'draft')).translation, 'ບໍ່ມີ');
});

// name, octets of what was exported, what the page says.
const foreign = 'msgid ""\nmsgstr ""\n"Language: lo\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Open"\nmsgstr "ເປີດ"\n\nmsgid "Close"\nmsgstr "ປິດ"\n';
const cases = [
  ['a foreign PO', 'foreign.po', () => foreign, [/no export of these texts.*Export the language/]],
  ['another language', 'th.po', (po) => po.replace('"Language: lo\\n"', '"Language: th\\n"'), [/"th", but "lo" was chosen/]],
  ['a program', 'program.po', () => Buffer.from('\x7fELF\x02\x01\x01\0\0\0', 'latin1'), [/NUL character. Delete it/]],
  ['half a file', 'half.po', (po) => po.slice(0, po.indexOf('ບໍ່ມີເລກນີ້') + 3), [/No valid PO.*Is the file whole/]],
  ['a half character', 'half.po', (po) => Buffer.from(po).subarray(0, Buffer.from(po).indexOf('ບໍ່ມີເລກນີ້') + 1), [/ends within a character/]],
  ['a lost name', 'lost.po', (po) => po.replace(/(msgctxt "ui\.more"\nmsgid .*\nmsgstr ")\{more\} /, '$1'), [/\{more\}/]],
];

test('wrong files change nothing; each says the line and the remedy', async (t) => {
  const self = await ConsoleWorld.start(t);
  const noy = await self.person('Noy', 'editor');
  const page = await open(self, noy);
  const po = fs.readFileSync(await download(self, page, /Download PO/), 'utf8');
  const before = await step(noy);
  for (const [what, name, octets, says] of cases) {
    await send(page, name, octets(po));
    await page.getByText(`${name} was not taken`).first().waitFor();
    for (const each of says)
      await page.getByRole('table', { name: `${name} was not taken` }).getByRole('cell', { name: each }).first().waitFor({ timeout: 5000 }).catch(() => assert.fail(`${what}: ${each}`));
    assert.equal(await page.getByRole('button', { name: /^Take/ }).count(), 0, what);
    if (what === 'a lost name')
      assert.match(await page.getByRole('table', { name: `${name} was not taken` }).getByRole('row').nth(1).innerText(), /^[\d,]+\s+ui\.more/, 'line and id');
  }
  await self.audit(page);
  await self.picture(page, 'translation-refused');
  await page.setViewportSize({ width: 360, height: 740 });
  await self.picture(page, 'translation-refused-360');
  assert.equal(await step(noy), before);

  // Not even sent: no file, another name, nothing in it, too large.
  for (const [name, octets, says] of [['texts.xlsx', 'PK', /must end with .po or .csv/], ['empty.po', '', /file is empty/], ['large.po', Buffer.alloc((4 << 20) + 1), /larger than 4 MB/]]) {
    await send(page, name, octets);
    await page.getByText(says).waitFor();
  }
});

test('line ends of Windows and a byte order mark are no change', async (t) => {
  const self = await ConsoleWorld.start(t);
  const noy = await self.person('Noy', 'editor');
  const page = await open(self, noy);
  for (const [name, button] of [['windows.po', /Download PO/], ['windows.csv', /Download CSV/]]) {
    const text = fs.readFileSync(await download(self, page, button), 'utf8');
    await send(page, name, `\ufeff${text.replace(/\r?\n/g, '\r\n')}`);
    await page.getByText(`${name} is good, and changes nothing.`).waitFor();
  }
});

test('a text past its review comes first on the first page, with a way to it', async (t) => {
  const self = await ConsoleWorld.start(t);
  const noy = await self.person('Noy', 'editor');
  const place = 'texts/en/articles.json#before.why-regular.text';
  assert.deepEqual((await noy.client.done('GET', '/api/home')).overdue, []);
  const { mark, entry } = (await noy.client.done('GET', `/api/content/entry?place=${encodeURIComponent(place)}`)).english;
  await noy.client.done('POST', '/api/content/edit', { changes: [{ place, base: mark, value: { ...entry, review_by: '2026-01-01' } }] });
  const home = await noy.client.done('GET', '/api/home');
  assert.deepEqual(home.overdue.map((one) => [one.place, one.review_by]), [[place, '2026-01-01']]);
  assert.equal(home.counts.draft, 1);
  assert.equal(home.counts.undialled, home.counts.numbers);
  assert.equal(home.requests, undefined, 'requests are for those who take them');
  const page = await self.browse(noy);
  await page.getByRole('link', { name: entry.text.slice(0, 30) }).waitFor();
});

test('only editors bring files back, and only reviewers sign', async (t) => {
  const self = await ConsoleWorld.start(t);
  const [viewer, editor] = [await self.person('Vilay', 'viewer'), await self.person('Noy', 'editor')];
  const page = await open(self, viewer);
  await page.getByText('Editors can bring back the file of a translator here.').waitFor();
  await page.getByText('Reviewers can sign these texts').waitFor();
  const { text } = await viewer.client.get('/api/translation/export?language=lo&format=po');
  assert.equal((await viewer.client.post('/api/translation/import?language=lo&format=po', text, { type: PO })).status, 403);
  const one = await textOf(editor, 'draft');
  assert.equal(one.place, PLACE);
  assert.equal((await editor.client.post('/api/translation/sign', { places: [one], reader: 'Khamla', day: '2026-11-20' })).status, 403);
  for (const query of ['language=..&format=po', 'language=lo&format=xml', 'format=po'])
    assert.equal((await editor.client.get(`/api/translation/export?${query}`)).status, 400, query);
  assert.equal((await editor.client.get('/api/translation/export?language=xx&format=po')).status, 422);
});
