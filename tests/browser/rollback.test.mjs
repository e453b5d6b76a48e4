// SPDX-License-Identifier: Apache-2.0
// Back to an earlier version in one click, and what becomes of everything else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approve, comesIntoForce, publish, release, reword, submit } from './support/editing.mjs';
import { ConsoleWorld } from './support/world.mjs';

test('a reviewer goes back: phones read the old words, the plans end, and the working copy keeps the new ones', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1 });
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  const bridge = await world.world.bridge();
  await reword(noy, 'Working there');
  const second = await release(noy, bounmy);
  await world.world.gateway.says((one) => one.content === second.hash.slice(0, 16));
  await reword(noy, 'Working away');
  const third = await submit(noy);
  await approve(bounmy, third);
  await publish(bounmy, third, { due: Date.now() + 3600000 });

  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByRole('button', { name: 'Go back to version 1' }).click();
  await world.audit(page);
  await world.picture(page, 'versions-back');
  await page.getByRole('dialog').getByLabel('In your words').fill('Workers did not understand it.');
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to version 1' }).click();
  await page.locator('.versions-now-name').getByText('Version 1').waitFor();
  await page.getByText('Bounmy Example went back to it. Something in the later version is wrong. Workers did not understand it.').waitFor();
  await page.getByText('Bounmy Example went back to an earlier version').waitFor();
  await world.audit(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await world.audit(page);
  await world.picture(page, 'versions-360');

  const status = await bounmy.client.done('GET', '/api/versions/status');
  assert.deepEqual(status.scheduled, []);
  await world.world.gateway.says((one) => one.content === status.hash);
  const phone = bridge.phone('8562055580003');
  await phone.begin();
  phone.sees('3 At work');

  // Nothing that was written is gone: it shows as changes again, with its author.
  const { draft } = await noy.client.done('GET', '/api/review');
  assert.equal(draft.changed, true);
  assert.deepEqual(draft.authors.map((one) => one.name), ['Noy Example']);
  const { entries } = await noy.client.done('GET', '/api/review/difference?id=draft');
  assert.deepEqual(entries.map((one) => [one.place, one.before.text, one.after.text]), [['texts/en/menu.json#work.label', 'At work', 'Working away']]);
  const { lines } = await world.admin.done('GET', '/api/audit');
  assert.ok(lines.some((line) => line.action === 'publish.back' && line.name === 'Bounmy Example' && /did not understand/.test(line.detail)));

  // And forth again: it was reviewed before.
  await publish(bounmy, second, { kind: 'back', why: 'It was right.' });
  await comesIntoForce(bounmy, second);
});

test('nobody goes back without the role, to what was never in force, or from what has changed meanwhile', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  await reword(noy, 'Working there');
  const second = await release(noy, bounmy);
  await reword(noy, 'Working away');
  const third = await submit(noy);
  const order = { request: 'go back once', kind: 'back', why: 'It is wrong.', due: 0 };
  const ask = (person, version, against) => person.client.post('/api/versions/publish', { ...order, version, against });
  assert.equal((await ask(noy, 1, second.id)).status, 403);
  assert.equal((await ask(bounmy, third.id, second.id)).status, 409);
  assert.equal((await ask(bounmy, 1, 1)).json.error.code, 'moved');
  assert.equal((await ask(bounmy, second.id, second.id)).json.error.code, 'same');
  assert.equal((await bounmy.client.post('/api/versions/publish', { ...order, version: 1, against: second.id, why: '' })).status, 400);
  assert.equal((await ask(bounmy, 1, second.id)).status, 200);
  assert.equal((await ask(bounmy, 1, second.id)).status, 200);
  await comesIntoForce(bounmy, { id: 1 });
  const { versions } = await bounmy.client.done('GET', '/api/versions');
  assert.equal(versions.find((one) => one.id === 1).publications.length, 2);
});
