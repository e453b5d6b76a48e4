// SPDX-License-Identifier: Apache-2.0
// What happened, as a table; and what should have happened and did not.
import { KINDS } from './schedule.mjs';

const MUST = ['sms messages', 'ussd messages', 'screens', 'answered OK', 'answered 0x14', 'delivered again', 'no answer in time',
  'lost with the connection', 'SMS received', 'carrier connections cut', 'answers that the carrier did not hear',
  ...['throttles', 'busy', 'loses answers'].map((name) => `submit_sm while the carrier ${name}`),
  ...['smpp', 'gateway-1', 'gateway-2', 'broker', 'redis'].map((name) => `killed: ${name}`)];

const line = (name, value) => console.log(`  ${String(value).padStart(9)}  ${name}`);

export function printTable(book) {
  const names = [...book.counts.keys()].filter((name) => !name.startsWith('BROKEN') && !KINDS.includes(name)).sort();
  console.log('faults');
  KINDS.forEach((kind) => line(kind, book.get(kind)));
  console.log('the ledger');
  names.forEach((name) => line(name, book.get(name)));
}

// What happened in none of the runs.
export function missed(books) {
  return [...KINDS, ...MUST].filter((name) => books.every((book) => book.get(name) === 0));
}
