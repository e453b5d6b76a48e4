// SPDX-License-Identifier: Apache-2.0
// The accounts of the ledger: each message that the carrier delivers, under which ids the gateway heard of it, how it was settled and
// answered; and each SMS that came back.
import { readBits } from '../dialects.mjs';

const RECEIPT = 0x04;
const OLD = /answered before; the answer is no longer kept/;
const keyOf = (...parts) => parts.join('|');

// One deliver_sm, over all its deliveries.
class Mo {
  tries = [];      // instants
  ids = new Map(); // id at the gateway -> when it was heard first
  answers = [];    // what settled it, as the bridge was told
  late = 0;        // times that the carrier had no answer in time
  losses = 0;      // times that its connection broke
  old = false;     // the gateway said that it keeps the answer no more
  ok = 0;          // when the carrier took the OK

  constructor(key, msisdn, kind, text) {
    Object.assign(this, { key, msisdn, kind, text });
  }
}

export class Accounts {
  mos = new Map();      // by key
  byId = new Map();     // id at the gateway -> Mo
  sent = new Map();     // phone -> ids in the order in which the gateway heard them
  received = new Map(); // phone -> { text of a whole SMS -> how often }
  last = new Map();     // phone -> the Mo that it sent last
  name = 'laotel';

  constructor(book, dialect) {
    Object.assign(this, { book, dialect });
  }

  // A deliver_sm begins its way. Returns its account, or null if it needs no settlement (receipts, ends).
  open(members) {
    const { source_addr: msisdn, ussd_service_op: op, its_session_info: info, esm_class: esmClass } = members;
    const text = members.data_coding === 0x08 ? Buffer.from(members.short_message).swap16().toString('utf16le') : members.short_message.toString();
    const word = info?.readUInt16BE(0);
    if (esmClass === RECEIPT || (op !== undefined && readBits(word, this.dialect.endMask)))
      return null;
    const kind = op === undefined ? 'sms' : 'ussd';
    const key = kind === 'sms' ? keyOf(msisdn, text) : keyOf(msisdn, readBits(word, this.dialect.sessionMask), text);
    const mo = new Mo(key, msisdn, kind, text);
    this.mos.set(key, mo);
    this.last.set(msisdn, mo);
    this.book.count(`${kind} messages`);
    return mo;
  }

  // The carrier hears of a try: as told() of Smsc.deliver.
  told(mo, what) {
    if (what === 'sent')
      mo.tries.push(Date.now());
    else if (what === 'late')
      mo.late += 1;
    else if (what === 'lost')
      mo.losses += 1;
    else if (what === 0)
      this.#ok(mo);
    else
      this.book.count(`answered 0x${what.toString(16)}`);
  }

  #ok(mo) {
    mo.ok = Date.now();
    this.book.count('answered OK');
    if (mo.answers.length === 0)
      this.book.fault('OK before the gateway had settled it', { key: mo.key, ids: [...mo.ids.keys()] });
  }

  // The bridge tells the gateway of a message, or is told.
  heard(channel, message) {
    if (channel === 'in')
      this.#named(message);
    else if (message.re !== undefined && message.error !== 'unknown_session' && message.error !== 'overload')
      this.#settled(message);
  }

  #named({ id, msisdn, kind, event, session, code, text }) {
    if (kind === 'receipt' || event === 'end')
      return;
    const key = kind === 'sms' ? keyOf(msisdn, text) : keyOf(msisdn, session, event === 'begin' ? code : text);
    const mo = this.mos.get(key);
    this.book.count('messages to the gateway');
    if (!mo) {
      this.book.fault('a message that no phone sent', { key });
      return;
    }
    if (mo.ids.has(id))
      return;
    mo.ids.set(id, Date.now());
    this.byId.set(id, mo);
    this.sent.set(msisdn, [...this.sent.get(msisdn) ?? [], id]);
  }

  #settled(message) {
    const mo = this.byId.get(message.re);
    this.book.count('settlements');
    if (mo && OLD.test(message.detail))
      this.#old(mo);
    else if (message.error)
      this.book.fault('the gateway refused a message', { key: mo?.key, error: message.error, detail: message.detail });
    else if (!mo)
      this.book.fault('a settlement of nothing', { re: message.re });
    else
      mo.answers.push({ re: message.re, mt: message.id, text: message.text, at: Date.now() });
  }

  #old(mo) {
    mo.old = true;
    this.book.count('repeats of what the gateway has answered before, and keeps no more');
  }

  // A phone got a whole SMS.
  got(msisdn, text) {
    const all = this.received.get(msisdn) ?? new Map();
    this.received.set(msisdn, all.set(text, (all.get(text) ?? 0) + 1));
    this.book.count('SMS received');
  }

  // How many answers to SMS of a phone say this.
  sendings(msisdn, piece) {
    const answers = this.texts.filter((one) => one.msisdn === msisdn).flatMap((one) => one.answers);
    return new Set(answers.filter(({ text }) => text.includes(piece)).map(({ mt }) => mt)).size;
  }

  get texts() {
    return [...this.mos.values()].filter(({ kind }) => kind === 'sms');
  }

  // SMS that were answered OK and whose answer has not come. Each takes one of the SMS that its phone got, of any text that the gateway has
  // answered it with: a repeat may get another one if Redis had lost the step.
  missing() {
    const left = new Map([...this.received].map(([msisdn, texts]) => [msisdn, new Map(texts)]));
    const wanted = this.texts.filter(({ ok, answers }) => ok && answers.length > 0)
      .map((mo) => ({ mo, texts: [...new Set(mo.answers.map(({ text }) => text))] })).sort((a, b) => a.texts.length - b.texts.length);
    return wanted.filter(({ mo, texts }) => {
      const copies = left.get(mo.msisdn), text = texts.find((one) => copies?.get(one) > 0);
      copies?.set(text, copies.get(text) - 1);
      return text === undefined;
    });
  }
}
