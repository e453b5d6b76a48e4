// SPDX-License-Identifier: Apache-2.0
// The live preview as pages ask for it: while somebody types, for several entries at once, and with what is no entry.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ConsoleWorld } from './support/world.mjs';

const title = (text) => ({ place: 'texts/en/menu.json#main.title', json: JSON.stringify({ text, kind: 'label' }) });
const first = (preview) => preview.seen[0].languages[0].layouts[0].screens[0].text.split('\n')[0];

async function editor(t) {
  const world = await ConsoleWorld.start(t);
  return { world, noy: await world.person('Noy', 'editor') };
}

test('Of what is typed only the newest waits; what was overtaken is told so', async (t) => {
  const { world, noy } = await editor(t);
  const other = await world.person('Bounmy', 'editor');
  const texts = Array.from({ length: 12 }, (_, i) => `Line ${i}`);
  const [others, ...answers] = await Promise.all([other.client.post('/api/preview', title('Other')),
    ...texts.map((text) => noy.client.post('/api/preview', title(text)))]);
  assert.equal(others.status, 200);
  assert.equal(first(others.json), 'Other');
  const shown = answers.filter(({ status }) => status === 200);
  const overtaken = answers.filter(({ status, json }) => status === 409 && json.error.code === 'overtaken');
  assert.equal(shown.length + overtaken.length, answers.length);
  assert.ok(shown.length >= 1 && overtaken.length >= 1, `${shown.length} shown, ${overtaken.length} overtaken`);
  for (const answer of shown)
    assert.ok(texts.includes(first(answer.json)));
  assert.equal(first(await noy.client.done('POST', '/api/preview', title('The last'))), 'The last');
});

test('Entries that are typed together are looked at together; nothing is saved', async (t) => {
  const { noy } = await editor(t);
  const label = { place: 'texts/en/menu.json#before.label', json: '{"text":"Before you leave","kind":"label"}' };
  const both = await noy.client.done('POST', '/api/preview', { ...title('Both'), changes: [label] });
  assert.match(both.seen[0].languages[0].layouts[0].screens[0].text, /^Both\n1 Before you leave\n/);
  const now = await noy.client.done('POST', '/api/preview', { place: title('').place });
  assert.equal(first(now), 'Mekong Line');
  const gone = await noy.client.done('POST', '/api/preview', { ...title('x'), changes: [{ place: label.place, json: null }] });
  assert.ok(gone.findings.errors > 0);
  const { errors, findings } = await noy.client.done('POST', '/api/check');
  assert.equal(errors, 0);
  assert.ok(Array.isArray(findings));
});

test('The preview names carriers with other screens, each with its own pages', async (t) => {
  const world = await ConsoleWorld.start(t, { conf: { 'carrier narrow': { ussd_septets: 100, ussd_units: 45 } } });
  const noy = await world.person('Noy', 'editor');
  const { layouts, seen } = await noy.client.done('POST', '/api/preview', { place: 'menu.json#before.mou', language: 'lo' });
  const narrow = layouts.findIndex(({ carriers, channel }) => channel === 'ussd' && carriers.includes('narrow'));
  const wide = layouts.findIndex(({ carriers, channel }) => channel === 'ussd' && carriers.includes(''));
  const pages = (index) => seen[0].languages[0].layouts.find(({ layout }) => layout === index).screens;
  assert.ok(pages(narrow).length > pages(wide).length);
  pages(narrow).forEach(({ units, room }) => assert.equal(units + room, 45));
});

test('What is no entry is refused with a sentence', async (t) => {
  const { world, noy } = await editor(t);
  for (const body of [{}, { place: '' }, { place: 7 }, { place: 'x'.repeat(500) }, { ...title('x'), language: 'very long' },
    { ...title('x'), json: 'a'.repeat(70000) }, { ...title('x'), changes: [{}] }, { ...title('x'), changes: [{ place: 'menu.json#main', json: {} }] },
    { ...title('x'), changes: Array(60).fill(title('y')) }]) {
    const { status, json } = await noy.client.post('/api/preview', body);
    assert.equal(status, 400, JSON.stringify(body).slice(0, 80));
    assert.match(json.error.message, /\.$/);
  }
  for (const [place, json] of [['nowhere.json#a', '{}'], ['texts/../menu.json#a', '{}'], [title('').place, '{"text":'], [title('').place, '[]']])
    assert.match((await noy.client.done('POST', '/api/preview', { place, json })).refused, /\.$/);
  const nobody = await fetch(`${world.console.address}/api/preview`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Origin: world.console.address } });
  assert.equal(nobody.status, 401);
});
