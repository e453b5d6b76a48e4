// SPDX-License-Identifier: Apache-2.0
// A phone number stands in messages and, sealed, in requests. It is looked for everywhere else, in every form; and a person who is
// to be forgotten is forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Book } from '../ledger/book.mjs';
import { Bridge } from '../ledger/bridge.mjs';
import { checkPrivacy, readSessions, whatIsLeft } from '../ledger/checks.mjs';
import { formsOf, requestOf, sessionKey } from '../ledger/codes.mjs';
import { Phone } from '../ledger/phones.mjs';
import { World } from '../ledger/world.mjs';
import { until } from './support/wait.mjs';

const WORDS = 'They keep my passport, please help me';

async function start(t) {
  const world = new World(), book = new Book();
  t.after(() => world.remove());
  t.after(() => world.stop());
  await world.start();
  const bridge = new Bridge(world, book);
  t.after(() => bridge.end());
  await bridge.connected();
  const sealed = new Map(); // request id -> what is sealed in it
  const ear = world.connect({ direct: true });
  t.after(() => ear.endAsync(true));
  ear.on('message', (_topic, payload) => {
    const { id, type, sealed: box } = JSON.parse(payload);
    if (type === 'request')
      sealed.set(id, box);
  });
  await ear.subscribeAsync('mekong/1/request/+');
  return { world, book, bridge, sealed };
}

// Steps one after the other; returns the ids of the messages and the last screen.
async function steps(phone, kind, ...all) {
  const ids = [];
  let text;
  for (const step of all) {
    const said = await phone.say(kind, step);
    assert.equal(typeof said.text, 'string', `${step}: ${said.error}`);
    ids.push(said.id);
    text = said.text;
  }
  return { ids, text };
}

// All that a person can do: walk, ask for help by USSD and SMS, ask how the case stands. Returns the requests.
async function live(phone) {
  await steps(phone, 'ussd', '*1234#', '7', '1', '1', '98', '0', '00');
  phone.hangup('timeout');
  const byUssd = await steps(phone, 'ussd', '*1234*422#', '2', '1', '3', '2');
  const bySms = await steps(phone, 'sms', 'CALL ME', '3', '2', '2', '2', WORDS);
  await steps(phone, 'sms', 'MENU', '77', phone.msisdn, `+${phone.msisdn}`, 'what is this');
  const requests = [byUssd, bySms].map(({ ids }) => requestOf(phone.bridge.name, ids.at(-1)));
  for (const [i, { text }] of [byUssd, bySms].entries())
    assert.ok(text.replaceAll(' ', '').includes(requests[i].case), text);
  const status = await steps(phone, 'ussd', '*1234*93#', phone.msisdn.slice(0, 9), requests[0].case, requests[0].pin);
  assert.match(status.text, /case/);
  return requests;
}

const list = async (world) => JSON.parse(await world.command('receive-requests', 'receiver', '--list', '--json')).cases;

const stored = (world, requests) => until('the requests are stored', async () => {
  const ids = new Set((await list(world)).map(({ id }) => id));
  return requests.every(({ id }) => ids.has(id));
});

async function metrics(world) {
  return Object.fromEntries(await Promise.all(world.gateways.map(async ({ name }) =>
    [`metrics of ${name}`, (await world.get(name, '/metrics')).body])));
}

async function judge({ world, book }, numbers) {
  const places = { ...whatIsLeft(world, await readSessions(world)), ...await metrics(world) };
  for (const must of ['log of gateway-1', 'log of receiver', 'file gateway-1.journal-wal', 'file cases-wal', 'metrics of gateway-2'])
    assert.ok(must in places, `${must} was not searched: ${Object.keys(places)}`);
  checkPrivacy(places, numbers, book);
  assert.deepEqual(book.faults, []);
  return places;
}

test('no phone number anywhere but in messages and, sealed, in requests', async (t) => {
  const all = await start(t);
  const phones = ['8562055551234', '8562055554321'].map((number) => new Phone(all.bridge, number, 'en'));
  const requests = (await Promise.all(phones.map(live))).flat();
  await stored(all.world, requests);
  const places = await judge(all, phones.map(({ msisdn }) => msisdn));
  for (const [place, content] of Object.entries(places))
    assert.ok(!content.includes(WORDS), `the words of a request in ${place}`);
});

test('the search finds a number in each form', () => {
  const number = '8562055551234';
  for (const [form, octets] of Object.entries(formsOf(number))) {
    const book = new Book();
    checkPrivacy({ somewhere: Buffer.concat([Buffer.from('x='), octets, Buffer.from(' y')]) }, [number], book);
    assert.ok(book.faults.length > 0, form);
  }
});

test('who is to be forgotten is in no session, in no journal and, but for the choices, in no case', async (t) => {
  const all = await start(t);
  const { world, bridge, sealed } = all;
  const [gone, stays] = ['8562055551234', '8562055554321'].map((number) => new Phone(bridge, number, 'en'));
  const [removed, kept] = await Promise.all([gone, stays].map(live));
  await stored(world, [...removed, ...kept]);
  for (const { name } of world.gateways)
    await world.command('forget', name, gone.msisdn);
  await until('the cases are emptied', async () =>
    (await list(world)).every((one) => one.removed === removed.some(({ id }) => id === one.id)));
  await until('the journals are empty', async () => {
    const all = await Promise.all(world.gateways.map(({ name }) => world.command('journal', name, '--json')));
    return all.every((text) => JSON.parse(text).waiting === 0);
  });

  const keys = (await readSessions(world)).map(([key]) => key);
  assert.deepEqual(keys, [sessionKey(stays.msisdn)]);
  for (const { name } of world.gateways) {
    const { entries } = JSON.parse(await world.command('journal', name, '--all', '--json'));
    assert.deepEqual(entries.filter(({ id }) => removed.some((one) => one.id === id)), []);
  }
  for (const one of removed)
    assert.match(await world.command('receive-requests', 'receiver', '--show', one.id), /Number +removed\nText +removed/);
  const shown = await world.command('receive-requests', 'receiver', '--show', kept[1].id);
  assert.match(shown, new RegExp(`Number +\\+${stays.msisdn}\nText +${WORDS}`));

  const dialled = await steps(gone, 'ussd', '*1234#'); // nobody knows who this is
  assert.match(dialled.text, /English/);
  const files = Object.entries(await judge(all, [gone.msisdn, stays.msisdn])).filter(([place]) => place.startsWith('file '));
  const boxes = removed.map(({ id }) => sealed.get(id));
  for (const [place, content] of files) {
    for (const box of boxes)
      assert.ok(!content.includes(box.slice(0, 64)), `what was sealed still stands in ${place}`);
  }
});
