// SPDX-License-Identifier: Apache-2.0
// A simulated carrier: SMSC and USSD centre over SMPP 3.4, and its phones. As a command: node tests/smpp/smsc.mjs --help
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { until } from '../system/support/wait.mjs';
import { DIALECTS, IDS, receiptOf } from './dialects.mjs';
import smpp from './library.mjs';
import { Phone } from './phone.mjs';
import { Rule } from './rule.mjs';

const { ESME_RINVMSGLEN, ESME_RINVCMDID, ESME_RINVBNDSTS, ESME_RALYBND, ESME_RINVDSTADR, ESME_RINVPASWD, ESME_RINVSYSID,
  ESME_RTHROTTLED, ESME_RINVTLVVAL } = smpp.errors;
const BINDS = { bind_transceiver: ['submit', 'deliver'], bind_transmitter: ['submit'], bind_receiver: ['deliver'] };
const UNTOLD = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED']); // an ESME may die

const DEFAULTS = {
  at: 0,                 // where to listen: a port of 127.0.0.1 (0: the kernel chooses), or the path of a Unix socket
  tls: null,             // { key, cert, ca, requestCert }
  systemId: 'esme',
  password: 'secret',
  dialect: DIALECTS.standard,
  window: 10,            // deliver_sm that the ESME has not answered, at most
  submitWindow: 1000,    // submit_sm that we have not answered, at most; more are throttled
  submitRate: Infinity,  // submit_sm that are taken in a second; more are throttled
  moId: 'none',          // or receipted_message_id, user_message_reference: what is the same in a deliver_sm that is sent again
  ids: IDS.decimal,
  enquireMs: 0,          // our own enquire_link; 0: none
  record: true,          // keep all PDUs in `pdus`
};
// Which answers to a deliver_sm bring it again, how long after, how often; and how long an answer may take.
const RETRY = { statuses: [0x14], ms: 100, times: 1000, answerMs: 5000 };
// form: text, tlv or both; when: after the response, before it, or never (then the test sends them).
const RECEIPTS = { form: 'text', when: 'after', state: 'DELIVRD' };

export class Smsc {
  #server;
  #phones = new Map();
  #queue = [];       // deliveries that wait
  #rules = [];
  #timers = new Set();
  #counts = { session: 0, reference: 0, message: 0, stable: 0 };
  #second = { at: 0, count: 0 };
  connections = new Set();
  faults = [];       // what an ESME must not do
  pdus = [];         // { from: 'esme' or 'smsc', pdu } in order
  counted = {};      // PDUs of the ESME by command
  onPdu = null;      // hears of each: ('esme' or 'smsc', pdu, connection)

  // The end of the test `t` ends it, and fails if there were faults.
  static async start(t, options = {}) {
    const smsc = new Smsc(options);
    t?.after(() => smsc.end());
    await smsc.listen();
    return smsc;
  }

  constructor({ retry, receipts, ...options } = {}) {
    Object.assign(this, DEFAULTS, options, { retry: { ...RETRY, ...retry }, receipts: { ...RECEIPTS, ...receipts } });
  }

  // Begin to listen; after close() again at the same address.
  async listen() {
    this.#server = smpp.createServer(this.tls ?? {}, (session) => this.#connected(session));
    this.#server.on('tlsClientError', (error) => { this.tlsError = error; });
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(...(typeof this.at === 'string' ? [this.at] : [this.at, '127.0.0.1']), resolve);
    });
    if (typeof this.at === 'number')
      this.at = this.#server.address().port;
  }

  // What net.connect wants to know.
  get address() {
    return typeof this.at === 'string' ? { path: this.at } : { host: '127.0.0.1', port: this.at };
  }

  phone(msisdn) {
    const phone = this.#phones.get(msisdn) ?? new Phone(this, msisdn);
    this.#phones.set(msisdn, phone);
    return phone;
  }

  // The connections that are bound to submit, or to be delivered to.
  bound(to = 'deliver') {
    return [...this.connections].filter((one) => one.may.includes(to));
  }

  becomesBound(count = 1, to = 'deliver') {
    return until(`${count} bound to ${to}`, () => this.bound(to).length >= count);
  }

  // ---- Mishaps ----

  rule(command, does) {
    const rule = new Rule(command, does);
    this.#rules.push(rule);
    return rule;
  }

  // The next submit_sm are too many.
  throttle(times = 1, status = ESME_RTHROTTLED) {
    return this.rule('submit_sm', { times, status });
  }

  pauseReading() {
    this.paused = true;
    this.connections.forEach((one) => one.pause());
  }

  resumeReading() {
    this.paused = false;
    this.connections.forEach((one) => one.resume());
  }

  // Cut all connections.
  cut() {
    this.connections.forEach((one) => one.destroy());
  }

  // Ask all ESMEs to go.
  unbind() {
    this.connections.forEach((one) => this.#write(one, new smpp.PDU('unbind')));
  }

  // Any octets to all ESMEs.
  raw(octets) {
    this.connections.forEach((one) => one.socket.write(octets));
  }

  // Be away.
  async close() {
    const closed = new Promise((resolve) => { this.#server.close(resolve); });
    this.cut();
    await closed;
  }

  async end() {
    if (this.#server.listening)
      await this.close();
    this.#timers.forEach((timer) => clearTimeout(timer));
    assert.deepEqual(this.faults, [], 'the ESME does not keep to SMPP');
  }

  // Wait for a fault, and forgive it.
  async fault(wanted) {
    const at = await until(`a fault like ${wanted}`, () => this.faults.findIndex((one) => wanted.test(one)) + 1);
    return this.faults.splice(at - 1, 1)[0];
  }

  // ---- What phones use ----

  nextSession() {
    const most = this.dialect.sessionMask >>> (31 - Math.clz32(this.dialect.sessionMask & -this.dialect.sessionMask));
    this.#counts.session = this.#counts.session % most + 1;
    return this.#counts.session;
  }

  nextReference() {
    this.#counts.reference = this.#counts.reference % 0xffff + 1;
    return this.#counts.reference;
  }

  // Parameters for the n-th part of an SMS that stay the same when it is delivered again.
  stableId() {
    const first = this.#counts.stable;
    this.#counts.stable += 256;
    return { none: () => ({}),
      receipted_message_id: (n) => ({ receipted_message_id: `mo-${first + n}` }),
      user_message_reference: (n) => ({ user_message_reference: (first + n) & 0xffff }) }[this.moId];
  }

  faulty(what, status) {
    this.faults.push(what);
    return status;
  }

  // Deliver to an ESME until it is settled: resolves with { status, tries }; status is undefined if we gave up. told(what) hears of each
  // try: sent, lost (with its connection), late (no answer in time), or the status that came.
  deliver(members, told = () => {}) {
    return new Promise((resolve) => {
      this.#queue.push({ members, resolve, told, tries: 0 });
      this.#pump();
    });
  }

  // Send a receipt for a message (of inbox.messages).
  receipt(message, state = this.receipts.state, { form = this.receipts.form } = {}) {
    return this.deliver({ source_addr_ton: 1, source_addr_npi: 1, source_addr: message.to, destination_addr: message.from,
      ...receiptOf(message.receiptId, state, form) });
  }

  // ---- Deliveries ----

  #pump() {
    while (this.#queue.length > 0) {
      const [free] = this.bound().filter((one) => one.flying.size < this.window).sort((a, b) => a.flying.size - b.flying.size);
      if (!free)
        return;
      this.#send(free, this.#queue.shift());
    }
  }

  #send(connection, delivery) {
    const pdu = new smpp.PDU('deliver_sm', delivery.members);
    delivery.tries += 1;
    delivery.told('sent');
    this.#write(connection, pdu);
    connection.flying.set(pdu.sequence_number, delivery);
    delivery.timer = this.#later(this.retry.answerMs, () => {
      connection.flying.delete(pdu.sequence_number);
      delivery.told('late');
      this.#again(delivery);
    });
  }

  #again(delivery) {
    if (delivery.tries >= this.retry.times) {
      delivery.resolve({ status: delivery.status, tries: delivery.tries });
      return;
    }
    this.#later(this.retry.ms, () => {
      this.#queue.push(delivery);
      this.#pump();
    });
  }

  #delivered(connection, pdu) {
    const delivery = connection.flying.get(pdu.sequence_number);
    if (!delivery)
      return; // we have given up waiting
    connection.flying.delete(pdu.sequence_number);
    this.#forget(delivery.timer);
    delivery.status = pdu.command_status;
    delivery.told(pdu.command_status);
    if (this.retry.statuses.includes(pdu.command_status))
      this.#again(delivery);
    else
      delivery.resolve({ status: pdu.command_status, tries: delivery.tries });
    this.#pump();
  }

  #later(ms, act) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #forget(timer) {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }

  // ---- Connections ----

  #connected(connection) {
    Object.assign(connection, { may: [], flying: new Map(), asked: new Set() });
    this.connections.add(connection);
    connection.on('pdu', (pdu) => this.#take(connection, pdu));
    connection.on('close', () => this.#gone(connection));
    connection.on('error', (error) => {
      if (!UNTOLD.has(error.code))
        this.faults.push(`unreadable: ${error.message}`);
      connection.destroy();
    });
    if (this.paused)
      connection.pause();
    if (this.enquireMs > 0)
      connection.enquiry = setInterval(() => this.#write(connection, new smpp.PDU('enquire_link')), this.enquireMs);
  }

  #gone(connection) {
    this.connections.delete(connection);
    clearInterval(connection.enquiry);
    for (const delivery of connection.flying.values()) {
      this.#forget(delivery.timer);
      delivery.told('lost');
      this.#again(delivery);
    }
  }

  #write(connection, pdu) {
    if (this.record)
      this.pdus.push({ from: 'smsc', pdu });
    connection.send(pdu);
    this.onPdu?.('smsc', pdu, connection);
  }

  #answer(connection, pdu, members) {
    connection.asked.delete(pdu.sequence_number);
    this.#write(connection, pdu.response(members));
  }

  #take(connection, pdu) {
    this.counted[pdu.command] = (this.counted[pdu.command] ?? 0) + 1;
    this.onPdu?.('esme', pdu, connection);
    if (this.record)
      this.pdus.push({ from: 'esme', pdu });
    if (!pdu.isResponse()) {
      if (connection.asked.has(pdu.sequence_number))
        this.faulty(`sequence_number ${pdu.sequence_number} is used twice`);
      connection.asked.add(pdu.sequence_number);
    }
    const rule = this.#rules.find((one) => one.applies(pdu));
    if (!rule)
      return this.#serve(connection, pdu);
    rule.used += 1;
    if (rule.close)
      return connection.destroy();
    if (rule.hold)
      return rule.keep(() => this.#serve(connection, pdu));
    if (rule.lost)
      return this.#serve(connection, pdu, true);
    return rule.silent ? undefined : this.#answer(connection, pdu, { command_status: rule.status });
  }

  #serve(connection, pdu, lost = false) {
    if (BINDS[pdu.command])
      return this.#bind(connection, pdu);
    if (pdu.command === 'submit_sm')
      return this.#submit(connection, pdu, lost);
    if (pdu.command === 'deliver_sm_resp' || pdu.command === 'generic_nack')
      return this.#delivered(connection, pdu);
    if (pdu.isResponse())
      return undefined;
    if (pdu.command === 'unbind') {
      connection.may = [];
      this.#answer(connection, pdu, {});
      return connection.close();
    }
    const known = pdu.command === 'enquire_link';
    return this.#answer(connection, pdu, known ? {} : { command_status: ESME_RINVCMDID });
  }

  #bind(connection, pdu) {
    const status = connection.may.length > 0 ? ESME_RALYBND
      : pdu.system_id !== this.systemId ? ESME_RINVSYSID
        : pdu.password !== this.password ? ESME_RINVPASWD : 0;
    this.#answer(connection, pdu, status ? { command_status: status } : { system_id: 'carrier', sc_interface_version: 0x34 });
    if (status === 0) {
      connection.may = BINDS[pdu.command];
      this.#pump();
    }
  }

  // ---- What ESMEs submit ----

  #isTooMuch(connection) {
    const at = Math.floor(Date.now() / 1000);
    this.#second = this.#second.at === at ? this.#second : { at, count: 0 };
    this.#second.count += 1;
    return this.#second.count > this.submitRate || connection.asked.size > this.submitWindow;
  }

  #submit(connection, pdu, lost) {
    const phone = this.#phones.get(pdu.destination_addr);
    const message = { id: null, from: pdu.source_addr, to: pdu.destination_addr };
    const status = !connection.may.includes('submit') ? this.faulty('submit_sm without a bind for it', ESME_RINVBNDSTS)
      : this.#isTooMuch(connection) ? ESME_RTHROTTLED
        : pdu.short_message.length > 254 ? this.faulty('short_message over 254 octets', ESME_RINVMSGLEN)
          : !phone ? ESME_RINVDSTADR : this.#hand(phone, pdu, message);
    const receipt = message.id !== null && (pdu.registered_delivery & 1) === 1 && this.receipts.when;
    if (receipt === 'before')
      this.receipt(message);
    if (!lost)
      this.#answer(connection, pdu, status ? { command_status: status } : { message_id: message.id ?? '' });
    if (receipt === 'after')
      this.receipt(message);
  }

  // Give it to the phone. Returns the command_status; an SMS gets its id.
  #hand(phone, pdu, message) {
    try {
      this.#counts.message += 1;
      const n = this.#counts.message;
      if (pdu.ussd_service_op !== undefined)
        return phone.takeUssd(pdu);
      Object.assign(message, { id: this.ids.response(n), receiptId: this.ids.receipt(n) });
      phone.takeSms(pdu, message);
      return 0;
    } catch (error) {
      message.id = null;
      return this.faulty(`unreadable message: ${error.message}`, ESME_RINVTLVVAL);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  import('./command.mjs').then(({ run }) => run(process.argv.slice(2))); // not awaited: command.mjs needs this module
