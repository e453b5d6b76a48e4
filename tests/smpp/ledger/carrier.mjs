// SPDX-License-Identifier: Apache-2.0
// The simulated carrier under the ledger's eyes, and what goes wrong with it.
import { setTimeout as pause } from 'node:timers/promises';
import { Smsc } from '../smsc.mjs';

const RETRY_MS = 400, ANSWER_MS = 2500, MET_MS = 15000, MISSES = 3, MISSES_MS = 500;
const THROTTLED = 0x58, QUEUE_FULL = 0x14;
const LATE = /^sequence \d+ where|^a screen for no session/;

export class Carrier extends Smsc {
  constructor(options, { book, accounts, submits }) {
    super({ window: 20, enquireMs: 200, record: false, retry: { ms: RETRY_MS, times: Infinity, answerMs: ANSWER_MS }, ...options });
    Object.assign(this, { book, accounts, submits, strange: [], lates: 0, absences: 0 });
    this.onPdu = (...all) => submits.take(...all);
  }

  // The same parameter for all deliveries of a message, if there is one.
  get more() {
    return this.stableId()(1);
  }

  deliver(members) {
    const mo = this.accounts.open(members);
    return super.deliver(members, mo ? (what) => {
      this.lates += what === 'late' ? 1 : 0;
      this.accounts.told(mo, what);
    } : undefined);
  }

  phone(msisdn) {
    const phone = super.phone(msisdn);
    const { takeSms } = phone;
    phone.takeSms = (pdu, message) => {
      this.submits.taken(pdu);
      takeSms.call(phone, pdu, message);
    };
    phone.inbox = { put: ({ text }) => this.accounts.got(msisdn, text) };
    return phone;
  }

  // A screen that came again or too late is judged at the end.
  faulty(what, status) {
    if (LATE.test(what))
      this.strange.push(Date.now());
    else
      this.faults.push(what);
    return status;
  }

  // ---- Troubles: resolve when they are over ----

  async trouble({ what, lasts }) {
    if (what === 'cut')
      await this.#cut();
    else if (what === 'away')
      await this.#away(lasts);
    else if (what === 'hears nothing')
      await this.#deaf(lasts);
    else if (what === 'misses answers')
      await this.#misses();
    else
      await this.#rules(what, lasts);
  }

  // Only what stands can be cut: the bridge may be dead at this moment, or the carrier away.
  async #cut() {
    const end = Date.now() + MET_MS;
    while (this.connections.size === 0 && Date.now() < end)
      await pause(20);
    this.book.count('carrier connections cut', this.connections.size);
    this.cut();
  }

  async #away(lasts) {
    this.absences += 1;
    if (this.absences === 1)
      await this.close();
    await pause(lasts);
    this.absences -= 1;
    if (this.absences === 0)
      await this.listen();
  }

  // No answer is taken notice of; then the connection breaks, so that the bridge can know that they may be lost.
  async #deaf(lasts) {
    const rule = this.rule('deliver_sm_resp', { silent: true });
    await this.#met(rule, lasts);
    this.book.count('answers that the carrier did not hear', rule.used);
    this.cut();
  }

  // Some answers are lost and the connection stands, until one of them was waited for in vain.
  async #misses() {
    const before = this.lates, end = Date.now() + 2 * MET_MS;
    while (this.lates === before && Date.now() < end) {
      const rule = this.rule('deliver_sm_resp', { silent: true, times: MISSES });
      const over = Date.now() + ANSWER_MS + MISSES_MS;
      while (this.lates === before && Date.now() < over)
        await pause(20);
      rule.lift();
    }
  }

  // A rule is in force for this time, and until somebody has met it.
  async #met(rule, lasts) {
    const end = Date.now() + lasts + MET_MS;
    await pause(lasts);
    while (rule.used === 0 && Date.now() < end)
      await pause(20);
    rule.lift();
  }

  async #rules(what, lasts) {
    const does = { throttles: { status: THROTTLED }, busy: { status: QUEUE_FULL }, 'loses answers': { lost: true } }[what];
    const where = () => {
      if (does.lost)
        this.submits.unanswered.push(Date.now());
      return true;
    };
    const rule = this.rule('submit_sm', { ...does, where });
    await this.#met(rule, lasts);
    this.book.count(`submit_sm while the carrier ${what}`, rule.used);
  }

  async end() {
    if (this.faults.length > 0)
      this.book.fault('the bridge does not keep to SMPP', { said: this.faults.slice(0, 5) });
    this.faults = [];
    await super.end();
  }
}
