// SPDX-License-Identifier: Apache-2.0
// A phone of the simulated carrier: it dials codes, answers screens, sends and gets SMS.
import { Mailbox } from '../system/support/wait.mjs';
import { alphabetOf, cut, decode, encode, fits, pack, partOf, unpack, ALPHABETS } from './coding.mjs';
import { readBits, writeBits } from './dialects.mjs';

const CODE = '*1234#';
const SUBMIT_FAILED = 0x45, BAD_VALUE = 0xc4;

// An answer of the ESME that is not what was waited for.
export class Refused extends Error {
  constructor(status) {
    super(`refused with 0x${status.toString(16)}`);
    this.status = status;
  }
}

export class Phone {
  #session = null;        // { number, sequence, code }
  #left = new Set();      // sessions that the subscriber or the network ended
  #parts = new Map();     // of long SMS
  #screens = new Mailbox();
  inbox = new Mailbox();  // SMS: { text, from, alphabet, kind, parts: PDUs, messages }
  screen = null;          // the last one: { text, end, alphabet, pdu }
  patienceMs;             // for a screen, once the ESME has taken the input

  constructor(smsc, msisdn) {
    Object.assign(this, { smsc, msisdn });
  }

  get text() {
    return this.screen?.text;
  }

  get inSession() {
    return this.#session !== null;
  }

  // Dial, and get the screen. `more` goes into the PDU.
  dial(code = CODE, more = {}) {
    const { dialect } = this.smsc;
    this.#session = { number: this.smsc.nextSession(), sequence: 0, code };
    this.#left.delete(this.#session.number);
    const inText = dialect.code === 'text';
    return this.#ask('begin', inText ? code : '', { ...(inText ? {} : { destination_addr: code }), ...more });
  }

  answer(text, more = {}) {
    this.#session.sequence += 1;
    return this.#ask('answer', text, more);
  }

  async answers(...texts) {
    for (const text of texts)
      await this.answer(text);
    return this.text;
  }

  // The subscriber hangs up; resolves with what the ESME answered.
  hangup(more = {}) {
    return this.#leave('abort', more);
  }

  // The network has waited too long.
  timeout(more = {}) {
    return this.#leave('timeout', more);
  }

  // Send an SMS, and get the one that answers it.
  async sms(to, text, options = {}) {
    const settled = await this.send(to, text, options);
    const bad = settled.find(({ status }) => status !== 0);
    if (bad)
      throw new Refused(bad.status);
    return (await this.inbox.take('an SMS')).text;
  }

  // Send an SMS; resolves when all parts are settled: [{ status, tries }]. Options: alphabet, long (udh8, udh16, sar, payload), reference,
  // order (numbers of the parts, from 1; some may be left out or come twice), more (goes into each PDU).
  send(to, text, { alphabet, long = 'udh8', reference = this.smsc.nextReference(), order, octets, more = {} } = {}) {
    const coding = alphabet ?? (fits(text, 'gsm7') ? 'gsm7' : 'ucs2');
    const parts = cut(octets ?? encode(text, coding), coding, long, reference);
    const stable = this.smsc.stableId();
    const numbers = order ?? parts.map((_, i) => i + 1);
    return Promise.all(numbers.map((number) => this.smsc.deliver({
      ...this.#from(), destination_addr: to, data_coding: ALPHABETS[coding].dcs, ...stable(number), ...parts[number - 1], ...more,
    })));
  }

  // A submit_sm for this phone that is USSD. Returns its command_status.
  takeUssd(pdu) {
    const { dialect } = this.smsc;
    const session = this.#session;
    const word = pdu.its_session_info?.length === 2 ? pdu.its_session_info.readUInt16BE(0) : undefined;
    const number = word === undefined ? undefined : readBits(word, dialect.sessionMask);
    if (number !== undefined && this.#left.has(number))
      return SUBMIT_FAILED; // it crossed what ended the session
    if (number === undefined || number !== session?.number)
      return this.smsc.faulty('a screen for no session', SUBMIT_FAILED);
    const end = pdu.ussd_service_op === dialect.end;
    if (!end && pdu.ussd_service_op !== dialect.ask)
      return this.smsc.faulty(`ussd_service_op ${pdu.ussd_service_op}`, BAD_VALUE);
    if (dialect.endMask && Boolean(word & dialect.endMask) !== end)
      return this.smsc.faulty(`the end bit does not go with ussd_service_op ${pdu.ussd_service_op}`, BAD_VALUE);
    const due = dialect.sequence === 'next' ? session.sequence + 1 : session.sequence;
    if (dialect.sequenceMask && writeBits(due, dialect.sequenceMask) !== (word & dialect.sequenceMask))
      return this.smsc.faulty(`sequence ${readBits(word, dialect.sequenceMask)} where ${due} is due`, BAD_VALUE);
    if (dialect.sequence === 'next')
      session.sequence += 1;
    const screen = this.#read(pdu, end);
    this.#session = end ? null : session;
    this.#screens.put(screen);
    return 0;
  }

  // A submit_sm for this phone that is SMS, accepted as this message ({ id, from, to }).
  takeSms(pdu, message) {
    const part = partOf(pdu);
    const key = `${pdu.source_addr} ${part.kind} ${part.reference} ${part.total}`;
    const parts = part.total > 1 ? this.#parts.get(key) ?? new Map() : new Map();
    parts.set(part.number, { part, pdu, message });
    if (parts.size < part.total) {
      this.#parts.set(key, parts);
      return;
    }
    this.#parts.delete(key);
    const all = [...parts].sort(([a], [b]) => a - b).map(([, one]) => one);
    const alphabet = alphabetOf(pdu.data_coding);
    this.inbox.put({
      text: all.map((one) => decode(one.part.octets, alphabet)).join(''),
      from: pdu.source_addr, alphabet, kind: part.kind, parts: all.map((one) => one.pdu), messages: all.map((one) => one.message),
    });
  }

  #from() {
    return { source_addr_ton: 1, source_addr_npi: 1, source_addr: this.msisdn, dest_addr_ton: 0, dest_addr_npi: 1 };
  }

  #read(pdu, end) {
    const alphabet = alphabetOf(pdu.data_coding);
    const octets = pdu.message_payload ?? pdu.short_message;
    const text = decode(alphabet === 'gsm7' && this.smsc.dialect.packed ? unpack(octets) : octets, alphabet);
    return { text, end, alphabet, pdu };
  }

  #unit(kind, text, more) {
    const { dialect } = this.smsc;
    const { number, sequence, code } = this.#session;
    const alphabet = fits(text, 'gsm7') ? 'gsm7' : 'ucs2';
    const octets = encode(text, alphabet);
    const ends = kind === 'abort' || kind === 'timeout';
    const word = writeBits(number, dialect.sessionMask) | writeBits(sequence, dialect.sequenceMask) | (ends ? dialect.endMask : 0);
    return this.smsc.deliver({
      ...this.#from(), service_type: dialect.serviceType, destination_addr: code.replace(/\D+(\d+).*/, '$1'),
      data_coding: dialect.dcs[alphabet], short_message: alphabet === 'gsm7' && dialect.packed ? pack(octets) : octets,
      ussd_service_op: dialect.ops[kind], its_session_info: Buffer.from([word >> 8, word & 0xff]), ...more,
    });
  }

  async #ask(kind, text, more) {
    this.#screens = new Mailbox();
    const { status } = await this.#unit(kind, text, more);
    if (status !== 0)
      throw new Refused(status);
    this.screen = await this.#screens.take(`a screen after ${kind}`, undefined, this.patienceMs);
    return this.screen.text;
  }

  #leave(kind, more) {
    this.#session.sequence += 1;
    const settled = this.#unit(kind, '', more);
    this.#left.add(this.#session.number);
    this.#session = null;
    return settled;
  }
}
