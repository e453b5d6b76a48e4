// SPDX-License-Identifier: Apache-2.0
// The shipped rules and configuration of Prometheus in a time of their own: every duration is shorter by one factor, all else is as it was.
//
// Alerts wait for minutes, so that nobody is woken for nothing, and one looks a week back. What is to be seen is that a real cause makes the
// shipped expression true, for long enough, and its end makes it false; how long "long enough" is does not change what is seen. With one
// factor for windows, waits and offsets, they stand to each other as on an operator's machine. Scrapes are less hurried, as if each came once
// a minute: one that a busy machine does not answer in its interval has failed, and ends what waited.
import assert from 'node:assert/strict';

const FACTOR = 200, SCRAPES = 50;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

export const shorter = (count, unit, factor = FACTOR) => count * SECONDS[unit] * 1000 / factor; // ms

// What a duration becomes after these words.
const made = (words, count, unit) => `${shorter(count, unit, /\bscrape_interval: $/.test(words) ? SCRAPES : FACTOR)}ms`;

export const faster = (text) => text.replace(/(\bfor: |_interval: |\[|\boffset )(\d+)([smhdw])\b/g, (all, words, count, unit, at) =>
  words + made(text.slice(0, at) + words, count, unit));

// Nothing but durations differs, and all of them are shorter by the factor: those in places that `faster` does not look at, too.
export function assertOnlyFaster(shipped, quick) {
  const cut = (text) => text.split(/\b(\d+(?:ms|[smhdwy]))\b/);
  const [before, after] = [cut(shipped), cut(quick)];
  assert.ok(before.length > 1);
  assert.equal(after.length, before.length);
  before.forEach((piece, i) => assert.equal(after[i], i % 2 === 0 ? piece : made(before[i - 1], parseInt(piece, 10), piece.at(-1))));
}
