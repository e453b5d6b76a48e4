// SPDX-License-Identifier: Apache-2.0
// The ledger: hundreds of phones while everything is killed, cut, filled up and slowed down; then every promise is checked.
//   node tests/ledger/ledger.mjs [--seconds N] [--kills N] [--seed S] [--phones N] [--calm] [--keep] [--console]
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
const OPENED = 120;     // requests that are opened with the secret key

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, kills: { type: 'string' },
  seed: { type: 'string' }, phones: { type: 'string', default: '300' }, calm: { type: 'boolean' }, keep: { type: 'boolean' }, console: { type: 'boolean' } } });

const took = (begun) => `${((Date.now() - begun) / 1000).toFixed(1)} s`;

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

// A phone talks, one dialogue after the other, until told to end.
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

async function journalsAreEmpty(world, book) {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await pause(200)) {
    const all = await Promise.all(world.gateways.map(({ name }) => world.command('journal', name, '--json')));
    if (all.every((text) => JSON.parse(text).waiting === 0))
      return;
  }
  book.fault(`the journals are not empty after ${DRAIN_MS / 1000} s`);
}

// Phones talk while the events happen; then all is lifted and drained. Returns the metrics that were served meanwhile, as one text.
async function live({ world, book, bridge, dialogues, pool, faults }, { events, seconds }) {
  const until = { over: false }, begun = Date.now();
  let metrics = '';
  const scraper = setInterval(() => world.gateways.forEach(async ({ name }) => {
    const text = await faults.scrape(name);
    metrics += text;
  }), 1000);
  const talking = Array.from({ length: Number(options.phones) }, () => talkOn(pool, dialogues, until));
  await Promise.all([faults.run(events), pause(seconds * 1000)]);
  console.log(`all faults lifted after ${took(begun)}`);
  until.over = true;
  bridge.calmSince = Date.now();
  await Promise.race([Promise.all(talking), pause(DRAIN_MS)]);
  console.log(`all phones have hung up after ${took(begun)}`);
  await journalsAreEmpty(world, book);
  clearInterval(scraper);
  await Promise.all(world.gateways.map(({ name }) => faults.scrape(name)));
  faults.keepAll();
  return metrics;
}

async function check({ world, book, bridge }, metrics, random) {
  const sessions = await checks.readSessions(world);
  checks.checkSettled(bridge, book);
  await checks.checkJournals(world, book);
  await checks.checkCases(world, book, bridge);
  await checks.checkOpened(world, book, OPENED, random);
  checks.checkAsks(book);
  checks.checkNotes(book);
  checks.checkHistories(world, sessions, bridge, book);
  checks.checkLost(world, bridge, book);
  const numbers = [...bridge.sent.keys()];
  checks.checkPrivacy({ ...checks.whatIsLeft(world, sessions), metrics }, numbers, book);
  checks.checkExits(await world.stop(), world, book);
  checks.checkPrivacy(checks.whatIsLeft(world, []), numbers, book); // what they wrote at their end
}

// What happened stays for whoever looks for the cause.
function keep(world, book) {
  for (const { name, heard } of Object.values(world.servers))
    fs.writeFileSync(world.file(`${name}.log`), heard.map(({ at, text }) => `${at} ${text}\n`).join(''));
  fs.writeFileSync(world.file('faults.json'), JSON.stringify(book.faults, null, 1));
  console.log(`kept: ${world.folder}`);
}

async function main() {
  const seed = Number(options.seed ?? Math.floor(Math.random() * 1e9)), random = randomOf(seed + 1);
  const schedule = makeSchedule({ seed, seconds: Number(options.seconds), kills: Number(options.kills ?? 0) });
  if (options.calm)
    schedule.events = [];
  console.log(`seed ${seed}; ${schedule.seconds.toFixed(0)} s; ${schedule.events.length} faults`);
  schedule.events.forEach((event) => console.log(describe(event)));

  const world = new World(options), book = new Book();
  try {
    await world.start();
    const bridge = new Bridge(world, book), pool = new Pool(bridge), begun = Date.now();
    await bridge.connected();
    watchAcks(world, book);
    const learnt = await learnAll(bridge, pool);
    console.log(`learnt ${book.get('messages')} steps in ${took(begun)}`);
    book.counts.clear();
    const dialogues = new Dialogues(book, learnt, random), faults = new Faults(world, book);
    bridge.onSms = (message) => dialogues.sms(message);
    const metrics = await live({ world, book, bridge, dialogues, pool, faults }, schedule);
    await check({ world, book, bridge }, metrics, random);
    printTable(book, faults, options.calm ? [] : KINDS);
  } finally {
    await world.stop();
    if (options.keep)
      keep(world, book);
    else
      world.remove();
  }
  printFaults(book);
  const broken = book.get('broken promises');
  console.log(broken > 0 ? `${broken} promises broken; seed ${seed}` : 'every promise kept');
  return broken > 0 ? 1 : 0;
}

process.exit(await main());
