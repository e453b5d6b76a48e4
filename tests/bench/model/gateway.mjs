// SPDX-License-Identifier: Apache-2.0
// The gateway, as gateway/core/dispatch.c: a step is loaded if it is not remembered, stepped, saved, answered. What cannot be loaded or saved
// goes on from memory. A request for help is on disk before it is saved.
import { Fifo } from './clock.mjs';

const TRIES_MAX = 8;
const RANK_SHARE = 8;

// Sessions of those who came last.
class Recent {
  #known = new Map(); // subscriber: the entry of the queue that counts
  #queue = new Fifo();

  constructor(most) {
    this.most = most;
  }

  get(number) {
    return this.#known.get(number);
  }

  put(number, saves, taken) {
    const entry = { number, saves, taken };
    this.#known.set(number, entry);
    this.#queue.push(entry);
    for (;;) {
      const first = this.#queue.head;
      const counts = this.#known.get(first.number) === first;
      if (counts && this.#known.size <= this.most) return;
      if (counts) this.#known.delete(first.number);
      this.#queue.shift();
    }
  }
}

export class Gateway {
  inHand = 0;
  #peak = 0;

  // line: to the store; disk: the station of the journal; tell(what): something happened; send(gateway, step, refused): the step is settled.
  constructor(clock, station, { most, maxWaitUs, recent, line, disk, tell, send }) {
    Object.assign(this, { clock, station, most, maxWaitUs, line, disk, tell, send });
    this.recent = new Recent(recent);
  }

  peak() {
    const most = this.#peak;
    this.#peak = this.inHand;
    return most;
  }

  // A message has come; the station has done its part.
  take = (step) => {
    if (this.clock.now >= step.until) this.tell('late');
    else if (step.inHand) this.tell('in_hand');
    else if (step.answered) this.send(this, step, false);
    else if (this.#isFull(step)) this.send(this, step, true);
    else this.#begin(step);
  };

  // A dialogue under way has an eighth more of room, and may wait twice as long.
  #isFull({ index, published }) {
    const rank = index > 0 ? 1 : 0;
    const waited = this.maxWaitUs > 0 && this.clock.now - published > this.maxWaitUs * (1 + rank);
    return waited || this.inHand >= this.most + rank * (Math.floor(this.most / RANK_SHARE) + 1);
  }

  #begin(step) {
    this.inHand += 1;
    this.#peak = Math.max(this.#peak, this.inHand);
    step.inHand = true;
    step.tries = 0;
    const known = this.recent.get(step.phone.number);
    step.behind = known && known.taken < step.phone.taken;
    if (known) this.#step(step, known.saves);
    else this.line.ask('load', step, 0, this.#loaded);
  }

  #loaded = (step, found) => {
    if (!found && step.index > 0) this.tell('forgotten');
    this.#step(step, found ? found.saves : 0);
  };

  #step(step, saves) {
    step.saves = saves;
    if (step.files) this.disk.put(this.#filed, step);
    else this.#save(step);
  }

  #filed = (step) => this.station.putUrgent(this.#save, step);

  #save = (step) => this.line.ask('save', step, step.saves, this.#saved);

  #saved = (step, result) => {
    if (result && !result.ok && step.tries++ < TRIES_MAX) {
      this.tell('again');
      step.saves = result.saves;
      this.#save(step);
      return;
    }
    if (!result) this.tell('unsaved');
    if (!result && step.behind) this.tell('behind');
    step.phone.taken += 1;
    this.recent.put(step.phone.number, result ? step.saves + 1 : step.saves, step.phone.taken);
    step.inHand = false;
    step.answered = true;
    this.inHand -= 1;
    if (this.clock.now < step.until) this.send(this, step, false);
    else this.tell('late');
  };
}
