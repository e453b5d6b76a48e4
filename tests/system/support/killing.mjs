// SPDX-License-Identifier: Apache-2.0
// A receiver of requests that is killed again and again while requests come: what it has acknowledged is stored, each once.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './wait.mjs';

const NUMBER = '8562055510001';
const REQUESTS = 500;
const WINDOW = 4;

export async function killing(t, desk, kills = 20) {
  const waiting = new Map(Array.from({ length: REQUESTS }, () => desk.request({ msisdn: NUMBER })).map((one) => [one.id, one]));
  const sent = new Set();
  const more = () => {
    for (const [id, one] of waiting) {
      if (sent.size >= WINDOW)
        return;
      if (!sent.has(id)) {
        sent.add(id);
        desk.send(one);
      }
    }
  };
  const settle = () => {
    for (const id of desk.acked) {
      waiting.delete(id);
      sent.delete(id);
    }
    more();
  };
  desk.client.on('message', settle);
  const again = setInterval(() => { sent.clear(); settle(); }, 100);
  t.after(() => clearInterval(again));
  let midway = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = desk.acked.size;
    const enough = Math.floor(Math.random() * 16);
    await until(`${enough} acks`, () => desk.acked.size >= before + enough || waiting.size === 0);
    await pause(Math.random() * 20); // the moment of the kill is random; nothing waits for it
    await desk.receiver.kill();
    const acked = [...desk.acked];
    midway += waiting.size > 0;
    const stored = new Set((await desk.list()).map(({ id }) => id));
    assert.deepEqual(acked.filter((id) => !stored.has(id)), [], 'acknowledged and lost');
    await desk.receiver.start();
  }
  assert.ok(midway > kills / 2, `only ${midway} kills met work`);
  await until('all are acknowledged', () => waiting.size === 0);
  const ids = (await desk.list()).map(({ id }) => id);
  assert.equal(ids.length, REQUESTS);
  assert.deepEqual(new Set(ids), desk.acked);
}
