// SPDX-License-Identifier: Apache-2.0
// What the phones saw, written down while it happens: the ledger itself.
import { appendFileSync } from 'node:fs';

const MOST = 50; // of one kind, kept with their circumstances

export class Book {
  counts = new Map();
  faults = [];    // broken promises
  lost = [];      // where a session was taken back: { what, msisdn, from, to (numbers of messages), ... }; excused or not at the end
  filings = [];   // each message that should have filed a request: see dialogues.mjs
  notes = [];     // case numbers that came by SMS of their own
  asks = [];      // questions how a case stands, with their answers
  acked = new Map(); // request id -> when the receiver was first heard to acknowledge it

  count(what, n = 1) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + n);
  }

  get(what) {
    return this.counts.get(what) ?? 0;
  }

  // Sum of all counts whose name begins so.
  sum(prefix) {
    return [...this.counts].reduce((sum, [name, n]) => sum + (name.startsWith(prefix) ? n : 0), 0);
  }

  fault(what, detail = {}) {
    this.count('broken promises');
    this.count(`BROKEN: ${what}`);
    if (this.faults.filter((one) => one.what === what).length < MOST)
      this.faults.push({ what, at: Date.now(), kills: this.sum('killed: '), ...detail });
    if (process.env.LEDGER_LOG)
      appendFileSync(process.env.LEDGER_LOG, `${new Date().toISOString()} ${what} ${JSON.stringify(detail)}\n`);
  }

  confirmed() {
    return this.filings.filter((one) => one.outcome === 'confirmed');
  }
}
