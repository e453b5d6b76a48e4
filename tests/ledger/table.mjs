// SPDX-License-Identifier: Apache-2.0
// What happened, as a table; and a fault for everything that should have happened and did not.

const MUST = ['repeats', 'settled', 'sent again after the settlement', 'settled again', 'connections cut', 'bridge connected',
  'requests: confirmed', 'requests: refused', 'past the deadline', 'states heard: new', 'case numbers by SMS', 'session histories',
  'histories in which no step may be missing', 'requests opened',
  ...['gateway-1', 'gateway-2', 'broker', 'redis', 'receiver'].map((name) => `killed: ${name}`)];

const METRICS = [['mekongline_mo_total', 'messages that came in'], ['mekongline_steps_total', 'steps taken'],
  ['mekongline_store_conflicts_total', 'conflicts at Redis'], ['mekongline_journal_commits_total', 'commits of the journals'],
  ['mekongline_journal_sent_total', 'requests sent on'], ['mekongline_journal_acked_total', 'acknowledgements taken']];

// What is rare is counted in the logs: metrics of the last second before a kill are lost, and on a slow machine of more.
const LOGGED = [[/event=step .*saved=0/, 'steps from memory'], [/event=redis_slow/, 'complaints that Redis answered too late'],
  [/event=request_refused why=failed/, 'filings refused: the journal could not write']];

const line = (name, value) => console.log(`  ${String(value).padStart(9)}  ${name}`);

function needed(book, name, value) {
  if (value === 0)
    book.fault('this did not happen, so the run proves nothing about it', { name });
}

function printLogs(world, book, must) {
  const lines = world.gateways.flatMap(({ heard }) => heard);
  for (const [wanted, name] of LOGGED) {
    const count = lines.filter(({ text }) => wanted.test(text)).length;
    line(name, count);
    if (must)
      needed(book, name, count);
  }
}

export function printTable(book, faults, kinds) {
  console.log('faults');
  for (const kind of kinds) {
    line(kind, book.get(kind));
    needed(book, kind, book.get(kind));
  }
  console.log('the ledger');
  const counts = [...book.counts].filter(([name]) => !kinds.includes(name) && !name.startsWith('BROKEN'));
  for (const [name, value] of counts.sort(([a], [b]) => (a < b ? -1 : 1)))
    line(name, value);
  console.log('the gateways, over all their lives (what happened in the last second before a kill may be missing)');
  for (const [metric, name] of METRICS) {
    line(name, faults.metric(metric));
    if (kinds.length > 0)
      needed(book, name, faults.metric(metric));
  }
  console.log('the gateways\' logs');
  printLogs(faults.world, book, kinds.length > 0);
  if (kinds.length > 0)
    MUST.forEach((name) => needed(book, name, book.get(name)));
}

const EXAMPLES = 3;

// What was broken, by kind, with a few examples of each. Of a phone's number the last digits are enough.
export function printFaults(book) {
  const kinds = new Map();
  for (const { what, ...detail } of book.faults)
    kinds.set(what, [...kinds.get(what) ?? [], detail]);
  for (const [what, all] of kinds) {
    console.log(`BROKEN ${book.get(`BROKEN: ${what}`)} times, first after ${all[0].kills} kills: ${what}`);
    for (const one of all.slice(0, EXAMPLES))
      console.log(`  ${JSON.stringify(one).replaceAll(/85620\d{4}(\d{4})/g, '…$1')}`);
  }
}
