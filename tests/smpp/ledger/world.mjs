// SPDX-License-Identifier: Apache-2.0
// The gateway's ledger's world with mekongline-smpp as one more server in it; between it and the broker a tap and a proxy that can fail.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { ENV, Server, World } from '../../ledger/world.mjs';
import { ROOT_FOLDER } from '../../system/support/contract.mjs';
import { until } from '../../system/support/wait.mjs';
import { Tap } from './tap.mjs';

const BINARY = path.resolve(process.env.MEKONGLINE_SMPP ?? path.join(ROOT_FOLDER, 'build-asan/mekongline-smpp'));

// It remembers when it was killed.
class Bridge extends Server {
  deaths = [];

  signal(name) {
    if (name === 'SIGKILL' && this.running)
      this.deaths.push(Date.now());
    super.signal(name);
  }
}

export class SmppWorld extends World {
  constructor(book) {
    super();
    const conf = this.file('smpp.conf');
    this.book = book;
    this.smpp = new Bridge('smpp', BINARY, ['-c', conf], { env: ENV,
      ready: () => until('the bridge listens', () => fs.existsSync(this.file('smpp.http'))) });
    this.servers.smpp = this.smpp;
  }

  // All but the bridge to the carrier, which may not be there yet.
  async start(heard) {
    this.tap = new Tap(this.file('tap.sock'), this.proxies['bridge to broker'].front, this.book, heard);
    await super.start();
    await this.tap.listen();
  }

  async startBridge(carrier, moId) {
    const { sessionMask, sequenceMask, endMask } = carrier.dialect;
    fs.writeFileSync(this.file('smpp.password'), carrier.password, { mode: 0o600 });
    const sections = {
      mqtt: { host: this.tap.front, port: 0, retry_min_ms: 20, retry_max_ms: 200, keepalive_s: 5 },
      bridge: { listen: this.file('smpp.http'), log_level: 'debug', repeat_ms: 500 },
      'smpp laotel': { host: carrier.at, port: 0, system_id: carrier.systemId, password_file: this.file('smpp.password'), profile: 'ledger',
        retry_min_ms: 20, retry_max_ms: 200, throttle_ms: 50, rate: 10000, response_ms: 3000, enquire_s: 1, sms_answer_ms: 2000,
        ussd_answer_ms: 2000 },
      'profile ledger': { mo_id: moId, session_mask: sessionMask, sequence_mask: sequenceMask, end_mask: endMask },
    };
    const text = Object.entries(sections).map(([section, values]) =>
      `[${section}]\n${Object.entries(values).map(([key, value]) => `${key} = ${value}\n`).join('')}`);
    fs.writeFileSync(this.file('smpp.conf'), text.join('\n'));
    await this.smpp.start();
    await carrier.becomesBound();
  }

  get bridgeMetrics() {
    return new Promise((resolve, reject) => {
      http.get({ socketPath: this.file('smpp.http'), path: '/metrics' }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text) => { body += text; });
        answer.once('end', () => resolve(body));
      }).once('error', reject);
    });
  }

  async stop() {
    const exit = { name: 'smpp', ...await this.smpp.stop() };
    return [...await super.stop(), exit];
  }
}
