// SPDX-License-Identifier: Apache-2.0
// The region, and what is simulated of it. Numbers in ASSUMED are nobody's measure: README.md says why each was taken.
import { limits } from './limits.mjs';

export const ASSUMED = {
  subscribers: 5_000_000,
  announcement: { dialogues: 300_000, length_s: 600, climb_s: 20, decay_s: 200 },
  before_s: 30, // of an ordinary day, before the announcement
  dialogues_a_month: 1, // of each subscriber, on an ordinary day
  busy_hour: 3, // times the mean of the day
  languages: ['lo', 'th', 'km', 'my', 'vi'], // one for each carrier: its workers read an article of the first menu to its end, and go back
  think: { least_ms: 2000, mean_ms: 6000 },
  redial: { least_ms: 5000, mean_ms: 15000 },
  redial_percent: 80,
  dials_max: 3,
  files_of_1000: 10, // dialogues that end with a request for help
  carriers: 5, // with a fifth of the workers each
  carrier_rtt_ms: 50,
  net_us: 200, // from machine to machine
  flaps: { period_ms: 60_000, down_ms: 20_000 }, // of the last carrier
};
// deploy/redis/README.md, "What a fail-over looks like": steps were saved again after the master was stopped, with 500 ms until it counted as down;
// the shipped configuration waits 5 s.
export const FAILOVER = { measured_s: 2.4, shipped_s: 2.4 - 0.5 + 5 };

const BACKGROUND = (ASSUMED.subscribers * ASSUMED.dialogues_a_month * ASSUMED.busy_hour) / (30 * 86400);
const bridges = Array.from({ length: ASSUMED.carriers }, (_, i) => `bridge-${i}`);
const machine = (name, processors, ...holds) => ({ name, processors, holds: holds.flat() });

// What stands on which machine, from the smallest on.
export const LAYOUTS = {
  '1x1': { text: 'one machine with 1 processor', where: 'all on it', machines: [machine('a', 1, bridges, 'broker', 'gateway', 'redis')] },
  '1x2': { text: 'one machine with 2 processors', where: 'all on it', machines: [machine('a', 2, bridges, 'broker', 'gateway', 'redis')] },
  '2x1': { text: 'two machines with 1 processor each', where: 'bridges and Redis; broker and gateway', machines: [machine('a', 1, bridges, 'redis'), machine('b', 1, 'broker', 'gateway')] },
  '2x2': { text: 'two machines with 2 processors each', where: 'bridges; broker, gateway and Redis', machines: [machine('a', 2, bridges), machine('b', 2, 'broker', 'gateway', 'redis')] },
  '3x2': { text: 'three machines with 2 processors each', where: 'bridges; broker and gateway; a second gateway and Redis',
    machines: [machine('a', 2, bridges), machine('b', 2, 'broker', 'gateway-1'), machine('c', 2, 'gateway-2', 'redis')] },
};

// Steps of a dialogue on each carrier, and on the average.
const steps = (costs) => ASSUMED.languages.map((language) => costs.answers[language].length + 1);
const meanSteps = (costs) => steps(costs).reduce((sum, n) => sum + n, 0) / ASSUMED.carriers;

// The most dials in a second that the announcement brings, and the steps that they ask for if nobody has to dial again.
export function peak(costs) {
  const { dialogues, length_s: length, climb_s: climb, decay_s: decay } = ASSUMED.announcement;
  const dials = dialogues / (climb / 2 + decay * (1 - Math.exp(-(length - climb) / decay)));
  return { dials, steps: dials * meanSteps(costs) };
}

// Limits with room for that, in place of those that are shipped for a small carrier.
export function widened(costs) {
  const { dials, steps: all } = peak(costs);
  const each = all / ASSUMED.carriers;
  const round = (x, to) => Math.ceil(x / to) * to;
  return { 'smpp.rate': round(2 * each, 100), 'smpp.window_out': round((4 * each * ASSUMED.carrier_rtt_ms) / 1000, 100), 'smpp.window_in': round(2 * each, 100),
    'gateway.recent_sessions': round((1.5 * dials * meanSteps(costs) * ASSUMED.think.mean_ms) / 1000, 10000) };
}

const times = ({ least_ms: least, mean_ms: mean }, scale) => ({ least_ms: Math.round(least * scale), mean_ms: Math.round(mean * scale) });

// People at the given scale of time: the same rate of dials, for a shorter while, and all that people do faster by as much.
function people(costs, scale, factor = 1) {
  const { announcement: one } = ASSUMED;
  return {
    crowd: { dialogues: Math.round(one.dialogues * scale * factor), length_s: one.length_s * scale, climb_s: one.climb_s * scale, decay_s: one.decay_s * scale,
      before_s: Math.ceil(ASSUMED.before_s * scale), background_per_s: BACKGROUND },
    phones: { think: times(ASSUMED.think, scale), redial: times(ASSUMED.redial, scale), redial_percent: ASSUMED.redial_percent, dials_max: ASSUMED.dials_max,
      answers: steps(costs).map((n) => n - 1) },
  };
}

// The steps come to their peak half a dialogue after the dials.
const atPeak = ({ before_s: before, climb_s: climb }, { think, answers }) => before + climb + (think.mean_ms * Math.max(...answers)) / 2000;
const flaps = (scale) => ({ period_ms: Math.round(ASSUMED.flaps.period_ms * scale), down_ms: Math.round(ASSUMED.flaps.down_ms * scale) });

// One of them, by its layout; scale 1 is the region itself.
export function region(layout, costs, { scale = 1, gap_s = FAILOVER.measured_s, limits: own = widened(costs), end_s } = {}) {
  const { crowd, phones } = people(costs, scale);
  return { seed: 1, crowd, phones: { ...phones, files_of_1000: ASSUMED.files_of_1000 }, carriers: ASSUMED.carriers, carrier: { rtt_ms: ASSUMED.carrier_rtt_ms },
    net_us: ASSUMED.net_us, flaps: flaps(scale), fault: { how: 'hang', at_s: atPeak(crowd, phones), gap_s }, limits: own, end_s, machines: LAYOUTS[layout].machines };
}

const bench = (processors) => [machine('bench', processors, 'load', 'broker', 'gateway', 'redis')];

// The two that are run for real, on one machine with the crowd on it, too. dial.c is their bridge.
export function small(costs, scale) {
  const { crowd, phones } = people(costs, scale);
  return { seed: 1, crowd, phones: { ...phones, tick_us: 1000 }, carriers: ASSUMED.carriers, flaps: flaps(scale), fault: { how: 'hang', at_s: atPeak(crowd, phones), gap_s: FAILOVER.measured_s },
    machines: bench(costs.measured.processors) };
}

// More than the machine can do: at the peak three quarters more than it did with 512 dialogues under way.
export function storm(costs, scale) {
  const factor = (1.75 * costs.window[512].per_s) / peak(costs).steps;
  const { crowd, phones } = people(costs, scale, factor);
  return { seed: 1, crowd, phones: { ...phones, tick_us: 1000 }, carriers: ASSUMED.carriers, machines: bench(costs.measured.processors) };
}

// The options of bench_dial for such a scenario; FILE, BROKER and the fault are the caller's.
export function dialOptions(costs, { phones, carriers, flaps: link, seed }) {
  const wait = ({ least_ms: least, mean_ms: mean }) => `${least},${mean}`;
  const known = limits();
  return [...ASSUMED.languages.flatMap((language) => ['-a', costs.answers[language].join(',')]), '-b', carriers, '-m', wait(phones.think), '-w', wait(phones.redial), '-R', `${phones.redial_percent},${phones.dials_max}`,
    '-t', known['smpp.ussd_answer_ms'], '-r', known['bridge.repeat_ms'], '-s', seed, ...(link ? ['-F', `${link.period_ms},${link.down_ms}`] : [])];
}

// Redis' memory for all subscribers, MiB.
export const redisMiB = (octets) => (ASSUMED.subscribers * octets) / 1048576;

// A steady rate of steps, without faults and carriers' limits, to see how much a layout carries.
export function steady(layout, costs, perSecond, seconds) {
  const wide = 1e6;
  return { seed: 1, crowd: { dialogues: (perSecond / meanSteps(costs)) * seconds, length_s: seconds, climb_s: 0, decay_s: 1e9 },
    phones: { think: { least_ms: 20, mean_ms: 50 }, redial: { least_ms: 0, mean_ms: 0 }, redial_percent: 0, dials_max: 1, answers: steps(costs).map((n) => n - 1) },
    carriers: ASSUMED.carriers, carrier: { rtt_ms: ASSUMED.carrier_rtt_ms }, net_us: ASSUMED.net_us, machines: LAYOUTS[layout].machines, end_s: seconds,
    limits: { 'smpp.rate': wide, 'smpp.window_out': wide, 'smpp.window_in': wide, 'smpp.queue': wide, 'bridge.max_unsettled': wide, 'gateway.recent_sessions': wide } };
}
