// SPDX-License-Identifier: Apache-2.0
// The shipped rules and configuration of Prometheus in a time of their own: every duration is shorter by one factor, all else is as it was.
//
// Alerts wait for minutes, so that nobody is woken for nothing, and one looks a week back. What is to be seen is that a real cause makes the
// shipped expression true, for long enough, and its end makes it false; how long "long enough" is does not change what is seen. With one
// factor for scrapes, windows, waits and offsets, as many samples stand in each window as on an operator's machine.
import assert from 'node:assert/strict';

const FACTOR = 200; // a scrape each 75 ms, a minute in 300 ms
const SECONDS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

export const shorter = (count, unit) => count * SECONDS[unit] * 1000 / FACTOR; // ms

export const faster = (text) => text.replace(/(?<=\bfor: |_interval: |\[|\boffset )(\d+)([smhdw])\b/g, (_, count, unit) => `${shorter(count, unit)}ms`);

// Nothing but durations differs, and all of them are shorter by the factor: those in places that `faster` does not look at, too.
export function assertOnlyFaster(shipped, quick) {
  const cut = (text) => text.split(/\b(\d+(?:ms|[smhdwy]))\b/);
  const [before, after] = [cut(shipped), cut(quick)];
  assert.ok(before.length > 1);
  assert.equal(after.length, before.length);
  before.forEach((piece, i) => assert.equal(after[i], i % 2 === 0 ? piece : `${shorter(parseInt(piece, 10), piece.at(-1))}ms`));
}
