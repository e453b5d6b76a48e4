// SPDX-License-Identifier: Apache-2.0
// The whole way in a test: simulated carriers, mekongline-smpp, broker, gateway and Redis.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { channelOf, judge, septets } from '../system/support/contract.mjs';
import { Program, section } from '../system/support/program.mjs';
import { until } from '../system/support/wait.mjs';
import { World } from '../system/support/world.mjs';
import { Smsc } from './smsc.mjs';

// Quick, so that a test that waits for something waits shortly.
const QUICK = { retry_min_ms: 20, retry_max_ms: 200, throttle_ms: 50, rate: 10000 };

// mekongline-smpp as a process. `carriers`: by name { smsc, smpp, profile, password }, smpp and profile as in the configuration.
export class SmppBridge extends Program {
  constructor(world, { carriers, bridge, env }) {
    super(world, 'mekongline-smpp', 'MEKONGLINE_SMPP',
      { bridge, env, sections: Object.entries(carriers).flatMap(([name, one]) => SmppBridge.#sections(world, name, one)) });
  }

  static #sections(world, name, { smsc, smpp = {}, profile, password = smsc.password }) {
    const file = world.file(`${name}.password`);
    fs.writeFileSync(file, password, { mode: 0o600 });
    const at = typeof smsc.at === 'string' ? { host: smsc.at, port: 0 } : { host: '127.0.0.1', port: smsc.at };
    return [
      section(`smpp ${name}`, { ...at, system_id: smsc.systemId, password_file: file, ...QUICK,
        ...(profile ? { profile: `of-${name}` } : {}), ...smpp }),
      ...(profile ? [section(`profile of-${name}`, profile)] : []),
    ];
  }
}

export class Carrier {
  inbound = [];  // messages of the bridge to the gateway, each with the name of the bridge
  statuses = {}; // by name of the bridge: what it says about itself
  smscs = {};
  #published = 0;

  // Options: smsc, smpp and profile of the carrier laotel, `others` (by name, the same of more carriers), bridge (configuration), env,
  // world (of system/support/world.mjs), bound (false: do not wait for it), relay (makes of a carrier, and its name, where the bridge binds
  // instead). The end of the test `t` ends all.
  static async start(t, { smsc, smpp, profile, others = {}, world = {}, bound = true, relay, ...options } = {}) {
    const carrier = new Carrier();
    carrier.world = await World.start(t, world);
    const carriers = { laotel: { smsc, smpp, profile }, ...others };
    for (const [name, one] of Object.entries(carriers))
      carrier.smscs[name] = await Smsc.start(t, { at: carrier.world.file(`${name}.sock`), ...one.smsc });
    for (const [name, one] of relay ? Object.entries(carriers) : [])
      one.smpp = { ...one.smpp, host: await relay(carrier.smscs[name], name) };
    carrier.bridge = new SmppBridge(carrier.world, { ...options,
      carriers: Object.fromEntries(Object.entries(carriers).map(([name, one]) => [name, { ...one, smsc: carrier.smscs[name] }])) });
    t.after(() => carrier.end());
    carrier.#observe();
    await carrier.bridge.start();
    if (bound)
      await Promise.all(Object.values(carrier.smscs).map((one) => one.becomesBound()));
    return carrier;
  }

  get smsc() {
    return this.smscs.laotel;
  }

  phone(msisdn = '8562055512345', name = 'laotel') {
    this.world.numbers.add(msisdn);
    return this.smscs[name].phone(msisdn);
  }

  // Every message of the bridge is held against the contract, too.
  #observe() {
    this.client = this.world.connect();
    this.client.on('connect', () => this.client.subscribe(['mekong/1/+/in/+', 'mekong/1/+/status']));
    this.client.on('message', (topic, payload) => {
      const bridge = topic.split('/')[2];
      try {
        const { message } = judge(channelOf(topic), payload);
        if (topic.endsWith('/status'))
          this.statuses[bridge] = message;
        else
          this.inbound.push({ ...message, bridge });
      } catch (error) {
        this.world.faults.push(error);
      }
    });
  }

  // Wait until the bridge has sent such a message to the gateway.
  sends(wanted) {
    return until(() => `the bridge sends ${wanted}: ${JSON.stringify(this.inbound.map(({ kind, event, of }) => [kind, event, of]))}`,
      () => this.inbound.find(wanted));
  }

  // All that has passed the broker before this moment is in `inbound`. Without `resubscribe` the library says that it is subscribed already,
  // and asks nobody.
  async seen() {
    const granted = await this.client.subscribeAsync({ 'mekong/1/+/in/+': { qos: 0 }, resubscribe: true });
    assert.equal(granted.length, 1);
  }

  // How many different messages of this phone the bridge has sent to the gateway.
  async steps({ msisdn }, wanted = () => true) {
    await this.seen();
    return new Set(this.inbound.filter((one) => one.msisdn === msisdn && wanted(one)).map(({ id }) => id)).size;
  }

  // How many receipts of that SMS the gateway got.
  async receipts(id) {
    await this.seen();
    return this.inbound.filter(({ of }) => of === id).length;
  }

  // Wait for what became of an SMS.
  receiptOf(id) {
    return this.sends(({ kind, of }) => kind === 'receipt' && of === id);
  }

  // Wait until the status of a bridge says this about its carrier (bound, unbound), or is this (up, down).
  becomes(wanted, name = 'laotel') {
    return until(() => `${name} becomes ${wanted}: ${JSON.stringify(this.statuses[name])}`,
      () => this.statuses[name]?.carrier === wanted || this.statuses[name]?.state === wanted);
  }

  // The gateway sends an SMS of its own accord. Returns its id.
  publish(msisdn, text, { from = '1234', name = 'laotel', id = `own.${this.#published += 1}` } = {}) {
    const size = septets(text), gsm7 = !Number.isNaN(size);
    const [units, one, part] = gsm7 ? [size, 160, 153] : [text.length, 70, 67];
    this.client.publish(`mekong/1/${name}/out/00`, JSON.stringify({
      v: 1, kind: 'sms', id, msisdn, from, text, coding: gsm7 ? 'gsm7' : 'ucs2', segments: units <= one ? 1 : Math.ceil(units / part) }));
    return id;
  }

  async end() {
    await this.client.endAsync(true);
    await this.bridge.end();
  }
}
