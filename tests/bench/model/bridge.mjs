// SPDX-License-Identifier: Apache-2.0
// One carrier's bridge, as gateway/bridge and gateway/smpp: so many messages may be in hand; what is not settled is sent again; answers go to
// the carrier no faster than it allows, and wait while its link is down. Without `carrier` it is the bridge of dial.c, which knows no such
// limits.
import { Fifo } from './clock.mjs';

export class Bridge {
  inHand = 0;
  outgoing = new Fifo();
  #unsettled = new Fifo();
  #unanswered = 0;
  #nextUs = 0;
  #pumping = false;
  #begins = 0; // in hand that begin a dialogue
  #mayBegin = Infinity;
  #halvedUs = 0;
  #peak = { in_hand: 0, to_carrier: 0 };

  // limits: inHand, outUnanswered, perSecond, queue, rttUs of the carrier, or null; publish(bridge, step), phones: served, failed; tell(what).
  constructor(clock, station, { repeatUs, limits, link, publish, phones, tell }) {
    Object.assign(this, { clock, station, repeatUs, limits, link, publish, phones, tell });
    if (limits) this.#mayBegin = limits.inHand / 2;
    clock.every(20000, () => this.#repeat());
    if (link) link.whenUp(() => this.#pump());
  }

  // The most since it was last asked: in_hand, or to_carrier.
  peak(name) {
    const most = this.#peak[name];
    this.#peak[name] = name === 'in_hand' ? this.inHand : this.outgoing.length;
    return most;
  }

  // A step from a phone.
  take(step) {
    if (this.link && !this.link.up) {
      this.phones.failed(step, 'cut');
      return;
    }
    if (this.limits && (this.inHand >= this.limits.inHand || (step.index === 0 && !this.#hasRoom()))) {
      this.phones.failed(step, 'refused');
      return;
    }
    this.inHand += 1;
    if (step.index === 0) this.#begins += 1;
    this.#peak.in_hand = Math.max(this.#peak.in_hand, this.inHand);
    this.#unsettled.push({ step, due: this.clock.now + this.repeatUs });
    this.station.put(this.#send, step);
  }

  #send = (step) => this.publish(this, step);

  #repeat() {
    while (this.#unsettled.length > 0 && this.#unsettled.head.due <= this.clock.now) {
      const { step } = this.#unsettled.shift();
      if (step.settled) continue;
      this.tell('repeats');
      this.#unsettled.push({ step, due: this.clock.now + this.repeatUs });
      this.station.put(this.#send, step);
    }
  }

  // The gateway has settled it; the station has done its part.
  settle = (step) => {
    if (step.settled) return;
    step.settled = true;
    this.#adapt(step);
    if (step.refused) {
      this.#leave(step);
      this.phones.failed(step, 'refused');
    } else if (this.limits && this.outgoing.length >= this.limits.queue) {
      this.#leave(step);
      this.phones.failed(step, 'refused');
    } else {
      this.outgoing.push(step);
      this.#peak.to_carrier = Math.max(this.#peak.to_carrier, this.outgoing.length);
      this.#pump();
    }
  };

  // The last quarter is for what goes on.
  #hasRoom() {
    return this.#begins < this.#mayBegin && this.inHand < this.limits.inHand * 3 / 4;
  }

  // As many as may begin at once: half at a refusal, once for all that were under way together; a quarter more with each round of answers.
  #adapt({ index, refused, from }) {
    if (!this.limits || index > 0) return;
    if (!refused) {
      this.#mayBegin = Math.min(this.limits.inHand / 2, this.#mayBegin + 0.25);
    } else if (from >= this.#halvedUs) {
      this.#mayBegin = Math.max(1, this.#mayBegin / 2);
      this.#halvedUs = this.clock.now;
    }
  }

  // Nobody waits for this step any more. What is settled stays in the queue until its turn.
  expire(step) {
    if (step.settled) return;
    step.settled = true;
    this.#leave(step);
  }

  #leave(step) {
    if (!step.left) {
      this.inHand -= 1;
      if (step.index === 0) this.#begins -= 1;
    }
    step.left = true;
  }

  #onTimer = () => {
    this.#pumping = false;
    this.#pump();
  };

  #pump() {
    while (this.outgoing.length > 0 && (!this.link || this.link.up)) {
      const step = this.outgoing.head;
      if (this.clock.now >= step.until) {
        this.#leave(this.outgoing.shift());
        continue;
      }
      if (this.limits && !this.#mayGo()) return;
      this.#go(this.outgoing.shift());
    }
  }

  #mayGo() {
    if (this.#unanswered >= this.limits.outUnanswered) return false; // an answer of the carrier pumps
    if (this.#nextUs <= this.clock.now) return true;
    if (!this.#pumping) this.clock.soon(this.#nextUs, this.#onTimer);
    this.#pumping = true;
    return false;
  }

  #go(step) {
    if (!this.limits) {
      this.#leave(step);
      this.phones.served(step);
      return;
    }
    this.#nextUs = Math.max(this.#nextUs, this.clock.now) + 1e6 / this.limits.perSecond;
    this.#unanswered += 1;
    this.clock.soon(this.clock.now + this.limits.rttUs / 2, this.phones.served, step);
    this.clock.soon(this.clock.now + this.limits.rttUs, this.#arrived, step);
  }

  #arrived = (step) => this.station.put(this.#accepted, step);

  #accepted = (step) => {
    this.#unanswered -= 1;
    this.#leave(step);
    this.#pump();
  };
}

// A carrier's link that goes away for the last part of each period.
export class Link {
  up = true;
  #waiting = [];

  constructor(clock, { period_ms: period, down_ms: down }) {
    const fall = (at) => {
      this.up = false;
      clock.soon(at + down * 1000, rise, at + down * 1000);
    };
    const rise = (at) => {
      this.up = true;
      for (const fn of this.#waiting) fn();
      clock.soon(at + (period - down) * 1000, fall, at + (period - down) * 1000);
    };
    clock.soon((period - down) * 1000, fall, (period - down) * 1000);
  }

  whenUp(fn) {
    this.#waiting.push(fn);
  }
}
