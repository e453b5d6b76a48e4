// SPDX-License-Identifier: Apache-2.0
// The peer: npm's ussd-menu-builder with sessions in Redis, behind the same broker, topics and load as the gateway. A dialogue is what the
// menu builder wants, the inputs so far joined by asterisks; it is read before a step and written after it. The texts are as long as ours.
//   node serve.mjs QOS BROKER REDIS
// Prints "ready" when it is subscribed; ends on SIGTERM.
import net from 'node:net';
import Redis from 'ioredis';
import { MqttClient } from 'mqtt';
import UssdMenu from 'ussd-menu-builder';

const ROOT = 'mekong/1', SESSION_S = 180;
const ITEMS = ['Before you go', '1 Why a regular way is safer', '2 What the agreement says', '3 Which way can I take', '4 Step by step',
  '5 Papers you need', '6 Check an offer', '98 More', '0 Back'];
const SCREEN = ITEMS.join('\n');
// Each state's screen, and where its choices lead: language, menu, menu, article, and back.
const STATES = { language: { 7: 'main' }, main: { 1: 'before' }, before: { 1: 'article', 0: 'main' }, article: { 0: 'before' } };

// A menu keeps its caller in itself, so that each that runs at the same time needs one of its own.
function newMenu() {
  const menu = new UssdMenu();
  menu.startState({ next: { '': 'language' }, run: () => menu.con(SCREEN) });
  for (const [name, next] of Object.entries(STATES))
    menu.state(name, { next, run: () => menu.con(SCREEN) });
  return menu;
}

const idle = [];

async function screenOf(args) {
  const menu = idle.pop() ?? newMenu();
  const answer = await menu.run(args);
  idle.push(menu);
  return answer;
}

async function step(topic, payload) {
  const { id, msisdn, session, event, code, text } = JSON.parse(payload);
  const key = `peer:${msisdn}`;
  const before = event === 'begin' ? '' : await redis.get(key);
  const inputs = event === 'begin' ? '' : [before, text].filter(Boolean).join('*');
  const answer = await screenOf({ sessionId: session, serviceCode: code, phoneNumber: msisdn, text: inputs });
  await redis.setex(key, SESSION_S, inputs);
  broker.publish(topic.replace('/in/', '/out/'), JSON.stringify({ v: 1, kind: 'ussd', id: `${id}.0`, re: id, msisdn, session,
    event: answer.startsWith('CON ') ? 'continue' : 'end', text: answer.slice(4), coding: 'gsm7' }), { qos: Number(qos) });
}

// A path, or HOST:PORT.
function place(at) {
  const [host, port] = at.split(':');
  return port ? { host, port: Number(port) } : { path: at };
}

const [qos, brokerAt, redisAt] = process.argv.slice(2);
const redis = new Redis({ ...place(redisAt), enableAutoPipelining: true });
const broker = new MqttClient(() => net.connect({ ...place(brokerAt), noDelay: true }), { protocolVersion: 5, clientId: 'peer' });
broker.on('message', (topic, payload) => {
  step(topic, payload).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
broker.on('connect', () => broker.subscribe(`$share/peer/${ROOT}/+/in/+`, { qos: Number(qos) }, (error) => console.log(error ?? 'ready')));
process.once('SIGTERM', () => process.exit(0));
