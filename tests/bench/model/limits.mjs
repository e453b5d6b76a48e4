// SPDX-License-Identifier: Apache-2.0
// The programs' own limits, as their tables of options have them: { 'gateway.max_inflight': 4096, ..., 'smpp.window_in': 100 }.
import fs from 'node:fs';

const read = (file) => fs.readFileSync(new URL(`../../../gateway/base/${file}`, import.meta.url), 'utf8');

export function limits() {
  const found = {};
  for (const [, section, name, value] of read('conf.def').matchAll(/^NUMBER\((\w+), (\w+), (\d+),/gm)) found[`${section}.${name}`] = Number(value);
  for (const [, name, value] of read('smpp.def').matchAll(/^NUMBER\((\w+), (\d+),/gm)) found[`smpp.${name}`] = Number(value);
  return found;
}
