// SPDX-License-Identifier: Apache-2.0
// Work that is not saved yet, kept in this browser under a name, so that a reload or a lost connection loses nothing.
// It is kept per person, and no number of a worker may be put here: only what its writer typed into a form of content.

const prefix = 'mekong.draft.';
const keepDays = 14;
let owner = '';

export function useOwner(login) {
  owner = login;
}

const place = (name) => `${prefix}${owner}.${name}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export const drafts = {
  // value: anything JSON can say. title and href: under them the first page offers it again.
  // False: this browser keeps nothing (it is full, or private).
  keep(name, value, { title, href } = {}) {
    try {
      localStorage.setItem(place(name), JSON.stringify({ at: Date.now(), value, title, href }));
      return true;
    } catch {
      return false;
    }
  },

  // { at, value, title, href }, or null.
  find(name) {
    return read(place(name));
  },

  drop(name) {
    try {
      localStorage.removeItem(place(name));
    } catch { /* nothing was kept */ }
  },

  // All that this person has left here: [{ name, at, value, title, href }], the newest first.
  list() {
    const mine = `${prefix}${owner}.`;
    const oldest = Date.now() - keepDays * 86400000;
    let keys = [];
    try {
      keys = Object.keys(localStorage).filter((key) => key.startsWith(mine));
    } catch { /* none */ }
    return keys.map((key) => ({ name: key.slice(mine.length), ...read(key) }))
      .filter((draft) => draft.at > oldest)
      .sort((one, other) => other.at - one.at);
  },
};
