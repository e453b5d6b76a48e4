// SPDX-License-Identifier: Apache-2.0
// What goes wrong, and when: drawn from a seed.
import { Deck, randomOf, row } from '../../ledger/schedule.mjs';

const ALONE = ['smpp', 'smpp', 'gateway-1', 'gateway-2', 'broker', 'redis'];
const TOGETHER = [['smpp', 'broker'], ['smpp', 'gateway-1'], ['gateway-1', 'gateway-2'], ['redis', 'smpp']];
const LINKS = ['link: cut', 'link: delay'];
const DRAWS = 10000;
const SICK = ['hung: smpp', 'gateways hung: long', 'hung: gateway-1', 'hung: gateway-2', ...LINKS];
// How long each trouble of the carrier lasts, in ms. Where it misses answers, until it has waited for one in vain.
const CARRIER = { cut: [0, 0], away: [100, 1500], throttles: [100, 800], busy: [100, 800], 'loses answers': [50, 500],
  'hears nothing': [100, 2000], 'misses answers': [0, 0] };
const BOTH_MS = [2300, 2800]; // both gateways hang: longer than the bridge waits for an answer

// What is dangerous together, each [event, ms after the first]: the bridge dies while answers wait in it; messages are settled after their
// connection broke, and before the carrier delivers them again.
const MEETINGS = [
  [[{ kind: 'carrier: throttles', what: 'throttles', lasts: 500 }, 0], [{ kind: 'kill: smpp', names: ['smpp'], lasts: 100 }, 350]],
  [[{ kind: 'gateways hung: a while', lasts: 500 }, 0], [{ kind: 'carrier: cut', what: 'cut', lasts: 0 }, 350]],
];

// The names of everything that a schedule may hold; a run must have met each.
export const KINDS = [...new Set([...ALONE.map((name) => `kill: ${name}`), 'kill: two at once', ...SICK,
  'gateways hung: a while', ...Object.keys(CARRIER).map((name) => `carrier: ${name}`)])];

// A schedule in which everything happens, of a seed that is drawn; the last one that was drawn if there is none.
export function drawSchedule(wanted) {
  let schedule;
  for (let i = 0; i < DRAWS; i += 1) {
    schedule = makeSchedule({ ...wanted, seed: Math.floor(Math.random() * 1e9) });
    if (KINDS.every((kind) => schedule.events.some((one) => one.kind === kind)))
      break;
  }
  return schedule;
}

// As makeSchedule of the gateway's own ledger.
export function makeSchedule({ seed, seconds, kills }) {
  const random = randomOf(seed);
  const some = (from, to) => Math.round(from + random() * (to - from));
  const killDeck = new Deck([...ALONE.map((one) => [one]), ...TOGETHER], random);
  let killed = 0, end = kills ? Infinity : seconds * 1000;
  const killRow = [...row(() => (kills && killed >= kills ? 0 : end), () => {
    const names = killDeck.draw();
    killed += names.length;
    return { kind: names.length > 1 ? 'kill: two at once' : `kill: ${names[0]}`, names, lasts: some(20, 500) };
  }, () => some(800, 2000))];
  if (kills)
    end = Math.max(...killRow.map(({ at }) => at)) + 2000;

  const sick = new Deck(SICK, random);
  const sickRow = [...row(() => end, () => {
    const kind = sick.draw(), link = LINKS.includes(kind) ? 'bridge to broker' : undefined;
    return { kind, link, cut: kind === 'link: cut', fault: kind === 'link: delay' ? { delay: { ms: some(5, 100), jitter: 200 } } : {},
      lasts: some(...(kind === 'gateways hung: long' ? BOTH_MS : [200, 1500])) };
  }, () => some(500, 2000))];

  const carrier = new Deck(Object.keys(CARRIER), random);
  const carrierRow = [...row(() => end, () => {
    const what = carrier.draw();
    return { kind: `carrier: ${what}`, what, lasts: some(...CARRIER[what]) };
  }, () => some(200, 800))];

  const meetings = new Deck(MEETINGS, random);
  const meetingRow = [...row(() => end - 1500, () => ({ meeting: meetings.draw(), lasts: 1500 }), () => some(500, 3000))]
    .flatMap(({ at, meeting }) => meeting.map(([event, after]) => ({ ...event, at: at + after })));
  return { seed, seconds: end / 1000, events: [...killRow, ...sickRow, ...carrierRow, ...meetingRow].sort((a, b) => a.at - b.at) };
}
