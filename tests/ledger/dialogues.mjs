// SPDX-License-Identifier: Apache-2.0
// What people do under the faults: walks, requests for help, questions how a case stands. Each screen is compared with what was
// learnt; what may only be seen after a lost session ends the dialogue and goes into book.lost, to be excused at the end or not.
import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../system/support/texts.mjs';
import { requestOf } from './codes.mjs';
import { Over } from './phones.mjs';
import { LANGUAGES } from './walks.mjs';

const COUNTRIES = ['LA', 'TH', 'KH', 'MM', 'VN', 'CN'];
const KINDS = ['overcharged', 'unpaid', 'papers', 'false-terms', 'injury', 'violence', 'trafficking', 'dismissal', 'other'];
const WISHES = ['call', 'quiet', 'none'];
const TIMES = ['any', 'morning', 'afternoon', 'evening'];
const TRIES = 3;
const THINK_MS = 800; // at most, before each step

const starts = (text, id, lang) => text.startsWith(say(id, {}, lang).split(/[.?!。]/)[0]);

export class Dialogues {
  cases = []; // confirmed filings

  // learnt: { en, lo }, each with walks, elsewhere, forms and choice (the screen that asks for a language).
  constructor(book, learnt, random) {
    Object.assign(this, { book, learnt, random });
  }

  #pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  // One dialogue of any kind; always ends quietly.
  async any(phone) {
    const deadline = this.random() < 0.05 ? Math.round(1000 + this.random() * 2000) : 60000;
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
    const { walks } = this.learnt[talk.phone.lang];
    const at = Math.floor(this.random() * walks.length);
    const walk = walks[at], fallen = this.learnt.lo.walks[at];
    talk.kind = walk.kind;
    for (let i = 0; i < walk.steps.length; i += 1) {
      const back = new Set([...walk.rolled[i], ...fallen.rolled[i] ?? [], fallen.screens[i]]);
      await talk.step(walk.steps[i], { expected: walk.screens[i], back, never: walk.screens.slice(i + 1) });
      this.book.count('steps of walks');
    }
  }

  async #request(talk) {
    talk.kind = this.random() < 0.3 ? 'sms' : 'ussd';
    const forms = this.learnt[talk.phone.lang].forms[talk.kind];
    const pick = (n) => Math.floor(this.random() * n);
    const [kind, country, wish, safe] = [pick(KINDS.length), pick(COUNTRIES.length), pick(3), pick(4)];
    const path = [];
    const direct = talk.kind === 'ussd' && kind < 8 && this.random() < 0.7;
    if (direct)
      path.push([`*1234*4${kind + 1}2#`, 'where']);
    else
      path.push([talk.kind === 'sms' ? 'CALL ME' : '*1234*92#', 'kind'], [String(kind + 1), 'where']);
    path.push([String(country + 1), 'contact'], [String(wish + 1), wish === 2 ? 'anonymous' : 'safe']);
    if (wish !== 2)
      path.push([String(safe + 1), 'consent']);
    for (const [i, [step, screen]] of path.entries()) {
      const back = new Set(path.slice(0, i).flatMap(([, one]) => [forms[one], this.learnt.lo.forms[talk.kind][one]]));
      await talk.step(step, { expected: forms[screen], back, never: [] });
    }
    await this.#file(talk, { kind: KINDS[kind], country: COUNTRIES[country], wish: WISHES[wish], safe: wish === 2 ? 'any' : TIMES[safe] },
      new Set([...Object.values(forms), ...Object.values(this.learnt.lo.forms[talk.kind])]));
  }

  // The consent: the message that files. After a refusal the phone tries again, which is another message.
  async #file(talk, choices, back) {
    const text = talk.kind === 'sms' && this.random() < 0.6 ? `ຊ່ວຍ: they hold my papers (${talk.phone.msisdn.slice(-6)}-${Math.floor(this.random() * 1e9)})` : '';
    const withSms = talk.kind === 'ussd' && this.random() < 0.3;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const said = await talk.raw(tries > 0 ? '1' : text || (withSms ? '2' : '1'));
      const filing = { ...requestOf(talk.phone.bridge.name, said.id), moId: said.id, msisdn: talk.phone.msisdn, lang: talk.phone.lang, ...choices,
        text, channel: talk.kind, at: said.sentAt, to: Date.now(), outcome: 'unknown' };
      this.book.filings.push(filing);
      const outcome = this.#outcome(talk, filing, said, back);
      this.book.count(`requests: ${outcome}`);
      if (outcome !== 'refused' || text)
        return;
    }
  }

  #outcome(talk, filing, said, back) {
    const { lang } = filing;
    talk.mustGoOn(said);
    const [, number, pin] = /(\d{3} \d{3} \d{3})\D+(\d{4})(?!\d)/.exec(said.text) ?? [];
    if (number) {
      filing.outcome = 'confirmed';
      if (number.replaceAll(' ', '') !== filing.case || pin !== filing.pin)
        this.book.fault('a case number that does not follow from the message', { moId: filing.moId, number, pin, wanted: filing.case });
      this.cases.push(filing);
      return 'confirmed';
    }
    if (starts(said.text, 'request.failed', lang) || starts(said.text, 'request.failed', 'lo')) {
      filing.outcome = 'refused';
      return 'refused';
    }
    talk.judge(said, { expected: null, back, never: [] });
    return 'lost';
  }

  async #status(talk) {
    if (this.cases.length === 0)
      return;
    const one = this.#pick(this.cases.slice(-300));
    const forms = this.learnt[talk.phone.lang].forms.status, fallen = this.learnt.lo.forms.status;
    const begun = Date.now();
    await talk.step('*1234*93#', { expected: forms.case, back: new Set([fallen.case]), never: [] });
    await talk.step(one.case, { expected: forms.pin, back: new Set([forms.case, fallen.case, fallen.pin]), never: [] });
    const said = await talk.raw(one.pin);
    talk.mustGoOn(said);
    const state = ['stored', 'new', 'unreachable', 'unknown', 'tries'].find((id) =>
      starts(said.text, `status.${id}`, talk.phone.lang) || starts(said.text, `status.${id}`, 'lo'));
    if (!state)
      talk.judge(said, { expected: null, back: new Set([...Object.values(forms), ...Object.values(fallen)]), never: [] });
    this.book.asks.push({ id: one.id, state, begun });
    this.book.count(`states heard: ${state}`);
  }

  // An SMS that answers nothing: it can only be a case number.
  sms(message) {
    const [, number, pin] = /(\d{3} \d{3} \d{3})\D+(\d{4})/.exec(message.text) ?? [];
    this.book.count('case numbers by SMS');
    this.book.notes ??= [];
    this.book.notes.push({ msisdn: message.msisdn, case: number?.replaceAll(' ', ''), pin });
  }
}

// One dialogue of one phone.
class Talk {
  kind = 'ussd';
  #ended = false;

  constructor(dialogues, phone, deadline) {
    Object.assign(this, { dialogues, phone, deadline, book: dialogues.book, begun: Date.now() });
  }

  // A new phone dials and chooses its language.
  async first() {
    if (this.phone.known)
      return;
    const { lang } = this.phone;
    const { choice, menu } = this.dialogues.learnt[lang].first;
    await this.step('*1234#', { expected: choice, back: new Set(), never: [] });
    await this.step(LANGUAGES[lang], { expected: menu, back: new Set([choice]), never: [] });
    this.hangup();
    this.phone.known = true;
    this.begun = Date.now();
  }

  async raw(step) {
    await pause(this.dialogues.random() * THINK_MS);
    const said = await this.phone.say(this.kind, step, this.deadline);
    this.#ended = said.end;
    return said;
  }

  async step(step, screens) {
    const said = await this.raw(step);
    this.mustGoOn(said);
    this.judge(said, screens);
    return said.text;
  }

  hangup() {
    if (this.kind === 'ussd' && !this.#ended)
      this.phone.hangup();
    this.#ended = true;
  }

  mustGoOn(said) {
    if (said.expired)
      throw new Over();
    if (said.error || said.text === undefined)
      this.#lost(`refused: ${said.error ?? 'none'}`, said);
    if (said.unknown)
      this.#lost('an unknown session', said);
  }

  judge(said, { expected, back, never }) {
    const { learnt } = this.dialogues;
    if (said.text === expected)
      return;
    const elsewhere = [learnt.en.elsewhere, learnt.lo.elsewhere, back].some((one) => one.has(said.text));
    if (said.text === learnt.en.first.choice)
      this.#lost('the language was forgotten', said, this.phone.since);
    // An SMS has no session: if it was taken back, then to any dialogue before. Only what lies ahead shows a step taken twice.
    if (elsewhere || (this.kind === 'sms' && !never.includes(said.text)))
      this.#lost('an earlier screen', said);
    this.book.fault('a screen that no session can show', { msisdn: this.phone.msisdn, id: said.id, expected, text: said.text });
    throw new Over();
  }

  #lost(what, said, from = this.begun) {
    this.book.lost.push({ what, msisdn: this.phone.msisdn, from, to: Date.now(), re: said.id, then: said.text });
    if (what === 'the language was forgotten')
      this.phone.known = false;
    throw new Over();
  }
}
