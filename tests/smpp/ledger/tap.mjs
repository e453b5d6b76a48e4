// SPDX-License-Identifier: Apache-2.0
// What the bridge and the broker say to each other, overheard on the bridge's own connection: nothing that the bridge read is missed,
// and all of it is heard before the bridge can act on it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { channelOf, judge, judgeGateway } from '../../system/support/contract.mjs';

const { parser } = createRequire(new URL('../../system/package.json', import.meta.url))('mqtt-packet');

export class Tap {
  #server;

  // heard(way, message): 'in' from the bridge; 'out' or 'error' to it.
  constructor(front, back, book, heard) {
    Object.assign(this, { front, back, book, heard });
    this.#server = net.createServer((bridge) => this.#connect(bridge));
  }

  listen() {
    fs.rmSync(this.front, { force: true });
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(this.front, resolve);
    });
  }

  #connect(bridge) {
    const broker = net.connect(this.back);
    for (const [from, to] of [[bridge, broker], [broker, bridge]]) {
      const packets = parser({ protocolVersion: 5 });
      packets.on('packet', (packet) => this.#take(packet));
      packets.on('error', (error) => this.book.fault('MQTT that cannot be read', { why: error.message }));
      from.on('data', (octets) => {
        packets.parse(octets);
        to.write(octets);
      });
      from.on('error', () => {});
      from.once('close', () => to.destroy());
    }
  }

  #take({ cmd, topic, payload }) {
    const channel = cmd === 'publish' ? channelOf(topic) : undefined;
    if (!channel || channel === 'bridgeStatus')
      return;
    try {
      this.heard(channel, (channel === 'in' ? judge : judgeGateway)(channel, payload).message);
    } catch (error) {
      this.book.fault('a message against the contract', { channel, why: error.message });
    }
  }
}
