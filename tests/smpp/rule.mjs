// SPDX-License-Identifier: Apache-2.0
// What the simulated carrier does with the next PDUs of a kind instead of serving them:
//   { status }       refuse with this command_status
//   { silent: true } take no notice
//   { lost: true }   serve it, but the answer is lost
//   { hold: true }   serve it when release() is called
//   { close: true }  cut the connection
// `times`: how often, for ever if left out. `where`: which PDUs.
export class Rule {
  #held = [];
  used = 0;

  constructor(command, { times = Infinity, where = () => true, ...does }) {
    Object.assign(this, { command, times, where, ...does });
  }

  applies(pdu) {
    return this.used < this.times && pdu.command === this.command && this.where(pdu);
  }

  keep(serve) {
    this.#held.push(serve);
  }

  get held() {
    return this.#held.length;
  }

  // Serve what was held, the n oldest or all, and hold no more unless n is given.
  release(n) {
    if (n === undefined)
      this.lift();
    for (const serve of this.#held.splice(0, n ?? this.#held.length))
      serve();
  }

  lift() {
    this.times = 0;
  }
}
