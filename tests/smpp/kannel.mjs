// SPDX-License-Identifier: Apache-2.0
// Kannel (Debian's kannel and kannel-extras) in a temporary folder: bearerbox and smsbox, with a fake SMSC or bound to an SMSC over SMPP.
// README.md says what was measured with it.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { freePorts, HOST, listens } from '../support/ports.mjs';
import { Process } from '../system/support/processes.mjs';
import { Mailbox, until } from '../system/support/wait.mjs';

const ENV = { PATH: `${process.env.PATH}:/usr/sbin`, LC_ALL: 'C' };
const FAKESMSC = '/usr/lib/kannel/test/fakesmsc';
const BUSY = /bind failed|Address already in use|Failed to bind/i;

export function get(url, timeout = 20000) {
  return new Promise((resolve, reject) => {
    const call = http.get(url, { timeout, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => { body += text; });
      answer.once('end', () => resolve({ status: answer.statusCode, body }));
    });
    call.once('error', reject).once('timeout', () => call.destroy(new Error('no answer')));
  });
}

const group = (name, members) => `group = ${name}\n${Object.entries(members)
  .map(([key, value]) => `${key} = ${typeof value === 'string' ? `"${value}"` : value}\n`).join('')}\n`;

// The subscribers of bearerbox's fake SMSC, in its own words: a line is `sender receiver text WORDS`, each URL-encoded, both ways.
class FakeCarrier {
  #socket;
  received = new Mailbox(); // MT: { from, to, kind, text, udh }

  static async connect(port) {
    const carrier = new FakeCarrier();
    await new Promise((resolve, reject) => {
      carrier.#socket = net.connect(port, HOST, resolve).once('error', reject);
    });
    let rest = '';
    carrier.#socket.on('data', (octets) => {
      const lines = (rest + octets.toString('latin1')).split('\n');
      rest = lines.pop();
      lines.forEach((line) => carrier.received.put(FakeCarrier.#read(line)));
    });
    return carrier;
  }

  static #read(line) {
    const octets = (word) => Buffer.from(word.replace(/\+/g, ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
    const [from, to, kind, ...rest] = line.split(' ');
    if (kind === 'text')
      return { from, to, kind, text: octets(rest.join(' ')).toString('utf8') };
    return { from, to, kind, udh: kind === 'udh' ? octets(rest.shift()) : undefined, octets: octets(rest.join(' ')), line };
  }

  // A subscriber sends an SMS; its octets are given to Kannel as they are.
  send(from, to, text) {
    this.#socket.write(Buffer.from(`${from} ${to} text ${text}\n`));
  }

  end() {
    this.#socket.destroy();
  }
}

class FakeSmsc extends Process {
  prints(wanted) {
    return until(() => `fakesmsc prints ${wanted}\n${this.output}`, () => wanted.test(this.output));
  }
}

export class Kannel {
  // Options: smsc (members of the group smsc; default: the fake SMSC), services (groups sms-service), core and smsbox (more members),
  // users (groups sendsms-user). The end of the test `t` ends it.
  static async start(t, options = {}) {
    for (let tries = 5; ; tries -= 1) {
      const kannel = new Kannel(options);
      t?.after(() => kannel.end());
      try {
        await kannel.#open();
        return kannel;
      } catch (error) {
        await kannel.end();
        if (tries === 0 || !BUSY.test(error.message))
          throw error;
      }
    }
  }

  constructor(options) {
    this.options = options;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-kannel-'));
  }

  async #open() {
    const [admin, boxes, fake, sendsms] = await freePorts(4);
    this.ports = { admin, fake, sendsms };
    const file = path.join(this.folder, 'kannel.conf');
    fs.writeFileSync(file, this.#conf(admin, boxes, fake, sendsms));
    this.bearerbox = new Process('bearerbox', 'bearerbox', ['-v', '0', file],
      { env: ENV, ready: () => until('bearerbox is ready', async () => (await get(this.statusUrl, 2000)).status === 200) });
    await this.bearerbox.start();
    this.smsbox = new Process('smsbox', 'smsbox', ['-v', '0', file], { env: ENV, ready: () => until('smsbox is ready', async () => await listens(sendsms)
      && /smsbox/.test((await get(this.statusUrl, 2000)).body)) });
    await this.smsbox.start();
  }

  #conf(admin, boxes, fake, sendsms) {
    const { smsc = { smsc: 'fake', 'smsc-id': 'fake', port: fake, 'connect-allow-ip': HOST }, services = [], users = [], core = {}, smsbox = {} } = this.options;
    return [
      group('core', { 'admin-port': admin, 'admin-interface': HOST, 'admin-password': 'status', 'smsbox-port': boxes,
        'smsbox-interface': HOST, 'box-allow-ip': HOST, 'dlr-storage': 'internal', 'sms-resend-freq': 1, ...core }),
      group('smsc', smsc),
      group('smsbox', { 'bearerbox-host': HOST, 'sendsms-port': sendsms, 'sendsms-interface': HOST, ...smsbox }),
      ...services.map((one) => group('sms-service', one)),
      ...users.map((one) => group('sendsms-user', one)),
    ].join('');
  }

  get statusUrl() {
    return `http://${HOST}:${this.ports.admin}/status.txt?password=status`;
  }

  get sendUrl() {
    return `http://${HOST}:${this.ports.sendsms}/cgi-bin/sendsms`;
  }

  send(fields) {
    return get(`${this.sendUrl}?${new URLSearchParams(fields)}`);
  }

  // A carrier's side of the fake SMSC.
  async carrier() {
    return FakeCarrier.connect(this.ports.fake);
  }

  // Kannel's own fakesmsc: it sends one SMS and prints what comes.
  fakesmsc(from, to, text) {
    return new FakeSmsc('fakesmsc', FAKESMSC, ['-H', HOST, '-r', String(this.ports.fake), '-m', '1', '-i', '0.01', `${from} ${to} text ${text}`],
      { env: ENV });
  }

  // The SMSC link is up (over SMPP).
  becomesOnline() {
    return until('Kannel is online', async () => /online/.test((await get(this.statusUrl)).body));
  }

  async end() {
    await this.smsbox?.kill();
    await this.bearerbox?.kill();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
