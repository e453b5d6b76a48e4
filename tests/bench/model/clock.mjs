// SPDX-License-Identifier: Apache-2.0
// The model's time, in microseconds, and what happens in it. A source of events has `at`, when its next one is due (Infinity: none), and
// `fire()`.

// Timers, the earliest first.
export class Timers {
  #at = [];
  #fn = [];
  #arg = [];

  get at() {
    return this.#at.length > 0 ? this.#at[0] : Infinity;
  }

  set(at, fn, arg) {
    let i = this.#at.length;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (this.#at[up] <= at) break;
      this.#move(up, i);
      i = up;
    }
    this.#place(i, at, fn, arg);
  }

  fire() {
    const [fn, arg] = [this.#fn[0], this.#arg[0]];
    const [at, lastFn, lastArg] = [this.#at.pop(), this.#fn.pop(), this.#arg.pop()];
    if (this.#at.length > 0) this.#sink(at, lastFn, lastArg);
    fn(arg);
  }

  #sink(at, fn, arg) {
    const n = this.#at.length;
    let i = 0;
    for (let down = 1; down < n; down = 2 * i + 1) {
      if (down + 1 < n && this.#at[down + 1] < this.#at[down]) down += 1;
      if (this.#at[down] >= at) break;
      this.#move(down, i);
      i = down;
    }
    this.#place(i, at, fn, arg);
  }

  #move(from, to) {
    this.#at[to] = this.#at[from];
    this.#fn[to] = this.#fn[from];
    this.#arg[to] = this.#arg[from];
  }

  #place(i, at, fn, arg) {
    this.#at[i] = at;
    this.#fn[i] = fn;
    this.#arg[i] = arg;
  }
}

export class Clock {
  now = 0;
  #sources = [];
  // Two heaps: the few that are due soon come and go a hundred times as often as the thousands of phones that think.
  #near = new Timers();
  #far = new Timers();

  constructor() {
    this.#sources.push(this.#near, this.#far);
  }

  add(source) {
    this.#sources.push(source);
  }

  // Call fn(arg) at that time; `soon` is a hint.
  soon(at, fn, arg) {
    this.#near.set(at, fn, arg);
  }

  later(at, fn, arg) {
    this.#far.set(at, fn, arg);
  }

  // Call fn at each multiple of so many microseconds.
  every(us, fn) {
    const again = (at) => {
      fn();
      this.soon(at + us, again, at + us);
    };
    this.soon(this.now + us, again, this.now + us);
  }

  // Until then, or until `over()` is true, which is asked after each event.
  run(until, over = () => false) {
    while (!over()) {
      let next = this.#sources[0];
      for (const one of this.#sources) if (one.at < next.at) next = one;
      if (next.at > until) break;
      this.now = Math.max(this.now, next.at);
      next.fire();
    }
  }
}

// First in, first out.
export class Fifo {
  #items = [];
  #first = 0;

  get length() {
    return this.#items.length - this.#first;
  }

  get head() {
    return this.#items[this.#first];
  }

  push(item) {
    this.#items.push(item);
  }

  shift() {
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
