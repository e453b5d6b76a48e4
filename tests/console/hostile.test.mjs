// SPDX-License-Identifier: Apache-2.0
// Hostile values in every field of every endpoint, by somebody who may do everything: a refusal or an answer, never a fault of
// the program (its sanitizers speak), and none is run, followed or shown as more than text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { ROLES, fieldsOf, listed } from './support/routes.mjs';

const VALUES = ["' OR 1=1 --", '"; DROP TABLE people; --', '<script>alert(1)</script>', '../../../../etc/passwd', '%00', '%s%s%s%n', '${7*7}', '\u202e\u2066', 'a'.repeat(5000), '\ud7ff\u{10ffff}',
  '-1', '0', '9223372036854775807', '9223372036854775808', '1e308', '0x10', '', ' ', 'null', '[]', '{}', 'texts/en/../../x.json#a', '__proto__', 'constructor', '2026-02-31', 'ກ'.repeat(2000)];
const MEMBERS = [...VALUES, 0, -1, 1.5, 9007199254740993, 1e300, true, false, null, [], {}, [[[[]]]], ['admin'], [1, 'a', null], { id: 1, file: 'x', json: '{}' },
  Array.from({ length: 500 }, () => ({}))];
const safe = (text) => !/root:x:|Sanitizer|SQLITE|syntax error|no such (?:table|column)/.test(text);

// A page that waits for news, and what ends the session, are left out.
const routes = () => listed().filter(({ path }) => !['/api/events', '/api/sign-out', '/api/sign-in'].includes(path) && !path.startsWith('/api/account'));

test('hostile values in every query', async (t) => {
  const self = await ConsoleWorld.start(t);
  const { client } = await self.person('Hostile', ...ROLES);
  for (const route of routes().filter(({ kind }) => kind === 'GET')) {
    for (const name of [...fieldsOf(route), 'unknown']) {
      await Promise.all(VALUES.map(async (value) => {
        const { status, text } = await client.get(`${route.path}?${new URLSearchParams({ [name]: value })}`);
        assert.ok(status < 500 || status === 503, `${route.path} ${name}=${value.slice(0, 40)}: ${status} ${text.slice(0, 200)}`);
        assert.ok(safe(text), `${route.path} ${name}=${value.slice(0, 40)}: ${text.slice(0, 300)}`);
      }));
    }
  }
});

test('hostile values in every member of every change', async (t) => {
  const self = await ConsoleWorld.start(t);
  const { client } = await self.person('Hostile', ...ROLES);
  for (const route of routes().filter(({ kind }) => kind === 'POST')) {
    const names = fieldsOf(route);
    const usual = Object.fromEntries(names.map((name) => [name, '1']));
    for (const name of names) {
      await Promise.all(MEMBERS.map(async (value) => {
        const { status, text } = await client.post(route.path, { ...usual, [name]: value });
        assert.ok(status < 500 || status === 503, `${route.path} ${name}=${JSON.stringify(value).slice(0, 40)}: ${status} ${text.slice(0, 200)}`);
        assert.ok(safe(text), `${route.path} ${name}=${JSON.stringify(value).slice(0, 40)}: ${text.slice(0, 300)}`);
      }));
    }
  }
  assert.equal((await self.admin.done('GET', '/api/audit/check')).wrong, 0);
});

test('hostile files', async (t) => {
  const self = await ConsoleWorld.start(t);
  const { client } = await self.person('Hostile', ...ROLES);
  const files = ['', '\0', 'x', '"', '"a,b\n', 'msgid ""\nmsgstr ""\n', `msgid "${'a'.repeat(100000)}"`, ','.repeat(100000), '"'.repeat(99999), '\n'.repeat(100000), '\xff\xfe', 'id,text\n../../x,=1+1\n'];
  for (const route of routes().filter(({ kind }) => kind === 'RAW')) {
    for (const type of ['text/csv', 'text/x-gettext-translation', 'application/json']) {
      for (const file of files) {
        const { status, text } = await client.post(route.path, file, { type });
        assert.ok(status >= 400 && status < 500 || status === 200, `${route.path} ${type} ${file.slice(0, 20)}: ${status} ${text.slice(0, 200)}`);
      }
    }
  }
});
