// SPDX-License-Identifier: Apache-2.0
// The endpoints as the program lists them, and who may as people have decided (../roles.txt).
import fs from 'node:fs';

const read = (name) => fs.readFileSync(new URL(name, import.meta.url), 'utf8');

export const ROLES = ['viewer', 'operator', 'editor', 'reviewer', 'caseworker', 'admin'];

// [{ kind: 'GET' | 'POST' | 'RAW', path, who }]
export const listed = () => [...read('../../../gateway/console/routes.def').matchAll(/^(GET|POST|RAW)\("([^"]+)", ([^,]+),/gm)]
  .map(([, kind, path, who]) => ({ kind, path, who }));

// "GET /api/x" -> 'nobody' (no sign-in needed), 'account', 'anybody', or a set of roles.
export function decided() {
  const table = new Map();
  for (const [, kind, path, who] of read('../roles.txt').matchAll(/^(GET|POST|RAW) +(\S+) +(.+?) *$/gm))
    table.set(`${kind} ${path}`, ['nobody', 'account', 'anybody'].includes(who) ? who : new Set(who.split(/ +/)));
  return table;
}
