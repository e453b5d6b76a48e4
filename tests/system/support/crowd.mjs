// SPDX-License-Identifier: Apache-2.0
// Phones under whose steps servers come and go.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { choice, label, opening, options } from './texts.mjs';
import { until } from './wait.mjs';

export const PHONES = 12;

// Phones that walk the same way again and again: each screen tells whether a step was lost, or taken twice.
export class Crowd {
  rounds = 0;
  askedBy = new Map(); // the phone of each message's id
  steps = 0;
  #going = true;

  // thinkMs: of a person between two keys. A gateway lets nobody take more than some hundred steps a minute.
  constructor(bridge, { thinkMs = 40 } = {}) {
    Object.assign(this, { bridge, thinkMs });
    this.phones = Array.from({ length: PHONES }, (_, i) => bridge.phone(String(8562055543000 + i)));
  }

  async begin() {
    await Promise.all(this.phones.map((one) => one.begin()));
    this.steps += 2 * PHONES;
    this.walks = Promise.all(this.phones.map((one) => this.#walk(one)));
    this.walks.catch(() => {}); // heard by whoever awaits it
  }

  async #walk(phone) {
    const menu = `1 ${label('before.why-regular')}`;
    const way = [[choice('main', 'before'), menu], ['1', opening('before.why-regular').slice(0, 12)], ['0', menu], ['0', options('main')[0]]];
    while (this.#going) {
      for (const [key, part] of way) {
        await setTimeout(this.thinkMs);
        phone.lastId = this.bridge.nextId();
        this.askedBy.set(phone.lastId, phone);
        await phone.answer(key, { id: phone.lastId });
        phone.lastKey = key;
        this.steps += 1;
        phone.sees(part);
      }
      this.rounds += 1;
    }
  }

  // So many more rounds by all together; fails as soon as a phone does.
  more(rounds) {
    const wanted = this.rounds + rounds;
    return Promise.race([until(`${rounds} rounds more`, () => this.rounds >= wanted), this.walks.then(() => assert.fail('the walks ended'))]);
  }

  async end() {
    this.#going = false;
    await this.walks;
  }
}

// Lines about steps that were logged from an instant on: { at, id, saved }.
export const stepsSince = (world, ms) => [...world.gateway.output.matchAll(/^(\S+) level=debug event=step .* id=(\S+) .* saved=(\d)/gm)]
  .map(([, at, id, saved]) => ({ at: Date.parse(at), id, saved: saved === '1' })).filter(({ at }) => at >= ms);

// Each phone's last message once more: the same answer, and no step.
export async function repeat({ phones }) {
  for (const phone of phones) {
    const { text } = phone;
    await phone.answer(phone.lastKey, { id: phone.lastId });
    assert.equal(phone.text, text);
  }
}

// What a gateway says of itself when nothing is away.
export const isWell = (one) => one.state === 'up' && one.degraded.length === 0;

// The gateway is killed, and a new one knows the phones' last answers and where they are: their sessions stand elsewhere.
export async function isKnownToOthers(world, crowd) {
  await world.gateway.kill();
  await world.gateway.says((one) => one.state === 'down');
  await world.gateway.start();
  await world.gateway.says(isWell);
  await repeat(crowd);
  await Promise.all(crowd.phones.map(async (phone) => {
    await phone.answer(choice('main', 'before'));
    phone.sees(`1 ${label('before.why-regular')}`);
  }));
}
