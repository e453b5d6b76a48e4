// SPDX-License-Identifier: Apache-2.0
// The promises, checked when all is over. What SMPP itself cannot tell is counted, everything else that is not as it should be is a fault.

import { NEVER } from './phones.mjs';

const between = (instants, from, to) => instants.some((at) => at >= from && at <= to);
const SCREEN_MS = 4000;      // after its settlement no screen is sent any more, on a busy machine
const WINDOW_MS = 4000;      // so long, and some time, a submit_sm without an answer takes a place in the window
const REMEMBERED_MS = 20000; // so long after a death of the bridge a screen of its former life may come again

// Each message was answered OK at last; how it came there.
export function checkAnswered(accounts, book) {
  for (const mo of accounts.mos.values()) {
    const { key, tries, ids, answers, late, losses, ok, old } = mo;
    book.count('delivered again', tries.length - 1);
    book.count('no answer in time', late);
    book.count('lost with the connection', losses);
    if (!ok && old)
      book.count('refused for good: the gateway keeps the answer no more');
    else if (!ok)
      book.fault('a message that was never answered OK', { key, tries: tries.length, ids: [...ids.keys()], answers: answers.length });
  }
}

// One id for each message, for good if the carrier names it; else as long as the bridge lives and can know that its answer was not heard.
export function checkIds(accounts, bridge, stable, book) {
  for (const { key, ids, tries, late } of accounts.mos.values()) {
    const more = [...ids].slice(1);
    for (const [id, at] of more) {
      const death = between(bridge.deaths, tries[0], at);
      if (!stable && death)
        book.count('another id: the bridge had died');
      else if (!stable && late > 0)
        book.count('another id: the carrier had given up waiting');
      else
        book.fault('a message got another id', { key, ids: [id, ...ids.keys()], tries, death, late });
    }
    if (ids.size === 0)
      book.fault('a message that the gateway never heard of', { key });
  }
}

// Each SMS that was answered OK got its answer, and each answer was sent by the gateway.
export function checkAnswers(accounts, book) {
  for (const { mo, texts } of accounts.missing())
    book.fault('an answer never came', { key: mo.key, tries: mo.tries, ok: mo.ok, answered: mo.answers.map(({ at }) => at),
      texts: texts.map((one) => one?.slice(0, 40)) });
  const known = new Set(accounts.texts.flatMap(({ msisdn, answers }) => answers.map(({ text }) => `${msisdn} ${text}`)));
  for (const [msisdn, texts] of accounts.received) {
    for (const text of texts.keys()) {
      if (!known.has(`${msisdn} ${text}`))
        book.fault('an SMS that the gateway did not send', { msisdn, text });
    }
  }
}

// Why a part that was sent may have been sent again later.
const whyAgain = (one, later, { deaths }) => (!one.certain ? 'its answer may not have arrived'
  : between(deaths, one.at, later.at) ? 'the bridge had died' : undefined);

// A part of an SMS came more often than the gateway sent a text with it: only if the answer to one before may not have arrived, or the bridge
// has died since. Several SMS may hold the same part, so each further copy is taken for a repeat of one that nothing has repeated yet.
export function checkTwice(accounts, submits, bridge, book) {
  for (const { msisdn, text, copies } of submits.parts.values()) {
    const sent = accounts.sendings(msisdn, text), repeated = new Set();
    let extra = copies.length - sent;
    for (let i = 1; i < copies.length && extra > 0; i += 1) {
      const one = copies.slice(0, i).find((before) => !repeated.has(before) && whyAgain(before, copies[i], bridge));
      if (!one)
        continue;
      book.count(`a part of an SMS came twice: ${whyAgain(one, copies[i], bridge)}`);
      repeated.add(one);
      extra -= 1;
    }
    if (extra > 0)
      book.fault('a part of an SMS came twice without need', { msisdn, text: text.slice(0, 40), sent, copies });
  }
}

// The messages that some gateway stepped from memory alone, as its log says: their phones. Only such a step can be taken back.
function phonesWithWeakSteps(world, accounts) {
  const ids = world.gateways.flatMap(({ heard }) => heard.map(({ text }) => /event=step .*saved=0/.test(text) && / id=(\S+)/.exec(text)[1]));
  return new Set(ids.filter(Boolean).map((id) => accounts.byId.get(id)?.msisdn));
}

const MISSED = [['the bridge had died', 'deaths', 0], ['the connection broke', 'breaks', 0], ['the carrier took none', 'refusals', 0],
  ['the window was full of submit_sm without an answer', 'unanswered', WINDOW_MS]];

// A screen is sent once, while it is not too late: it may be lost with the bridge or the connection, or with the carrier's refusal.
function whyMissed({ mo }, happened) {
  const settled = Math.max(0, ...mo.answers.map(({ at }) => at));
  return MISSED.find(([, what, before]) => between(happened[what], settled - before, settled + SCREEN_MS))?.[0];
}

// Screens that were not due, or never came.
export function checkScreens({ world, accounts, submits, crowd }, book) {
  const weak = phonesWithWeakSteps(world, accounts);
  const doubled = new Set([...accounts.mos.values()].filter(({ ids }) => ids.size > 1).map(({ msisdn }) => msisdn));
  const { breaks, refusals, unanswered } = submits, happened = { deaths: world.smpp.deaths, breaks, refusals, unanswered };
  for (const one of crowd.lost) {
    const why = one.what === NEVER ? whyMissed(one, happened)
      : weak.has(one.msisdn) ? 'Redis had not taken a step' : doubled.has(one.msisdn) ? 'a step had two ids' : undefined;
    if (why)
      book.count(`${one.what}: ${why}`);
    else
      book.fault(one.what, { ...one, deaths: world.smpp.deaths });
  }
}

// Screens for a session that has gone on, or is over.
export function checkStrange(carrier, bridge, book) {
  for (const at of carrier.strange) {
    if (between(bridge.deaths, at - REMEMBERED_MS, at))
      book.count('a screen of before the death of the bridge came again');
    else
      book.fault('a screen for a session that has gone on', { when: at });
  }
}
