// SPDX-License-Identifier: Apache-2.0
// The promises, checked when all is over. Each check returns nothing and writes what it finds wrong into book.faults.
import fs from 'node:fs';
import path from 'node:path';
import { formsOf, requestOf, seenId, seenInRecord, sessionKey } from './codes.mjs';

// The messages that some gateway stepped from memory alone, or without a memory, as its log says: by phone { n, until }, the message's
// number, and that of the last message of all when it, or a copy of it, was stepped for the last time. Only such a step can be taken
// back, and only such a step can show what a phone is not at.
export function weakSteps(world, bridge) {
  const byId = new Map(), weak = new Map();
  for (const { at, text } of world.gateways.flatMap(({ heard }) => heard)) {
    const [, blind] = /event=step_blind .*id=(\S+)/.exec(text) ?? []; // of a gateway that was killed then it may be all
    const [, id = blind, saved = '0', loaded = '0'] = /event=step .* id=(\S+) .*saved=(\d) loaded=(\d)/.exec(text) ?? [];
    if (!id)
      continue;
    const one = byId.get(id) ?? { n: bridge.numberOf(id), until: 0, strong: true };
    byId.set(id, { n: one.n, until: Math.max(one.until, bridge.numberAt(at)), strong: one.strong && saved === '1' && loaded === '1' });
  }
  for (const [id, { n, until, strong }] of byId) {
    const msisdn = bridge.phoneOf.get(id);
    if (!strong)
      weak.set(msisdn, [...weak.get(msisdn) ?? [], { n, until }]);
  }
  return weak;
}

// Was one of the phone's steps between two messages not saved?
const excuses = (weak, msisdn, from, to) => weak.get(msisdn)?.some(({ n, until }) => n <= to && until >= from) ?? false;

// A session may be taken back only if Redis did not take one of the steps of that dialogue, or of that phone's life where its
// language is concerned. Whatever else was killed, the screens are exact. (With appendfsync always a killed Redis has all that it
// replied to.)
export function checkLost(world, bridge, book) {
  const weak = weakSteps(world, bridge);
  for (const { what, ...one } of book.lost) {
    const excused = excuses(weak, one.msisdn, one.from, one.to);
    book.count(excused ? `taken back, not saved: ${what}` : 'taken back without a reason');
    if (!excused)
      book.fault(`a session was lost, and Redis had it: ${what}`, one);
  }
}

// Those past their deadline are counted, or faults, when they happen.
export function checkSettled(bridge, book) {
  for (const id of bridge.waiting.keys())
    book.fault('a message that was never settled', { id });
}

export async function checkJournals(world, book) {
  for (const { name } of world.gateways) {
    const { waiting, acknowledged } = JSON.parse(await world.command('journal', name, '--all', '--json'));
    book.count('requests in journals', waiting + acknowledged);
    if (waiting > 0)
      book.fault('requests wait in a journal though all is well', { name, waiting });
  }
}

const CHOSEN = ['case', 'kind', 'country', 'wish', 'safe', 'channel', 'lang'];

// A request is stored as it was chosen. If Redis did not take a step of that dialogue, an SMS dialogue before it may have lent its
// choices, for both stood at the same question: that is counted. The language may be the country's then.
function compare(filing, found, bridge, weak, book) {
  const differs = CHOSEN.filter((name) => found[name] !== filing[name]);
  const excused = excuses(weak, filing.msisdn, filing.from, bridge.numberOf(filing.moId));
  filing.otherwise = differs.length > 0;
  if (differs.length > 0 && excused && !differs.includes('case'))
    book.count(`stored otherwise than chosen, not saved: ${differs.join(', ')}`);
  else if (differs.length > 0)
    book.fault('a stored request differs from what was chosen', { differs, filing, found });
}

// Every confirmed request is in the receiver exactly once as it was chosen, and none is there that nobody sent.
export async function checkCases(world, book, bridge) {
  const { cases } = JSON.parse(await world.command('receive-requests', 'receiver', '--list', '--json'));
  const weak = weakSteps(world, bridge);
  const stored = new Map(cases.map((one) => [one.id, one]));
  if (stored.size < cases.length)
    book.fault('a request is stored twice', { cases: cases.length, ids: stored.size });
  book.count('requests stored', stored.size);
  for (const filing of book.filings) {
    const found = stored.get(filing.id);
    if (!found && filing.outcome === 'confirmed')
      book.fault('a confirmed request is lost', { id: filing.id, moId: filing.moId, sent: filing.at, confirmed: filing.to });
    if (found && filing.outcome !== 'confirmed')
      book.count(`stored, though not confirmed: ${filing.outcome}`);
    if (found)
      compare(filing, found, bridge, weak, book);
  }
  checkUnasked(stored, book, bridge, weak);
}

// A phone that saw such a case number knows since when its dialogue went on: a step that was not saved lies in it.
function checkUnasked(stored, book, bridge, weak) {
  const sent = new Set(book.filings.map(({ id }) => id)), begun = new Map(book.lost.map(({ re, from }) => [re, from]));
  for (const [id, found] of stored) {
    if (sent.has(id))
      continue;
    const moId = bridge.idOf((one) => requestOf(bridge.name, one).id === id), n = moId && bridge.numberOf(moId);
    if (moId && excuses(weak, bridge.phoneOf.get(moId), begun.get(moId) ?? n, n))
      book.count('stored by an answer to another question, not saved');
    else
      book.fault('a request is stored that nobody sent', { id, moId, found });
  }
}

// Opened with the secret key: number and words of some that are stored as they were chosen, those with words first.
export async function checkOpened(world, book, most, random) {
  const some = book.confirmed().filter((one) => !one.otherwise).map((one) => [one.text ? 0 : 1, random(), one])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const words = some.filter(([plain]) => plain === 0).slice(0, most / 2), rest = some.filter(([plain]) => plain === 1);
  const chosen = [...words, ...rest].slice(0, most).map(([, , one]) => one);
  const open = async (one) => {
    const shown = await world.command('receive-requests', 'receiver', '--show', one.id, '--key', world.file('requests.key'))
      .catch(() => '');
    const number = /^Number +(.*)$/m.exec(shown)?.[1], text = /^Text +([^]*)$/m.exec(shown)?.[1].trim();
    book.count('requests opened');
    if (number !== (one.wish === 'none' ? 'not kept' : `+${one.msisdn}`))
      book.fault('an opened request has another number', { id: one.id, wish: one.wish });
    if (text !== (one.text || 'none'))
      book.fault('an opened request has another text', { id: one.id, text, wanted: one.text });
  };
  for (let i = 0; i < chosen.length; i += 2)
    await Promise.all(chosen.slice(i, i + 2).map(open));
}

// Nobody hears that there is no such case once the case work has acknowledged it.
export function checkAsks(book) {
  for (const { id, state, begun } of book.asks) {
    const acked = book.acked.get(id);
    if (state === 'tries' || (state === 'unknown' && acked !== undefined && acked < begun))
      book.fault('a stored case was not found', { id, state, acked, begun });
  }
}

export function checkNotes(book) {
  const known = new Set(book.filings.map((one) => `${one.msisdn} ${one.case} ${one.pin}`));
  for (const note of book.notes) {
    if (!known.has(`${note.msisdn} ${note.case} ${note.pin}`))
      book.fault('an SMS with a case number that is none', note);
  }
}

// All session records: [key, Buffer].
export async function readSessions(world) {
  const keys = String(await world.redisCall('KEYS', 'ml:*')).split('\r\n').filter((line) => line.startsWith('ml:'));
  const sessions = [];
  for (const key of keys) {
    const raw = await world.redisCall('GET', key);
    sessions.push([key, raw.subarray(raw.indexOf('\r\n') + 2, -2)]);
  }
  return sessions;
}

// What sessions have seen: each id once, and only ids that their phone sent. Returns by phone the places of these ids among those sent.
export function checkSeen(sessions, bridge, book) {
  const records = new Map(sessions), all = new Map();
  for (const [msisdn, ids] of bridge.sent) {
    const record = records.get(sessionKey(msisdn));
    if (!record)
      continue;
    const places = new Map(ids.map((id, i) => [seenId(bridge.name, id), i]));
    const seen = seenInRecord(record).map((hash) => places.get(hash));
    all.set(msisdn, seen);
    book.count('session histories');
    book.count('ids in session histories', seen.length);
    if (new Set(seen).size !== seen.length)
      book.fault('a session took a step twice', { msisdn, seen });
    if (seen.includes(undefined))
      book.fault('a session saw what its phone did not send', { msisdn });
    if (seen.some((place, i) => i > 0 && place > seen[i - 1]))
      book.count('sessions that took a late copy');
  }
  return all;
}

// The same, and none is missing that was stepped, unless Redis did not take one of the phone's steps. (A phone sends fewer messages than a
// session remembers.)
export function checkHistories(world, sessions, bridge, book) {
  const weak = weakSteps(world, bridge), all = checkSeen(sessions, bridge, book);
  for (const [msisdn, ids] of bridge.sent) {
    const seen = all.get(msisdn), stepped = ids.filter((id) => bridge.settled.get(id)?.text !== undefined);
    if (!seen && stepped.length > 0 && !weak.has(msisdn))
      book.fault('a session is gone', { msisdn });
    if (!seen || weak.has(msisdn))
      continue;
    const places = new Map(ids.map((id, i) => [id, i]));
    const missing = stepped.filter((id) => !seen.includes(places.get(id)));
    book.count('histories in which no step may be missing');
    if (missing.length > 0)
      book.fault('a session lost a step that was saved', { msisdn, missing });
  }
}

// exits: what became of the programs when they were asked to end.
export function checkExits(exits, world, book) {
  for (const { name, code, signal } of exits) {
    if (code !== 0)
      book.fault('a program did not end well', { name, code, signal });
  }
  for (const { name, output } of Object.values(world.servers)) {
    const at = output.search(/Sanitizer|runtime error/);
    if (at >= 0)
      book.fault('a fault of memory', { name, said: output.slice(Math.max(0, at - 200), at + 3000) });
  }
}

// No phone number anywhere but in the messages: { place: octets as Buffer or text }.
export function checkPrivacy(places, numbers, book) {
  const used = new Set(numbers.map((one) => one.slice(3)));
  const forms = numbers.filter((_, i) => i % Math.ceil(numbers.length / 25) === 0).map(formsOf);
  for (const [place, content] of Object.entries(places)) {
    const octets = Buffer.isBuffer(content) ? content : Buffer.from(content);
    const kind = place.startsWith('session ') ? 'a session' : place;
    book.count('octets searched for phone numbers', octets.length);
    for (const [digits] of octets.toString('latin1').matchAll(/20555[56]\d{4}\d*/g)) {
      if (used.has(digits.slice(0, 10)))
        book.fault(`a phone number in ${kind}`, { place });
    }
    for (const one of forms) {
      for (const [form, wanted] of Object.entries(one)) {
        if (octets.includes(wanted))
          book.fault(`a phone number in another form in ${kind}`, { place, form });
      }
    }
  }
}

// The recursive readdir of Node 18 fails at a socket.
const filesIn = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const name = path.join(folder, entry.name);
  return entry.isDirectory() ? filesIn(name) : entry.isFile() ? [name] : [];
});

// Everything that the world left behind: logs, files of the journals and of the receiver with their logs ahead, sessions.
export function whatIsLeft(world, sessions) {
  const places = {};
  for (const { name, output } of Object.values(world.servers))
    places[`log of ${name}`] = output;
  for (const file of filesIn(world.folder)) {
    const name = path.relative(world.folder, file);
    if (!/\.(key|pub|conf)$|^secret$/.test(name))
      places[`file ${name}`] = fs.readFileSync(file);
  }
  for (const [key, record] of sessions)
    places[`session ${key}`] = Buffer.concat([Buffer.from(key), record]);
  return places;
}
