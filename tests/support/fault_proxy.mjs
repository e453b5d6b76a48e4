// SPDX-License-Identifier: Apache-2.0
// A proxy between two Unix sockets that can be made slow, leaky or deaf while it runs.
//
//   const proxy = new FaultProxy('/tmp/x/front.sock', '/tmp/x/back.sock');
//   await proxy.listen();
//   proxy.set({ delay: { ms: 20, jitter: 80 }, split: 7 });  // all faults are in `clear` below
//   proxy.cut();                                             // every connection is destroyed, what is on the way is lost
//   proxy.clear();                                           // as a plain pipe again; what was held back goes on
//   await proxy.end();
import fs from 'node:fs';
import net from 'node:net';

const HELD_MAX = 256 * 1024; // octets that one direction holds before it stops to read

// One direction of one connection: what `from` sends comes to `to`, in order, as the faults allow.
class Lane {
  #queue = []; // { octets, due }; octets is null for the end
  #held = 0;
  #next = 0;   // not before this instant
  #timer = null;

  constructor(proxy, way, from, to) {
    Object.assign(this, { proxy, way, from, to });
    from.on('data', (octets) => this.#take(octets));
    from.once('close', () => this.#take(null));
    from.on('error', () => {});
  }

  #take(octets) {
    const { delay } = this.proxy.faults;
    const wait = delay ? delay.ms + Math.random() * (delay.jitter ?? 0) : 0;
    this.#queue.push({ octets, due: Date.now() + wait });
    this.#held += octets?.length ?? 0;
    if (this.#held > HELD_MAX)
      this.from.pause();
    this.pump();
  }

  get #deaf() {
    const { halfOpen } = this.proxy.faults;
    return halfOpen === 'both' || halfOpen === this.way;
  }

  // Send what may go now; come back for the rest.
  pump() {
    clearTimeout(this.#timer);
    while (this.#queue.length > 0 && !this.#deaf) {
      const wait = Math.max(this.#queue[0].due, this.#next) - Date.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.#send();
      if (this.proxy.faults.split) { // a pause, or the reader gets the pieces as one
        this.#timer = setTimeout(() => this.pump(), 0);
        return;
      }
    }
  }

  #send() {
    const { split, throttle } = this.proxy.faults;
    const [first] = this.#queue;
    if (first.octets === null || this.to.destroyed) {
      this.#queue.length = 0;
      this.to.destroy();
      return;
    }
    const most = Math.min(split ? 1 + Math.floor(Math.random() * split) : Infinity, throttle ? Math.ceil(throttle / 50) : Infinity);
    const piece = first.octets.subarray(0, Math.min(most, first.octets.length));
    first.octets = first.octets.subarray(piece.length);
    if (first.octets.length === 0)
      this.#queue.shift();
    this.#held -= piece.length;
    this.proxy.octets += piece.length;
    this.to.write(piece);
    if (throttle)
      this.#next = Date.now() + piece.length * 1000 / throttle;
    if (this.#held <= HELD_MAX && this.from.isPaused())
      this.from.resume();
  }

  drop() {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }
}

export class FaultProxy {
  #server;
  #pairs = new Set(); // { sockets, lanes }
  faults = {};
  octets = 0;      // carried in both directions
  connections = 0; // accepted
  cuts = 0;        // connections that cut() destroyed
  refusals = 0;

  constructor(front, back) {
    Object.assign(this, { front, back });
    this.#server = net.createServer((socket) => this.#accept(socket));
  }

  listen() {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(this.front, resolve);
    });
  }

  // Put faults in force beside those that are:
  //   delay: { ms, jitter }   every piece comes later by ms to ms + jitter; the order stays
  //   split: n                writes of 1 to n octets
  //   throttle: n             n octets a second in each direction
  //   halfOpen: 'up', 'down' or 'both'   nothing is carried from front to back, back to front; not even the end of a connection
  //   refuse: true            who connects is cut off at once
  set(faults) {
    Object.assign(this.faults, faults);
    this.#pump();
  }

  // Lift the named faults, or all.
  clear(...names) {
    for (const name of names.length > 0 ? names : Object.keys(this.faults))
      delete this.faults[name];
    this.#pump();
  }

  // Both ends lose their connection at once. Returns how many connections there were.
  cut() {
    const n = this.#pairs.size;
    for (const pair of this.#pairs)
      this.#destroy(pair);
    this.cuts += n;
    return n;
  }

  get open() {
    return this.#pairs.size;
  }

  async end() {
    this.clear();
    for (const pair of this.#pairs)
      this.#destroy(pair);
    await new Promise((resolve) => { this.#server.close(resolve); });
    fs.rmSync(this.front, { force: true });
  }

  #pump() {
    for (const { lanes } of this.#pairs)
      lanes.forEach((lane) => lane.pump());
  }

  #destroy(pair) {
    this.#pairs.delete(pair);
    pair.lanes.forEach((lane) => lane.drop());
    pair.sockets.forEach((socket) => socket.destroy());
  }

  #accept(front) {
    this.connections += 1;
    if (this.faults.refuse) {
      this.refusals += 1;
      front.on('error', () => {});
      front.destroy();
      return;
    }
    const back = net.connect(this.back);
    const pair = { sockets: [front, back], lanes: [] };
    pair.lanes = [new Lane(this, 'up', front, back), new Lane(this, 'down', back, front)];
    this.#pairs.add(pair);
    const over = () => { if (front.destroyed && back.destroyed) this.#pairs.delete(pair); };
    pair.sockets.forEach((socket) => socket.once('close', over));
  }
}
