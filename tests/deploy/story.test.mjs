// SPDX-License-Identifier: Apache-2.0
// The operators' story: a real Prometheus with the shipped rules watches real programs; each alert is raised by its cause, and ends with it.
// What is installed, backed up, lost and restored in a Debian of its own: tests/deploy/packages.sh.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenFiles, bundleOf } from '../system/support/bundles.mjs';
import { door } from '../system/support/prometheus.mjs';
import { shipped } from '../system/support/shipped.mjs';
import { until } from '../system/support/wait.mjs';
import { disksAreAllowed } from './story/disk.mjs';
import { assertOnlyFaster, faster } from './story/faster.mjs';
import { Province, Town } from './story/town.mjs';
import { alertsOf, CONF, RULES, Watch } from './story/watch.mjs';

// What is seen to begin, but not to end: the rule looks a day back, which is minutes here.
const ENDLESS = ['MekongUnreviewedServed', 'MekongUnverifiedServed'];
const REQUESTS = 1001; // MekongJournalBacklog: more than 1,000
const PHONES = 77;     // that file them, each 13

test('rules and configuration of the story are the shipped ones, with shorter times', () => {
  for (const name of [RULES, CONF])
    assertOnlyFaster(shipped(name), faster(shipped(name)));
});

// Do something every few milliseconds, until what is awaited is done.
async function during(awaited, everyMs, again) {
  const all = [];
  const timer = setInterval(() => all.push(again()), everyMs);
  await awaited.finally(() => clearInterval(timer));
  await Promise.all(all);
}

// The content as it is shipped: drafts, and numbers that nobody has dialled.
async function asShipped(town, watch) {
  await Promise.all([
    watch.fires('MekongUnreviewedServed', () => town.newcomer()),
    watch.fires('MekongUnverifiedServed', () => town.seeNumbers()),
    during(watch.isCalm('before anything is wrong'), 200, async () => assert.ok(await town.askForHelp(await town.newcomer()))),
  ]);
}

// The disk is full, and has room again.
async function fullDisk(town, watch) {
  await watch.fires('MekongJournalFailed', async () => {
    await town.disk.resize('16m');
    town.disk.fill();
    await until('a request is refused', async () => !await town.askForHelp(await town.newcomer()));
  });
  await watch.fires('MekongDiskLow'); // not an octet is free
  await watch.ends('MekongJournalFailed', async () => {
    town.disk.free();
    assert.ok(await town.askForHelp(await town.newcomer()));
  });
  await watch.ends('MekongDiskLow', () => town.disk.resize('2g'));
}

// Nobody takes the requests.
async function backlog(town, watch) {
  await watch.fires('MekongJournalBacklog', () => Promise.all(Array.from({ length: PHONES }, async () => {
    const phone = await town.newcomer();
    for (let i = 0; i < REQUESTS / PHONES; i += 1)
      assert.ok(await town.askForHelp(phone), phone.text);
  })));
}

// Redis is away for a day and more.
async function lostDay(province, watch) {
  await watch.fires('MekongRedisDegraded', () => province.world.redis.kill());
  await watch.fires('MekongVolumesLost', () => province.dayPasses());
  await watch.ends('MekongRedisDegraded', () => province.world.redis.start());
}

// Redis is slow, and given the time: the answers are.
async function slowAnswers(town, watch) {
  const dial = () => town.newcomer();
  await during(watch.fires('MekongSlowAnswers', () => town.redisLine.set({ delay: { ms: 600 } })), 100, dial);
  await during(watch.ends('MekongSlowAnswers', () => town.redisLine.clear()), 100, dial);
}

// A bridge sends what is no message.
async function refusals(town, watch) {
  await during(watch.fires('MekongManyRefusals'), 20, () => town.bridge.raw('{'));
  await watch.ends('MekongManyRefusals');
}

// More dial than the gateway has room for.
async function overload(town, watch) {
  await during(watch.fires('MekongOverload', () => town.redisLine.set({ delay: { ms: 300 } })), 20, () => town.crowdDials());
  await watch.ends('MekongOverload', () => town.redisLine.clear());
}

// What happens while phones are used.
async function busy(town, far, watch) {
  await Promise.all([fullDisk(town, watch), lostDay(far, watch)]);
  await Promise.all([backlog(town, watch), watch.fires('MekongContentDiffers')]);
  await Promise.all([slowAnswers(town, watch), refusals(town, watch)]);
  await overload(town, watch);
}

async function silence(watch) {
  assert.match(await watch.fires('MekongNoTraffic'), /a week ago there were [1-9]\d+\.$/);
}

async function carrier(town, watch) {
  await watch.fires('MekongCarrierDown', () => town.smsc.close());
  await watch.ends('MekongCarrierDown', () => town.smsc.listen());
  await watch.fires('MekongBridgeDown', () => town.smpp.kill());
  await watch.ends('MekongBridgeDown', () => town.smpp.start());
}

async function brokerAndContent(far, watch) {
  await watch.fires('MekongBrokerDown', () => far.world.broker.kill());
  await watch.ends('MekongBrokerDown', () => far.world.broker.start());
  await watch.fires('MekongContentRefused', () => far.publish(JSON.stringify(bundleOf(brokenFiles(far.world.content)))));
  await watch.ends('MekongContentRefused', () => far.publish(''));
}

// All causes; those that need silence come last. What takes long begins early.
async function causes(town, far, watch) {
  await town.console.stop();
  await Promise.all([watch.fires('MekongRequestWaits'), busy(town, far, watch)]);
  await Promise.all([silence(watch), carrier(town, watch), brokerAndContent(far, watch)]);
}

async function goodContent(far, watch) {
  await watch.ends('MekongContentStale', () => far.freshContent());
  await watch.ends('MekongContentDiffers');
  await watch.fires('MekongGatewayDown', () => far.world.gateway.kill());
  await watch.ends('MekongGatewayDown', () => far.world.gateway.start());
}

async function goodService(town, watch) {
  await watch.ends('MekongNoTraffic', () => town.newcomer());
  await watch.ends('MekongJournalBacklog', () => town.console.start());
  await watch.ends('MekongRequestWaits');
}

test('each alert is raised by its cause, and ends with it', { skip: !disksAreAllowed() && 'this user may mount nothing' }, async (t) => {
  const town = await Town.start(t);
  const far = await Province.start(t, town.world.content);
  const watch = await Watch.start(t, { world: town.world, bridges: [await door(t, town.smpp.health)],
    gateways: await Promise.all([town, far].map(({ world }) => door(t, world.gateway.http))) });
  await asShipped(town, watch);

  await Promise.all([watch.fires('MekongContentStale', () => far.staleContent()), causes(town, far, watch)]);
  await Promise.all([goodContent(far, watch), goodService(town, watch), watch.ends('MekongVolumesLost')]);
  await during(watch.isCalm('after all'), 200, () => town.newcomer()); // without anybody who dials it would soon be too calm

  const all = alertsOf(shipped(RULES)).sort();
  assert.deepEqual([...watch.raised].sort(), all, 'each alert of the rules is raised here');
  assert.deepEqual([...watch.resolved, ...ENDLESS].sort(), all);
});
