// SPDX-License-Identifier: Apache-2.0
// What happened in each second, with the columns of second.c, and in all. Phones of a carrier whose link flaps are counted apart.
export const COUNTS = ['dials', 'offered', 'served', 'refused', 'timed_out', 'cut', 'redials', 'repeats', 'finished', 'lost'];
const MORE = ['forgotten', 'behind', 'unsaved', 'again', 'late', 'in_hand'];

const zeros = () => Object.fromEntries([...COUNTS, ...MORE].map((name) => [name, 0]));

export function quantile(sorted, part) {
  return sorted.length > 0 ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] : null;
}

export class Series {
  rows = [];
  all = zeros();
  flapping = zeros();
  latencies = []; // of the others
  sum = 0; // of all latencies
  #now = zeros();
  #latencies = [];
  #waiting = 0;

  tell = (what) => {
    this.#now[what] += 1;
    this.all[what] += 1;
  };

  count(what, { bridge }) {
    this.tell(what);
    if (bridge.link) this.flapping[what] += 1;
  }

  latency(us, { bridge }) {
    this.sum += us;
    if (bridge.link) return;
    this.#latencies.push(us);
    this.latencies.push(us);
  }

  waiting(count) {
    if (count > this.#waiting) this.#waiting = count;
  }

  // A second is over; `more` is what else is known of it.
  end(waiting, more) {
    const sorted = Float64Array.from(this.#latencies).sort();
    this.rows.push({ second: this.rows.length, ...this.#now, waiting: this.#waiting, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), ...more });
    this.#now = zeros();
    this.#latencies = [];
    this.#waiting = waiting;
  }
}
