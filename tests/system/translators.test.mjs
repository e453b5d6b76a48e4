// SPDX-License-Identifier: Apache-2.0
// Texts to translators and back, with the real tools of gettext: what comes back as it went changes
// nothing, what is wrong is refused with its place and nothing is written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

const { MEKONGLINE, CONTENT } = process.env;
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-translators-'));
after(() => fs.rmSync(scratch, { recursive: true, force: true }));

// The gettext library forgets some memory of a file that it refuses.
const forgiven = path.join(scratch, 'forgiven');
fs.writeFileSync(forgiven, 'leak:libgettextpo\n');
const env = { ...process.env, LSAN_OPTIONS: `suppressions=${forgiven}:print_suppressions=0` };

function run(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  assert.ifError(error);
  return { status, stdout, stderr };
}

function ok(command, ...args) {
  const done = run(command, ...args);
  assert.equal(done.status, 0, `${command} ${args.join(' ')}\n${done.stderr}`);
  return done.stdout;
}

let folders = 0;

// A copy of the content with an own text in each state: draft, reviewed, stale, missing.
function desk({ stale = false } = {}) {
  const folder = path.join(scratch, `desk-${folders++}`);
  const content = path.join(folder, 'content');
  fs.cpSync(CONTENT, content, { recursive: true });
  const at = (name) => path.join(content, name);
  const read = (name) => JSON.parse(fs.readFileSync(at(name), 'utf8'));
  const self = {
    content, at, read,
    file: (name) => path.join(folder, name),
    write: (name, value) => fs.writeFileSync(at(name), `${JSON.stringify(value, null, 2)}\n`),
    entries: () => read('texts/lo/probe.json').texts,
    exported: (name) => {
      ok(MEKONGLINE, 'content', 'export', '--language', 'lo', '-o', path.join(folder, name), content);
      return fs.readFileSync(path.join(folder, name), 'utf8');
    },
    import: (name, ...more) => run(MEKONGLINE, 'content', 'import', '--language', 'lo', path.join(folder, name), content, ...more),
  };
  self.write('texts/en/probe.json', { texts: ENGLISH });
  fs.writeFileSync(at('texts/lo/probe.json'), LAO(stale));
  return self;
}

const mark = (text) => crypto.createHash('sha256').update(text).digest('hex').slice(0, 8);

const ENGLISH = {
  'probe.name': { text: 'Zorp', kind: 'prompt' },
  'probe.twin': { text: 'Zorp', kind: 'prompt' },
  'probe.number': { text: '{name} sent 1,500 zorps.\nDial 1300.', kind: 'prompt' },
  'probe.reviewed': { text: 'Quux "quoted" \\ once', kind: 'prompt' },
  'probe.missing': { text: 'Blarg', kind: 'prompt' },
};

// As they stand in content/texts: one entry a line.
const LAO = (stale) => `{
  "texts": {
    "probe.name": { "text": "ຊອບ", "status": "draft", "from": "${mark('Zorp')}" },
    "probe.twin": { "text": "ຊອບສອງ", "status": "draft", "from": "${stale ? '00000000' : mark('Zorp')}", "note": "kept", "unmarked": "sob" },
    "probe.number": { "text": "{name} ສົ່ງ ໑.໕໐໐ ຊອບ.\\nກົດ 1300.", "status": "draft", "from": "${mark(ENGLISH['probe.number'].text)}" },
    "probe.reviewed": { "text": "ກຸກ \\"ກ\\" \\\\", "status": "reviewed", "reviewer": "Noy", "reviewed_on": "2026-01-02", "from": "${mark(ENGLISH['probe.reviewed'].text)}" }
  }
}
`;

// All files of a folder by name.
function snapshot(folder) {
  const names = fs.readdirSync(folder, { recursive: true }).map(String).sort();
  return Object.fromEntries(names.filter((n) => fs.statSync(path.join(folder, n)).isFile())
    .map((n) => [n, fs.readFileSync(path.join(folder, n), 'latin1')]));
}

// The entry of an id in a PO file, replaced by what `change` makes of it.
function edit(po, id, change) {
  const entries = po.split(/\n\n/);
  const i = entries.findIndex((e) => e.includes(`msgctxt "${id}"`));
  assert.ok(i > 0, id);
  entries[i] = change(entries[i]);
  return entries.join('\n\n');
}

const lineOf = (text, piece) => text.slice(0, text.indexOf(piece)).split('\n').length;

// Import what `change` makes of an export: refused at the line of the id, for that reason, and nothing written.
function refused({ name = 'lo.po', id, change, why, line }) {
  const d = desk();
  const sent = change(d.exported(name));
  fs.writeFileSync(d.file(name), sent);
  const before = snapshot(d.content);
  const { status, stderr } = d.import(name);
  assert.equal(status, 1, stderr);
  assert.match(stderr, why);
  const piece = name.endsWith('.po') ? `msgctxt "${id}"` : `"${id}"`;
  const place = line ?? (id && lineOf(sent.toString(), piece));
  if (place)
    assert.ok(stderr.split('\n').some((l) => l.startsWith(`${d.file(name)}:${place}: `) && why.test(l)), `line ${place}\n${stderr}`);
  assert.match(stderr, /nothing was written/);
  assert.deepEqual(snapshot(d.content), before);
  return stderr;
}

for (const name of ['lo.po', 'lo.csv']) {
  test(`${name}: what comes back as it went changes no octet`, () => {
    const d = desk({ stale: true });
    const before = snapshot(d.content);
    d.exported(name);
    const { status, stdout, stderr } = d.import(name);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^0 new, 0 changed, 0 confirmed, \d+ unchanged, \d+ skipped\n$/);
    assert.deepEqual(snapshot(d.content), before);
  });
}

test('the PO file is valid for msgfmt, and names status, places and limits', () => {
  const d = desk({ stale: true });
  const po = d.exported('lo.po');
  ok('msgfmt', '--check', '-o', '/dev/null', d.file('lo.po'));
  const entry = (id) => po.split('\n\n').find((e) => e.includes(`msgctxt "${id}"`));
  assert.match(po, /"Language: lo\\n"/);
  assert.match(po, /"X-Content-Version: [0-9a-f]{16}\\n"/);
  assert.match(entry('probe.name'), /^#\. Status: draft$/m);
  assert.match(entry('probe.name'), /^#: texts\/en\/probe\.json:\d+$/m);
  assert.match(entry('probe.twin'), /^#\. Status: stale: .*$/m);
  assert.match(entry('probe.twin'), /^#, fuzzy$/m);
  assert.match(entry('probe.reviewed'), /^#\. Status: reviewed by Noy on 2026-01-02$/m);
  assert.match(entry('probe.missing'), /^#\. Status: missing$/m);
  assert.match(entry('probe.number'), /^#\. Keep as they are: \{name\}$/m);
  assert.match(entry('probe.number'), /^#\. Numbers that must stay: 1,500 1300$/m);
  assert.match(po, /^#\. line of a menu: \d+ of at most \d+ characters, \d+ left$/m);
  assert.match(po, /^#\. (at most 4 screens|\d of 4 screens, \d left)/m);
  assert.match(po, /^#\. Term: .+ = .+$/m);
});

test('a statement that stands on a recommendation or a plan says so, with the caution', () => {
  const d = desk();
  const po = d.exported('lo.po');
  const { facts } = d.read('facts.json');
  const all = Object.values(d.read('texts/en/articles.json').texts).flatMap((t) => t.facts ?? []);
  for (const [kind, words] of [['recommendation', 'Recommendation of the report, never a rule'], ['plan', 'A plan: it is not there yet']]) {
    const cited = all.filter((id) => facts[id]?.kind === kind);
    assert.ok(cited.length > 0, kind);
    for (const id of cited) {
      const line = po.split('\n').findIndex((l) => l.startsWith(`#. ${words}`) && l.includes(`(${id})`));
      assert.ok(line > 0, id);
      assert.equal(po.split('\n')[line + 1], `#. Caution: ${facts[id].caution}`);
    }
  }
});

test('one changed msgstr changes one entry', () => {
  const d = desk();
  const po = d.exported('lo.po');
  const before = snapshot(d.content);
  fs.writeFileSync(d.file('lo.po'), edit(po, 'probe.name', (e) => e.replace('msgstr "ຊອບ"', 'msgstr "ຊອບໃໝ່"')));
  assert.match(d.import('lo.po', '--dry-run').stdout, /^0 new, 1 changed, 0 confirmed, .*; nothing was written\n$/);
  assert.deepEqual(snapshot(d.content), before);
  assert.match(d.import('lo.po').stdout, /^0 new, 1 changed, 0 confirmed/);
  const now = snapshot(d.content);
  const lines = before['texts/lo/probe.json'].split('\n');
  lines[2] = Buffer.from(`    "probe.name": { "text": "ຊອບໃໝ່", "status": "draft", "from": "${mark('Zorp')}" },`).toString('latin1');
  assert.deepEqual(now, { ...before, 'texts/lo/probe.json': lines.join('\n') });
});

test('a new translation comes last in the file of the same name, reviewed if somebody did', () => {
  const d = desk();
  const po = d.exported('lo.po');
  fs.writeFileSync(d.file('lo.po'), edit(po, 'probe.missing', (e) => e.replace('msgstr ""', 'msgstr "ບລາກ"')));
  assert.match(d.import('lo.po', '--reviewed-by', 'Somphone "S"').stdout, /^1 new, 0 changed, .* \d+ signed as they were\n$/);
  const today = new Date().toISOString().slice(0, 10);
  assert.deepEqual(d.entries()['probe.missing'],
    { text: 'ບລາກ', status: 'reviewed', reviewer: 'Somphone "S"', reviewed_on: today, from: mark('Blarg') });
  assert.equal(Object.keys(d.entries()).at(-1), 'probe.missing');
  const name = d.entries()['probe.name'];
  assert.equal(name.text, 'ຊອບ', 'who gives a file back signs what was right as well');
  assert.deepEqual([name.status, name.reviewer, name.reviewed_on], ['reviewed', 'Somphone "S"', today]);
});

test('a file of a language is made if it is not there', () => {
  const d = desk();
  fs.rmSync(d.at('texts/lo/probe.json'));
  const po = d.exported('lo.po');
  fs.writeFileSync(d.file('lo.po'), edit(po, 'probe.missing', (e) => e.replace('msgstr ""', 'msgstr "ບລາກ"')));
  assert.match(d.import('lo.po').stdout, /^1 new/);
  assert.equal(fs.readFileSync(d.at('texts/lo/probe.json'), 'utf8'),
    `{\n  "texts": {\n    "probe.missing": { "text": "ບລາກ", "status": "draft", "from": "${mark('Blarg')}" }\n  }\n}\n`);
});

test('a stale translation is confirmed when the fuzzy flag goes, and keeps its note', () => {
  const d = desk({ stale: true });
  const po = d.exported('lo.po');
  fs.writeFileSync(d.file('lo.po'), edit(po, 'probe.twin', (e) => e.replace('#, fuzzy\n', '')));
  assert.match(d.import('lo.po').stdout, /^0 new, 0 changed, 1 confirmed/);
  assert.deepEqual(d.entries()['probe.twin'], { text: 'ຊອບສອງ', status: 'draft', from: mark('Zorp'), note: 'kept', unmarked: 'sob' });
});

test('CSV: a stale translation is confirmed when its status changes, and taken when its words do', () => {
  for (const [from, to, what] of [['"stale: the English text has changed"', '"ok"', '0 changed, 1 confirmed'],
    ['"ຊອບສອງ"', '"ຊອບສາມ"', '1 changed, 0 confirmed']]) {
    const d = desk({ stale: true });
    const rows = d.exported('lo.csv').split('\r\n');
    const i = rows.findIndex((r) => r.startsWith('"probe.twin"'));
    assert.ok(rows[i].includes(from));
    rows[i] = rows[i].replace(from, to);
    fs.writeFileSync(d.file('lo.csv'), rows.join('\r\n'));
    assert.ok(d.import('lo.csv').stdout.startsWith(`0 new, ${what}`));
    assert.equal(d.entries()['probe.twin'].note, 'kept');
    assert.equal(d.entries()['probe.twin'].unmarked, what.startsWith('0') ? 'sob' : undefined);
  }
});

test('msgmerge brings an old file to new English; msgfilter changes words', () => {
  const d = desk();
  d.exported('old.po');
  const texts = d.read('texts/en/probe.json');
  texts.texts['probe.name'].text = 'Zorp zorp';
  d.write('texts/en/probe.json', texts);
  assert.match(d.import('old.po').stderr, /old\.po:\d+: probe\.name: .*Export again/);
  d.exported('new.po');
  ok('msgmerge', '-q', '-o', d.file('merged.po'), d.file('old.po'), d.file('new.po'));
  const { status, stdout, stderr } = d.import('merged.po');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^0 new, 0 changed, 0 confirmed/);
  ok('msgfilter', '--keep-header', '-i', d.file('merged.po'), '-o', d.file('filtered.po'), 'sed', 's/ຊອບສອງ/ຊອບສາມ/');
  assert.match(d.import('filtered.po').stdout, /^0 new, 1 changed, 0 confirmed/);
  assert.equal(d.entries()['probe.twin'].text, 'ຊອບສາມ');
  assert.equal(d.entries()['probe.name'].text, 'ຊອບ');
});

test('content with an error in a translation is exported and mended', () => {
  const d = desk();
  const texts = d.read('texts/en/probe.json');
  texts.texts['probe.number'].text = '{name} sent 1,600 zorps.\nDial 1300.';
  d.write('texts/en/probe.json', texts);
  const errors = () => run(MEKONGLINE, 'check', d.content).stdout.split('\n').filter((l) => / error: probe\./.test(l));
  assert.equal(errors().length, 1);
  const po = d.exported('lo.po');
  fs.writeFileSync(d.file('lo.po'), edit(po, 'probe.number', (e) => e.replace('#, fuzzy\n', '').replace('໑.໕໐໐', '໑.໖໐໐')));
  assert.match(d.import('lo.po').stdout, /^0 new, 1 changed/);
  assert.deepEqual(errors(), []);
});

const po = (id, from, to) => (text) => edit(text, id, (e) => {
  assert.ok(e.includes(from), e);
  return e.replace(from, to);
});
const NUMBER = 'probe.number', NAME = 'probe.name';

test('refused: a placeholder is missing, broken or too many', () => {
  refused({ id: NUMBER, change: po(NUMBER, /"\{name\} ສົ່ງ/u.exec('"{name} ສົ່ງ')[0], '"ສົ່ງ'), why: /\{name\}/ });
  refused({ id: NUMBER, change: po(NUMBER, '"{name} ສົ່ງ', '"{nam} ສົ່ງ'), why: /\{name\}/ });
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "{more} ຊອບ'), why: /\{more\}/ });
});

test('refused: a number is another, in digits of any script', () => {
  refused({ id: NUMBER, change: po(NUMBER, '໑.໕໐໐', '໑.໖໐໐'), why: /1500.*number-mismatch/ });
  refused({ id: NUMBER, change: po(NUMBER, 'ກົດ 1300', 'ກົດ 1301'), why: /1300.*number-mismatch/ });
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "໒໕ ຊອບ'), why: /25.*number-mismatch/ });
});

test('refused: another language, or none', () => {
  refused({ line: 1, change: (text) => text.replace('"Language: lo\\n"', '"Language: th\\n"'), why: /"th".*"lo"/ });
  refused({ line: 1, change: (text) => text.replace('"Language: lo\\n"\n', ''), why: /"".*"lo"/ });
});

test('refused: a table of another language, a file of another project', () => {
  refused({ name: 'lo.csv', line: 1, change: (text) => text.replaceAll('","lo","', '","th","'), why: /"th".*"lo"/ });
  const foreign = 'msgid ""\nmsgstr ""\n"Language: lo\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Open"\nmsgstr "ເປີດ"\n';
  const stderr = refused({ line: 1, change: () => foreign, why: /no export of these texts/ });
  assert.match(stderr, /refused: 1 errors/);
});

test('refused: unknown language, English', () => {
  const d = desk();
  d.exported('lo.po');
  for (const code of ['xx', 'en', 'lo/..'])
    assert.equal(run(MEKONGLINE, 'content', 'import', '--language', code, d.file('lo.po'), d.content).status, 1, code);
});

test('refused: English of another version, unknown id, the same id twice, no id', () => {
  refused({ id: NAME, change: po(NAME, 'msgid "Zorp"', 'msgid "Zurp"'), why: /edited here/ });
  refused({ id: NAME, change: (text) => po(NAME, 'msgid "Zorp"', 'msgid "Zurp"')(text.replace(/X-Content-Version: \w+/, 'X-Content-Version: 0')), why: /another version of the content/ });
  refused({ id: 'probe.nome', change: po(NAME, NAME, 'probe.nome'), why: /no text of this id/ });
  refused({ change: (text) => edit(text, NAME, (e) => `${e}\n\n${e}`), why: /duplicate/ });
  refused({ change: (text) => edit(text, NAME, (e) => `${e}\n\n${e.replace('msgid "Zorp"', 'msgid "Zurp"')}`), why: /in line \d+ already/ });
  refused({ change: po(NAME, `msgctxt "${NAME}"\n`, ''), why: /msgctxt/ });
});

test('refused: not NFC, invisible and bidi characters', () => {
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "ຊອບ e\u0301'), why: /NFC.*uconv/ });
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "ຊ\u200bອບ'), why: /U\+200B/ });
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "ຊ\u202eອບ'), why: /U\+202E/ });
  refused({ id: NAME, change: po(NAME, 'msgstr "ຊອບ', 'msgstr "\\033ຊອບ'), why: /U\+001B/ });
});

test('refused: a line that is not UTF-8, another charset, NUL', () => {
  const broken = (octets) => (text) => {
    const at = Buffer.from(text).indexOf('msgstr "ຊອບ"');
    const all = Buffer.from(text);
    return Buffer.concat([all.subarray(0, at + 8), Buffer.from(octets), all.subarray(at + 8)]);
  };
  refused({ change: broken([0xff]), why: /lo\.po:\d+: .*not UTF-8/ });
  refused({ change: broken([0]), why: /lo\.po:\d+: .*NUL/ });
  refused({ change: (text) => text.replace('charset=UTF-8', 'charset=ISO-8859-1'), why: /UTF-8/ });
});

test('refused: a file that is cut, PO and CSV', () => {
  const cut = (piece) => (text) => text.slice(0, text.indexOf(piece) + piece.length);
  refused({ change: cut('msgstr "ຊອ'), why: /lo\.po:\d+: No valid PO/ });
  refused({ change: cut(`msgctxt "${NAME}"\nmsgid "Zorp"\n`), why: /lo\.po:\d+: No valid PO/ });
  refused({ name: 'lo.csv', id: NAME, change: cut('"Zorp","ຊອ'), why: /quote is missing/ });
  refused({ name: 'lo.csv', id: NAME, change: cut('"Zorp","ຊອບ"'), why: /as many columns/ });
});

test('refused: CSV without a column, with semicolons, with a wrong number', () => {
  refused({ name: 'lo.csv', line: 1, change: (text) => text.replace('"english",', '"englisch",'), why: /"english"/ });
  refused({ name: 'lo.csv', line: 1, change: (text) => text.replaceAll('","', '";"'), why: /commas|quote/ });
  refused({ name: 'lo.csv', id: NUMBER, change: (text) => text.replace('໑.໕໐໐', '໑.໖໐໐'), why: /1500.*number-mismatch/ });
});

test('refused: all faults are told at once', () => {
  const stderr = refused({ id: NAME, why: /NFC/, change: (text) => po(NUMBER, '໑.໕໐໐', '1')(po(NAME, 'msgstr "ຊອບ', 'msgstr "e\u0301')(text)) });
  assert.match(stderr, /probe\.number: .*number-mismatch/);
  assert.match(stderr, /refused: 2 errors/);
});

test('refused: 10 MB of garbage, an empty file, a folder, no file', () => {
  const garbage = crypto.createHash('sha256').update('seed').digest();
  for (const name of ['lo.po', 'lo.csv']) {
    refused({ name, line: 1, change: () => Buffer.alloc(10 << 20, garbage), why: /larger than|not UTF-8/ });
    refused({ name, change: () => Buffer.alloc(3 << 20, '}\n"{x'), why: /lo\.\w+:\d+: No valid/ });
    refused({ name, change: () => '', why: name === 'lo.po' ? /language/ : /empty/ });
  }
  const d = desk();
  assert.equal(d.import('nowhere.po').status, 1);
  fs.mkdirSync(d.file('folder.po'));
  assert.equal(d.import('folder.po').status, 1);
});

test('nothing is left behind where nothing can be written', () => {
  const d = desk();
  fs.rmSync(d.at('texts/lo'), { recursive: true });
  fs.writeFileSync(d.at('texts/lo'), 'no folder');
  const sent = po(NAME, 'msgstr ""', 'msgstr "ຊອບ"')(d.exported('lo.po'));
  fs.writeFileSync(d.file('lo.po'), sent);
  const before = snapshot(d.content);
  const { status, stderr } = d.import('lo.po');
  assert.equal(status, 1);
  assert.match(stderr, /texts\/lo\/probe\.json cannot be written: .*\nrefused: 1 errors, nothing was written/);
  assert.deepEqual(snapshot(d.content), before);
});

test('if one of two files cannot be replaced, the other stays', () => {
  const d = desk();
  const file = 'texts/en/probe2.json';
  d.write(file, { texts: { 'probe.two': { text: 'Flarp', kind: 'prompt' } } });
  fs.mkdirSync(d.at('texts/lo/probe2.json'));
  const both = (text) => po('probe.two', 'msgstr ""', 'msgstr "ຟລາບ"')(po('probe.missing', 'msgstr ""', 'msgstr "ບລາກ"')(text));
  fs.writeFileSync(d.file('lo.po'), both(d.exported('lo.po')));
  const before = snapshot(d.content);
  const { status, stderr } = d.import('lo.po');
  assert.equal(status, 1, stderr);
  assert.match(stderr, /probe2\.json cannot be written: /);
  assert.deepEqual(snapshot(d.content), before);
});

test('wrong words of the command line', () => {
  const d = desk();
  d.exported('lo.po');
  for (const words of [[], ['export'], ['import', '--language', 'lo'], ['sideways'], ['export', '--language', 'lo', '--dry-run', d.content],
    ['export', '--language', 'lo', '-o', 'x.doc'], ['export', '--language', 'lo', '--format', 'xml']])
    assert.equal(run(MEKONGLINE, 'content', ...words).status, 2, words.join(' '));
  assert.equal(run(MEKONGLINE, 'content', '--help').status, 0);
});
