// SPDX-License-Identifier: Apache-2.0
// Debian's web scanner wapiti against the running console: once as a stranger, once as somebody with every role. By hand, with
// every module and more time:  SCAN=all node --test tests/console/scan.test.mjs
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { ConsoleWorld } from '../browser/support/world.mjs';
import { ROLES, fieldsOf, listed } from './support/routes.mjs';

const ALL = process.env.SCAN === 'all';
// The others look for programs of other people on the web, load lists from the network, need a form, or take every answer but
// 401 to an unknown method for a way in (ours is 501: security.test.mjs).
const MODULES = ['cookieflags', 'crlf', 'csp', 'exec', 'file', 'http_headers', 'redirect', 'sql', 'xss',
  ...(ALL ? ['backup', 'blindsql', 'buster', 'methods', 'permanentxss', 'shellshock', 'xxe', 'csrf'] : [])];

// What it says that is no fault, and why.
const ACCEPTED = [
  /Strict-Transport-Security is not set/, // loopback has no TLS; nginx sends it (nginx.test.mjs)
  /X-XSS-Protection is not set/, // no browser of today has that filter, which had holes of its own; the content security policy does its work
];

// Every page, and every endpoint that reads, with all that it takes from a query. Not the one that waits for news.
function addresses(base) {
  const pages = ['/', '/sign-in', '/invitation?token=a', '/account', '/people', '/audit?from=2026-01-01', '/content', '/requests', '/app.js', '/words/en.json'];
  const endpoints = listed().filter(({ kind, path }) => kind === 'GET' && path !== '/api/events').map((route) => {
    const fields = fieldsOf(route);
    return fields.length ? `${route.path}?${fields.map((name) => `${name}=1`).join('&')}` : route.path;
  });
  return [...new Set([...pages, ...endpoints])].map((path) => base + path);
}

// What wapiti found: ["kind: METHOD path parameter"].
function scan(self, name, headers) {
  const report = self.world.file(`${name}.json`);
  const words = ['-u', `${self.console.address}/`, ...addresses(self.console.address).flatMap((url) => ['-s', url]), '--scope', 'domain', '-d', '1', '-m', MODULES.join(','),
    '-S', ALL ? 'normal' : 'polite', '--max-attack-time', ALL ? '600' : '20', '--max-scan-time', ALL ? '600' : '15', '-t', '10',
    '--flush-session', '--store-session', self.world.file('wapiti'), '--store-config', self.world.file('wapiti'), '--no-bugreport', '-f', 'json', '-o', report,
    ...Object.entries(headers).flatMap(([key, value]) => ['-H', `${key}: ${value}`])];
  return new Promise((resolve, reject) => {
    execFile('wapiti', words, { maxBuffer: 1 << 26, env: { ...process.env, HOME: self.world.folder } }, (error, said) => {
      if (error && !fs.existsSync(report)) {
        reject(new Error(`${error.message}\n${said}`));
        return;
      }
      const { vulnerabilities, anomalies, infos } = JSON.parse(fs.readFileSync(report, 'utf8'));
      if (process.env.SHOW_LOGS)
        process.stderr.write(said);
      resolve({ infos, found: Object.entries({ ...vulnerabilities, ...anomalies })
        .flatMap(([kind, list]) => list.map((one) => `${kind}: ${one.method} ${one.path} ${one.parameter}: ${one.info}`))
        .filter((one) => !ACCEPTED.some((accepted) => accepted.test(one))) });
    });
  });
}

test('a scanner finds nothing as a stranger', async (t) => {
  const self = await ConsoleWorld.start(t);
  const { found } = await scan(self, 'stranger', {});
  assert.deepEqual(found, []);
});

test('a scanner finds nothing with every role', async (t) => {
  const self = await ConsoleWorld.start(t);
  const { client } = await self.person('Scanner', ...ROLES);
  const { found } = await scan(self, 'staff', { Cookie: client.cookie });
  assert.deepEqual(found, []);
  assert.equal((await client.get('/api/me')).status, 200, 'the session lives');
  assert.equal((await self.admin.done('GET', '/api/audit/check')).wrong, 0);
});
