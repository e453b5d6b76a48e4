// SPDX-License-Identifier: Apache-2.0
// Redis: which save of a subscriber is the last, by commands that take its time. And a gateway's line to it, as gateway/io/store_redis*.c:
// a request that is not answered in time counts as failed, three in a row end the connection, and without a connection all fail at once.
import { Fifo } from './clock.mjs';

const LATE_IN_A_ROW = 3;

export class Store {
  away = false;
  #saves = new Map(); // subscriber: the number of the last save

  constructor(station) {
    this.station = station;
  }

  get subscribers() {
    return this.#saves.size;
  }

  load({ subscriber }) {
    return { saves: this.#saves.get(subscriber) ?? 0, ok: true };
  }

  // Compare and set.
  save({ subscriber, saves }) {
    const last = this.#saves.get(subscriber) ?? 0;
    if (last === saves) this.#saves.set(subscriber, saves + 1);
    return { saves: last, ok: last === saves };
  }

  // It answers nothing, but takes what is sent ('hang'); or it is gone, and its connections with it ('kill').
  leave(how) {
    this.away = true;
    this.station.stop();
    if (how === 'kill') this.station.drop();
  }

  comeBack() {
    this.away = false;
    this.station.goOn();
  }
}

export class Line {
  up = true;
  #waiting = new Fifo();
  #inflight = 0;
  #late = 0;
  #connection = 0;
  #peak = 0;
  #planned = false;

  // hop(from, to, fn, arg, urgent): fn(arg) as a piece of the work of `to`, when a message is there.
  constructor(clock, store, gateway, { timeoutUs, most, retryUs, hop }) {
    Object.assign(this, { clock, store, gateway, timeoutUs, most, retryUs, hop });
  }

  get inflight() {
    return this.#inflight;
  }

  peak() {
    const most = this.#peak;
    this.#peak = this.#inflight;
    return most;
  }

  // done(step, result); a result of null: the store is not there. kind: 'load' or 'save'.
  ask(kind, step, saves, done) {
    if (!this.up || this.#inflight >= this.most) {
      done(step, null);
      return;
    }
    const request = { kind, step, done, subscriber: step.phone.number, saves, answered: false, result: null, connection: this.#connection, until: this.clock.now + this.timeoutUs };
    this.#inflight += 1;
    this.#peak = Math.max(this.#peak, this.#inflight);
    this.#waiting.push(request);
    this.#plan();
    this.hop(this.gateway, this.store.station, this.#serve, request);
  }

  #serve = (request) => {
    if (request.connection !== this.#connection) return; // nobody reads on, so the server stops reading
    request.result = this.store[request.kind](request);
    this.hop(this.store.station, this.gateway, this.#reply, request, true);
  };

  #reply = (request) => {
    if (request.connection !== this.#connection) return; // it was lost with it
    this.#inflight -= 1;
    request.replied = true;
    if (request.answered) return;
    this.#late = 0;
    this.#answer(request, request.result);
  };

  #answer(request, result) {
    request.answered = true;
    request.done(request.step, result);
  }

  #plan() {
    while (this.#waiting.length > 0 && this.#waiting.head.replied) this.#waiting.shift();
    if (this.#planned || this.#waiting.length === 0) return;
    this.#planned = true;
    this.clock.soon(Math.max(this.clock.now, this.#waiting.head.until), this.#expire);
  }

  #expire = () => {
    this.#planned = false;
    while (this.#waiting.length > 0 && (this.#waiting.head.answered || this.#waiting.head.until <= this.clock.now)) {
      const request = this.#waiting.shift();
      if (request.answered) continue;
      this.#late += 1;
      this.#answer(request, null);
    }
    if (this.#late >= LATE_IN_A_ROW) this.drop();
    this.#plan();
  };

  // The connection is lost: whatever waits has failed.
  drop() {
    if (!this.up) return;
    this.up = false;
    this.#connection += 1;
    this.#late = this.#inflight = 0;
    const lost = this.#waiting;
    this.#waiting = new Fifo();
    while (lost.length > 0) {
      const request = lost.shift();
      if (!request.answered) this.#answer(request, null);
    }
    this.clock.soon(this.clock.now + this.retryUs, this.#connect);
  }

  #connect = () => {
    if (this.store.away) this.clock.soon(this.clock.now + this.retryUs, this.#connect);
    else this.up = true;
  };
}
