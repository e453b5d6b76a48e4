// SPDX-License-Identifier: Apache-2.0
// The shipped content is good. Each file of tests/broken breaks it in one place; the check must name file, line, id
// and a remedy, and refuse to serve it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';

const { MEKONGLINE, CONTENT } = process.env;
const examples = new URL('../broken/', import.meta.url).pathname;
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'broken-'));
});
after(() => rmSync(folder, { recursive: true }));

function check(content) {
  const run = spawnSync(MEKONGLINE, ['check', '--json', content], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status: run.status, report: JSON.parse(run.stdout), verdict: run.stderr };
}

// Where an entry such as `    "about.text": {` stands: [first octet, after the last].
function place(text, key) {
  const start = text.indexOf(`    ${JSON.stringify(key)}: {`);
  assert.ok(start >= 0, `no entry ${key}`);
  let depth = 0;
  for (let i = text.indexOf('{', start), quoted = false; ; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (!quoted && text[i] === '{') depth++;
    else if (!quoted && text[i] === '}' && --depth === 0) return [start, i + 1];
  }
}

function changeEntry(entry, how) {
  if (how.set) Object.assign(entry, how.set);
  if (how.drop) delete entry[how.drop];
  if (how.replace) entry.text = replaceOnce(entry.text, how.replace);
  if (how.repeat) entry.text = Array(how.repeat).fill(entry.text).join(' ');
  if (how.nfd) entry.text = entry.text.normalize('NFD');
  return entry;
}

function replaceOnce(text, [old, fresh]) {
  assert.ok(text.includes(old), `no ${old}`);
  return text.replace(old, fresh);
}

// The file as it is after the change.
function broken(text, how) {
  if (how.raw) return replaceOnce(text, how.raw);
  if (how.bytes) {
    const octets = Buffer.from(text), at = octets.indexOf(how.bytes[0]);
    assert.ok(at >= 0);
    return Buffer.concat([octets.subarray(0, at), Buffer.from(how.bytes[1], 'hex'), octets.subarray(at + how.bytes[0].length)]);
  }
  const key = how.entry[1], [start, end] = place(text, key);
  if (how.remove) return text.slice(0, start) + text.slice(end + ',\n'.length);
  const entry = changeEntry(JSON.parse(text.slice(text.indexOf('{', start), end)), how);
  return `${text.slice(0, start)}    ${JSON.stringify(how.rename ?? key)}: ${JSON.stringify(entry)}${text.slice(end)}`;
}

test('the shipped content has no error', () => {
  const { status, report, verdict } = check(CONTENT);
  assert.equal(status, 0, JSON.stringify(report.findings.filter((f) => f.level === 'error').slice(0, 5)));
  assert.equal(report.errors, 0);
  assert.match(verdict, /^good: 0 errors/);
});

for (const name of readdirSync(examples).sort()) {
  const how = JSON.parse(readFileSync(join(examples, name)));
  test(`${basename(name, '.json')}: ${how.about}`, () => {
    const content = join(folder, 'content'), file = join(content, how.file);
    rmSync(content, { recursive: true, force: true });
    cpSync(CONTENT, content, { recursive: true });
    writeFileSync(file, broken(readFileSync(file, 'utf8'), how));
    const { status, report } = check(content);
    assert.equal(status, 1);
    const found = report.findings.filter((f) => f.level === 'error' && f.code === how.expect.code);
    assert.ok(found.length > 0, `found only ${JSON.stringify(report.findings.slice(0, 3))}`);
    const { file: where = how.file, ...rest } = how.expect;
    const right = found.find((f) => f.file === where && Object.entries(rest).every(([k, v]) => f[k] === v));
    assert.ok(right, `not as expected: ${JSON.stringify(found[0])}`);
    assert.ok(right.line > 0);
    assert.match(right.detail, /\.$/, 'what is wrong and how to mend it, in sentences');
    if (right.id && where === how.file && how.entry?.[1] === right.id)
      assert.match(readFileSync(file, 'latin1').split('\n')[right.line - 1], new RegExp(JSON.stringify(right.id)));
  });
}
