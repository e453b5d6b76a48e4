// SPDX-License-Identifier: Apache-2.0
// A bridge by the book (gateway/PROTOCOL.md, section 6): it repeats what is not settled after 2 s with the same id, until the
// deadline, settles once, and remembers every answer, so that a second one can be compared with the first.
import { shardOf } from '../system/support/bridge.mjs';
import { channelOf, judge, judgeGateway } from '../system/support/contract.mjs';
import { until } from '../system/support/wait.mjs';

const ROOT = 'mekong/1';
const REPEAT_MS = 2000, LOOK_MS = 50;
const FORGETS = 20; // one settlement in so many
export const PATIENT_MS = 60000;
const SOON_MS = 20000; // after all faults were lifted, everything is settled so soon

export class Bridge {
  #client;
  #count = 0;
  #timer;
  #instants = []; // when which message was sent first
  waiting = new Map();  // id -> message that is not settled
  settled = new Map();  // id -> { msisdn, text, mt: id of the answer }
  sent = new Map();     // phone number -> ids in the order of their first sending
  phoneOf = new Map();  // id -> phone number

  constructor(world, book, name = 'laotel') {
    Object.assign(this, { world, book, name });
    const up = this.#topic('status');
    this.#client = world.connect({ will: { topic: up, payload: '{"v":1,"state":"down"}', retain: true, qos: 0 } });
    this.#client.on('message', (topic, payload, packet) => this.#receive(topic, payload, packet));
    this.#client.on('connect', () => {
      book.count('bridge connected');
      this.#client.subscribe([this.#topic('out/+'), this.#topic('error')], (error) => {
        if (error)
          return;
        this.#client.publish(up, '{"v":1,"state":"up","carrier":"bound"}', { retain: true });
        this.ready = true;
      });
    });
    this.#client.on('close', () => { this.ready = false; });
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #topic(below) {
    return `${ROOT}/${this.name}/${below}`;
  }

  // Ids are numbers that rise.
  numberOf(id) {
    return Number(id.slice(this.name.length + 1));
  }

  // The id of a message that is wanted.
  idOf(wanted) {
    return [...this.phoneOf.keys()].find(wanted);
  }

  // The last number that had been given at an instant.
  numberAt(at) {
    let low = 0, high = this.#instants.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#instants[middle] <= at)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  get lastNumber() {
    return this.#count;
  }

  connected() {
    return until('the bridge is connected', () => this.ready);
  }

  // Send what a phone says. Resolves with { message } of what settled it, or { expired: true } after the deadline.
  // `unknown` in the result: the gateway said that it did not know the session.
  ask(phone, members, deadlineMs) {
    this.#count += 1;
    this.#instants.push(Date.now());
    const now = Date.now();
    const mo = { v: 1, id: `${this.name}-${this.#count}`, msisdn: phone.msisdn, at: now, deadline: now + deadlineMs, ...members };
    const payload = Buffer.from(JSON.stringify(mo));
    judge('in', payload);
    if (!this.sent.has(phone.msisdn))
      this.sent.set(phone.msisdn, []);
    this.sent.get(phone.msisdn).push(mo.id);
    this.phoneOf.set(mo.id, phone.msisdn);
    this.book.count('messages');
    return {
      id: mo.id,
      answer: new Promise((resolve) => {
        this.waiting.set(mo.id, { resolve, mo, payload, shard: shardOf(mo.msisdn), due: now, times: 0 });
        this.#look(mo.id);
      }),
    };
  }

  // Tell what needs no settlement.
  tell(phone, members) {
    this.#count += 1;
    this.#instants.push(Date.now());
    const mo = { v: 1, id: `${this.name}-${this.#count}`, msisdn: phone.msisdn, at: Date.now(), ...members };
    if (this.ready)
      this.#client.publish(this.#topic(`in/${shardOf(mo.msisdn)}`), JSON.stringify(mo));
  }

  async end() {
    clearInterval(this.#timer);
    await this.#client.endAsync(true);
  }

  // Send again what is due, give up what is too late.
  #look(only) {
    const now = Date.now();
    const found = only ? [[only, this.waiting.get(only)]] : this.waiting;
    for (const [id, one] of found) {
      if (now > one.mo.deadline) {
        this.waiting.delete(id);
        this.book.count('past the deadline');
        if (one.mo.deadline - one.mo.at >= PATIENT_MS)
          this.#missed(one);
        one.resolve({ expired: true });
      } else if (now >= one.due && this.ready) {
        one.due = now + REPEAT_MS;
        one.times += 1;
        if (one.times > 1)
          this.book.count('repeats');
        this.#client.publish(this.#topic(`in/${one.shard}`), one.payload);
      }
    }
  }

  #receive(topic, payload, packet) {
    let message;
    try {
      ({ message } = judgeGateway(channelOf(topic, ROOT), payload));
    } catch (error) {
      this.book.fault('a message against the contract', { why: error.message });
      return;
    }
    if (packet.retain)
      this.book.fault('a retained message', { topic });
    if (message.re === undefined)
      this.#deliver(message);
    else if (this.waiting.has(message.re))
      this.#settle(message.re, message);
    else
      this.#compare(message);
  }

  // An SMS that answers nothing.
  #deliver(message) {
    this.book.count('SMS of the gateway\'s own');
    this.onSms?.(message);
  }

  #settle(id, message) {
    const one = this.waiting.get(id);
    if (message.error === 'unknown_session') {
      this.book.count('unknown sessions');
      one.unknown = true;
      return;
    }
    if (message.error === 'overload') {
      this.book.count('overloads');
      one.due = Date.now() + message.retry_ms;
      return;
    }
    this.waiting.delete(id);
    this.settled.set(id, { msisdn: one.mo.msisdn, text: message.text, mt: message.id });
    this.book.count('settled');
    this.#again(one);
    one.resolve({ message, unknown: one.unknown });
  }

  // Nobody served it within a minute. On a slow machine that can happen while gateways are killed faster than they start.
  #missed({ mo, times }) {
    if (this.calmSince !== undefined && mo.deadline - this.calmSince >= SOON_MS)
      this.book.fault('a message that was never settled', { id: mo.id, msisdn: mo.msisdn, times });
    else
      this.book.count('past a deadline of a minute, under faults');
  }

  // A bridge that died before it had noted the settlement sends the message again.
  #again({ shard, payload }) {
    if (this.#count % FORGETS !== 0 || !this.ready)
      return;
    this.book.count('sent again after the settlement');
    this.#client.publish(this.#topic(`in/${shard}`), payload);
  }

  // One more settlement of the same message: the bridge ignores it, the ledger does not.
  #compare(message) {
    const first = this.settled.get(message.re);
    if (!first || message.error || first.text === undefined)
      return;
    this.book.count('settled again');
    if (message.id !== first.mt)
      this.book.fault('a repeat was answered under another id', { re: message.re, first: first.mt, then: message.id });
    if (message.text !== first.text)
      this.book.lost.push({ what: 'a repeat got another text', msisdn: first.msisdn, from: this.numberOf(message.re),
        to: this.#count, re: message.re, first: first.text, then: message.text });
  }
}
