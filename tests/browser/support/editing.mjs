// SPDX-License-Identifier: Apache-2.0
// Edits of the working copy as the pages make them, for tests of what comes after.

// Change one entry: change(value) gives the new one.
export async function edit(person, place, change) {
  const file = place.split('#')[0];
  const { entries } = await person.client.done('GET', `/api/lists/entries?file=${encodeURIComponent(file)}`);
  const found = entries.find((each) => each.place === place);
  const value = change(structuredClone(found.entry));
  await person.client.done('POST', '/api/content/edit', { changes: [{ place, base: found.mark, value }] });
}
