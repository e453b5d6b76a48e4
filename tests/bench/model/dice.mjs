// SPDX-License-Identifier: Apache-2.0
// Chance that is the same for the same seed.
export class Dice {
  #a;

  constructor(seed) {
    this.#a = seed >>> 0;
  }

  // Between 0 and 1, neither of them (mulberry32).
  roll() {
    this.#a = (this.#a + 0x6d2b79f5) >>> 0;
    let t = this.#a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  }

  exponential(mean) {
    return -Math.log(this.roll()) * mean;
  }

  // At least `least`, `mean` on the average.
  wait({ least_ms: least, mean_ms: mean }) {
    return least + this.exponential(mean - least);
  }

  // How many happen in a while in which so many are expected.
  poisson(expected) {
    if (expected > 50) {
      const normal = Math.sqrt(-2 * Math.log(this.roll())) * Math.cos(2 * Math.PI * this.roll());
      return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal));
    }
    const limit = Math.exp(-expected);
    let n = 0;
    for (let p = this.roll(); p > limit; p *= this.roll()) n += 1;
    return n;
  }
}
