// SPDX-License-Identifier: Apache-2.0
// Files of deploy/ as they are shipped, and the few places that a test must have otherwise.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { ROOT_FOLDER } from './contract.mjs';

export const shipped = (name) => fs.readFileSync(path.join(ROOT_FOLDER, 'deploy', name), 'utf8');

// Exactly one place of a shipped file is another here, for each of the changes.
export function replaced(text, changes) {
  return changes.reduce((all, [from, to]) => {
    assert.equal(all.split(from).length, 2, `${from} stands once in the shipped file`);
    return all.replace(from, to);
  }, text);
}
