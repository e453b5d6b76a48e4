// SPDX-License-Identifier: Apache-2.0
// Every endpoint with every role: allowed, or refused. What is allowed may still refuse what it is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../browser/support/console.mjs';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { ROLES, decided, listed } from './support/routes.mjs';

const start = (t, options) => ConsoleWorld.start(t, options);

// What the router says to a request without content: 'yes', 'forbidden', 'signed_out', ... A page that waits for news says
// nothing for a while, which is a yes.
async function verdict(client, { kind, path }) {
  const options = { signal: AbortSignal.timeout(3000) };
  try {
    const { status, json } = kind === 'GET' ? await client.get(path, options)
      : await client.post(path, kind === 'RAW' ? 'x' : {}, { ...options, type: kind === 'RAW' ? 'text/csv' : 'application/json' });
    return [401, 403, 404, 405].includes(status) ? json?.error?.code ?? status : 'yes';
  } catch (error) {
    if (error.name !== 'TimeoutError')
      throw error;
    return 'yes';
  }
}

// A person may be told of something else that is missing; that is no refusal of the role.
const allows = (said) => !['forbidden', 'signed_out', 'must_change_password', 'bad_token', 'bad_origin', 'bad_method'].includes(said);

test('people have decided of every endpoint who may', () => {
  const table = decided();
  const names = listed().map(({ kind, path }) => `${kind} ${path}`);
  assert.deepEqual(names.filter((name) => !table.has(name)), [], 'endpoints without a line in roles.txt');
  assert.deepEqual([...table.keys()].filter((name) => !names.includes(name)), [], 'lines of roles.txt without an endpoint');
});

for (const role of ROLES) {
  test(`what a person with the role ${role} alone may do`, async (t) => {
    const self = await start(t);
    const { client, login, password } = await self.person(`Only ${role}`, role);
    for (const route of listed()) {
      const who = decided().get(`${route.kind} ${route.path}`);
      const said = await verdict(client, route);
      const may = typeof who === 'string' || who.has(role);
      assert.equal(allows(said), may, `${route.kind} ${route.path} for ${role}: ${said}`);
      if (route.path === '/api/sign-out')
        await client.signIn(login, password);
    }
  });
}

test('what somebody may do who has not signed in', async (t) => {
  const self = await start(t);
  const client = new Client(self.console);
  for (const route of listed()) {
    const said = await verdict(client, route);
    const open = decided().get(`${route.kind} ${route.path}`) === 'nobody';
    assert.equal(said === 'signed_out', !open, `${route.kind} ${route.path}: ${said}`);
  }
});

test('a role that was taken away is gone in the middle of a session', async (t) => {
  const self = await start(t);
  const { client } = await self.person('Two roles', 'editor', 'admin');
  const { person } = await client.done('GET', '/api/me');
  await client.done('GET', '/api/people');
  await self.admin.done('POST', '/api/people/roles', { id: person.id, was: ['editor', 'admin'], roles: ['editor'] });
  const answer = await client.get('/api/people');
  assert.deepEqual([answer.status, answer.json.error.code], [403, 'forbidden']);
});

test('an admin cannot lock everybody out', async (t) => {
  const self = await start(t);
  const { person } = await self.admin.done('GET', '/api/me');
  for (const [path, body, code] of [['roles', { was: ['admin'], roles: ['viewer'] }, 'last_admin'], ['active', { active: false }, 'last_admin'], ['reset', {}, 'self']]) {
    const answer = await self.admin.post(`/api/people/${path}`, { id: person.id, ...body });
    assert.deepEqual([answer.status, answer.json.error.code], [409, code], path);
  }
  assert.equal((await self.admin.get('/api/people')).status, 200);
});
