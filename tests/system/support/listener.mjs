// SPDX-License-Identifier: Apache-2.0
// A broker's listener on TCP, where a Unix socket will not do: a port for it, and clients that come by TLS.
import tls from 'node:tls';
import { MqttClient } from 'mqtt';
import { freePorts, HOST } from '../../support/ports.mjs';

// Start with ports that were free a moment ago; with others if somebody else took one meanwhile. Returns what `start(port, ...)` does.
export async function withPort(start, count = 1) {
  for (let tries = 5; ; tries -= 1) {
    try {
      return await start(...await freePorts(count));
    } catch (error) {
      if (tries === 0 || !/Address already in use|eaddrinuse/.test(error.message))
        throw error;
    }
  }
}

// A client at the port: rejects if it is not let in. Options: how to connect (by TLS with these credentials, if nothing else is said), and more of MQTT.
export function visit(t, port, credentials, { connect = () => tls.connect({ port, host: HOST, ...credentials }), ...mqtt } = {}) {
  const client = new MqttClient(connect, { protocolVersion: 5, clean: true, reconnectPeriod: 0, ...mqtt });
  t.after(() => client.end(true));
  return new Promise((resolve, reject) => {
    client.on('error', reject).on('close', () => reject(new Error('closed'))).once('connect', () => resolve(client));
  });
}
