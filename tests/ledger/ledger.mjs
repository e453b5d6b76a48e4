// SPDX-License-Identifier: Apache-2.0
// The ledger: hundreds of phones while everything is killed, cut, filled up and slowed down; then every promise is checked.
//   node tests/ledger/ledger.mjs [--seconds N] [--kills N] [--seed S] [--phones N] [--calm] [--keep]
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Book } from './book.mjs';
import { Bridge } from './bridge.mjs';
import * as checks from './checks.mjs';
import { Dialogues } from './dialogues.mjs';
import { Faults } from './faults.mjs';
import { learnForms } from './forms.mjs';
import { calmPhone, Pool } from './phones.mjs';
import { KINDS, describe, makeSchedule, randomOf } from './schedule.mjs';
import { printFaults, printTable } from './table.mjs';
import { learn } from './walks.mjs';
import { World } from './world.mjs';

const DRAIN_MS = 75000; // the longest deadline, and some time

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, kills: { type: 'string' }, seed: { type: 'string' },
  phones: { type: 'string', default: '300' }, calm: { type: 'boolean' }, keep: { type: 'boolean' } } });

async function learnAll(bridge, pool) {
  const learnt = {};
  for (const lang of ['lo', 'en']) {
    const newTalk = () => calmPhone(bridge, pool.nextNumber(), lang);
    const { first } = await newTalk();
    const walks = await learn(newTalk), forms = await learnForms(newTalk);
    const known = new Set([first.menu, ...walks.flatMap((one) => one.screens), ...Object.values(forms).flatMap(Object.values)]);
    learnt[lang] = { walks, forms, first, known };
  }
  return learnt;
}

// Phones talk, one dialogue after the other, until told to end.
async function talkOn(pool, dialogues, until) {
  while (!until.over) {
    const phone = pool.take();
    await dialogues.any(phone);
    if (!phone.retired)
      pool.give(phone);
  }
}

function watchAcks(world, book) {
  const client = world.connect({ direct: true });
  client.on('connect', () => client.subscribe('mekong/1/request/ack'));
  client.on('message', (_topic, payload) => {
    const { id } = JSON.parse(payload);
    book.count('acknowledgements');
    if (!book.acked.has(id))
      book.acked.set(id, Date.now());
  });
  return client;
}

async function drained(world) {
  const waiting = await Promise.all(world.gateways.map(async ({ name }) =>
    JSON.parse(await world.command('journal', name, '--json')).waiting));
  return waiting.every((n) => n === 0);
}

async function within(ms, what, book, ask) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(200)) {
    if (await ask())
      return;
  }
  book.fault(`not within ${ms / 1000} s: ${what}`);
}

// What happened stays for whoever looks for the cause.
function keep(world, book) {
  for (const { name, heard } of Object.values(world.servers))
    fs.writeFileSync(world.file(`${name}.log`), heard.map(({ at, text }) => `${at} ${text}\n`).join(''));
  fs.writeFileSync(world.file('faults.json'), JSON.stringify(book.faults, null, 1));
  console.log(`kept: ${world.folder}`);
}

async function main() {
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1e9));
  const schedule = makeSchedule({ seed, seconds: Number(options.seconds), kills: Number(options.kills ?? 0) });
  const events = options.calm ? [] : schedule.events;
  console.log(`seed ${seed}; ${schedule.seconds.toFixed(0)} s; ${events.length} faults`);
  events.forEach((event) => console.log(describe(event)));

  const random = randomOf(seed + 1);
  const world = new World(), book = new Book();
  let bridge, acks, exits = [];
  try {
    await world.start();
    bridge = new Bridge(world, book);
    await bridge.connected();
    acks = watchAcks(world, book);
    const pool = new Pool(bridge), learning = Date.now();
    const learnt = await learnAll(bridge, pool);
    console.log(`learnt ${book.get('messages')} steps in ${((Date.now() - learning) / 1000).toFixed(1)} s`);
    book.counts.clear();

    const dialogues = new Dialogues(book, learnt, random), faults = new Faults(world, book), until = { over: false };
    bridge.onSms = (message) => dialogues.sms(message);
    const scrapes = {};
    const scraper = setInterval(() => world.gateways.forEach(async ({ name }) => { scrapes[name] = (scrapes[name] ?? '') + await faults.scrape(name); }), 1000);
    const talking = Array.from({ length: Number(options.phones) }, () => talkOn(pool, dialogues, until));
    const begun = Date.now();
    await Promise.all([faults.run(events), pause(schedule.seconds * 1000)]);
    console.log(`all faults lifted after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    until.over = true;
    await Promise.race([Promise.all(talking), pause(DRAIN_MS)]);
    console.log(`all phones have hung up after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    await within(DRAIN_MS, 'the journals are empty', book, () => drained(world));
    clearInterval(scraper);
    await Promise.all(world.gateways.map(({ name }) => faults.scrape(name)));
    faults.keepAll();

    const sessions = await checks.readSessions(world);
    checks.checkSettled(bridge, book);
    await checks.checkJournals(world, book);
    await checks.checkCases(world, book, bridge);
    await checks.checkOpened(world, book, 120, random);
    checks.checkAsks(book);
    checks.checkNotes(book);
    checks.checkHistories(sessions, bridge, book);
    checks.checkLost(world, bridge, book);
    exits = await world.stop();
    const places = { ...checks.whatIsLeft(world, sessions), ...Object.fromEntries(Object.entries(scrapes).map(([name, text]) => [`metrics of ${name}`, text])) };
    checks.checkPrivacy(places, [...bridge.sent.keys()], book);
    printTable(book, faults, options.calm ? [] : KINDS);
  } finally {
    await bridge?.end();
    await acks?.endAsync(true);
    exits = exits.length > 0 ? exits : await world.stop();
    if (options.keep)
      keep(world, book);
    else
      world.remove();
  }
  for (const { name, code, signal } of exits) {
    if (code !== 0)
      book.fault('a program did not end well', { name, code, signal });
  }
  for (const { name, output } of Object.values(world.servers)) {
    if (/Sanitizer|runtime error/.test(output))
      book.fault('a fault of memory', { name, said: output.slice(output.search(/Sanitizer|runtime error/) - 200).slice(0, 3000) });
  }
  printFaults(book);
  console.log(book.faults.length > 0 ? `${book.get('broken promises')} promises broken; seed ${seed}` : 'every promise kept');
  return book.faults.length > 0 ? 1 : 0;
}

process.exit(await main());
