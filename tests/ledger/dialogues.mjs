// SPDX-License-Identifier: Apache-2.0
// What people do under the faults: walks, requests for help, questions how a case stands.
//
// The rule for what a phone may see. A step shows the screen that was learnt, exactly. If Redis did not take one of the steps of
// the dialogue, a gateway may have forgotten it: then an earlier screen, the main menu or the language of the country may come, for
// the subscriber's steps live in one gateway's memory and the next may go to the other. But a step is never taken twice: what lies
// ahead on the way, which only a doubled step could reach, is a fault at all times. (By SMS an earlier dialogue of the same questions
// may have come so far: then it is a fault unless a step was not saved.)
import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../system/support/texts.mjs';
import { PATIENT_MS } from './bridge.mjs';
import { requestOf } from './codes.mjs';
import { Over } from './phones.mjs';
import { LANGUAGES } from './walks.mjs';

const COUNTRIES = ['LA', 'TH', 'KH', 'MM', 'VN', 'CN'];
const KINDS = ['overcharged', 'unpaid', 'papers', 'false-terms', 'injury', 'violence', 'trafficking', 'dismissal', 'other'];
const WISHES = ['call', 'quiet', 'none'];
const TIMES = ['any', 'morning', 'afternoon', 'evening'];
const STATES = ['stored', 'new', 'unreachable', 'unknown', 'tries'];
const TRIES = 3;
const THINK_MS = 800; // at most, before each step
const CASE = /(\d{3} \d{3} \d{3})\D+(\d{4})(?!\d)/; // a case number and its PIN

const starts = (text, id, lang) => [lang, 'lo'].some((one) => text.startsWith(say(id, {}, one).split(/[.?!]/)[0]));

export class Dialogues {
  cases = []; // confirmed filings

  // learnt: { en, lo }, each with walks, forms and first, the screens of the first dial.
  constructor(book, learnt, random) {
    Object.assign(this, { book, learnt, random });
  }

  below(n) {
    return Math.floor(this.random() * n);
  }

  // One dialogue of any kind; always ends quietly.
  async any(phone) {
    const deadline = this.random() < 0.05 ? 1000 + this.below(2000) : PATIENT_MS;
    const dice = this.random();
    const talk = new Talk(this, phone, deadline);
    try {
      await talk.first();
      if (dice < 0.5)
        await this.#walk(talk);
      else if (dice < 0.8)
        await this.#request(talk);
      else
        await this.#status(talk);
      this.book.count('dialogues to the end');
    } catch (error) {
      if (!(error instanceof Over))
        throw error;
      this.book.count('dialogues broken off');
    }
    talk.hangup();
  }

  async #walk(talk) {
    const at = this.below(talk.learnt.walks.length);
    const { kind, steps, screens, pages } = talk.learnt.walks[at];
    talk.kind = kind;
    for (let i = 0; i < steps.length; i += 1) {
      await talk.step(steps[i], screens[i], { ahead: screens.slice(i + 1, pages), fallen: this.learnt.lo.walks[at].screens[i] });
      this.book.count('steps of walks');
    }
  }

  async #request(talk) {
    talk.kind = this.random() < 0.3 ? 'sms' : 'ussd';
    const forms = talk.learnt.forms[talk.kind], fallen = this.learnt.lo.forms[talk.kind];
    const [kind, country, wish, safe] = [KINDS, COUNTRIES, WISHES, TIMES].map((all) => this.below(all.length));
    const anonymous = WISHES[wish] === 'none', again = talk.kind === 'sms' && talk.phone.wrote;
    talk.phone.wrote ||= talk.kind === 'sms';
    const path = talk.kind === 'ussd' && kind < 8 && this.random() < 0.7 ? [[`*1234*4${kind + 1}2#`, 'where']]
      : [[talk.kind === 'sms' ? 'CALL ME' : '*1234*92#', 'kind'], [String(kind + 1), 'where']];
    path.push([String(country + 1), 'contact'], [String(wish + 1), anonymous ? 'anonymous' : 'safe']);
    if (!anonymous)
      path.push([String(safe + 1), 'consent']);
    for (const [i, [step, screen]] of path.entries())
      await talk.step(step, forms[screen], { ahead: path.slice(i + 1).map(([, one]) => forms[one]), fallen: fallen[screen], again });
    await this.#file(talk, { kind: KINDS[kind], country: COUNTRIES[country], wish: WISHES[wish], safe: anonymous ? 'any' : TIMES[safe] });
  }

  // The consent: the message that files. After a refusal the phone tries again, which is another message.
  async #file(talk, choices) {
    const { phone } = talk;
    const text = talk.kind === 'sms' && this.random() < 0.6 ? `ຊ່ວຍ: they hold my papers (${this.below(1e9)})` : '';
    const bySms = talk.kind === 'ussd' && this.random() < 0.3;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const filing = { msisdn: phone.msisdn, lang: phone.lang, ...choices, text, channel: talk.kind, from: talk.begun, at: Date.now(),
        outcome: 'unknown' };
      this.book.filings.push(filing);
      const name = (moId) => Object.assign(filing, { moId, ...requestOf(phone.bridge.name, moId) });
      const said = await talk.raw(tries > 0 ? '1' : text || (bySms ? '2' : '1'), name);
      Object.assign(filing, { to: Date.now(), story: phone.story });
      talk.mustGoOn(said);
      filing.outcome = this.#outcome(talk, filing, said);
      this.book.count(`requests: ${filing.outcome}`);
      if (filing.outcome === 'confirmed')
        this.cases.push(filing);
      if (filing.outcome !== 'refused' || text)
        return;
    }
  }

  // A message may be stepped by two gateways, if Redis knows of neither: the phone hears of the one that could not file, and its next answer
  // meets what the other has left. Then the earlier message is confirmed late.
  #outcome(talk, filing, said) {
    const [, spaced, pin] = CASE.exec(said.text) ?? [], number = spaced?.replaceAll(' ', '');
    const earlier = number !== filing.case && talk.filings.find((one) => one.case === number && one.pin === pin);
    if (earlier && earlier.from === filing.from)
      earlier.outcome = 'confirmed';
    if (earlier)
      talk.lost('the case number of an earlier message', said);
    if (number && (number !== filing.case || pin !== filing.pin))
      this.book.fault('a case number that does not follow from the message', { moId: filing.moId, number, pin, wanted: filing.case, story: filing.story });
    if (number)
      return 'confirmed';
    if (starts(said.text, 'request.failed', filing.lang))
      return 'refused';
    talk.lost('not a case number', said);
    return 'unknown';
  }

  async #status(talk) {
    const some = this.cases.slice(-300);
    if (some.length === 0)
      return;
    const one = some[this.below(some.length)];
    const forms = talk.learnt.forms.status, fallen = this.learnt.lo.forms.status;
    const begun = Date.now();
    await talk.step('*1234*93#', forms.case, { ahead: [forms.pin], fallen: fallen.case });
    await talk.step(one.case, forms.pin, { ahead: [], fallen: fallen.pin });
    const said = await talk.raw(one.pin);
    talk.mustGoOn(said);
    const state = STATES.find((id) => starts(said.text, `status.${id}`, talk.phone.lang));
    if (!state)
      talk.lost('not the state of a case', said);
    this.book.asks.push({ id: one.id, state, begun });
    this.book.count(`states heard: ${state}`);
  }

  // An SMS that answers nothing: it can only be a case number.
  sms(message) {
    const [, number, pin] = CASE.exec(message.text) ?? [];
    this.book.count('case numbers by SMS');
    this.book.notes.push({ msisdn: message.msisdn, case: number?.replaceAll(' ', ''), pin });
  }
}

// One dialogue of one phone.
class Talk {
  kind = 'ussd';
  #ended = true;

  constructor(dialogues, phone, deadline) {
    const { book, learnt } = dialogues;
    Object.assign(this, { dialogues, phone, deadline, book, learnt: learnt[phone.lang], begun: phone.bridge.lastNumber });
  }

  // A new phone dials and chooses its language.
  async first() {
    if (this.phone.known)
      return;
    const { choice, menu } = this.learnt.first;
    this.phone.retired = true; // unless this comes to its end: the next dial would offer to go on
    await this.step('*1234#', choice, { ahead: [] }); // without Redis the main menu comes at once
    await this.step(LANGUAGES[this.phone.lang], menu, { ahead: [] });
    this.hangup();
    this.phone.known = true;
    this.phone.retired = false;
    this.begun = this.phone.bridge.lastNumber;
  }

  async raw(step, sent) {
    await pause(this.dialogues.random() * THINK_MS);
    const said = await this.phone.say(this.kind, step, this.deadline, sent);
    this.#ended = this.kind === 'sms' || said.end;
    return said;
  }

  // One step and the screen that it must show. again: the phone has answered these questions by SMS before, and an SMS dialogue has no
  // name; if this one's beginning was forgotten, the answer is taken for one to the earlier questions.
  async step(step, expected, { ahead, fallen, again }) {
    const said = await this.raw(step);
    this.mustGoOn(said);
    if (said.text === expected)
      return;
    this.#mustNotFile(said);
    if (ahead.includes(said.text) && again)
      this.lost('an answer to earlier questions', said);
    if (ahead.includes(said.text)) {
      const { msisdn, story } = this.phone;
      this.book.fault('a step was taken twice', { msisdn, id: said.id, expected, text: said.text, story });
      throw new Over();
    }
    const forgotten = said.text === fallen || said.text === this.learnt.first.choice;
    this.lost(forgotten ? 'the language was forgotten' : 'an earlier screen', said, forgotten ? this.phone.since : this.begun);
  }

  get filings() {
    return this.book.filings.filter((one) => one.msisdn === this.phone.msisdn);
  }

  // No case number is due here. In an SMS dialogue that of an earlier request may be shown again. And a gateway that does not know of
  // a step which Redis did not take may take this for the answer to an earlier question, "Send?": that is counted.
  #mustNotFile(said) {
    const number = CASE.exec(said.text)?.[1].replaceAll(' ', '');
    if (!number || (this.kind === 'sms' && this.filings.some((one) => one.case === number)))
      return;
    if (number !== requestOf(this.phone.bridge.name, said.id).case)
      this.book.fault('a case number that does not follow from the message', { moId: said.id, number });
    this.lost('it filed what was asked before', said);
  }

  hangup() {
    if (!this.#ended)
      this.phone.hangup();
    this.#ended = true;
  }

  mustGoOn(said) {
    if (said.expired)
      throw new Over();
    if (said.text === undefined)
      this.lost(`refused: ${said.error ?? 'no text'}`, said);
    if (said.unknown)
      this.lost('an unknown session', said);
  }

  // The session was taken back, so it seems: that is looked into at the end. The phone hangs up.
  lost(what, said, from = this.begun) {
    const { msisdn, bridge, story } = this.phone;
    this.book.lost.push({ what, msisdn, from, to: bridge.numberOf(said.id), re: said.id, then: said.text, story });
    if (from === this.phone.since || !this.learnt.known.has(said.text)) // its language may be another now
      this.phone.retired = true;
    throw new Over();
  }
}
