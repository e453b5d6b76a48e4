// SPDX-License-Identifier: Apache-2.0
// Ports of this machine, for programs that listen on TCP alone and cannot be told to take one of the kernel's choice and to say which.
import net from 'node:net';

export const HOST = '127.0.0.1';

// Ports that were free a moment ago: if somebody takes one first, start again with others.
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, HOST, () => resolve(server));
  })));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
  return ports;
}

export const listens = (port) => new Promise((resolve) => {
  const socket = net.connect(port, HOST, () => { socket.destroy(); resolve(true); });
  socket.once('error', () => resolve(false));
});
