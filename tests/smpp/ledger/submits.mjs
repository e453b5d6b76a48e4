// SPDX-License-Identifier: Apache-2.0
// Each submit_sm of an SMS, and whether its answer has certainly arrived: an answer to something that the carrier sent later on the same
// connection proves it, for the octets of a connection are read in order.

import { alphabetOf, decode } from '../coding.mjs';

const HEADER = 0x40;

const bodyOf = ({ short_message: octets, esm_class: esmClass }) => ((esmClass & HEADER) ? octets.subarray(octets[0] + 1) : octets);
const partOf = ({ short_message: octets, esm_class: esmClass }) => ((esmClass & HEADER) ? octets.subarray(4, 6).toString('hex') : '');

export class Submits {
  parts = new Map(); // one part of one SMS: { msisdn, text, copies: [{ at, certain }] } of what reached the phone
  #ones = new WeakMap(); // PDU -> { at, certain }
  #links = new Map(); // connection -> { count, asked: number of a request of ours -> count, answers: [{ count, one }], open: number -> one }
  unanswered = []; // instants at which the answer to one was lost
  breaks = [];  // instants at which a connection ended
  refusals = []; // instants at which a submit_sm was refused

  constructor(book) {
    this.book = book;
  }

  #linkOf(connection) {
    if (!this.#links.has(connection)) {
      this.#links.set(connection, { count: 0, asked: new Map(), answers: [], open: new Map() });
      connection.once('close', () => {
        this.breaks.push(Date.now());
        this.#links.delete(connection);
      });
    }
    return this.#links.get(connection);
  }

  // As onPdu of Smsc.
  take(from, pdu, connection) {
    const link = this.#linkOf(connection);
    if (from === 'smsc')
      this.#sent(link, pdu);
    else if (pdu.command === 'submit_sm')
      this.#came(link, pdu);
    else if (pdu.isResponse())
      this.#proves(link, link.asked.get(pdu.sequence_number));
  }

  #came(link, pdu) {
    const one = { at: Date.now(), certain: false };
    this.book.count(`submit_sm of ${pdu.ussd_service_op === undefined ? 'SMS' : 'USSD'}`);
    link.open.set(pdu.sequence_number, one);
    this.#ones.set(pdu, one);
  }

  // The phone has it, whatever becomes of the answer.
  taken(pdu) {
    const text = decode(bodyOf(pdu), alphabetOf(pdu.data_coding)), key = `${pdu.destination_addr} ${partOf(pdu)} ${text}`;
    const part = this.parts.get(key) ?? { msisdn: pdu.destination_addr, text, copies: [] };
    part.copies.push(this.#ones.get(pdu));
    this.parts.set(key, part);
  }

  #sent(link, pdu) {
    link.count += 1;
    if (!pdu.isResponse()) {
      link.asked.set(pdu.sequence_number, link.count);
      return;
    }
    const one = pdu.command === 'submit_sm_resp' && link.open.get(pdu.sequence_number);
    if (!one)
      return;
    link.open.delete(pdu.sequence_number);
    link.answers.push({ count: link.count, one });
    if (pdu.command_status !== 0)
      this.refusals.push(Date.now());
  }

  #proves(link, count = 0) {
    while (link.answers[0]?.count < count)
      link.answers.shift().one.certain = true;
  }
}
