// SPDX-License-Identifier: Apache-2.0
// Machines, and the stations on them. A station is a program with one thread and an event loop: it takes all that waits in one turn,
// and what comes out of a turn leaves together at its end. Going from rest to work costs `wake` (a system call, a switch, a cold cache), each
// piece `each`, and a turn that follows another without a rest `turn`: so a program that is busy takes less time for a piece than one that is not, as ours do. When more stations have work than the
// machine has processors, they share them evenly.
const NOTHING = 1e-6; // microseconds: less is none

export class Machine {
  at = Infinity;
  busy = 0; // microseconds of all processors
  #running = [];
  #last = 0;

  // share: of the time of its processors that its programs get.
  constructor(clock, name, processors, share = 1) {
    Object.assign(this, { clock, name, processors, share });
    clock.add(this);
  }

  begin(station, us) {
    this.#advance();
    station.left = us;
    this.#running.push(station);
    this.#plan();
  }

  fire() {
    this.#advance();
    const done = [];
    for (let i = this.#running.length - 1; i >= 0; i -= 1) {
      if (this.#running[i].left > NOTHING) continue;
      done.push(this.#running[i]);
      this.#running.splice(i, 1);
    }
    this.#plan();
    for (const one of done) one.finish();
  }

  get #speed() {
    return Math.min(1, (this.processors * this.share) / this.#running.length);
  }

  #advance() {
    const passed = this.clock.now - this.#last;
    this.#last = this.clock.now;
    if (passed <= 0 || this.#running.length === 0) return;
    const worked = passed * this.#speed;
    for (const one of this.#running) {
      one.left -= worked;
      one.busy += worked;
    }
    this.busy += worked * this.#running.length;
  }

  #plan() {
    let least = Infinity;
    for (const one of this.#running) if (one.left < least) least = one.left;
    this.at = least === Infinity ? Infinity : this.clock.now + Math.max(0, least) / this.#speed;
  }
}

export class Station {
  busy = 0; // microseconds of its own work
  taken = 0;
  left = 0;
  stopped = false; // it hangs: what comes waits
  #working = false;
  #peak = 0;
  // Pieces that wait, and those of the turn: what to call, with what.
  #waiting = { fn: [], arg: [], us: [] };
  #turn = { fn: [], arg: [], us: [] };
  #urgent = [];

  // batch: the most that one turn takes, besides what is urgent.
  constructor(machine, name, { wake, each, turn = 0, batch = 256 }) {
    Object.assign(this, { machine, name, wake, each, turn, batch });
  }

  get length() {
    return this.#waiting.fn.length + this.#turn.fn.length + this.#urgent.length;
  }

  // The most that waited or was worked on since it was last asked.
  peak() {
    const most = this.#peak;
    this.#peak = this.length;
    return most;
  }

  // fn(arg) happens when the piece of work is done.
  put(fn, arg, us = this.each) {
    this.#waiting.fn.push(fn);
    this.#waiting.arg.push(arg);
    this.#waiting.us.push(us);
    this.taken += 1;
    if (this.length > this.#peak) this.#peak = this.length;
    if (!this.#working && !this.stopped) this.#begin(this.wake);
  }

  // The same for what comes by a connection of its own, where nothing else waits: the next turn takes it.
  putUrgent(fn, arg) {
    this.#urgent.push({ fn, arg });
    this.taken += 1;
    if (this.length > this.#peak) this.#peak = this.length;
    if (!this.#working && !this.stopped) this.#begin(this.wake);
  }

  stop() {
    this.stopped = true;
  }

  goOn() {
    this.stopped = false;
    if (!this.#working && this.length > 0) this.#begin(this.wake);
  }

  // What waits is gone, as with a process that dies.
  drop() {
    for (const list of [...Object.values(this.#waiting), this.#urgent]) list.length = 0;
  }

  #begin(us) {
    const [all, turn] = [this.#waiting, this.#turn];
    this.#working = true;
    if (all.fn.length <= this.batch) {
      this.#turn = all;
      this.#waiting = turn;
    } else {
      this.#turn = { fn: all.fn.splice(0, this.batch), arg: all.arg.splice(0, this.batch), us: all.us.splice(0, this.batch) };
    }
    for (const { fn, arg } of this.#urgent) {
      this.#turn.fn.push(fn);
      this.#turn.arg.push(arg);
      this.#turn.us.push(this.each);
    }
    this.#urgent.length = 0;
    let work = us;
    for (const one of this.#turn.us) work += one;
    this.machine.begin(this, work);
  }

  finish() {
    const { fn, arg, us } = this.#turn;
    this.#turn = { fn: [], arg: [], us: [] };
    for (let i = 0; i < fn.length; i += 1) fn[i](arg[i]);
    fn.length = arg.length = us.length = 0;
    this.#turn = { fn, arg, us };
    this.#working = false;
    if (!this.stopped && this.length > 0) this.#begin(this.turn);
  }
}
