// SPDX-License-Identifier: Apache-2.0
// Nodes of ejabberd (Debian's), whose mod_mqtt is a broker of MQTT 5 that forms clusters.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Process } from './processes.mjs';

// Its users are user@host; any of them is let in, with any password.
export const LOGIN = { username: 'anybody@localhost', password: 'any' };

// Where Debian has Erlang's libraries.
const libraries = () => path.resolve(execFileSync('dpkg', ['-L', 'ejabberd'], { encoding: 'utf8' })
  .split('\n').find((line) => line.endsWith('ebin/ejabberd.beam')), '../../..');

// A node that serves MQTT at `socket` of the world and, on this address of the loopback network, the port that all nodes have for each other. It
// joins the node at the address `join`.
export function ejabberd(world, socket, { address, port, join }) {
  const folder = world.file(`${socket}.d`), conf = path.join(folder, 'ejabberd.yml');
  fs.mkdirSync(folder);
  fs.writeFileSync(conf, `hosts: [localhost]\nloglevel: warning\nauth_method: [anonymous]\nanonymous_protocol: login_anon\nallow_multiple_connections: true
listen:\n  - port: "unix:${world.file(socket)}"\n    module: mod_mqtt\nmodules:\n  mod_mqtt: {}\n`);
  const args = ['-noinput', '-name', `ejabberd@${address}`, '-setcookie', 'ml', '-start_epmd', 'false', '-erl_epmd_port', String(port),
    '-kernel', 'inet_dist_use_interface', `{${address.replaceAll('.', ',')}}`, '-mnesia', 'dir', `"${folder}/mnesia"`, '-s', 'ejabberd'];
  return new Process(`ejabberd at ${address}`, 'erl', join ? [...args, '-eval', `ok = ejabberd_cluster:join('ejabberd@${join}')`] : args, {
    env: { HOME: folder, ERL_LIBS: libraries(), EJABBERD_CONFIG_PATH: conf, EJABBERD_LOG_PATH: path.join(folder, 'log'), SPOOL_DIR: folder,
      ERL_CRASH_DUMP: '/dev/null' },
    ready: () => world.listens(socket) });
}
