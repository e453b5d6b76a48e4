// SPDX-License-Identifier: Apache-2.0
// A plain ESME on node's smpp, to test the simulated carrier with.
import tls from 'node:tls';
import { Mailbox, until } from '../system/support/wait.mjs';
import { ALPHABETS, alphabetOf, decode, encode } from './coding.mjs';
import smpp from './library.mjs';

export class Esme {
  received = new Mailbox(); // deliver_sm
  responses = new Mailbox();
  answer = () => 0;         // the command_status for a deliver_sm; null: none

  // Connect and bind. Options: bind (transceiver, receiver, transmitter), systemId, password, tls ({ ca, cert, key }).
  static async bind(smsc, { bind = 'transceiver', systemId = 'esme', password = 'secret', tls: secure, address = smsc?.address } = {}) {
    const esme = new Esme();
    const session = secure ? new smpp.Session({ socket: tls.connect({ ...address, ...secure }) }) : smpp.connect({ ...address });
    esme.session = session;
    session.on('error', (error) => { esme.error = error; });
    session.on('close', () => { esme.closed = true; });
    session.on('deliver_sm', (pdu) => esme.#deliver(pdu));
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
    session.on('pdu', (pdu) => { if (pdu.isResponse()) esme.responses.put(pdu); });
    await esme.ask(`bind_${bind}`, { system_id: systemId, password, interface_version: 0x34 });
    return esme;
  }

  // Send a request; resolves with the response, and fails if the connection ends before.
  async ask(command, members) {
    const pdu = new smpp.PDU(command, members);
    this.session.send(pdu);
    await until(`an answer to ${command}`, () => this.error ?? this.closed
      ?? this.responses.has((one) => one.sequence_number === pdu.sequence_number));
    if (this.error && !this.responses.has((one) => one.sequence_number === pdu.sequence_number))
      throw this.error;
    return this.responses.take(`an answer to ${command}`, (one) => one.sequence_number === pdu.sequence_number, 0);
  }

  submit(members) {
    return this.ask('submit_sm', members);
  }

  // Send a screen that answers this deliver_sm; by default for the dialect `standard`.
  screen(pdu, text, { end = false, alphabet = 'gsm7', op = end ? 17 : 2, word, octets } = {}) {
    const came = pdu.its_session_info.readUInt16BE(0);
    const info = word ?? (end ? came | 1 : came & 0xfffe);
    return this.submit({
      service_type: 'USSD', source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, dest_addr_ton: 1, dest_addr_npi: 1,
      data_coding: alphabet === 'gsm7' ? 15 : ALPHABETS[alphabet].dcs, short_message: octets ?? encode(text, alphabet), ussd_service_op: op,
      its_session_info: Buffer.from([info >> 8, info & 0xff]),
    });
  }

  sms(from, to, text, more = {}) {
    return this.submit({ source_addr: from, destination_addr: to, short_message: encode(text, 'gsm7'), ...more });
  }

  // The text of a deliver_sm.
  static textOf(pdu) {
    return decode(pdu.short_message, alphabetOf(pdu.data_coding));
  }

  async unbind() {
    await this.ask('unbind');
    this.session.close();
  }

  #deliver(pdu) {
    this.onDeliver?.(pdu);
    const status = this.answer(pdu);
    if (status !== null)
      this.session.send(pdu.response(status ? { command_status: status } : {}));
    this.received.put(pdu);
  }
}
