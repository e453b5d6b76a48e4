// SPDX-License-Identifier: Apache-2.0
// The correction notice: how many sessions began with the wrong words, small counts hidden.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { edit, release, reword } from './support/editing.mjs';
import { ConsoleWorld } from './support/world.mjs';

test('a corrected fee: the sessions of the version before are counted, few ones are not told, and without counts it says so', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1, world: { conf: { redis: { volumes_s: 1 } } } });
  const noy = await world.person('Noy Example', 'editor');
  const bounmy = await world.person('Bounmy Example', 'reviewer');
  const bridge = await world.world.bridge();
  const phone = async (number) => {
    const one = bridge.phone(number);
    await one.begin();
    return one;
  };
  const dial = async (count, from) => {
    for (let i = 0; i < count; i += 1)
      await (await phone(`85620555${from + i}`)).answer('3'); // At work
  };
  await dial(7, 90000);
  await edit(noy, 'fees.json#la-th-visa', (rule) => ({ ...rule, amount: 400 }));
  await reword(noy, 'Working there');
  const version = await release(noy, bounmy, 'The visa fee is 400 baht.');
  await world.world.gateway.says((one) => one.content === version.hash.slice(0, 16));
  await dial(2, 91000);

  const ask = () => noy.client.done('GET', `/api/versions/correction?id=${version.id}`);
  const counts = async () => (await ask()).versions.map((one) => [one.id, one.sessions]);
  await until('all sessions are counted', async () => JSON.stringify(await counts()) === '[[2,-1],[1,7]]');
  const page = await world.browse(noy, { url: `/versions?correction=${version.id}` });
  await page.locator('.review-entry', { hasText: 'la-th-visa' }).getByText('Stood so in: Version 1. Began with it: 7 sessions.').waitFor();
  // Times that small counts leave a little unsure: what was shown in the hour of the change.
  await page.locator('.review-entry', { hasText: 'work.label' }).getByText(/The screen work was shown \d+ times in the hours from/).waitFor();
  await page.getByRole('row', { name: /Version 2 .*fewer than 5 sessions/ }).waitFor();
  await world.audit(page);
  await world.picture(page, 'correction');
  await page.setViewportSize({ width: 360, height: 740 });
  await world.audit(page);
  await world.picture(page, 'correction-360');

  await world.world.redis.kill();
  await until('the counts are away', async () => (await ask()).away);
  await page.reload();
  await page.getByText('The counts cannot be asked just now').waitFor();
  await page.getByText('Stood so in: Version 1. Began with it: not known.').first().waitFor();
  assert.equal((await noy.client.get('/api/versions/correction?id=99')).status, 404);
});
