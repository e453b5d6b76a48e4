// SPDX-License-Identifier: Apache-2.0
// The endpoints as the program lists them, and who may as people have decided (../roles.txt).
import fs from 'node:fs';

const read = (name) => fs.readFileSync(new URL(name, import.meta.url), 'utf8');

export const ROLES = ['viewer', 'operator', 'editor', 'reviewer', 'caseworker', 'admin'];

// [{ kind: 'GET' | 'POST' | 'RAW', path, who, fn }]
export const listed = () => [...read('../../../gateway/console/routes.def').matchAll(/^(GET|POST|RAW)\(\s*"([^"]+)",\s*([^,]+),\s*(\w+)\)/gm)]
  .map(([, kind, path, who, fn]) => ({ kind, path, who, fn }));

const sources = new URL('../../../gateway/console/', import.meta.url);

// What an endpoint reads of a query or of a JSON object, as far as the file says that its function stands in.
export function fieldsOf({ kind, fn }) {
  const texts = fs.readdirSync(sources).filter((name) => /^api_.*\.c$/.test(name)).map((name) => fs.readFileSync(new URL(name, sources), 'utf8'));
  const text = texts.find((one) => one.includes(`void ${fn}(`)) ?? '';
  const query = /(?:call_query|query_\w+)\([^,"]*, "([^"]+)"/g;
  const member = /(?:call_(?:text|text_or_empty|int)|tree_get|read_\w+|take\w*|password_take|job_of)\([^,"]*, "([^"]+)"/g;
  return [...new Set([...text.matchAll(kind === 'GET' ? query : member)].map(([, name]) => name))].filter((name) => name !== 'Cookie');
}

// "GET /api/x" -> 'nobody' (no sign-in needed), 'account', 'anybody', or a set of roles.
export function decided() {
  const table = new Map();
  for (const [, kind, path, who] of read('../roles.txt').matchAll(/^(GET|POST|RAW) +(\S+) +(.+?) *$/gm))
    table.set(`${kind} ${path}`, ['nobody', 'account', 'anybody'].includes(who) ? who : new Set(who.split(/ +/)));
  return table;
}
