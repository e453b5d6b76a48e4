// SPDX-License-Identifier: Apache-2.0
// PROTOCOL.md and asyncapi.yaml say the same, and their examples are right.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv';
import { shardOf } from './support/bridge.mjs';
import { ROOT_FOLDER, channelOf, contract, judge } from './support/contract.mjs';

test('asyncapi.yaml is valid AsyncAPI 3.0', () => {
  const require = createRequire(import.meta.url);
  const schema = require('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const ajv = new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false, logger: false });
  assert.ok(ajv.validate(schema, contract), ajv.errorsText());
});

test('every example of asyncapi.yaml fits its own schema and no other of its channel', () => {
  for (const [channel, { messages }] of Object.entries(contract.channels)) {
    for (const { $ref } of Object.values(messages)) {
      const name = $ref.split('/').pop();
      for (const { payload } of contract.components.messages[name].examples)
        assert.equal(judge(channel, Buffer.from(JSON.stringify(payload))).name, name);
    }
  }
});

test('every message in the dialogues of PROTOCOL.md fits the schema of its topic and has the right shard', () => {
  const text = fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/PROTOCOL.md'), 'utf8');
  const lines = text.split('\n').map((line) => /^[<>] (\S+)\s+(\{.*\})$/.exec(line)).filter(Boolean);
  assert.ok(lines.length >= 14);
  for (const [, topic, payload] of lines) {
    const bad = payload.includes('"id":"d1"');
    assert.ok(channelOf(topic), topic);
    if (bad)
      assert.throws(() => judge(channelOf(topic), Buffer.from(payload)));
    else
      judge(channelOf(topic), Buffer.from(payload));
    const { msisdn } = JSON.parse(payload);
    if (msisdn && !bad)
      assert.equal(topic.split('/').at(-1), shardOf(msisdn));
  }
});

test('the hash of every bundle in PROTOCOL.md and asyncapi.yaml is that of its files', () => {
  const text = fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/PROTOCOL.md'), 'utf8');
  const bundles = [...text.matchAll(/^> mekong\/1\/content\s+(\{.*\})$/gm)].map(([, payload]) => JSON.parse(payload));
  bundles.push(...contract.components.messages.contentBundle.examples.map(({ payload }) => payload));
  assert.equal(bundles.length, 2);
  const sha256 = (octets) => createHash('sha256').update(octets).digest();
  for (const { version, sha256: hash, files } of bundles) {
    const names = Object.keys(files).sort();
    assert.equal(sha256(Buffer.concat(names.map((name) => Buffer.concat([Buffer.from(`${name}\0`), sha256(files[name])])))).toString('hex'), hash);
    assert.equal(version, hash.slice(0, 16));
  }
});

test('every member of the schemas is named in PROTOCOL.md', () => {
  const text = fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/PROTOCOL.md'), 'utf8');
  for (const { properties = {} } of Object.values(contract.components.schemas)) {
    for (const name of Object.keys(properties))
      assert.match(text, new RegExp(`\\| .*\`${name}\``), name);
  }
});
