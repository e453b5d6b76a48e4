// SPDX-License-Identifier: Apache-2.0
// Content as it is published over MQTT: who takes it, who refuses it, what is kept, and what a phone sees.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { brokenFiles, bundleOf, filesOf } from './support/bundles.mjs';
import { clockOf } from './support/clock.mjs';
import { choice, label, options } from './support/texts.mjs';
import { Mailbox, until } from './support/wait.mjs';
import { World } from './support/world.mjs';

const TOPIC = 'mekong/1/content';
const BINARY = path.resolve(process.env.MEKONGLINE);
const PEOPLE = ['--author', 'Noy', '--reviewer', 'Bounmy', '--note', 'A better word.'];

// The shipped files with another word for "At work", which is on the first menu.
function filesWith(world, word) {
  const files = filesOf(world.content);
  const name = 'texts/en/menu.json';
  const changed = files[name].replace(`"${label('work')}"`, JSON.stringify(word));
  assert.notEqual(changed, files[name]);
  return { ...files, [name]: changed };
}

function folderOf(world, name, files) {
  const folder = world.file(name);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

// Publish retained messages as a console does, one after the other.
async function publish(world, ...payloads) {
  const client = world.connect();
  const octets = payloads.map((one) => (typeof one === 'string' || Buffer.isBuffer(one) ? one : JSON.stringify(one)));
  try {
    for (const one of octets)
      await client.publishAsync(TOPIC, one, { qos: 1, retain: true });
  } finally {
    await client.endAsync(true);
  }
}

// Run `mekongline content …` to its end.
function run(world, ...args) {
  return new Promise((resolve) => {
    const child = spawn(BINARY, ['content', ...args]);
    const result = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (text) => { result[name] += text; });
    child.once('close', (status) => resolve({ status, ...result }));
  });
}

const conf = (gateway) => ['-c', gateway.world.file(`${gateway.instance}.conf`)];
const withStore = (world, gateway = world.gateway) => gateway.configure({ gateway: { content_store: world.file('store') } });
const storeOf = (world, gateway = world.gateway) => world.file(`store/${gateway.instance}.json`);
const serves = (version) => (one) => one.content === version && one.state === 'up';

test('a phone in the middle of a dialogue keeps its screens, the next dial shows the new text; two gateways say the version', async (t) => {
  const world = await World.start(t, { gateways: 2 });
  const bridge = await world.bridge();
  const phone = bridge.phone('8562055570001');
  await phone.begin();
  phone.sees(...options('main'));
  const folder = folderOf(world, 'new', filesWith(world, 'Working'));
  const { version } = bundleOf(filesOf(folder));

  const said = Promise.all(world.gateways.map((one) => one.says(serves(version))));
  const { status, stdout, stderr } = await run(world, 'publish', ...conf(world.gateway), '--content', folder, ...PEOPLE);
  assert.equal(status, 0, stderr);
  assert.match(stdout, new RegExp(`^published ${version}, previous none\ngateway-1: up, serves ${version}\ngateway-2: up, serves ${version}\n$`));
  await said;

  await phone.answer(choice('main', 'before'));
  await phone.answer('0');
  phone.sees(...options('main'));
  phone.doesNotSee('Working');
  const other = bridge.phone('8562055570002');
  await other.begin();
  other.sees('3 Working');
});

test('what is published says who made it, and what came before', async (t) => {
  const world = await World.start(t);
  const nothing = await run(world, 'published', ...conf(world.gateway));
  assert.deepEqual([nothing.status, nothing.stderr], [1, '']);
  assert.match(nothing.stdout, /^nothing is published\ngateway-1: up, serves [0-9a-f]{16}\n$/);
  const versions = [];
  for (const word of ['Working', 'Your work']) {
    const files = filesWith(world, word);
    versions.push(bundleOf(files).version);
    const { status, stderr } = await run(world, 'publish', ...conf(world.gateway), '--content', folderOf(world, word, files), ...PEOPLE);
    assert.equal(status, 0, stderr);
  }
  const { status, stdout } = await run(world, 'published', ...conf(world.gateway));
  assert.equal(status, 0);
  assert.match(stdout, new RegExp(`^version: ${versions[1]}\nprevious: ${versions[0]}\nauthor: Noy\nreviewer: Bounmy\n`
    + `at: 20\\S+Z\nnote: A better word\\.\nfiles: ${Object.keys(filesOf(world.content)).length}\ngateway-1: up, serves ${versions[1]}\n$`));
});

test('a broken fee is not published, and a gateway that gets it refuses it and says so', async (t) => {
  const world = await World.start(t);
  const { content: old } = await world.gateway.says((one) => one.state === 'up');
  const files = brokenFiles(world.content);
  const refused = await run(world, 'publish', ...conf(world.gateway), '--content', folderOf(world, 'broken', files), ...PEOPLE);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /fees\.json:\d+: error: [\s\S]*nothing was published/);

  await publish(world, bundleOf(files));
  const said = await world.gateway.says((one) => one.degraded.includes('content'));
  assert.equal(said.content, old);
  assert.match(world.gateway.output, /event=content_finding file=fees\.json[\s\S]*event=content_refused source=published/);
  assert.equal(await world.gateway.metric('mekongline_content_loads_total{result="refused"}'), 1);
  const shown = await run(world, 'published', ...conf(world.gateway));
  assert.match(shown.stdout, new RegExp(`gateway-1: up, serves ${old}, has refused what was published\n`));
  const phone = (await world.bridge()).phone('8562055570003');
  await phone.begin();
  phone.sees(...options('main'));

  const good = bundleOf(filesWith(world, 'Working'));
  await publish(world, good);
  const well = await world.gateway.says(serves(good.version));
  assert.deepEqual(well.degraded, []);
});

test('of versions that come fast the last is served, also if it is the one that was served before', async (t) => {
  const world = await World.start(t);
  const [first, second] = ['Working', 'Your work'].map((word) => bundleOf(filesWith(world, word)));
  await publish(world, first);
  await world.gateway.says(serves(first.version));
  await publish(world, second, first); // the second is still being compiled when the first comes
  await world.gateway.says(serves(second.version));
  await world.gateway.says(serves(first.version));
  const phone = (await world.bridge()).phone('8562055570007');
  await phone.begin();
  phone.sees('3 Working');
});

test('a version that comes while a carrier with smaller screens is configured fits those, too', async (t) => {
  const world = await World.start(t);
  await world.gateway.says((one) => one.state === 'up');
  const version = bundleOf(filesWith(world, 'Working'));
  await publish(world, version);
  world.gateway.configure({ 'carrier small': { ussd_septets: 140, ussd_units: 60 } });
  world.gateway.signal('SIGHUP');
  await world.gateway.says(serves(version.version));
  await world.gateway.logs('config_reload');
  const bridge = await world.bridge('small', { limits: { septets: 140, units: 60 } });
  const phone = bridge.phone('8562055570008');
  await phone.begin();
  phone.sees('1 Before you go');
  assert.ok(phone.text.length <= 140, phone.text);
});

test('a day begins: what is past its review now is known without anybody doing anything', async (t) => {
  const DAY_MS = 24 * 3600 * 1000, today = new Date().toISOString().slice(0, 10), later = new Date(Date.now() + 99 * DAY_MS).toISOString().slice(0, 10);
  const world = await World.start(t, { start: ['broker', 'redis'] });
  for (const file of Object.keys(filesOf(world.copyContent())).filter((one) => one.startsWith('texts/'))) {
    const text = fs.readFileSync(world.file(`content/${file}`), 'utf8');
    fs.writeFileSync(world.file(`content/${file}`), text.replace(/("review_by": )"[^"]*"/g, `$1"${file === 'texts/en/articles.json' ? today : later}"`));
  }
  world.gateway.configure({});
  const setClock = clockOf(world.gateway), noon = 12 * 3600 - Math.floor(Date.now() / 1000) % (DAY_MS / 1000);
  setClock(noon);
  await world.gateway.start();
  assert.equal(await world.gateway.metric('mekongline_content_overdue'), 0);
  setClock(noon + DAY_MS / 1000);
  await until('the texts are overdue', async () => await world.gateway.metric('mekongline_content_overdue') > 0);
});

test('what is no bundle is refused; an empty message takes nothing back', async (t) => {
  const world = await World.start(t);
  const { content: old } = await world.gateway.says((one) => one.state === 'up');
  const files = filesWith(world, 'Working');
  const good = bundleOf(files);
  const bad = {
    'not the hash': { ...good, sha256: '0'.repeat(64) },
    'another file': { ...good, files: { ...files, 'menu.json': `${files['menu.json']} ` } },
    'a name outside': bundleOf({ ...files, '../x.json': '{}' }),
    'one person': { ...good, reviewer: 'Noy' },
    'cut off': Buffer.from(JSON.stringify(good)).subarray(0, 500000),
    'no octets of text': Buffer.from([0xff]),
    'too long': Buffer.alloc(8388609, 0x20),
    'an empty folder': { ...good, files: {} },
  };
  let count = 0;
  // The world's own judge sees what is wrong with them, too.
  for (const [what, payload] of Object.entries(bad)) {
    await publish(world, payload);
    count += 1;
    await until(`refused: ${what}`, async () => await world.gateway.metric('mekongline_content_loads_total{result="refused"}') === count);
  }
  assert.equal((await world.gateway.says((one) => one.degraded.includes('content'))).content, old);
  await publish(world, '');
  const well = await world.gateway.says((one) => one.degraded.length === 0);
  assert.equal(well.content, old);
  world.faults.splice(0, world.faults.length, ...world.faults.filter(({ message }) => !/^content:|JSON|encoded data/.test(message)));
});

test('the words of publish: the reviewer is not the author, and nobody is left out', async (t) => {
  const world = await World.start(t, { start: [] });
  for (const words of [['--author', 'Noy', '--reviewer', 'Noy', '--note', 'x'], ['--author', 'Noy', '--note', 'x'],
    ['--author', 'Noy', '--reviewer', 'Bounmy'], [...PEOPLE, '--wait', 'x'], [...PEOPLE, 'more']])
    assert.equal((await run(world, 'publish', ...conf(world.gateway), ...words)).status, 2, words.join(' '));
  assert.equal((await run(world, 'publish', ...PEOPLE)).status, 2);
  assert.equal((await run(world, 'published')).status, 2);
  const away = await run(world, 'publish', ...conf(world.gateway), ...PEOPLE, '--wait', '1');
  assert.equal(away.status, 1);
  assert.match(away.stderr, /mekongline content publish: \S/);
});

test('a broker that does not let one publish: it says so', async (t) => {
  const world = await World.start(t, { start: [],
    listener: (one) => {
      fs.writeFileSync(one.file('acl'), 'topic read #\n', { mode: 0o600 });
      return [`acl_file ${one.file('acl')}`];
    } });
  await world.broker.start();
  const { status, stderr } = await run(world, 'publish', ...conf(world.gateway), ...PEOPLE, '--wait', '4');
  assert.equal(status, 1);
  assert.match(stderr, /does not give back what was published; look at its access rules/);
});

test('a gateway that starts without the broker\'s message serves what it has stored', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  withStore(world);
  await world.gateway.start();
  const good = bundleOf(filesWith(world, 'Working'));
  await publish(world, good);
  await world.gateway.says(serves(good.version));
  assert.deepEqual(JSON.parse(fs.readFileSync(storeOf(world), 'utf8')), good);
  await publish(world, '');
  await world.gateway.stop();
  await world.gateway.start();
  await world.gateway.says(serves(good.version));
  const phone = (await world.bridge()).phone('8562055570004');
  await phone.begin();
  phone.sees('3 Working');

  // A reload of the configuration keeps what was published.
  world.gateway.signal('SIGHUP');
  await world.gateway.logs('config_reload');
  const other = (await world.bridge('unitel')).phone('8562055570005');
  await other.begin();
  other.sees('3 Working');
});

test('a stored version that was spoiled is not used: the folder is', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  withStore(world);
  fs.mkdirSync(world.file('store'));
  const good = JSON.stringify(bundleOf(filesWith(world, 'Working')));
  fs.writeFileSync(storeOf(world), good.replace('Working', 'Wurking'));
  await world.gateway.start();
  assert.match(world.gateway.output, /bad-bundle[\s\S]*event=content_refused/);
  const phone = (await world.bridge()).phone('8562055570006');
  await phone.begin();
  phone.sees(...options('main'));
});

test('a full disk keeps nothing from being served', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  withStore(world);
  await world.gateway.start();
  const first = bundleOf(filesWith(world, 'Working'));
  await publish(world, first);
  await world.gateway.says(serves(first.version));
  execFileSync('prlimit', [`--pid=${world.gateway.pid}`, '--fsize=4096']);
  const second = bundleOf(filesWith(world, 'Your work'));
  await publish(world, second);
  await world.gateway.says(serves(second.version));
  await world.gateway.logs('content_unstored');
  assert.equal(JSON.parse(fs.readFileSync(storeOf(world), 'utf8')).version, first.version);
  assert.deepEqual(fs.readdirSync(world.file('store')), ['gateway-1.json']);
});

test('killed again and again while it stores: what is stored is always whole', async (t) => {
  const world = await World.start(t, { start: ['broker', 'redis'] });
  withStore(world);
  const all = ['Working', 'Your work'].map((word) => JSON.stringify(bundleOf(filesWith(world, word))));
  const folder = world.file('store');
  fs.mkdirSync(folder);
  let caught = 0;
  for (let round = 0; round < 8; round += 1) {
    const seen = new Mailbox();
    const watch = fs.watch(folder, (kind, name) => seen.put(name));
    await world.gateway.start();
    await publish(world, all[round % 2]);
    // From the first sign of a write on, a little later each time.
    await seen.take('a file in the store');
    await pause(round % 4);
    await world.gateway.kill();
    watch.close();
    caught += fs.readdirSync(folder).includes('.gateway-1.json.new') ? 1 : 0;
    if (fs.existsSync(storeOf(world)))
      assert.ok(all.includes(fs.readFileSync(storeOf(world), 'utf8')), 'what is stored is no version');
  }
  t.diagnostic(`${caught} of 8 were killed before the rename`);
  await world.gateway.start();
  await world.gateway.says(serves(JSON.parse(all[1]).version));
  assert.doesNotMatch(world.gateway.output, /content_refused/);
});
