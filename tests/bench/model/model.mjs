// SPDX-License-Identifier: Apache-2.0
// Builds a scenario's world and lets its time pass. README.md says what a scenario holds.
import { Bridge, Link } from './bridge.mjs';
import { Clock } from './clock.mjs';
import { Crowd, schedule } from './crowd.mjs';
import { Gateway } from './gateway.mjs';
import { limits as defaults } from './limits.mjs';
import { Machine, Station } from './machine.mjs';
import { Series } from './series.mjs';
import { Line, Store } from './store.mjs';

// How often each program has something to do for one step of the load that was measured: the first step of a dialogue is loaded, too.
export function passesOf({ answers }, languages) {
  const steps = languages.reduce((sum, one) => sum + answers[one].length + 1, 0) / languages.length;
  return { bridge: 3, load: 2, broker: 2, gateway: 2 + 1 / steps, redis: 1 + 1 / steps };
}

// So many of them wake the load, which receives an answer and sends the next step in one turn.
const WAKES = { load: 1 };

// What a pass takes, from the processor time of a step at one dialogue under way (each pass wakes the program) and at many (hardly any does).
export function passCosts(costs) {
  return Object.fromEntries(Object.entries(passesOf(costs, costs.measured.languages)).map(([name, passes]) => {
    const { one, many } = costs.us_per_step[name];
    const wake = Math.max(0, one - many) / (WAKES[name] ?? passes);
    return [name, { each: many / passes, wake, turn: wake * (costs.turn_of_wake ?? 0) }];
  }));
}

// What part of the processors' time the programs got when all of them were busy; the rest went to interrupts, idle moments and other machines on
// the same hardware.
export function processorShare({ us_per_step: used, window, measured }) {
  const all = ['load', 'broker', 'gateway', 'redis'].reduce((sum, name) => sum + used[name].many, 0);
  return Math.min(1, (window[512].per_s * all) / (measured.processors * 1e6));
}

class World {
  gateways = [];
  bridges = [];
  queues = []; // { name, peak() }
  #turn = 0;

  constructor(scenario, costs) {
    Object.assign(this, { scenario, costs, passes: passCosts(costs), clock: new Clock(), series: new Series() });
    this.limits = { ...defaults(), ...scenario.limits };
    this.share = processorShare(costs);
    this.#place();
    this.#connect();
  }

  // Stations on their machines, by name.
  #place() {
    this.stations = {};
    this.machines = this.scenario.machines.map(({ name, processors, holds }) => {
      const machine = new Machine(this.clock, name, processors, this.share);
      for (const one of holds) this.#station(one, machine, this.passes[one.replace(/-.*/, '')]);
      return machine;
    });
    const commit = this.costs.journal_commit_us ?? 0;
    this.#station('journal', new Machine(this.clock, 'disk', 1), { wake: commit, each: 0, batch: this.limits['request.window'] });
  }

  #station(name, machine, cost) {
    const station = new Station(machine, name, cost);
    this.stations[name] = station;
    this.queues.push({ name, peak: () => station.peak() });
  }

  #named(kind) {
    return Object.entries(this.stations).filter(([name]) => name.replace(/-.*/, '') === kind).map(([, station]) => station);
  }

  // fn(arg) as a piece of the work of `to`, when a message from `from` is there.
  #hop = (from, to, fn, arg, urgent = false) => {
    const isNear = from.machine === to.machine || !this.scenario.net_us;
    if (!isNear) this.clock.soon(this.clock.now + this.scenario.net_us, () => (urgent ? to.putUrgent(fn, arg) : to.put(fn, arg)));
    else if (urgent) to.putUrgent(fn, arg);
    else to.put(fn, arg);
  };

  #connect() {
    const { clock, limits, stations } = this;
    this.store = new Store(stations.redis);
    for (const station of this.#named('gateway')) {
      const line = new Line(clock, this.store, station, { timeoutUs: limits['redis.timeout_ms'] * 1000, most: limits['redis.max_inflight'],
        retryUs: limits['redis.retry_min_ms'] * 1000, hop: this.#hop });
      const gateway = new Gateway(clock, station, { most: limits['gateway.max_inflight'], maxWaitUs: limits['gateway.max_wait_ms'] * 1000, recent: limits['gateway.recent_sessions'], line,
        disk: stations.journal, tell: this.series.tell, send: this.#answer });
      this.gateways.push(gateway);
      this.queues.push({ name: `in hand, ${station.name}`, peak: () => gateway.peak() }, { name: `asked of redis, ${station.name}`, peak: () => line.peak() });
    }
    const phones = { served: (step) => this.crowd.served(step), failed: (step, why) => this.crowd.failed(step, why) };
    const kind = this.scenario.carrier ? 'bridge' : 'load';
    for (let i = 0; i < this.scenario.carriers; i += 1) this.#bridge(i, kind, phones);
    this.#fail();
    const { phones: people, seed } = this.scenario;
    this.slices = schedule(this.scenario.crowd, seed);
    this.crowd = new Crowd(clock, this.slices, { patience_ms: limits['smpp.ussd_answer_ms'], ...people }, this.bridges, this.series, seed + 1);
    clock.every(1e6, () => this.#second());
  }

  #bridge(i, kind, phones) {
    const { clock, limits, scenario, stations } = this;
    const station = stations[`${kind}-${i}`] ?? stations[kind];
    const flaps = scenario.flaps && i === scenario.carriers - 1;
    const carrier = scenario.carrier && { inHand: Math.min(limits['smpp.window_in'], limits['bridge.max_unsettled']), outUnanswered: limits['smpp.window_out'],
      perSecond: limits['smpp.rate'], queue: limits['smpp.queue'], rttUs: scenario.carrier.rtt_ms * 1000 };
    const bridge = new Bridge(clock, station, { repeatUs: limits['bridge.repeat_ms'] * 1000, limits: carrier ?? null,
      link: flaps ? new Link(clock, scenario.flaps) : null, publish: this.#publish, phones, tell: this.series.tell });
    this.bridges.push(bridge);
    if (!carrier) return;
    this.queues.push({ name: `in hand, ${station.name}`, peak: () => bridge.peak('in_hand') }, { name: `to the carrier, ${station.name}`, peak: () => bridge.peak('to_carrier') });
  }

  // Bridge, broker, one gateway after the other.
  #publish = (bridge, step) => {
    step.published = this.clock.now;
    this.#hop(bridge.station, this.stations.broker, this.#share, step);
  };

  #share = (step) => {
    const gateway = this.gateways[this.#turn++ % this.gateways.length];
    this.#hop(this.stations.broker, gateway.station, gateway.take, step);
  };

  // Gateway, broker, bridge.
  #answer = (gateway, step, refused) => {
    step.refused = refused;
    this.#hop(gateway.station, this.stations.broker, this.#back, step);
  };

  #back = (step) => this.#hop(this.stations.broker, step.phone.bridge.station, step.phone.bridge.settle, step);

  // Redis goes away and comes back.
  #fail() {
    const { fault } = this.scenario;
    if (!fault) return;
    this.clock.soon(fault.at_s * 1e6, () => {
      this.store.leave(fault.how);
      if (fault.how === 'kill') for (const one of this.gateways) one.line.drop();
    });
    this.clock.soon((fault.at_s + fault.gap_s) * 1e6, () => this.store.comeBack());
  }

  #second() {
    const queues = Object.fromEntries(this.queues.map(({ name, peak }) => [name, peak()]));
    const used = Object.fromEntries(Object.entries(this.stations).map(([name, one]) => {
      const us = one.busy - (one.before ?? 0);
      one.before = one.busy;
      return [name, us];
    }));
    this.series.end(this.crowd.waiting, { queues, used });
  }

  run() {
    const end = this.scenario.end_s ? this.scenario.end_s * 1e6 : Infinity;
    this.clock.run(end, () => this.crowd.isOver);
    this.#second();
    return this;
  }
}

// So many dialogues are always under way, as with bench_load, until that many workers have come.
export function closed(costs, processors, underWay, workers) {
  return { seed: 1, crowd: { dialogues: workers, length_s: 0.1, climb_s: 0, decay_s: 1e9 }, carriers: 1,
    phones: { under_way: underWay, think: { least_ms: 0, mean_ms: 0 }, redial_percent: 0, dials_max: 1, answers: costs.measured.languages.map((one) => costs.answers[one].length) },
    machines: [{ name: 'bench', processors, holds: ['load', 'broker', 'gateway', 'redis'] }] };
}

// How much of a wake a turn costs that follows another without a rest: so much that the programs need as much for a step with 64 dialogues under way
// as was measured.
export function fitTurn(costs) {
  const all = ['load', 'broker', 'gateway', 'redis'];
  const measured = all.reduce((sum, name) => sum + costs.us_per_step[name].some, 0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 7; i += 1) {
    const middle = (low + high) / 2;
    const { series, stations } = simulate(closed(costs, costs.measured.processors, 64, 2000), { ...costs, turn_of_wake: middle });
    if (all.reduce((sum, name) => sum + stations[name].busy, 0) / series.all.served < measured) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// Returns the world after its time: series, crowd (who is still at it), machines, stations, store, clock.
export function simulate(scenario, costs) {
  return new World(scenario, costs).run();
}
