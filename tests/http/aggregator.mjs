// SPDX-License-Identifier: Apache-2.0
// An aggregator that speaks CON and END, by way of mekongline-http, broker and gateway; and its phones.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { Program, section } from '../system/support/program.mjs';
import { until } from '../system/support/wait.mjs';
import { World } from '../system/support/world.mjs';

const SECRET = 'a secret of the tests';

export class Aggregator {
  static async start(t, { conf = {}, bridge = {}, world = {}, name = 'africell' } = {}) {
    const one = new Aggregator();
    one.name = name;
    one.world = await World.start(t, world);
    one.socket = one.world.file('aggregator.sock');
    fs.writeFileSync(one.world.file('aggregator.secret'), SECRET, { mode: 0o600 });
    one.program = new Program(one.world, 'mekongline-http', 'MEKONGLINE_HTTP', {
      bridge: { http_listen: one.socket, ...bridge },
      sections: [section(`aggregator ${name}`, { kind: 'session', secret_file: one.world.file('aggregator.secret'), ...conf })],
    });
    t.after(() => one.program.end());
    await one.program.start();
    await until('the broker is connected', async () => (await one.program.get('/readyz')).status === 200);
    return one;
  }

  // A request as it stands; resolves with { status, body }.
  request({ path = `/${this.name}/ussd`, method = 'POST', headers = {}, body = '' }) {
    return new Promise((resolve, reject) => {
      const call = http.request({ socketPath: this.socket, path, method, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => { text += piece; });
        answer.once('end', () => resolve({ status: answer.statusCode, body: text }));
      });
      call.once('error', reject);
      call.end(body);
    });
  }

  post(fields, { secret = SECRET, path } = {}) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', ...(secret ? { Authorization: `Bearer ${secret}` } : {}) };
    return this.request({ path, headers, body: new URLSearchParams(fields).toString() });
  }

  phone(msisdn = '8562055512345') {
    this.world.numbers.add(msisdn);
    return new Phone(this, msisdn);
  }
}

let sessions = 0;

class Phone {
  #inputs = [];

  constructor(aggregator, msisdn) {
    Object.assign(this, { aggregator, msisdn, session: `s${++sessions}` });
  }

  // Dial, with the input that the aggregator makes of a deep dial; returns the screen.
  dial(code = '*384#', ...deep) {
    Object.assign(this, { code, session: `s${++sessions}` });
    this.#inputs = deep;
    return this.ask();
  }

  answer(text) {
    this.#inputs.push(text);
    return this.ask();
  }

  // Ask with the input so far; asked twice it is the same question again.
  async ask() {
    const { status, body } = await this.post();
    assert.equal(status, 200, body);
    const [, word, text] = /^(CON|END) ([^]*)$/.exec(body) ?? assert.fail(body);
    this.over = word === 'END';
    return text;
  }

  post(more = {}) {
    return this.aggregator.post({ sessionId: this.session, phoneNumber: `+${this.msisdn}`, serviceCode: this.code,
      text: this.#inputs.join('*'), ...more });
  }
}
