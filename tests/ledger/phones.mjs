// SPDX-License-Identifier: Apache-2.0
// Phones and what a person with a phone does at one time: dial, answer, write, hang up.
import { LANGUAGES } from './walks.mjs';

const STEPS_MAX = 90, WINDOW_MS = 10 * 60 * 1000; // a session remembers its ids for 10 minutes, and at most 128 of them

// Thrown when a dialogue cannot go on; it is no fault by itself.
export class Over extends Error {}

export class Phone {
  #sessions = 0;
  #steps = []; // instants

  constructor(bridge, msisdn, lang) {
    Object.assign(this, { bridge, msisdn, lang, session: 'none', known: false, retired: false, wrote: false, story: [], since: bridge.lastNumber });
  }

  get rested() {
    const early = Date.now() - WINDOW_MS;
    this.#steps = this.#steps.filter((at) => at > early);
    return this.#steps.length < STEPS_MAX;
  }

  // Say one thing and return { id, text, error, end, unknown, expired }. `step` is a code to dial, or an answer, or an SMS.
  // `sent` hears the message's id before it is answered.
  async say(kind, step, deadlineMs = 60000, sent = () => {}) {
    const begins = kind === 'ussd' && step.startsWith('*');
    this.#steps.push(Date.now());
    if (begins) {
      this.#sessions += 1;
      this.session = `${this.msisdn.slice(-4)}-${this.#sessions}`;
    }
    const members = kind === 'sms' ? { kind, to: '1234', text: step }
      : { kind, session: this.session, ...(begins ? { event: 'begin', code: step, text: '' } : { event: 'continue', text: step }) };
    const { id, answer } = this.bridge.ask(this, members, deadlineMs);
    sent(id);
    const { message, unknown, expired } = await answer;
    const heard = message?.text ?? message?.error ?? 'nothing';
    this.story = [...this.story.slice(-11), `${id} ${step} -> ${heard.replaceAll('\n', '|').slice(0, 40)}`];
    return { id, unknown, expired, error: message?.error, text: message?.text, end: message?.event === 'end' };
  }

  hangup(cause = 'user') {
    this.bridge.tell(this, { kind: 'ussd', session: this.session, event: 'end', cause });
  }
}

// A phone on the calm system: it speaks its language from the start, and every step must be answered.
export async function calmPhone(bridge, msisdn, lang) {
  const phone = new Phone(bridge, msisdn, lang);
  phone.step = async (kind, step) => {
    const { text, error } = await phone.say(kind, step);
    if (text === undefined)
      throw new Error(`no answer to ${step}: ${error}`);
    return text;
  };
  const hangup = phone.hangup;
  phone.hangup = (kind) => { if (kind === 'ussd') hangup.call(phone); };
  const choice = await phone.step('ussd', '*1234#');
  const menu = await phone.step('ussd', LANGUAGES[lang]);
  phone.hangup('ussd');
  return Object.assign(phone, { first: { choice, menu } });
}

// Numbers that are easy to find again: 85620 5555 NNNN, and 85620 5556 NNNN and so on for more.
export function* numbers() {
  for (let i = 0; i < 100000; i += 1)
    yield `85620${String(55550000 + i)}`;
}

// All phones; the longest idle one is taken first.
export class Pool {
  all = [];
  #idle = [];

  constructor(bridge) {
    this.bridge = bridge;
    this.numbers = numbers();
  }

  take() {
    const at = this.#idle.findIndex((one) => one.rested);
    if (at >= 0 && this.#idle.length > 200)
      return this.#idle.splice(at, 1)[0];
    const phone = new Phone(this.bridge, this.numbers.next().value, this.all.length % 2 ? 'en' : 'lo');
    this.all.push(phone);
    return phone;
  }

  give(phone) {
    this.#idle.push(phone);
  }

  // A number that no phone of the pool has.
  nextNumber() {
    return this.numbers.next().value;
  }
}
