// SPDX-License-Identifier: Apache-2.0
// Review: nobody passes their own words, two reviewers know of each other, and what is refused says why.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { database } from '../console/support/database.mjs';
import { approve, comesIntoForce, edit, publish, release, reword, submit } from './support/editing.mjs';
import { ConsoleWorld } from './support/world.mjs';

const decide = (person, version, decision, note = 'Read.') => person.client.post('/api/review/decide', { version: version.id, decision, note, against: 1 });
const stateOf = async (person, version) => (await person.client.done('GET', `/api/review/version?id=${version.id}`)).version.state;

async function reading(world, person, version) {
  const page = await world.browse(person, { url: `/review?id=${version.id}` });
  await page.locator('.review-entry').first().waitFor();
  return page;
}

test('an author cannot review, whatever the page shows; another one reads words and screens, and returns it with a note', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor', 'reviewer');
  const som = await world.person('Som Example', 'editor', 'reviewer');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  await reword(som, 'Working there');
  await edit(noy, 'fees.json#la-th-visa', (rule) => ({ ...rule, amount: 400 }));

  const page = await world.browse(noy, { url: '/review' });
  await page.getByText('Edits by Noy Example, Som Example are not published yet').waitFor();
  await world.audit(page);
  await page.getByLabel('What is new?').fill('The visa fee, and a better word.');
  await page.getByRole('button', { name: 'Submit for review' }).click();
  await page.getByRole('link', { name: 'What it changes' }).click();
  await page.getByText('You have written a part of this version').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
  const version = { id: 2 };
  for (const author of [noy, som]) {
    const answer = await decide(author, version, 'approve');
    assert.equal(answer.status, 403);
    assert.match(answer.json.error.message, /another reviewer has to read it/i);
  }
  assert.equal(await stateOf(noy, version), 'submitted');

  const theirs = await reading(world, bounmy, version);
  await theirs.getByText('500').first().waitFor();
  assert.deepEqual(await theirs.locator('.review-entry code').allTextContents(), ['la-th-visa', 'work.label']);
  assert.match(await theirs.locator('.review-entry', { hasText: 'work.label' }).locator('ins').first().textContent(), /Working/);
  await world.audit(theirs);
  await world.picture(theirs, 'review');
  await theirs.getByRole('tab', { name: 'On the phone' }).click();
  await theirs.getByText('3 Working there').first().waitFor();
  await theirs.getByText('more than the rule says: 400 baht').first().waitFor();
  await world.audit(theirs);
  await world.picture(theirs, 'review-screens');
  await theirs.setViewportSize({ width: 360, height: 740 });
  await world.audit(theirs);
  await world.picture(theirs, 'review-360');

  await theirs.getByText('1 version waits for review').waitFor({ state: 'attached' });
  await theirs.getByRole('button', { name: 'Return with a note' }).click();
  const dialog = theirs.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Return with a note' }).click();
  await dialog.getByText('Please fill this in').waitFor();
  await dialog.getByLabel('What has to change?').fill('The fee is 500 baht: see the source.');
  await dialog.getByRole('button', { name: 'Return with a note' }).click();
  await theirs.getByText('Bounmy Example has returned this version').waitFor();
  await theirs.getByText('1 version waits for review').waitFor({ state: 'detached' });
  await page.goto(`${world.console.address}/review`);
  await page.getByText('The fee is 500 baht: see the source.').waitFor();
});

test('two reviewers at once: the second is told before and after, and changes nothing', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  const khamla = await world.person('Khamla Example', 'reviewer');
  await reword(noy, 'Working there');
  const version = await submit(noy);
  const first = await reading(world, bounmy, version);
  const second = await reading(world, khamla, version);
  await second.getByText('Bounmy Example is reading this version just now').waitFor();
  await second.getByRole('button', { name: 'Return with a note' }).click();

  await first.getByRole('button', { name: 'Approve' }).click();
  await first.getByRole('dialog').getByLabel('Not yet').check();
  await world.audit(first);
  await first.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await first.getByText('Version 2 is approved').waitFor();

  // Their dialog is open still; what they say comes after the other's word.
  await second.getByRole('dialog').getByLabel('What has to change?').fill('I would say it another way.');
  const later = await decide(khamla, version, 'approve');
  assert.equal(later.status, 409);
  assert.equal(later.json.now.state, 'approved');
  assert.equal(later.json.now.decided.by.name, 'Bounmy Example');
  await second.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await second.getByText('Bounmy Example has approved this version').waitFor();
  assert.equal(await stateOf(noy, version), 'approved');
});

test('what comes twice, too late or in the wrong order changes nothing', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  await reword(noy, 'Working there');
  const { draft } = await noy.client.done('GET', '/api/review');
  const order = { request: randomUUID(), note: 'Once.', step: draft.step };
  const [one, other] = await Promise.all([noy.client.done('POST', '/api/review/submit', order), noy.client.done('POST', '/api/review/submit', order)]);
  assert.equal(one.version.id, other.version.id);
  const same = await noy.client.post('/api/review/submit', { ...order, request: randomUUID() });
  assert.deepEqual([same.status, same.json.error.code], [409, 'same']);

  const { version } = one;
  const before = { version: version.id, request: randomUUID(), kind: 'publish', why: '', due: 0, against: 1 };
  assert.equal((await bounmy.client.post('/api/versions/publish', before)).status, 409);
  assert.equal((await noy.client.post('/api/versions/publish', before)).status, 403);
  assert.equal((await decide(bounmy, version, 'approve')).status, 200);
  assert.equal((await decide(bounmy, version, 'approve')).status, 200);
  assert.equal((await decide(bounmy, { id: 99 }, 'approve')).status, 404);
  assert.equal((await decide(bounmy, version, 'burn')).status, 400);
  assert.equal((await decide(noy, version, 'withdraw')).status, 200);
  assert.equal((await decide(bounmy, version, 'approve')).status, 409);
  assert.equal((await bounmy.client.post('/api/versions/publish', before)).status, 409);
  assert.equal(await stateOf(noy, version), 'withdrawn');

  // Somebody edits between the look and the click.
  await reword(noy, 'Working away');
  assert.deepEqual((await noy.client.post('/api/review/submit', { ...order, request: randomUUID() })).json.error.code, 'moved');
  const again = await submit(noy, 'Twice.');
  await approve(bounmy, again);
  const { lines } = await world.admin.done('GET', '/api/audit');
  assert.deepEqual(lines.map((line) => line.action).filter((action) => action.startsWith('review.')).reverse(),
    ['review.submit', 'review.approve', 'review.withdraw', 'review.submit', 'review.approve']);
});

test('what was published is nobody\'s edit any more: its author may review the next version', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor', 'reviewer');
  const som = await world.person('Som Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  await reword(noy, 'Working there');
  await release(noy, bounmy);
  await edit(som, 'fees.json#la-th-visa', (rule) => ({ ...rule, amount: 400 }));
  const version = await submit(som);
  assert.deepEqual(version.authors.map((one) => one.name), ['Som Example']);
  assert.equal((await approve(noy, version)).state, 'approved');
});

test('on a full disk nothing is submitted, decided or published by half; when there is room, all goes on', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  await reword(noy, 'Working there');
  const version = await submit(noy);
  const later = await approve(bounmy, version);
  await reword(noy, 'Working away');
  const { draft } = await noy.client.done('GET', '/api/review');
  database(world, 'PRAGMA wal_checkpoint(TRUNCATE)');
  execFileSync('prlimit', ['--pid', String(world.console.pid), '--fsize=4096:']);
  const refused = [
    await noy.client.post('/api/review/submit', { request: randomUUID(), note: 'Full.', step: draft.step }),
    await decide(bounmy, version, 'return'),
    await bounmy.client.post('/api/versions/publish', { version: version.id, request: randomUUID(), kind: 'publish', why: '', due: 0, against: 1 }),
  ];
  for (const { status, json } of refused)
    assert.deepEqual([status, json.error.code], [503, 'disk_full'], json.error.message);
  execFileSync('prlimit', ['--pid', String(world.console.pid), '--fsize=unlimited:']);
  const { versions } = await noy.client.done('GET', '/api/review');
  assert.deepEqual(versions.map((one) => [one.id, one.state, one.publications.length]), [[later.id, 'approved', 0], [1, 'published', 1]]);
  await publish(bounmy, later);
  await comesIntoForce(bounmy, later);
});

test('a working copy with an error does not go to review, and the finding is named', async (t) => {
  const world = await ConsoleWorld.start(t);
  const noy = await world.person('Noy Example', 'editor');
  await reword(noy, 'Working and living there '.repeat(8).trim());
  const page = await world.browse(noy, { url: '/review' });
  await page.getByLabel('What is new?').fill('Longer.');
  await page.getByRole('button', { name: 'Submit for review' }).click();
  await page.getByText('The check has found errors').waitFor();
  assert.equal(await page.locator('.review-findings a').first().getAttribute('href'), '/content?id=work.label');
  await world.audit(page);
  await world.picture(page, 'review-refused');
  const { versions } = await noy.client.done('GET', '/api/review');
  assert.equal(versions.length, 1);
});
