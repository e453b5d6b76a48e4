// SPDX-License-Identifier: Apache-2.0
// Waiting for something to become true, never for time to pass.
export const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 20000);

const POLL_MS = 20;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Ask again and again until the answer is neither false nor an exception; returns it. `what` is a text or makes one.
export async function until(what, ask, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (let last; ;) {
    try {
      const answer = await ask();
      if (answer)
        return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new Error(`waited ${ms} ms in vain: ${typeof what === 'function' ? what() : what}`, { cause: last });
    await pause(POLL_MS);
  }
}

// Things that arrive, and those who wait for them.
export class Mailbox {
  #items = [];
  #waiting = new Set();

  put(item) {
    for (const one of this.#waiting) {
      if (one.wanted(item)) {
        this.#waiting.delete(one);
        clearTimeout(one.timer);
        one.resolve(item);
        return;
      }
    }
    this.#items.push(item);
  }

  // Take the oldest item that is wanted, or the first to come.
  take(what, wanted = () => true, ms = PATIENCE_MS) {
    const at = this.#items.findIndex(wanted);
    if (at >= 0)
      return Promise.resolve(this.#items.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const one = { wanted, resolve };
      one.timer = setTimeout(() => {
        this.#waiting.delete(one);
        reject(new Error(`waited ${ms} ms in vain: ${what}`));
      }, ms);
      this.#waiting.add(one);
    });
  }

  // The same, but what came before it is forgotten.
  next(what, wanted, ms) {
    const at = this.#items.findIndex(wanted);
    this.#items.splice(0, at < 0 ? this.#items.length : at);
    return this.take(what, wanted, ms);
  }

  has(wanted = () => true) {
    return this.#items.some(wanted);
  }
}
