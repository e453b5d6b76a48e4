// SPDX-License-Identifier: Apache-2.0
// What the parts of the volumes page share: names of values, and counts.
import { foreign } from '../ui.js';

// The name of a value, as people say it.
export function nameOf(t, by, value) {
  const key = `page.volumes.${by}.${value}`;
  if (by === 'language' && value !== 'other') {
    return t.languageName(value);
  }
  return t.has(key) ? t(key) : value === 'other' ? t('page.volumes.other') : value;
}

// Counts come as numbers, or as "<5". That is drawn as half of 5.
export const shown = (t, count) => (typeof count === 'number' ? t.number(count) : count);
export const size = (count) => (typeof count === 'number' ? count : 2.5);

// The same as a node: a language is written in its own letters.
export function nameNode(t, by, value) {
  return by === 'language' && value !== 'other' ? foreign(value, nameOf(t, by, value)) : nameOf(t, by, value);
}
