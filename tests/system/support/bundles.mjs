// SPDX-License-Identifier: Apache-2.0
// Bundles of content, by a stranger who has read PROTOCOL.md, section 9.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

// The files of a folder as they stand in a bundle.
export function filesOf(folder) {
  const names = fs.readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

// The same with a ceiling that is no amount.
export function brokenFiles(folder) {
  const files = filesOf(folder);
  const fees = JSON.parse(files['fees.json']);
  const rule = fees.rules.find(({ amount }) => amount !== undefined && amount !== null);
  rule.amount = 'two thousand';
  return { ...files, 'fees.json': JSON.stringify(fees) };
}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

// A bundle with its hash (9.2). `more` goes over the members.
export function bundleOf(files, more = {}) {
  const list = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, text]) => [name, '\0', sha256(text)]);
  const hash = sha256(...list).toString('hex');
  return { v: 1, version: hash.slice(0, 16), sha256: hash, author: 'Noy', reviewer: 'Bounmy', note: 'Another word.',
    at: Date.now(), previous: '', files, ...more };
}
