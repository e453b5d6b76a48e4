// SPDX-License-Identifier: Apache-2.0
// The model against what must hold of any queue, whatever it costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock, Timers } from './clock.mjs';
import { schedule } from './crowd.mjs';
import { Dice } from './dice.mjs';
import { limits } from './limits.mjs';
import { Machine, Station } from './machine.mjs';
import { simulate } from './model.mjs';

const COSTS = {
  measured: { processors: 2, languages: ['one', 'other'] },
  us_per_step: { load: { one: 20, some: 10, many: 8 }, bridge: { one: 50, many: 20 }, broker: { one: 40, some: 16, many: 12 }, gateway: { one: 60, some: 20, many: 15 },
    redis: { one: 30, some: 8, many: 6 } },
  window: { 512: { per_s: 40000 } }, answers: { one: ['1', '2', '3'], other: ['1', '2', '3', '4', '5'] }, journal_commit_us: 2000, turn_of_wake: 0.5,
};
const PHONES = { think: { least_ms: 20, mean_ms: 60 }, redial: { least_ms: 100, mean_ms: 300 }, redial_percent: 80, dials_max: 3, answers: [3, 5], files_of_1000: 20 };
const CROWD = { dialogues: 4000, length_s: 6, climb_s: 0.5, decay_s: 3, before_s: 1, background_per_s: 5 };
const BRIDGES = ['bridge-0', 'bridge-1', 'bridge-2'];
// Everything at once: a link that flaps, Redis away, a machine that is too small, limits that refuse.
const HARD = { seed: 7, crowd: CROWD, phones: PHONES, carriers: 3, carrier: { rtt_ms: 50 }, net_us: 200, flaps: { period_ms: 2000, down_ms: 700 },
  fault: { how: 'hang', at_s: 2, gap_s: 1 }, limits: { 'smpp.rate': 900, 'smpp.window_out': 60, 'smpp.window_in': 250, 'smpp.ussd_answer_ms': 400 },
  machines: [{ name: 'a', processors: 1, holds: [...BRIDGES, 'gateway-1'] }, { name: 'b', processors: 1, holds: ['broker', 'gateway-2', 'redis'] }] };
const CALM = { seed: 3, crowd: CROWD, phones: PHONES, carriers: 2, machines: [{ name: 'a', processors: 2, holds: ['load', 'broker', 'gateway', 'redis'] }] };

// Mean time in a queue with one server and arrivals by chance.
function meanTime(load, cost) {
  const clock = new Clock();
  const dice = new Dice(5);
  const station = new Station(new Machine(clock, 'm', 1), 's', { wake: 0, each: 100, batch: 1 });
  let [ended, sum] = [0, 0];
  const end = (from) => {
    ended += 1;
    sum += clock.now - from;
  };
  const arrive = () => {
    station.put(end, clock.now, cost(dice));
    clock.soon(clock.now + dice.exponential(100 / load), arrive);
  };
  arrive();
  clock.run(Infinity, () => ended >= 200_000);
  return sum / ended;
}

const near = (value, wanted, part) => assert.ok(Math.abs(value - wanted) <= wanted * part, `${value} is not ${wanted}`);

for (const load of [0.3, 0.6, 0.8]) {
  test(`pieces that all take the same, at a load of ${load}: the formula of M/D/1`, () => {
    near(meanTime(load, () => 100), 100 * (1 + load / (2 * (1 - load))), 0.03);
  });
  test(`pieces of random length, at a load of ${load}: the formula of M/M/1`, () => {
    near(meanTime(load, (dice) => dice.exponential(100)), 100 / (1 - load), 0.05);
  });
}

test('stations share the processors of a machine: three with work on two take half as long again', () => {
  const clock = new Clock();
  const machine = new Machine(clock, 'm', 2);
  const ends = [];
  for (const name of ['a', 'b', 'c']) new Station(machine, name, { wake: 20, each: 100 }).put(() => ends.push(clock.now));
  clock.run(Infinity, () => ends.length === 3);
  for (const at of ends) near(at, 180, 1e-9);
  near(machine.busy, 360, 1e-9);
});

test('a station wakes once, then takes what has come meanwhile in one turn', () => {
  const clock = new Clock();
  const station = new Station(new Machine(clock, 'm', 1), 's', { wake: 50, each: 10, turn: 5 });
  const ends = [];
  const put = () => station.put(() => ends.push(clock.now));
  for (const at of [0, 10, 20]) clock.soon(at, put);
  clock.run(Infinity, () => ends.length === 3);
  assert.deepEqual(ends, [60, 85, 85]);
});

test('a station that hangs takes nothing until it goes on, and loses what waits when it dies', () => {
  const clock = new Clock();
  const station = new Station(new Machine(clock, 'm', 1), 's', { wake: 0, each: 10, batch: 1 });
  const ends = [];
  const put = () => station.put(() => ends.push(clock.now));
  for (const at of [0, 1, 40, 112]) clock.soon(at, put);
  clock.soon(5, () => station.stop());
  clock.soon(100, () => station.goOn());
  clock.soon(115, () => station.drop());
  clock.soon(116, put);
  clock.run(1000);
  assert.deepEqual(ends, [10, 110, 120, 130]);
});

test('what is urgent is in the next turn, however many wait', () => {
  const clock = new Clock();
  const station = new Station(new Machine(clock, 'm', 1), 's', { wake: 0, each: 10, batch: 2 });
  const ends = [];
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) station.put((one) => ends.push(`${one} ${clock.now}`), name);
  clock.soon(5, () => station.putUrgent((one) => ends.push(`${one} ${clock.now}`), 'urgent'));
  clock.run(Infinity, () => ends.length === 7);
  assert.deepEqual(ends, ['a 10', 'b 40', 'c 40', 'urgent 40', 'd 60', 'e 60', 'f 70']);
});

test('timers come in their order', () => {
  const timers = new Timers();
  const dice = new Dice(9);
  const seen = [];
  for (let i = 0; i < 1000; i += 1) {
    const at = Math.floor(dice.roll() * 500);
    timers.set(at, (one) => seen.push(one), at);
  }
  while (timers.at < Infinity) timers.fire();
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.equal(seen.length, 1000);
});

for (const [name, scenario] of Object.entries({ calm: CALM, hard: HARD, 'hard, cut short': { ...HARD, end_s: 4 } })) {
  test(`${name}: what is offered is served, refused, too late, cut off, or still under way`, () => {
    const { series, crowd } = simulate(scenario, COSTS);
    const { all } = series;
    assert.equal(all.offered, all.served + all.refused + all.timed_out + all.cut + crowd.waiting);
    for (const what of ['offered', 'served', 'refused', 'timed_out', 'cut']) assert.equal(series.rows.reduce((n, row) => n + row[what], 0), all[what], what);
    if (scenario.end_s) assert.ok(crowd.waiting > 0);
    else assert.equal(crowd.busy + crowd.waiting, 0);
    if (!scenario.end_s) assert.equal(all.dials - all.redials, all.finished + all.lost, 'each worker comes to an end');
    if (scenario === HARD) for (const what of ['refused', 'timed_out', 'cut', 'redials', 'unsaved', 'forgotten', 'again']) assert.ok(all[what] > 0, `nothing was ${what}`);
  });
}

test("Little's law: steps in flight are their rate times their time", () => {
  const { clock, series, crowd } = simulate(CALM, COSTS);
  near(crowd.waitingUs / clock.now, (series.all.served / clock.now) * (series.sum / series.all.served), 1e-6);
});

test('nothing stays behind: bridges, gateways and stations are empty at the end', () => {
  const { bridges, gateways, stations, clock } = simulate(HARD, COSTS);
  clock.run(clock.now + 1e6);
  for (const one of bridges) assert.equal(one.inHand, 0, one.station.name);
  for (const one of gateways) assert.equal(one.inHand, 0, one.station.name);
  for (const one of Object.values(stations)) assert.ok(one.length <= 1, one.name);
});

test('the same seed gives the same, another one does not', () => {
  const run = (seed) => JSON.stringify(simulate({ ...HARD, seed }, COSTS).series.rows);
  assert.equal(run(7), run(7));
  assert.notEqual(run(7), run(8));
});

test('the schedule brings as many as it should, first fast, then fewer and fewer', () => {
  const slices = schedule({ dialogues: 30_000, length_s: 60, climb_s: 2, decay_s: 20 }, 1);
  const in10 = (from) => slices.slice(from * 10, from * 10 + 100).reduce((a, b) => a + b, 0);
  near(slices.reduce((a, b) => a + b, 0), 30_000, 0.02);
  for (const from of [10, 20, 30, 40]) assert.ok(in10(from) > in10(from + 10));
});

test('limits are those of the tables of options', () => {
  const all = limits();
  for (const name of ['gateway.max_inflight', 'gateway.max_wait_ms', 'gateway.recent_sessions', 'redis.max_inflight', 'redis.timeout_ms', 'redis.retry_min_ms', 'bridge.repeat_ms', 'bridge.max_unsettled',
    'request.window', 'smpp.window_in', 'smpp.window_out', 'smpp.rate', 'smpp.queue', 'smpp.ussd_answer_ms']) assert.ok(all[name] > 0, name);
});
