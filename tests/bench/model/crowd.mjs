// SPDX-License-Identifier: Apache-2.0
// Workers who dial: the same as crowd.c, in the model's time. And how many of them begin in each tenth of a second.
import { Fifo } from './clock.mjs';
import { Dice } from './dice.mjs';

const SLICE_US = 100000;

// A radio announcement: the rate climbs for a while, then decays; so many dial until its end. And those who dial anyway, by chance.
export function schedule({ dialogues, length_s: length, climb_s: climb, decay_s: decay, before_s: before = 0, background_per_s: background = 0 }, seed) {
  const dice = new Dice(seed);
  const rate = (t) => (t < 0 ? 0 : t < climb ? t / climb : Math.exp(-(t - climb) / decay));
  const middles = Array.from({ length: Math.round((before + length) * 10) }, (_, i) => i / 10 + 0.05 - before);
  const whole = middles.reduce((sum, t) => sum + rate(t), 0);
  return middles.map((t) => dice.poisson((dialogues * rate(t)) / whole + background / 10));
}

export class Crowd {
  busy = 0;
  waiting = 0;
  waitingUs = 0; // of all steps in flight together
  #since = 0;
  #next = 0;
  #slice = 0;
  #places = Infinity; // for more dialogues at a time
  #coming = 0; // workers who wait for a place
  #patient = new Fifo();

  // phones: think, redial (waits), redial_percent, dials_max, patience_ms, answers (a count for each way), files_of_1000, tick_us (what is due waits for
  // the next one; none: nothing waits), under_way (so many at a time; none: as many as dial); bridges take the steps.
  constructor(clock, slices, phones, bridges, series, seed) {
    Object.assign(this, { clock, slices, phones, bridges, series });
    this.dice = new Dice(seed);
    this.patienceUs = phones.patience_ms * 1000;
    clock.every(20000, () => this.#look());
    this.#places = phones.under_way ?? Infinity;
    this.#begin();
  }

  get isOver() {
    return this.#slice === this.slices.length && this.busy === 0;
  }

  #begin = () => {
    const count = this.slices[this.#slice];
    for (let i = 0; i < count; i += 1) {
      const at = this.clock.now + (i * SLICE_US) / count;
      this.clock.later(this.#tick(at), this.#dial, at);
    }
    this.busy += count;
    this.#slice += 1;
    if (this.#slice < this.slices.length) this.clock.soon(this.clock.now + SLICE_US, this.#begin);
  };

  // When something that is due then is done.
  #tick(at) {
    const { tick_us: tick } = this.phones;
    return tick ? Math.ceil(at / tick) * tick : at;
  }

  #dial = (due) => {
    if (this.#places === 0) {
      this.#coming += 1;
      return;
    }
    this.#places -= 1;
    const number = this.#next++;
    const files = this.dice.roll() * 1000 < (this.phones.files_of_1000 ?? 0);
    this.#step({ number, bridge: this.bridges[number % this.bridges.length], answers: this.phones.answers[number % this.phones.answers.length],
      index: 0, dials: 0, taken: 0, files }, due);
  };

  #take = (phone) => this.#step(phone, this.clock.now);

  #step(phone, from) {
    if (phone.index === 0) {
      this.series.count('dials', phone);
      if (phone.dials++ > 0) this.series.count('redials', phone);
    }
    const step = { phone, index: phone.index, from, until: from + this.patienceUs, files: phone.files && phone.index === phone.answers,
      settled: false, answered: false, inHand: false, over: false };
    this.series.count('offered', phone);
    this.#wait(1);
    this.series.waiting(this.waiting);
    this.#patient.push(step);
    phone.bridge.take(step);
  }

  #later(wait, phone) {
    this.clock.later(this.#tick(this.clock.now + this.dice.wait(wait) * 1000), this.#take, phone);
  }

  // The phone shows the screen.
  served = (step) => {
    if (step.over) return;
    const { phone } = step;
    this.#end(step);
    this.series.count('served', phone);
    this.series.latency(this.clock.now - step.from, phone);
    if (phone.index++ === phone.answers) {
      this.series.count('finished', phone);
      this.#leave();
    } else {
      this.#later(this.phones.think, phone);
    }
  };

  // The phone shows an error; why: refused, timed_out, cut.
  failed = (step, why) => {
    if (step.over) return;
    const { phone } = step;
    this.#end(step);
    this.series.count(why, phone);
    if (phone.dials >= this.phones.dials_max || this.dice.roll() * 100 >= this.phones.redial_percent) {
      this.series.count('lost', phone);
      this.#leave();
      return;
    }
    phone.index = 0;
    this.#later(this.phones.redial, phone);
  };

  #leave() {
    this.busy -= 1;
    this.#places += 1;
    if (this.#coming === 0) return;
    this.#coming -= 1;
    this.#dial(this.clock.now);
  }

  #wait(change) {
    this.waitingUs += this.waiting * (this.clock.now - this.#since);
    this.#since = this.clock.now;
    this.waiting += change;
  }

  #end(step) {
    step.over = true;
    this.#wait(-1);
  }

  // The carrier's patience.
  #look() {
    while (this.#patient.length > 0 && (this.#patient.head.over || this.#patient.head.until <= this.clock.now)) {
      const step = this.#patient.shift();
      if (step.over) continue;
      step.phone.bridge.expire(step);
      this.failed(step, 'timed_out');
    }
  }
}
