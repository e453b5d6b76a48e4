// SPDX-License-Identifier: Apache-2.0
// From a corrected fee to the phones: now or at a set time, with the broker there or away, and what gateways say of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { bundleOf, filesOf } from '../system/support/bundles.mjs';
import { until } from '../system/support/wait.mjs';
import { approve, comesIntoForce, edit, publish, reword, submit } from './support/editing.mjs';
import { ConsoleWorld } from './support/world.mjs';

async function staff(world) {
  return [await world.person('Noy Example', 'editor'), await world.person('Bounmy Example', 'reviewer')];
}

const current = (page, number) => page.locator('.versions-now-name').getByText(`Version ${number}`).waitFor();

test('an editor corrects a fee, a reviewer publishes: a phone in mid-dialogue keeps the old one, the next dial shows the new one', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1 });
  const [noy, bounmy] = await staff(world);
  const bridge = await world.world.bridge();
  const phone = bridge.phone('8562055580001');
  phone.code = '*1234*21#';
  await phone.begin();
  await phone.answers('1', '1', '98', '1');
  phone.sees('How much were you asked to pay');

  await edit(noy, 'fees.json#la-th-visa', (rule) => ({ ...rule, amount: 400 }));
  await submit(noy, 'The visa fee is 400 baht.');
  const page = await world.browse(bounmy, { url: '/review' });
  await page.getByRole('link', { name: 'Read and decide' }).click();
  await page.locator('.review-entry', { hasText: 'la-th-visa' }).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await current(page, 2);
  const { hash } = await bounmy.client.done('GET', '/api/versions/status');
  await world.world.gateway.says((one) => one.content === hash);
  await page.getByRole('row', { name: /gateway-1 .*Version 2/ }).waitFor();
  await world.audit(page);
  await world.picture(page, 'versions');

  await phone.answer('450');
  phone.sees('That is not more than the rule says: 500 baht');
  const other = bridge.phone('8562055580002');
  other.code = '*1234*21#';
  await other.begin();
  await other.answers('1', '1', '98', '1', '450');
  other.sees('That is more than the rule says: 400 baht');

  // What went out says who made it, and is what the hash says.
  const bundle = JSON.parse(world.world.traffic.findLast(({ topic }) => topic === 'mekong/1/content').payload);
  assert.deepEqual([bundle.author, bundle.reviewer, bundle.note, bundle.version], ['Noy Example', 'Bounmy Example', 'The visa fee is 400 baht.', hash]);
  assert.equal(bundleOf(bundle.files).sha256, bundle.sha256);
});

test('the broker is away: the publication waits, says so, and goes out by itself', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1 });
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there');
  const version = await submit(noy);
  await approve(bounmy, version);
  await world.world.broker.kill();
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByText('The broker cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Version 2 waits: the broker cannot be reached').waitFor();
  await world.audit(page);
  await world.picture(page, 'versions-broker-away');
  await current(page, 1);

  // It is not forgotten if the console stops meanwhile.
  await world.console.stop();
  await world.console.start();
  await world.world.broker.start();
  await comesIntoForce(bounmy, version);
  await world.world.gateway.says((one) => one.content === version.hash.slice(0, 16));
});

test('a set time: it survives a restart and goes out then; one that is cancelled does not', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1 });
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there');
  const version = await submit(noy);
  await approve(bounmy, version);
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByRole('button', { name: 'Publish' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('At a set time').check();
  await world.audit(page);
  await world.picture(page, 'versions-schedule');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('heading', { name: 'Scheduled' }).waitFor();
  await world.audit(page);
  await world.picture(page, 'versions-scheduled');
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.getByText('It will not be published').waitFor();
  await page.getByText('Bounmy Example cancelled it').waitFor();

  const past = await bounmy.client.post('/api/versions/publish', { version: 2, request: 'in the past', kind: 'publish', why: '', due: 1000, against: 1 });
  assert.deepEqual([past.status, past.json.error.field], [400, 'due']);
  const due = Date.now() + 4000;
  await publish(bounmy, version, { due });
  await world.console.stop();
  await world.console.start();
  assert.equal((await bounmy.client.done('GET', '/api/versions/status')).scheduled.length, 1);
  await comesIntoForce(bounmy, version);
  assert.ok(Date.now() >= due);
  await world.world.gateway.says((one) => one.content === version.hash.slice(0, 16));
});

test('a gateway with smaller screens refuses a version: the page says which one, and what it serves', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 2 });
  const [noy, bounmy] = await staff(world);
  const [, small] = world.world.gateways;
  const old = await small.says((one) => one.state === 'up');
  small.configure({ 'carrier small': { ussd_septets: 100, ussd_units: 60 } });
  small.signal('SIGHUP');
  await small.logs('config_reload');
  await reword(noy, 'Working there, and all that you have to know about it when you are there, from the first day until the last one');
  const version = await submit(noy);
  await approve(bounmy, version);
  await publish(bounmy, version);
  await comesIntoForce(bounmy, version);
  const said = await small.says((one) => one.degraded.includes('content'));
  assert.equal(said.content, old.content);
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByRole('row', { name: /gateway-2 .*Version 1.*has refused the latest/ }).waitFor();
  await page.getByRole('row', { name: /gateway-1 .*Version 2/ }).waitFor();
  await page.getByText('A gateway has refused what was published').waitFor();
  await world.audit(page);
  await world.picture(page, 'versions-refused');
});

test('what passed the check once, and does not when it is to go out, stays here, and the page says why', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there, and all that you have to know about it when you are there, from the first day until the last one');
  const version = await submit(noy);
  await approve(bounmy, version);
  // Meanwhile a carrier with smaller screens is connected.
  await world.console.stop();
  world.console.configure({ 'carrier small': { ussd_septets: 100, ussd_units: 60 } });
  await world.console.start();
  await publish(bounmy, version);
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByText(/refused by the check: .*work\.label/).waitFor();
  await current(page, 1);
  await world.audit(page);
  await page.getByRole('button', { name: 'Publish' }).waitFor();
  assert.equal(world.world.traffic.filter(({ topic }) => topic === 'mekong/1/content').length, 0);
  const { lines } = await world.admin.done('GET', '/api/audit');
  assert.ok(lines.some((line) => line.action === 'publish.refused'));
});

test('what somebody else publishes is shown as that, ends the plans, and the working copy keeps its edits', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there');
  const version = await submit(noy);
  await approve(bounmy, version);
  await publish(bounmy, version, { due: Date.now() + 3600000 });
  const files = filesOf(world.world.content);
  const bundle = bundleOf({ ...files, 'keywords.json': `${files['keywords.json']} ` }, { author: 'Somebody', reviewer: 'Else' });
  const client = world.world.connect();
  await client.publishAsync('mekong/1/content', JSON.stringify(bundle), { qos: 1, retain: true });
  await client.endAsync(true);
  await comesIntoForce(bounmy, { id: 3 });
  const status = await bounmy.client.done('GET', '/api/versions/status');
  assert.deepEqual([status.scheduled, status.hash, status.in_force.kind], [[], bundle.version, 'outside']);
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByText('published outside of this console by Somebody').waitFor();
  await page.getByText('Somebody published outside of this console').waitFor();
  const { draft } = await noy.client.done('GET', '/api/review');
  assert.deepEqual(draft.authors.map((one) => one.name), ['Noy Example']);

  // What was compared with the version before is not published unseen.
  const stale = await bounmy.client.post('/api/versions/publish', { version: version.id, request: 'compared before', kind: 'publish', why: '', due: 0, against: 1 });
  assert.deepEqual([stale.status, stale.json.error.code], [409, 'moved']);
});

test('a broker that has lost what it retained is given it again', async (t) => {
  const world = await ConsoleWorld.start(t);
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there');
  const version = await submit(noy);
  await approve(bounmy, version);
  await publish(bounmy, version);
  await comesIntoForce(bounmy, version);
  const sent = () => world.world.traffic.filter(({ topic }) => topic === 'mekong/1/content');
  const [first] = sent();
  await world.world.broker.kill();
  await world.world.broker.start();
  await until('it is sent again', () => sent().length > 1);
  assert.deepEqual(sent().at(-1).payload, first.payload);
});

test('a broker that does not let the console publish: the page says whom to ask', async (t) => {
  const world = await ConsoleWorld.start(t, { world: { listener: (one) => {
    fs.writeFileSync(one.file('acl'), 'topic read #\n', { mode: 0o600 });
    return [`acl_file ${one.file('acl')}`];
  } } });
  const [noy, bounmy] = await staff(world);
  await reword(noy, 'Working there');
  const version = await submit(noy);
  await approve(bounmy, version);
  await publish(bounmy, version);
  const page = await world.browse(bounmy, { url: '/versions' });
  await page.getByText('The broker has taken version 2 but does not give it back').waitFor();
  await current(page, 1);
  const cancel = await bounmy.client.post('/api/versions/cancel', { publication: 2 });
  assert.deepEqual([cancel.status, cancel.json.error.code], [409, 'conflict']);
});
