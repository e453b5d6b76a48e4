// SPDX-License-Identifier: Apache-2.0
// The carrier's ledger: phones of a carrier that delivers again what was not answered OK, by way of mekongline-smpp, while everything is
// killed and cut; then every promise is checked. Once with ids that the carrier keeps (mo_id), once without.
//   node tests/smpp/ledger.mjs [--seconds N] [--kills N] [--seed S] [--phones N] [--ids stable|none] [--calm] [--keep]
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Book } from '../ledger/book.mjs';
import { checkExits, checkPrivacy, checkSeen, readSessions, whatIsLeft } from '../ledger/checks.mjs';
import { Faults } from '../ledger/faults.mjs';
import { numbers } from '../ledger/phones.mjs';
import { describe, randomOf } from '../ledger/schedule.mjs';
import { printFaults } from '../ledger/table.mjs';
import { DIALECTS } from './dialects.mjs';
import { Accounts } from './ledger/accounts.mjs';
import { Carrier } from './ledger/carrier.mjs';
import * as checks from './ledger/checks.mjs';
import { Crowd } from './ledger/phones.mjs';
import { drawSchedule, makeSchedule } from './ledger/schedule.mjs';
import { Submits } from './ledger/submits.mjs';
import { missed, printTable } from './ledger/table.mjs';
import { SmppWorld } from './ledger/world.mjs';

const DRAIN_MS = 90000, MET_MS = 10000;
const MO_ID = { stable: 'receipted_message_id', none: 'none' };
// Many sessions, so that none has the number of another one of the same phone.
const DIALECT = { ...DIALECTS.standard, sessionMask: 0xfff0, sequenceMask: 0x000e };

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, kills: { type: 'string' }, seed: { type: 'string' },
  phones: { type: 'string', default: '60' }, ids: { type: 'string' }, calm: { type: 'boolean' }, keep: { type: 'boolean' } } });

const took = (begun) => `${((Date.now() - begun) / 1000).toFixed(1)} s`;

// Both gateways stand still, whatever other faults wake or start. A long one lasts until the bridge has put the carrier off.
async function hang({ world: { gateways }, book }, { kind, lasts }) {
  const putOff = () => book.get('answered 0x14'), before = putOff(), end = Date.now() + lasts, last = end + MET_MS;
  while (Date.now() < end || (kind.endsWith('long') && putOff() === before && Date.now() < last)) {
    gateways.forEach((one) => one.signal('SIGSTOP'));
    await pause(50);
  }
  gateways.forEach((one) => one.signal('SIGCONT'));
}

// Wait until nothing is missing any more; what still is, the checks will find.
async function drained({ world, accounts, talking }) {
  const isOver = () => [...accounts.mos.values()].every(({ ok }) => ok) && accounts.missing().length === 0;
  const end = Date.now() + DRAIN_MS;
  await Promise.all(world.gateways.map((one) => one.ready()));
  await Promise.race([Promise.all(talking), pause(DRAIN_MS)]);
  while (Date.now() < end && !isOver())
    await pause(100);
}

async function live(run, { events, seconds }) {
  const { world, book, carrier, crowd } = run, begun = Date.now(), until = { over: false };
  const faults = new Faults(world, book, { carrier: (event) => carrier.trouble(event), 'gateways hung': (event) => hang(run, event) });
  run.talking = Array.from({ length: Number(options.phones) }, () => crowd.talk(until));
  await Promise.all([faults.run(events), pause(seconds * 1000)]);
  console.log(`all faults lifted after ${took(begun)}`);
  until.over = true;
  await drained(run);
  console.log(`all is quiet after ${took(begun)}`);
}

async function check(run, stable) {
  const { world, book, accounts, submits, carrier } = run;
  const sessions = await readSessions(world), phones = [...accounts.sent.keys()];
  const metrics = await world.bridgeMetrics;
  checks.checkAnswered(accounts, book);
  checks.checkIds(accounts, world.smpp, stable, book);
  checks.checkAnswers(accounts, book);
  checks.checkTwice(accounts, submits, world.smpp, book);
  checks.checkScreens(run, book);
  checks.checkStrange(carrier, world.smpp, book);
  checkSeen(sessions, accounts, book);
  checkPrivacy({ ...whatIsLeft(world, sessions), metrics }, phones, book);
  checkExits(await world.stop(), world, book);
  checkPrivacy(whatIsLeft(world, []), phones, book); // what they wrote at their end
  await carrier.end();
}

function keep(world, book, crowd) {
  for (const { name, heard } of Object.values(world.servers))
    fs.writeFileSync(world.file(`${name}.log`), heard.map(({ at, text }) => `${at} ${text}\n`).join(''));
  fs.writeFileSync(world.file('faults.json'), JSON.stringify(book.faults, null, 1));
  fs.writeFileSync(world.file('screens.json'), JSON.stringify(crowd.lost, null, 1));
  console.log(`kept: ${world.folder}`);
}

// One run with one kind of ids. Returns its book.
async function ledger(ids, schedule, random) {
  const book = new Book(), accounts = new Accounts(book, DIALECT), submits = new Submits(book), world = new SmppWorld(book);
  const carrier = new Carrier({ at: world.file('smsc.sock'), dialect: DIALECT, moId: MO_ID[ids] }, { book, accounts, submits });
  const crowd = new Crowd(carrier, book, numbers(), random), begun = Date.now();
  console.log(`ids: ${ids}`);
  try {
    await Promise.all([world.start((...all) => accounts.heard(...all)), carrier.listen()]);
    await world.startBridge(carrier, MO_ID[ids]);
    await crowd.learn();
    console.log(`learnt ${book.get('answered OK')} steps in ${took(begun)}`);
    await live({ world, book, accounts, submits, carrier, crowd }, schedule);
    await check({ world, book, accounts, submits, carrier, crowd }, ids === 'stable');
    printTable(book);
  } finally {
    await world.stop();
    if (options.keep)
      keep(world, book, crowd);
    else
      world.remove();
  }
  printFaults(book);
  return book;
}

async function main() {
  const wanted = { seconds: Number(options.seconds), kills: Number(options.kills ?? 0) };
  const schedule = options.seed ? makeSchedule({ ...wanted, seed: Number(options.seed) }) : drawSchedule(wanted), { seed } = schedule;
  if (options.calm)
    schedule.events = [];
  console.log(`seed ${seed}; ${schedule.seconds.toFixed(0)} s; ${schedule.events.length} faults`);
  schedule.events.forEach((event) => console.log(describe(event)));
  const books = [];
  for (const ids of options.ids ? [options.ids] : Object.keys(MO_ID))
    books.push(await ledger(ids, schedule, randomOf(seed + 1)));
  const never = options.calm ? [] : missed(books);
  never.forEach((name) => console.log(`BROKEN this did not happen, so the run proves nothing about it: ${name}`));
  const broken = books.reduce((sum, book) => sum + book.get('broken promises'), never.length);
  console.log(broken > 0 ? `${broken} promises broken; seed ${seed}` : 'every promise kept');
  return broken > 0 ? 1 : 0;
}

process.exit(await main());
