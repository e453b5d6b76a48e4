// SPDX-License-Identifier: Apache-2.0
// Copies as the runbook makes them, then everything is lost, then everything is back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { until } from '../system/support/wait.mjs';
import { Client } from '../browser/support/console.mjs';
import { release, reword } from '../browser/support/editing.mjs';
import { ConsoleWorld } from '../browser/support/world.mjs';

const DATABASES = ['console.db', 'cases.db'];

// "VACUUM INTO", while it is in use.
const copy = (world, name) => execFileSync('sqlite3', [world.file(name), `VACUUM INTO '${world.file(`${name}.copy`)}'`]);

// File a request for a call, from the menu.
async function askForHelp(bridge, msisdn) {
  const phone = bridge.phone(msisdn);
  await phone.begin();
  phone.hangup();
  await phone.dial('*1234*422#');
  await phone.answers('1', '1', '1', '1');
  return /([\d ]{11})\D+\d{4}/.exec(phone.text)[1].replaceAll(' ', '');
}

test('people, versions and cases are back after a disk is lost, and what came after the copy comes again', async (t) => {
  const desk = await ConsoleWorld.start(t, { gateways: 1 });
  const { world } = desk;
  const noy = await desk.person('Noy Example', 'editor');
  const som = await desk.person('Som Example', 'reviewer', 'caseworker');
  const bridge = await world.bridge('laotel');
  await reword(noy, 'Where you work');
  const version = await release(noy, som, 'Another word.');
  const before = await askForHelp(bridge, '8562055510001');
  const queue = async (client) => (await client.done('GET', '/api/requests')).cases.map((one) => one.number ?? one.case_no ?? one.case);
  await until('the first request is stored', async () => (await queue(som.client)).includes(before));
  DATABASES.forEach((name) => copy(world, name));
  const after = await askForHelp(bridge, '8562055510002');
  await until('the second request is stored', async () => (await queue(som.client)).includes(after));

  await desk.console.stop();
  await world.broker.kill();
  for (const name of DATABASES)
    for (const suffix of ['', '-wal', '-shm'])
      fs.rmSync(world.file(name + suffix), { force: true });
  for (const name of DATABASES)
    fs.renameSync(world.file(`${name}.copy`), world.file(name));
  const lost = world.traffic.length;
  await world.broker.start(); // it retains nothing
  await desk.console.start();
  await until('the gateway is back', async () => (await world.gateway.get('/readyz')).status === 200);

  const again = new Client(desk.console);
  await again.signIn(som.login, som.password);
  assert.ok((await queue(again)).includes(before), 'the case of the copy is there');
  execFileSync(process.env.MEKONGLINE, ['journal', '-c', world.file('gateway-1.conf'), '--resend', 'all'], { stdio: 'ignore' });
  await until('the request that came after the copy is stored again', async () => (await queue(again)).includes(after));

  const status = await again.done('GET', '/api/versions/status');
  assert.equal(status.in_force.version, version.id);
  await until('what is in force is retained again', () => world.traffic.slice(lost).some(({ topic, payload }) => topic === 'mekong/1/content' &&
    payload.includes(version.hash)));
  let last = 8562055510003;
  await until('the next dial shows it', async () => {
    const phone = bridge.phone(String(last += 1));
    await phone.begin();
    return phone.text.includes('Where you work');
  });
});
