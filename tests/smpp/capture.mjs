// SPDX-License-Identifier: Apache-2.0
// A relay between an ESME and an SMSC that keeps the octets of each dialogue: as lines for people, and as a capture for tshark. Needs no privilege.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe } from './describe.mjs';
import smpp from './library.mjs';

const PORT = '2775', CHUNK = 1400; // octets of a segment in the capture

export class Capture {
  #server;
  #sockets = new Set();
  dialogues = []; // of each connection: [{ from: 'esme' or 'smsc', octets }]

  // Relay to `smsc` ({ address }); at: 0 for a free port of 127.0.0.1, or the path of a Unix socket. `address` is for the ESME.
  static async start(t, smsc, at = 0) {
    const capture = new Capture();
    t?.after(() => capture.end());
    capture.#server = net.createServer((socket) => capture.#relay(socket, smsc.address));
    await new Promise((resolve, reject) => {
      capture.#server.once('error', reject).listen(...(typeof at === 'string' ? [at] : [at, '127.0.0.1']), resolve);
    });
    capture.address = typeof at === 'string' ? { path: at } : { host: '127.0.0.1', port: capture.#server.address().port };
    return capture;
  }

  #relay(esme, address) {
    const dialogue = [];
    const smsc = net.connect(address);
    this.dialogues.push(dialogue);
    for (const [from, socket, other] of [['esme', esme, smsc], ['smsc', smsc, esme]]) {
      this.#sockets.add(socket);
      socket.on('data', (octets) => dialogue.push({ from, octets }));
      socket.on('error', () => other.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      socket.pipe(other);
    }
  }

  // The PDUs of a dialogue in the order of their last octet: [{ from, octets }]; what is left over of a stream is an error.
  static pdus(dialogue) {
    const rest = { esme: Buffer.alloc(0), smsc: Buffer.alloc(0) };
    const found = [];
    for (const { from, octets } of dialogue) {
      rest[from] = Buffer.concat([rest[from], octets]);
      while (rest[from].length >= 4 && rest[from].length >= rest[from].readUInt32BE(0)) {
        const length = rest[from].readUInt32BE(0);
        assert.ok(length >= 16, `a command_length of ${length}`);
        found.push({ from, octets: rest[from].subarray(0, length) });
        rest[from] = rest[from].subarray(length);
      }
    }
    return found;
  }

  pdus() {
    return this.dialogues.flatMap((dialogue) => Capture.pdus(dialogue));
  }

  // One line for each PDU; numbers and texts are left out.
  lines() {
    return this.pdus().map(({ from, octets }) => `${from === 'esme' ? '>' : '<'} ${describe(octets)}`);
  }

  // Write one capture file for each dialogue; returns their names.
  write(folder) {
    return this.dialogues.filter((one) => one.length > 0).map((dialogue, i) => {
      const dump = path.join(folder, `dialogue-${i + 1}.txt`), file = path.join(folder, `dialogue-${i + 1}.pcap`);
      fs.writeFileSync(dump, dialogue.flatMap(({ from, octets }) => hexdump(from, octets)).join(''));
      execFileSync('text2pcap', ['-q', '-D', '-T', `40000,${PORT}`, dump, file], { stdio: 'ignore' });
      return file;
    });
  }

  // Dissect all dialogues: none malformed, and each PDU found. tshark forgives some wrong lengths, so each PDU is also read and written again.
  assertNoMalformed(folder) {
    for (const { octets } of this.pdus().filter((one) => one.octets.readUInt32BE(8) === 0))
      assert.ok(new smpp.PDU(octets).toBuffer().equals(octets), `not what its own fields say: ${describe(octets)}`);
    this.write(folder).forEach((file, i) => {
      const found = assertNoMalformed(file);
      const sent = Capture.pdus(this.dialogues.filter((one) => one.length > 0)[i]).length;
      assert.equal(found, sent, `tshark sees ${found} PDUs of ${sent} in ${file}`);
    });
  }

  async end() {
    this.#sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => { this.#server.close(resolve); });
  }
}

// What text2pcap reads: O is from the ESME to the SMSC's port.
function hexdump(from, octets) {
  const pieces = [];
  for (let at = 0; at < octets.length; at += CHUNK) {
    const hex = octets.subarray(at, at + CHUNK).toString('hex').match(/../g).join(' ');
    pieces.push(`${from === 'esme' ? 'O' : 'I'}\n000000 ${hex}\n`);
  }
  return pieces;
}

const tshark = (file, ...args) => execFileSync('tshark', ['-n', '-r', file, '-d', `tcp.port==${PORT},smpp`, ...args],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });

// tshark's own judgement of a capture file. Returns the number of PDUs that it saw.
export function assertNoMalformed(file) {
  const bad = tshark(file, '-Y', '_ws.malformed || _ws.expert.severity == error', '-T', 'fields', '-e', 'frame.number', '-e', 'smpp.command_id',
    '-e', '_ws.expert.message');
  assert.equal(bad, '', `malformed in ${file} (frame, command, why):\n${bad}`);
  return tshark(file, '-Y', 'smpp', '-T', 'fields', '-e', 'smpp.command_id').split(/[\s,]+/).filter(Boolean).length;
}

// All that tshark has to say about a capture file, for people; numbers and texts are in it.
export function dissect(file) {
  return tshark(file, '-V');
}
