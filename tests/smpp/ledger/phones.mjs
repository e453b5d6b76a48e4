// SPDX-License-Identifier: Apache-2.0
// What people do meanwhile: dial and walk, and write words by SMS. Of a walk all screens are known from the calm system; no input comes
// twice in a session, so that each is a message of its own.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CONTENT } from '../../system/support/texts.mjs';
import { Refused } from '../phone.mjs';

const CODE = '1234', CHOICE = '*1234#', ENGLISH = '7';
const WALKS = [['*1234*10#', '1', '98', '0', '2', '00'], ['*1234*20#', '2', '98', '0', '3', '00'], ['*1234*30#', '3', '0', '2', '00'],
  ['*1234*70#', '1', '98', '0', '00'], ['*1234*21#', '0', '1', '00']];
const SPOKEN = ['main', 'fees-menu', 'before', 'before.routes', 'before.documents', 'before.contract', 'before.steps', 'work', 'work.pay',
  'problems', 'problem.emergency', 'skills', 'home', 'numbers', 'by-country', 'about', 'help'];
const THINK_MS = 150, BURST = 3, FLOOD = 10; // SMS at a time, at most
const SCREEN_MS = 6000;          // for a screen, once the bridge has taken the input
export const NEVER = 'a screen never came';

// The words for each answer. A phone sends one of each, so that a copy of one answer is never taken for another one.
const WORDS = (() => {
  const { keywords } = JSON.parse(fs.readFileSync(path.join(CONTENT, 'keywords.json'), 'utf8'));
  return SPOKEN.map((name) => [...keywords[name].en, ...keywords[name].lo ?? []]);
})();

class Over extends Error {}

// One number: it chooses its language, then walks and writes until something went wrong or all words are spent.
class Life {
  used = false;

  constructor(crowd, msisdn) {
    const { carrier, learnt } = crowd;
    Object.assign(this, { crowd, msisdn, phone: carrier.phone(msisdn), learnt });
    this.phone.patienceMs = crowd.screenMs;
    this.words = WORDS.map((all) => [crowd.random(), all[Math.floor(crowd.random() * all.length)]]).sort(([a], [b]) => a - b)
      .map(([, word]) => word);
  }

  // Steps of one session, each with the screen that is due (or none, to learn it). Resolves with the screens.
  async walk(steps, due) {
    const screens = [];
    for (const [i, step] of steps.entries()) {
      await pause(this.crowd.random() * THINK_MS);
      screens.push(await this.#step(step, i === 0));
      if (due && screens[i] !== due[i])
        this.#wrong(step, due[i], screens[i]);
      this.crowd.book.count('screens');
    }
    this.#hangup();
    return screens;
  }

  async #step(step, begins) {
    const { carrier } = this.crowd;
    try {
      return await (begins ? this.phone.dial(step, carrier.more) : this.phone.answer(step, carrier.more));
    } catch (error) {
      if (!(error instanceof Refused)) // that is judged with all messages
        this.crowd.lost.push({ what: NEVER, msisdn: this.msisdn, step, mo: carrier.accounts.last.get(this.msisdn) });
      this.#hangup();
      throw new Over();
    }
  }

  #wrong(step, due, screen) {
    this.crowd.lost.push({ what: 'another screen', msisdn: this.msisdn, step, due, screen });
    this.#hangup();
    throw new Over();
  }

  #hangup() {
    if (this.phone.inSession)
      this.phone.hangup();
  }

  // Write some words at once.
  async write(n) {
    const words = this.words.splice(0, n);
    await Promise.all(words.map((word) => this.phone.send(CODE, word)));
  }

  async choose() {
    return this.walk([CHOICE, ENGLISH], this.learnt?.choose);
  }

  async live(until) {
    const { random, learnt } = this.crowd;
    try {
      await this.choose();
      while (!until.over && this.words.length > 0) {
        const at = Math.floor(random() * WALKS.length);
        if (random() < 0.5)
          await this.walk(WALKS[at], learnt.walks[at]);
        else
          await this.write(1 + Math.floor(random() * BURST));
        await pause(random() * THINK_MS);
      }
    } catch (error) {
      if (!(error instanceof Over))
        throw error;
      this.crowd.book.count('phones given up');
    }
  }
}

export class Crowd {
  lost = []; // screens that were not due, or did not come: judged at the end
  screenMs = SCREEN_MS;

  constructor(carrier, book, numbers, random) {
    Object.assign(this, { carrier, book, numbers, random });
  }

  // On the calm system: what each walk shows, and that each word is answered.
  async learn() {
    const newLife = async () => {
      const life = new Life(this, this.numbers.next().value);
      return { life, choose: await life.choose() };
    };
    const walks = await Promise.all(WALKS.map(async (steps) => (await newLife()).life.walk(steps)));
    const { life, choose } = await newLife();
    while (life.words.length > 0)
      await life.write(FLOOD);
    this.learnt = { choose, walks };
  }

  // Talk until told to end: one life after the other.
  async talk(until) {
    while (!until.over)
      await new Life(this, this.numbers.next().value).live(until);
  }
}
