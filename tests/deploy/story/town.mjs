// SPDX-License-Identifier: Apache-2.0
// What is watched: a town, whose gateway serves two carriers (one by SMPP) and has a console, and a province with a gateway, broker and Redis of its own.
import fs from 'node:fs';
import { Console, makeKeys } from '../../browser/support/console.mjs';
import { SmppBridge } from '../../smpp/carrier.mjs';
import { Smsc } from '../../smpp/smsc.mjs';
import { FaultProxy } from '../../support/fault_proxy.mjs';
import { clockOf } from '../../system/support/clock.mjs';
import { World } from '../../system/support/world.mjs';
import { Disk } from './disk.mjs';

const LIMITS = { steps_per_minute: 1000, request_steps_per_minute: 1000, requests_per_day: 100 };
const ROOM = 128; // messages in hand: more than ask for help at once here
const YEAR_MS = 365 * 24 * 3600 * 1000;
const day = (ms) => new Date(ms).toISOString().slice(0, 10);

// The shipped content, to be reviewed in a year: the test is to be as good when its days are over.
function freshContent(world) {
  const folder = world.copyContent();
  for (const name of fs.readdirSync(`${folder}/texts`, { recursive: true }).map((one) => `${folder}/texts/${one}`).filter((one) => one.endsWith('.json')))
    fs.writeFileSync(name, fs.readFileSync(name, 'utf8').replace(/("review_by": )"[^"]*"/g, `$1"${day(Date.now() + YEAR_MS)}"`));
}

export class Town {
  // Without its processes: gateway, broker and redis are those of `world`.
  static async start(t) {
    const town = new Town();
    const world = town.world = await World.start(t, { start: ['broker', 'redis'], conf: { limit: LIMITS, gateway: { log_level: 'info' } } });
    freshContent(world);
    makeKeys(world.folder);
    town.redisLine = new FaultProxy(world.file('redis.line'), world.file('redis.sock'));
    await town.redisLine.listen();
    town.disk = new Disk(world.gateway, world.file('disk'));
    world.gateway.configure({ gateway: { content: world.content, log_level: 'info', max_inflight: ROOM }, redis: { host: world.file('redis.line'), timeout_ms: 5000 },
      request: { journal: world.file('disk/journal.db'), public_key_file: world.file('requests.pub'), resend_s: 1 } });
    await world.gateway.start();
    t.after(() => town.#end());
    town.console = new Console(world);
    await town.console.start();
    town.smsc = await Smsc.start(t, { at: world.file('carrier.sock') });
    town.smpp = new SmppBridge(world, { carriers: { laotel: { smsc: town.smsc } } });
    await town.smpp.start();
    await town.smsc.becomesBound();
    town.bridge = await world.bridge('africell');
    return town;
  }

  #phones = 0;

  // Somebody who has chosen a language.
  async newcomer() {
    const phone = this.bridge.phone(`85620555${10000 + (this.#phones += 1)}`);
    await phone.begin();
    return phone;
  }

  // Twenty at once dial once, whatever they hear.
  crowdDials() {
    return Promise.all(Array.from({ length: 20 }, () => {
      const msisdn = `85620555${10000 + (this.#phones += 1)}`;
      return this.bridge.settle({ kind: 'ussd', msisdn, session: msisdn, event: 'begin', code: '*1234#', text: '' });
    }));
  }

  // File a request for help. Resolves with whether there is a case number.
  async askForHelp(phone) {
    await phone.dial('*1234*422#');
    for (let steps = 0; steps < 6 && phone.screen.expects !== false && !/\d{3} \d{3} \d{3}/.test(phone.text); steps += 1)
      await phone.answer('1');
    return /\d{3} \d{3} \d{3}/.test(phone.text);
  }

  // Somebody looks for whom to call.
  async seeNumbers() {
    const phone = await this.newcomer();
    await phone.dial('*1234*49#');
    await phone.answer('2');
  }

  async #end() {
    await this.redisLine.end();
    await this.console?.end();
    await this.smpp?.end();
  }
}

export class Province {
  static async start(t, content) {
    const self = new Province();
    const world = self.world = await World.start(t, { start: ['broker', 'redis'], conf: { gateway: { log_level: 'info' }, redis: { volumes_s: 1 } } });
    fs.cpSync(content, world.file('content'), { recursive: true });
    world.content = world.file('content');
    world.gateway.configure({});
    self.setClock = clockOf(world.gateway);
    await world.gateway.start();
    self.bridge = await world.bridge('africell');
    return self;
  }

  // A day and more passes, and in each hour somebody dials.
  async dayPasses() {
    for (let hour = 1; hour <= 28; hour += 1) {
      this.setClock(hour * 3600);
      await this.bridge.phone(`85620556${10000 + hour}`).dial('*1234#', { at: Date.now() + hour * 3600 * 1000 });
    }
  }

  get #text() {
    return `${this.world.content}/texts/en/articles.json`;
  }

  // A text whose day of review was yesterday.
  staleContent() {
    this.fresh = fs.readFileSync(this.#text, 'utf8');
    fs.writeFileSync(this.#text, this.fresh.replace(/("review_by": )"[^"]*"/, `$1"${day(Date.now() - 24 * 3600 * 1000)}"`));
    this.world.gateway.signal('SIGHUP');
  }

  freshContent() {
    fs.writeFileSync(this.#text, this.fresh);
    this.world.gateway.signal('SIGHUP');
  }

  publish(payload) {
    const client = this.world.connect();
    return new Promise((resolve) => { client.publish('mekong/1/content', payload, { retain: true, qos: 1 }, resolve); }).then(() => client.endAsync());
  }
}
