// SPDX-License-Identifier: Apache-2.0
// A bridge as a stranger would write it from PROTOCOL.md, and the phones behind it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { channelOf, judge, judgeGateway } from './contract.mjs';
import { Mailbox, PATIENCE_MS, until } from './wait.mjs';

const ROOT = 'mekong/1';

export const shardOf = (msisdn) => createHash('sha256').update(msisdn).digest('hex').slice(0, 2);

export class Bridge {
  #client;
  #unsettled = new Map();
  #count = 0;
  refusals = new Mailbox(); // all `error` messages
  answers = new Mailbox();  // all `out` messages, as { message, packet }
  received = [];            // all of both, as they came
  phones = new Map();
  sent = 0;                 // messages, with those that were sent again

  // Options: retryMs (unsettled messages are sent again), qos, limits of its carrier for the judge of texts; and, on a broker of the carrier's
  // own, connect (which connects to it) and the root of the topics there.
  constructor(world, name, { retryMs = 500, qos = 0, limits, root = ROOT, connect = (will) => world.connect(will) } = {}) {
    Object.assign(this, { world, name, retryMs, qos, limits, root });
    this.#client = connect({ will: { topic: this.topic('status'), payload: '{"v":1,"state":"down"}', retain: true, qos: 0 } });
    this.#client.on('message', (topic, payload, packet) => this.#receive(topic, payload, packet));
    this.#client.on('connect', () => this.#client.subscribe([this.topic('out/+'), this.topic('error')], { qos }, (error) => {
      if (error)
        return;
      this.#client.publish(this.topic('status'), '{"v":1,"state":"up","carrier":"bound"}', { retain: true });
      this.ready = true;
    }));
    this.#client.on('close', () => { this.ready = false; });
  }

  topic(below) {
    return `${this.root}/${this.name}/${below}`;
  }

  connected() {
    return until(`${this.name} is connected`, () => this.ready);
  }

  nextId() {
    this.#count += 1;
    return `${this.name}-${process.pid}-${this.#count}`;
  }

  // A message for this contract, with the members that all have.
  mo(members) {
    return { v: 1, id: this.nextId(), at: Date.now(), ...members };
  }

  // Send a message by the book and repeat it until it is settled. Returns { message, packet } of what settled it.
  settle(members, properties) {
    const mo = this.mo(members);
    const payload = Buffer.from(JSON.stringify(mo));
    judge('in', payload);
    return this.#repeat(mo.id, shardOf(mo.msisdn), payload, properties);
  }

  // The same without judging: for messages that are bad on purpose but have a good id.
  settleBad(members) {
    const mo = this.mo(members);
    return this.#repeat(mo.id, shardOf(String(mo.msisdn ?? '')), Buffer.from(JSON.stringify(mo)));
  }

  // Send once what needs no settlement.
  tell(members) {
    const mo = this.mo(members);
    const payload = Buffer.from(JSON.stringify(mo));
    judge('in', payload);
    this.raw(payload, { shard: shardOf(mo.msisdn ?? '') });
    return mo.id;
  }

  // Publish any octets, once.
  raw(payload, { shard = '00', properties, topic = this.topic(`in/${shard}`) } = {}) {
    this.sent += 1;
    this.#client.publish(topic, payload, { qos: this.qos, properties });
  }

  refusal(what, wanted) {
    return this.refusals.take(`a refusal: ${what}`, wanted);
  }

  // Another phone of this carrier.
  phone(msisdn) {
    const phone = new Phone(this, msisdn);
    this.phones.set(msisdn, phone);
    this.world.numbers.add(msisdn);
    return phone;
  }

  async end() {
    for (const one of this.#unsettled.values())
      clearInterval(one.timer);
    await this.#client.endAsync(true);
  }

  #repeat(id, shard, payload, properties) {
    return new Promise((resolve, reject) => {
      const send = () => { if (this.ready) this.raw(payload, { shard, properties }); };
      const end = Date.now() + PATIENCE_MS;
      const timer = setInterval(() => {
        if (Date.now() < end)
          return send();
        this.#forget(id);
        return reject(new Error(`not settled: ${payload}\n${this.world.gateways.map((one) => one.output.slice(-3000)).join('\n')}`));
      }, this.retryMs);
      this.#unsettled.set(id, { resolve, timer });
      send();
    });
  }

  #forget(id) {
    clearInterval(this.#unsettled.get(id)?.timer);
    this.#unsettled.delete(id);
  }

  #receive(topic, payload, packet) {
    try {
      const channel = channelOf(topic, this.root);
      const { message } = judgeGateway(channel, payload, this.limits);
      assert.ok(!packet.retain, `${topic} is retained`);
      this.received.push({ message, packet });
      (channel === 'error' ? this.refusals : this.answers).put({ message, packet });
      const settles = channel === 'out' || message.error !== 'unknown_session';
      const one = settles && this.#unsettled.get(message.re);
      if (one) {
        this.#forget(message.re);
        one.resolve({ message, packet });
      } else if (message.kind === 'sms' && message.re === undefined) {
        this.phones.get(message.msisdn)?.inbox.put(message);
      }
    } catch (error) {
      this.world.faults.push(error);
    }
  }
}

export class Phone {
  #sessions = 0;
  screen = null;       // the last screen or SMS as it came
  inbox = new Mailbox(); // SMS that answer nothing

  constructor(bridge, msisdn) {
    Object.assign(this, { bridge, msisdn, session: 'none', code: '*1234#' });
  }

  get text() {
    return this.screen.text;
  }

  dial(code = this.code, more = {}) {
    this.#sessions += 1;
    this.session = `${this.msisdn.slice(-4)}-${this.#sessions}-${process.pid}`;
    return this.#ussd({ event: 'begin', code, text: '', ...more });
  }

  answer(text, more = {}) {
    return this.#ussd({ event: 'continue', text, ...more });
  }

  hangup(cause = 'user') {
    this.bridge.tell({ kind: 'ussd', msisdn: this.msisdn, session: this.session, event: 'end', cause });
  }

  // Send an SMS; the answer becomes the screen.
  async sms(text, more = {}) {
    return this.#show(await this.#ask({ kind: 'sms', to: '1234', text, ...more }), 'sms');
  }

  // Several answers one after the other.
  async answers(...texts) {
    for (const text of texts)
      await this.answer(text);
    return this.text;
  }

  // Dial for the first time and choose a language by its number.
  async begin(language = '7') {
    await this.dial();
    return this.answer(language);
  }

  // Every part stands on the screen, in this order.
  sees(...parts) {
    let from = 0;
    for (const part of parts) {
      const at = part instanceof RegExp ? this.text.slice(from).search(part) : this.text.indexOf(part, from);
      assert.notEqual(at, -1, `"${part}" is not on the screen, or not in this order:\n${this.text}`);
      from = part instanceof RegExp ? from : at + part.length;
    }
  }

  doesNotSee(...parts) {
    for (const part of parts)
      assert.ok(!this.text.includes(part), `"${part}" is on the screen:\n${this.text}`);
  }

  async #ussd(members) {
    return this.#show(await this.#ask({ kind: 'ussd', session: this.session, ...members }), 'ussd');
  }

  // What settles a message; after an overload that will soon be over it is sent again.
  async #ask(members) {
    const mo = { msisdn: this.msisdn, id: this.bridge.nextId(), at: Date.now(), ...members };
    for (;;) {
      const { message } = await this.bridge.settle(mo);
      if (message.error !== 'overload' || message.retry_ms > 5000)
        return message;
      await setTimeout(message.retry_ms);
    }
  }

  #show(message, kind) {
    assert.equal(message.kind ?? message.error, kind, JSON.stringify(message));
    assert.equal(message.msisdn, this.msisdn);
    if (kind === 'ussd')
      assert.equal(message.session, this.session);
    this.screen = message;
    return message.text;
  }
}
