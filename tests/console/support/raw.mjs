// SPDX-License-Identifier: Apache-2.0
// Octets to a server and back, for what no client would send.
import net from 'node:net';

export const connect = (address) => {
  const { hostname, port } = new URL(address);
  return net.connect({ host: hostname === 'localhost' ? '127.0.0.1' : hostname, port: Number(port) });
};

// Send text, and take what comes until the server closes: { status, text }. status 0: closed without an answer.
export function raw(address, text) {
  return new Promise((resolve) => {
    const socket = connect(address);
    let all = '';
    socket.setEncoding('latin1').on('data', (piece) => { all += piece; });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(all)?.[1] ?? 0), text: all }));
    socket.write(text);
  });
}

// The same for one request that asks the server to close.
export const ask = (address, line, headers = {}, body = '') => raw(address, `${line}\r\n${Object.entries({
  Host: 'localhost', Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
