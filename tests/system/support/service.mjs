// SPDX-License-Identifier: Apache-2.0
// A service as an operator has it: two gateways, a carrier over SMPP, one with a bridge of its own, a receiver of requests, phones
// that never rest; and a Prometheus that watches.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { Carrier } from '../../smpp/carrier.mjs';
import { Process } from './processes.mjs';
import { section } from './program.mjs';
import { door, Prometheus } from './prometheus.mjs';
import { shipped } from './shipped.mjs';
import { choice } from './texts.mjs';

const LANGUAGES = '11111222345677'; // their numbers on the first screen, as often as they are chosen
const REQUEST = ['*1234*422#', '2', '1', '3', '2']; // a problem is reported, with the number

const drawn = (list) => list[Math.floor(Math.random() * list.length)];

export class Service {
  #phones = 0;
  #running = 0;
  #wanted = 0;
  #loops = [];

  // `pause`: awaited between two steps of a phone. `patience`: how long alerts wait.
  static async start(t, { pause = async () => {}, patience }) {
    const self = new Service();
    self.pause = pause;
    self.carrier = await Carrier.start(t, { smsc: { submitRate: 40, record: false }, world: { gateways: 2, start: ['broker', 'redis'] } });
    self.world = self.carrier.world;
    await self.#gateways(t);
    self.own = await self.world.bridge('unitel');
    await self.#watch(t, patience);
    return self;
  }

  // The shipped configuration and rules, but for the places of what is watched, and times.
  async #watch(t, patience) {
    const { world, carrier: { bridge } } = this;
    const target = async (name, socket) => `      - targets: ['${await door(t, socket)}']\n        labels: {instance: '${name}'}\n`;
    const gateways = await Promise.all(world.gateways.map(({ instance, http }) => target(instance, http)));
    const [before, , between] = shipped('prometheus/prometheus.yml').replaceAll('15s', '1s').split(/( {6}- targets: .*\n)/);
    fs.writeFileSync(world.file('mekongline.rules.yml'), shipped('prometheus/mekongline.rules.yml').replace(/for: \w+/g, `for: ${patience}`));
    this.prometheus = await Prometheus.start(t, { world, conf: `${before}${gateways.join('')}${between}${await target('smpp', bridge.health)}` });
  }

  async #gateways(t) {
    const { world } = this;
    const binary = world.gateway.command;
    execFileSync(binary, ['receive-requests', '--make-key', world.folder], { stdio: 'ignore' });
    world.gateways.forEach((one) => one.configure({ request: { journal: world.file(`${one.instance}.journal`), public_key_file: world.file('requests.pub') } }));
    fs.writeFileSync(world.file('receiver.conf'), section('mqtt', { host: world.file('broker.sock'), port: 0 }) + section('receiver', { cases: world.file('cases') }));
    this.receiver = new Process('receiver', binary, ['receive-requests', '-c', world.file('receiver.conf')]);
    t.after(() => this.receiver.stop());
    await Promise.all(world.gateways.map((one) => one.start()));
  }

  // So many phones are in dialogues from now on.
  load(count) {
    this.#wanted = count;
    for (; this.#running < count; this.#running += 1)
      this.#loops.push(this.#walk());
  }

  // No phone begins anything more.
  async rest() {
    this.load(0);
    await Promise.all(this.#loops);
  }

  async #walk() {
    while (this.#running <= this.#wanted) {
      const number = String((Math.random() < 0.8 ? 8562055000000 : 66810000000) + (this.#phones += 1));
      // What a phone meets while its carrier is away is not what this is about.
      await (this.#phones % 2 ? this.#talk(this.own.phone(number)) : this.#call(this.carrier.phone(number))).catch(() => {});
    }
    this.#running -= 1;
  }

  async #talk(phone) {
    const what = Math.random();
    if (what < 0.3)
      await phone.sms(drawn(['HELP', 'FEES', 'MENU']));
    else if (what < 0.36)
      await this.#ask(phone);
    else
      await this.#read(phone, (node) => phone.answer(node));
    await this.pause();
  }

  async #ask(phone) {
    const [code, ...answers] = REQUEST;
    await phone.begin();
    await phone.dial(code);
    await phone.answers(...answers);
  }

  async #call(phone) {
    phone.patienceMs = 1000;
    if (Math.random() < 0.2)
      await phone.sms('1234', drawn(['HELP', 'FEES', 'MENU']));
    await this.#read(phone, (node) => phone.answer(node));
  }

  async #read(phone, answer) {
    await phone.dial();
    await this.pause();
    for (const step of [drawn(LANGUAGES), choice('main', drawn(['before', 'work', 'problems'])), '1', '0']) {
      await answer(step);
      await this.pause();
    }
    await phone.hangup();
  }

  #number() {
    const msisdn = String(8562055000000 + (this.#phones += 1));
    this.world.numbers.add(msisdn);
    return msisdn;
  }

  // Somebody new, who has chosen English.
  async meet() {
    const phone = this.own.phone(this.#number());
    await phone.begin();
    return phone;
  }

  // A bridge sends something twice, and goes on with a session that nobody has begun.
  async blunder() {
    const mo = { msisdn: this.#number(), id: this.own.nextId(), at: Date.now() };
    const sms = { ...mo, kind: 'sms', to: '1234', text: 'HELP' };
    await this.own.settle(sms);
    await this.own.settle(sms);
    this.own.tell({ ...mo, msisdn: this.#number(), kind: 'ussd', id: this.own.nextId(), session: 'none', event: 'continue', text: '1' });
  }
}
