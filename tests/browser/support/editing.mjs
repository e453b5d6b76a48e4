// SPDX-License-Identifier: Apache-2.0
// Edits, reviews and publications as the pages make them, for tests of what comes before or after.
import { randomUUID } from 'node:crypto';
import { until } from '../../system/support/wait.mjs';

// Change one entry: change(value) gives the new one.
export async function edit(person, place, change) {
  const file = place.split('#')[0];
  const { entries } = await person.client.done('GET', `/api/lists/entries?file=${encodeURIComponent(file)}`);
  const found = entries.find((each) => each.place === place);
  const value = change(structuredClone(found.entry));
  await person.client.done('POST', '/api/content/edit', { changes: [{ place, base: found.mark, value }] });
}

// Another word for "At work", which is on the first menu.
export const reword = (person, text) => edit(person, 'texts/en/menu.json#work.label', (value) => ({ ...value, text }));

// Submit the working copy; returns the version.
export async function submit(person, note = 'A better word.') {
  const { draft } = await person.client.done('GET', '/api/review');
  return (await person.client.done('POST', '/api/review/submit', { request: randomUUID(), note, step: draft.step })).version;
}

const inForce = async (person) => (await person.client.done('GET', '/api/versions/status')).in_force.version;

export async function approve(person, version, note = '') {
  return (await person.client.done('POST', '/api/review/decide', { version: version.id, decision: 'approve', note, against: await inForce(person) })).version;
}

// Publish a version, at once or at a set time. more: kind, why.
export async function publish(person, version, more = {}) {
  return person.client.done('POST', '/api/versions/publish', { version: version.id, request: randomUUID(), kind: 'publish', why: '', due: 0,
    against: await inForce(person), ...more });
}

// Wait until the broker has confirmed a version.
export const comesIntoForce = (person, version) => until(`version ${version.id} is in force`, async () => await inForce(person) === version.id);

// The whole way of an edit that is already there.
export async function release(editor, reviewer, note) {
  const version = await submit(editor, note);
  await approve(reviewer, version);
  await publish(reviewer, version);
  await comesIntoForce(reviewer, version);
  return version;
}
