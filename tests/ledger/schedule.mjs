// SPDX-License-Identifier: Apache-2.0
// What goes wrong, and when: drawn from a seed, so that a run can be had again.
import { LINKS } from './world.mjs';

// mulberry32: small, even enough, the same everywhere.
export function randomOf(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Cards in random order, shuffled anew when all are dealt: everything happens, and about as often.
export class Deck {
  #left = [];

  constructor(cards, random) {
    Object.assign(this, { cards, random });
  }

  draw() {
    if (this.#left.length === 0)
      this.#left = this.cards.map((card) => [this.random(), card]).sort(([a], [b]) => a - b).map(([, card]) => card);
    return this.#left.pop();
  }
}

const ALONE = ['gateway-1', 'gateway-2', 'broker', 'redis', 'receiver'];
const TOGETHER = [['gateway-1', 'gateway-2'], ['gateway-1', 'redis'], ['gateway-2', 'broker'], ['redis', 'broker'],
  ['receiver', 'gateway-2']];
const LINK_FAULTS = ['delay', 'split', 'throttle', 'cut', 'half-open', 'refuse'];
const DISKS = ['disk full: gateway-1', 'disk full: gateway-2', 'disk full: receiver'];
const SICK = [...DISKS, 'redis stopped', 'redis asleep', 'redis paused', 'hung: gateway-1', 'hung: gateway-2'];

// The names of everything that a schedule may hold; a run must have met each.
export const KINDS = [...ALONE.map((name) => `kill: ${name}`), 'kill: two at once',
  ...LINK_FAULTS.map((name) => `link: ${name}`), ...SICK];

function linkFault(kind, between) {
  const some = (from, to) => Math.round(from + between() * (to - from));
  switch (kind) {
  case 'delay':
    return { delay: { ms: some(5, 150), jitter: some(0, 400) } };
  case 'split':
    return { split: some(2, 300) };
  case 'throttle':
    return { throttle: some(2000, 30000) };
  case 'half-open':
    return { halfOpen: ['up', 'down', 'both'][some(0, 2)] };
  case 'refuse':
    return { refuse: true };
  default:
    return {};
  }
}

// One kind of trouble after the other until the time is over: `make` gives { lasts, ... }, `rest` the pause behind it.
export function* row(until, make, rest) {
  for (let at = rest(); at < until();) {
    const event = make();
    yield { at: Math.round(at), ...event };
    at += event.lasts + rest();
  }
}

// The schedule: { seed, seconds, events }; an event is { at, lasts (ms), kind, ... }. With `kills` it goes on until so many processes
// were to be killed.
export function makeSchedule({ seed, seconds, kills }) {
  const random = randomOf(seed);
  const some = (from, to) => from + random() * (to - from);
  const killDeck = new Deck([...ALONE.map((one) => [one]), ...ALONE.map((one) => [one]), ...TOGETHER], random);
  let killed = 0, end = kills ? Infinity : seconds * 1000;
  const killRow = [...row(() => (kills && killed >= kills ? 0 : end), () => {
    const names = killDeck.draw();
    killed += names.length;
    return { kind: names.length > 1 ? 'kill: two at once' : `kill: ${names[0]}`, names, lasts: Math.round(some(20, 1000)) };
  }, () => some(500, 1500))];
  if (kills)
    end = Math.max(...killRow.map(({ at }) => at)) + 2000;

  const links = new Deck(Object.keys(LINKS).flatMap((link) => LINK_FAULTS.map((fault) => ({ link, fault }))), random);
  const linkRow = [...row(() => end, () => {
    const { link, fault } = links.draw();
    const long = fault === 'half-open' && link.endsWith('broker') && random() < 0.3; // longer than the keep-alive
    const lasts = Math.round(long ? some(7500, 9500) : some(200, 2000));
    return { kind: `link: ${fault}`, link, fault: linkFault(fault, random), cut: fault === 'cut', lasts };
  }, () => some(100, 800))];

  const sick = new Deck([...DISKS, ...SICK], random);
  const sickRow = [...row(() => end, () => {
    const kind = sick.draw(), long = kind.startsWith('disk full'); // somebody must ask for help meanwhile
    return { kind, lasts: Math.round(long ? some(1500, 3000) : some(500, 2000)) };
  }, () => some(300, 1500))];
  return { seed, seconds: end / 1000, events: [...killRow, ...linkRow, ...sickRow].sort((a, b) => a.at - b.at) };
}

export function describe(event) {
  const { at, kind, lasts, names, link, fault } = event;
  const more = [names?.join(' + '), link, fault && Object.keys(fault).length > 0 ? JSON.stringify(fault) : ''].filter(Boolean).join(' ');
  return `${(at / 1000).toFixed(1).padStart(7)} s  ${kind.padEnd(22)} ${String(lasts).padStart(5)} ms  ${more}`;
}
