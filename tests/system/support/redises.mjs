// SPDX-License-Identifier: Apache-2.0
// Several servers of Redis with the shipped access lists; each user's password follows from its name.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HOST, listens } from '../../support/ports.mjs';
import { Process } from './processes.mjs';
import { shipped } from './shipped.mjs';
import { until } from './wait.mjs';

const run = promisify(execFile);

export const password = (user) => `password-of-${user}`;

const accepts = (port) => until(`${port} listens`, () => listens(port));

// What a server answers to this user (null: nobody, as a sentinel has none), a line for each element.
export async function ask(port, user, ...words) {
  const login = user ? ['--user', user, '-a', password(user), '--no-auth-warning'] : [];
  return (await run('redis-cli', ['-h', HOST, '-p', port, ...login, ...words])).stdout.trim();
}

// A Redis or a sentinel in a folder of its own, with these lines in its file, which it may rewrite.
export function server(t, world, name, port, lines, ...args) {
  const folder = world.file(`${name}-${port}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'server.conf'), `${lines.join('\n')}\ndir ${folder}\n`);
  const one = new Process(`${name} ${port}`, 'redis-server', [path.join(folder, 'server.conf'), ...args], { ready: () => accepts(port) });
  t.after(() => one.stop());
  return Object.assign(one, { port });
}

// A file of these access lists for the server of a port; its path.
export function accessList(world, port, ...names) {
  const text = names.map(shipped).join('').replace(/#([A-Z]+)/g, (_, user) => `#${createHash('sha256').update(password(user.toLowerCase())).digest('hex')}`);
  const file = world.file(`${port}.acl`);
  fs.writeFileSync(file, text);
  return file;
}
