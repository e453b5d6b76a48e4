// SPDX-License-Identifier: Apache-2.0
// The reports of `mekongline check`: what the content stands on, what it costs, how far it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT_FOLDER } from './support/contract.mjs';

const { MEKONGLINE, CONTENT } = process.env;

const mark = (text) => createHash('sha256').update(text).digest('hex').slice(0, 8);
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const read = (folder, name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));

function run(...words) {
  const { status, stdout, stderr } = spawnSync(MEKONGLINE, ['check', ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status, stdout, stderr };
}

function report(...words) {
  const { status, stdout, stderr } = run(...words);
  assert.equal(status, 0, stderr + stdout);
  return stdout;
}

const json = (...words) => JSON.parse(report('--json', ...words));

function temporary(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mekongline-check-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

// A copy, so that what is read here is what is reported.
function shipped(t) {
  const folder = temporary(t);
  fs.cpSync(CONTENT, folder, { recursive: true });
  return folder;
}

// The texts of a language as [id, entry], in the order of the files.
function textsOf(folder, language) {
  const below = path.join('texts', language);
  if (!fs.existsSync(path.join(folder, below)))
    return [];
  return fs.readdirSync(path.join(folder, below)).sort()
    .flatMap((name) => Object.entries(read(folder, path.join(below, name)).texts));
}

// --- a tiny content folder ---------------------------------------------------------------------

// The texts that the programs say by name.
function needed() {
  const source = fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/catalog/needed.def'), 'utf8');
  const texts = Object.fromEntries([...source.matchAll(/^NEEDED\("(.+)"\)/gm)].map(([, id]) => [id, id]));
  return { ...texts, 'ui.more': '{more} more', 'ui.back': '{back} back', 'ui.sms': '{sms} SMS' };
}

const LONG = Array(25).fill('abcdefghi').join(' '); // 249 letters

const ENGLISH = {
  ...Object.fromEntries(Object.entries(needed()).map(([id, text]) => [id, { text, kind: 'prompt' }])),
  'main.title': { text: 'Tiny Line', kind: 'label' },
  'alpha.label': { text: 'Alpha', kind: 'label' },
  'beta.label': { text: 'Beta', kind: 'label' },
  'office': { text: 'Office', kind: 'label' },
  'corridor.la-th': { text: 'Lao PDR to Thailand', kind: 'label' },
  'fee.item.visa': { text: 'Visa', kind: 'label' },
  'alpha.text': {
    text: 'The meeting RECOMMENDED a card.\nIt is planned.', kind: 'statement', facts: ['advice', 'coming'], sources: [],
    review_by: '2999-12-31', status: 'reviewed', reviewer: 'Noi', reviewed_on: '2026-01-02',
  },
  'beta.text': {
    text: LONG, kind: 'statement', facts: ['advice', 'coming'], sources: ['page'], review_by: '2000-01-01', status: 'draft',
  },
};

const contact = (id, country, more) => ({
  id, country, name: 'office', number: null, source: 'page', as_of: '2024', verified_on: null, confidence: 'high', ...more,
});

const TABLES = {
  'menu.json': {
    start: 'main',
    nodes: {
      main: { type: 'menu', children: ['alpha', 'beta'] },
      alpha: { type: 'article', dial: '11' },
      beta: { type: 'article', dial: '12' },
    },
  },
  'languages.json': {
    languages: [
      { code: 'lo', name: 'ລາວ', latin: 'Lao', countries: ['LA'] },
      { code: 'vi', name: 'Tiếng Việt', latin: 'Tieng Viet', countries: ['VN'], unmarked: true },
      { code: 'en', name: 'English', latin: 'English', countries: [] },
    ],
  },
  'keywords.json': { keywords: {}, languages: {} },
  'facts.json': {
    facts: {
      advice: { claim: 'A card is wise.', kind: 'recommendation', caution: 'No "must".', anchor: 'a card would be wise' },
      coming: { claim: 'A card comes.', kind: 'plan', caution: 'Not there yet.', anchor: 'a card is on its way' },
      spare: { claim: 'Cards are red.', kind: 'practice', caution: 'Seen once.', anchor: 'a red card' },
    },
  },
  'sources.json': {
    sources: {
      page: { publisher: 'The Press', title: 'Cards', url: 'https://example.org/cards', date: '2024-05', as_of: '2024', confidence: 'high', caution: 'A copy.' },
      other: { publisher: 'Nobody', title: 'Hats', url: 'https://example.org/hats', date: '2023', as_of: '2023', confidence: 'low', caution: 'Doubtful.' },
    },
  },
  'fees.json': {
    corridors: [{ id: 'la-th', from: 'LA', to: 'TH' }],
    items: [{ id: 'visa' }],
    rules: [{
      id: 'la-th-visa', corridor: 'la-th', item: 'visa', verdict: 'ceiling', amount: 500, currency: 'THB', text: 'alpha.text',
      facts: ['advice'], sources: ['page'], source_name: 'office', date: '2024-05', confidence: 'high',
    }],
  },
  'channels.json': {
    channels: [
      contact('called', 'TH', { number: '1111', verified_on: '2026-05-01', kinds: [], dial_from: ['TH'] }),
      contact('uncalled', 'TH', { number: '2222', kinds: [], dial_from: ['TH'] }),
      contact('doubtful', 'TH', { number: '3333', kinds: [], dial_from: ['TH'], confidence: 'low' }),
      contact('house', 'LA', { kinds: [], dial_from: [] }),
    ],
  },
  'centres.json': { centres: [contact('centre', 'LA', { place: 'Pakse' })] },
};

const translated = (id, text) => [id, { text, from: mark(ENGLISH[id].text), status: 'draft' }];
const PROMPTS = Object.entries(needed()).map(([id, text]) => translated(id, text));

const LAO = Object.fromEntries([
  ...PROMPTS,
  ['main.title', { text: 'ສາຍ', from: mark('Tiny Line'), status: 'reviewed', reviewer: 'Keo', reviewed_on: '2026-02-03' }],
  translated('alpha.label', 'ໜຶ່ງ'),
  ['beta.label', { text: 'ສອງ', from: mark('Older'), status: 'reviewed', reviewer: 'Keo', reviewed_on: '2026-02-03' }],
  translated('alpha.text', 'ບັດ'),
]);

const VIETNAMESE = Object.fromEntries([
  ...PROMPTS,
  ...['main.title', 'alpha.label', 'beta.label'].map((id) => translated(id, 'Mới')),
  translated('alpha.text', 'Hộ chiếu. '.repeat(10).trim()), // 99 letters
]);

function tiny(t, change = () => {}) {
  const folder = temporary(t);
  const files = structuredClone({
    ...TABLES, 'texts/en/all.json': { texts: ENGLISH }, 'texts/lo/all.json': { texts: LAO }, 'texts/vi/all.json': { texts: VIETNAMESE },
  });
  change(files);
  for (const [name, value] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2));
  }
  return folder;
}

function configuration(t, text) {
  const name = path.join(temporary(t), 'mekongline.conf');
  fs.writeFileSync(name, text);
  return name;
}

// --- the words of the command ------------------------------------------------------------------

test('one report at a time', (t) => {
  const { status, stderr } = run('--trace', '--cost', tiny(t));
  assert.equal(status, 2);
  assert.match(stderr, /one report at a time/);
});

test('content with errors has no report but its findings', (t) => {
  const folder = tiny(t, (files) => { delete files['texts/en/all.json'].texts['alpha.text'].facts; });
  const { status, stdout, stderr } = run('--trace', '--json', folder);
  assert.equal(status, 1);
  assert.ok(JSON.parse(stdout).findings.some(({ code, id }) => code === 'no-evidence' && id === 'alpha.text'));
  assert.match(stderr, /^not good: 1 errors/);
});

test('a report that cannot be written is a failure', (t) => {
  for (const name of ['--trace', '--cost', '--counts']) {
    const full = fs.openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(MEKONGLINE, ['check', name, tiny(t)], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
    fs.closeSync(full);
    assert.equal(status, 1);
    assert.match(stderr, /could not be written/);
  }
});

// --- trace -------------------------------------------------------------------------------------

test('trace: a reviewed statement with its facts', (t) => {
  const [, alpha] = /^(alpha\.text [^]*?)\n\n/m.exec(report('--trace', tiny(t)));
  assert.match(alpha, /^alpha\.text \(texts\/en\/all\.json:\d+\)\n/);
  assert.equal(alpha.slice(alpha.indexOf('\n') + 1), `\
  text      The meeting RECOMMENDED a card.
            It is planned.
  review by 2999-12-31
  status    lo draft, vi draft, en reviewed by Noi on 2026-01-02
  fact      advice (recommendation)
    claim   A card is wise.
    caution No "must".
    phrase  "a card would be wise"
  fact      coming (plan)
    claim   A card comes.
    caution Not there yet.
    phrase  "a card is on its way"`);
});

test('trace: a statement past its review that tells neither recommendation nor plan', (t) => {
  const [, beta] = /^(beta\.text [^]*?)\n\n/m.exec(report('--trace', tiny(t)));
  assert.equal(beta.slice(beta.indexOf('  review by')), `\
  review by 2000-01-01 PAST
  status    lo missing, vi missing, en draft
  fact      advice (recommendation)
    claim   A card is wise.
    caution No "must".
    phrase  "a card would be wise"
    look at: it is a recommendation, but the text has no "recommend"
  fact      coming (plan)
    claim   A card comes.
    caution Not there yet.
    phrase  "a card is on its way"
    look at: it is a plan, but the text has no "plan"
  source    page (date 2024-05, as of 2024, confidence high)
    by      The Press
    title   Cards
    caution A copy.
    url     https://example.org/cards`);
});

test('trace: long texts are wrapped between words and nothing is lost', (t) => {
  const [, beta] = /^(beta\.text [^]*?)\n {2}review by/m.exec(report('--trace', tiny(t)));
  const lines = beta.split('\n').slice(1);
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 96));
  assert.equal(lines.map((line) => line.slice(12)).join(' '), LONG);
});

test('trace: a word that only holds the letters of "plan" does not do', (t) => {
  const look = (text) => json('--trace', tiny(t, (files) => { files['texts/en/all.json'].texts['alpha.text'].text = text; }))
    .statements.find(({ id }) => id === 'alpha.text').facts.map(({ look_at }) => look_at);
  assert.deepEqual(look('Recommended. Planned.'), [null, null]);
  assert.deepEqual(look('Unrecommended? An airplane.'), ['recommend', 'plan']);
});

test('trace: a stale translation is told, reviewed or not', (t) => {
  const folder = tiny(t, (files) => { files['texts/lo/all.json'].texts['alpha.text'].from = '00000000'; });
  assert.match(report('--trace', folder), /^alpha\.text [^]*? {2}status {4}lo stale, vi draft, en reviewed/m);
});

test('trace: fee rules, channels and centres', (t) => {
  const text = report('--trace', tiny(t));
  assert.ok(text.includes(`\
== Fee rules

la-th-visa: la-th, visa: ceiling 500 THB; text alpha.text; date 2024-05; confidence high
  facts     advice
  sources   page

== Channels

called (TH): 1111; source page, as of 2024; verified on 2026-05-01; confidence high; shown
uncalled (TH): 2222; source page, as of 2024; verified on none; confidence high; shown, nobody has dialled it
doubtful (TH): 3333; source page, as of 2024; verified on none; confidence low; not shown: low
house (LA): no number; source page, as of 2024; verified on none; confidence high; shown, without a number

== Centres

centre (LA): no number; source page, as of 2024; verified on none; confidence high; shown, without a number
`), text);
});

test('trace: the configuration may hide numbers that nobody has dialled', (t) => {
  const conf = configuration(t, '[gateway]\nshow_unverified = no\n');
  const states = json('--trace', '-c', conf, tiny(t)).channels.map(({ id, state }) => [id, state]);
  assert.deepEqual(states, [
    ['called', 'shown'], ['uncalled', 'number not shown: nobody has dialled it'],
    ['doubtful', 'not shown: low'], ['house', 'shown, without a number'],
  ]);
});

test('trace: the summary', (t) => {
  const folder = tiny(t);
  assert.ok(report('--trace', folder).endsWith(`\
== Summary

statements 2, past their review 1, to look at 2
facts used 2, unused 1; used recommendations 1, plans 1
sources used 1, unused 1
  unused fact spare
  unused source other
`));
  assert.deepEqual(json('--trace', folder).summary, {
    statements: 2, past: 1, look_at: 2, facts_used: 2, facts_unused: 1, recommendations: 1, plans: 1,
    sources_used: 1, sources_unused: 1, unused_facts: ['spare'], unused_sources: ['other'],
  });
});

test('trace: a source is used, too, if only a channel names it', (t) => {
  const folder = tiny(t, (files) => { files['channels.json'].channels[2].source = 'other'; });
  assert.deepEqual(json('--trace', folder).summary.unused_sources, []);
});

test('trace: JSON holds long texts and every sign as they are', (t) => {
  const caution = `"quoted" \\ back\tslash ${'ວີຊາ ⟨é⟩ '.repeat(200)}`;
  const folder = tiny(t, (files) => { files['facts.json'].facts.advice.caution = caution; });
  const [alpha] = json('--trace', folder).statements;
  assert.equal(alpha.facts[0].caution, caution);
});

test('trace: the shipped content, each fact with its phrase, each source with its page', (t) => {
  const folder = shipped(t);
  const { facts } = read(folder, 'facts.json');
  const { sources } = read(folder, 'sources.json');
  const statements = textsOf(folder, 'en').filter(([, { kind }]) => kind === 'statement');
  const blocks = report('--trace', folder).split('\n\n').filter((block) => / \(texts\/en\//.test(block));
  assert.equal(blocks.length, statements.length);
  statements.forEach(([id, entry], i) => {
    assert.ok(blocks[i].startsWith(`${id} (texts/en/`), id);
    assert.ok(blocks[i].includes(`\n  review by ${entry.review_by}`), id);
    for (const fact of entry.facts)
      assert.ok(blocks[i].includes(`  fact      ${fact} (${facts[fact].kind})\n`) && blocks[i].includes(`"${facts[fact].anchor}"`), fact);
    for (const source of entry.sources) {
      const { url } = sources[source];
      assert.ok(blocks[i].includes(`  source    ${source} (`) && (!url || blocks[i].includes(`    url     ${url}`)), source);
    }
  });
});

test('trace: the shipped content, all facts and sources are used or not', (t) => {
  const folder = shipped(t);
  const { statements, rules, channels, centres, summary } = json('--trace', folder);
  const used = (list) => new Set([...statements.flatMap((s) => s[list].map(({ id }) => id)), ...rules.flatMap((r) => r[list])]);
  const sources = used('sources');
  for (const { source } of [...channels, ...centres])
    sources.add(source);
  assert.equal(summary.statements, statements.length);
  assert.equal(summary.facts_used, used('facts').size);
  assert.equal(summary.sources_used, sources.size);
  assert.equal(summary.facts_used + summary.facts_unused, Object.keys(read(folder, 'facts.json').facts).length);
  assert.equal(summary.sources_used + summary.sources_unused, Object.keys(read(folder, 'sources.json').sources).length);
  assert.equal(summary.unused_facts.length, summary.facts_unused);
  assert.equal(summary.look_at, statements.flatMap(({ facts }) => facts).filter(({ look_at }) => look_at).length);
});

// --- cost --------------------------------------------------------------------------------------

const NARROW = '[carrier narrow]\nussd_septets = 100\nussd_units = 40\nsms_segments = 1\n';

// Beta has 25 words of 9 letters, with a footer of 14 letters below each screen but the last: 16 words fit a screen of
// 182 septets, 8 one of 100, 14 an SMS of 160. Alpha in Vietnamese has 99 letters that need UCS-2, and none without marks.
test('cost: screens and segments by language and carrier', (t) => {
  const { languages } = json('--cost', '-c', configuration(t, NARROW), tiny(t));
  const rows = languages.flatMap(({ language, plain, has, of, carriers }) => carriers.map(({ carrier, articles }) =>
    [`${language}${plain ? ' plain' : ''}`, `${has}/${of}`, carrier, ...articles.map(({ id, screens, segments }) => `${id} ${screens} ${segments}`)]));
  assert.deepEqual(rows, [
    ['lo', '1/2', '(default)', 'alpha 1 1'],
    ['lo', '1/2', 'narrow', 'alpha 1 1'],
    ['vi', '1/2', '(default)', 'alpha 2 2'],
    ['vi', '1/2', 'narrow', 'alpha 5 2'],
    ['en', '2/2', '(default)', 'alpha 1 1', 'beta 2 2'],
    ['en', '2/2', 'narrow', 'alpha 1 1', 'beta 4 2'],
    ['vi plain', '1/2', '(default)', 'alpha 1 1'],
    ['vi plain', '1/2', 'narrow', 'alpha 2 1'],
  ]);
});

test('cost: totals, means to the nearest tenth, and the worst with the carrier that needs the most', (t) => {
  const text = report('--cost', '-c', configuration(t, NARROW), tiny(t));
  assert.ok(text.endsWith(`
           carrier               has   of   screens     mean   most  segments     mean   most
lo         (default)               1    2         1      1.0      1         1      1.0      1
lo         narrow                  1    2         1      1.0      1         1      1.0      1
vi         (default)               1    2         2      2.0      2         2      2.0      2
vi         narrow                  1    2         5      5.0      5         2      2.0      2
en         (default)               2    2         3      1.5      2         3      1.5      2
en         narrow                  2    2         5      2.5      4         3      1.5      2
vi   plain (default)               1    2         1      1.0      1         1      1.0      1
vi   plain narrow                  1    2         2      2.0      2         1      1.0      1

The ten that need the most screens, with the carrier that needs the most

 screens segments

lo, carrier (default)
       1        1  alpha

vi, carrier narrow
       5        2  alpha

en, carrier narrow
       4        2  beta
       1        1  alpha

vi plain, carrier narrow
       2        1  alpha
`), text);
});

test('cost: one and two thirds is 1.7, and the most is not the last', (t) => {
  const folder = tiny(t, (files) => {
    const { nodes } = files['menu.json'];
    const english = files['texts/en/all.json'].texts;
    files['menu.json'].nodes = { main: { type: 'menu', children: ['beta', 'alpha', 'gamma'] }, beta: nodes.beta, gamma: { type: 'article' }, alpha: nodes.alpha };
    english['gamma.text'] = english['beta.text'];
    for (const language of ['en', 'lo', 'vi'])
      files[`texts/${language}/all.json`].texts['gamma.label'] = files[`texts/${language}/all.json`].texts['beta.label'];
  });
  const { carriers: [{ screens, segments }] } = json('--cost', folder).languages.find(({ language }) => language === 'en');
  assert.deepEqual([screens, segments], Array(2).fill({ total: 5, mean: 1.7, most: 2 }));
});

test('cost: totals of the shipped content add up, and the worst are sorted', (t) => {
  const folder = shipped(t);
  const articles = Object.values(read(folder, 'menu.json').nodes).filter(({ type }) => type === 'article').length;
  const { languages } = json('--cost', folder);
  assert.ok(languages.length >= read(folder, 'languages.json').languages.length);
  for (const { language, has, of, carriers, worst } of languages) {
    assert.equal(of, articles);
    assert.ok(language !== 'en' || has === of);
    for (const one of carriers) {
      assert.equal(one.articles.length, has);
      for (const price of ['screens', 'segments']) {
        const all = one.articles.map((article) => article[price]);
        assert.ok(all.every((n) => n >= 1), `${language} ${price}`);
        assert.deepEqual(one[price], {
          total: sum(all), mean: has ? Math.floor((10 * sum(all) + has / 2) / has) / 10 : 0, most: Math.max(0, ...all),
        });
      }
    }
    const keys = ({ screens, segments, id }) => [-screens, -segments, id];
    const less = (a, b) => { const i = a.findIndex((key, k) => key !== b[k]); return i < 0 ? 0 : a[i] < b[i] ? -1 : 1; };
    const sorted = carriers.find(({ carrier }) => carrier === worst.carrier).articles.sort((a, b) => less(keys(a), keys(b)));
    assert.deepEqual(worst.articles, sorted.slice(0, 10), language);
  }
});

// --- counts ------------------------------------------------------------------------------------

test('counts: the tiny folder', (t) => {
  const prompts = Object.keys(needed()).length;
  const { languages, ...rest } = json('--counts', tiny(t));
  const english = Object.keys(ENGLISH).length;
  const tenth = (part, all) => Math.floor(1000 * part / all) / 10;
  assert.deepEqual(languages.lo.all, {
    texts: english, missing: 4, stale: 1, draft: prompts + 2, reviewed: 1,
    percent_done: tenth(prompts + 3, english), percent_reviewed: tenth(1, english),
  });
  assert.deepEqual(languages.lo.label, { texts: 6, missing: 3, stale: 1, draft: 1, reviewed: 1, percent_done: 33.3, percent_reviewed: 16.6 });
  assert.deepEqual(languages.lo.prompt, { texts: prompts, missing: 0, stale: 0, draft: prompts, reviewed: 0, percent_done: 100, percent_reviewed: 0 });
  assert.deepEqual(languages.lo.statement, { texts: 2, missing: 1, stale: 0, draft: 1, reviewed: 0, percent_done: 50, percent_reviewed: 0 });
  assert.deepEqual(languages.en.statement, { texts: 2, missing: 0, stale: 0, draft: 1, reviewed: 1, percent_done: 100, percent_reviewed: 50 });
  assert.deepEqual(Object.keys(languages), ['lo', 'vi', 'en']);
  assert.deepEqual({ ...rest, version: rest.version.length }, {
    version: 16, nodes: { menu: 1, article: 2 }, rules: { ceiling: 1 },
    channels: {
      TH: { all: 3, verified: 1, unverified: 1, no_number: 0, not_shown: 1 },
      LA: { all: 1, verified: 0, unverified: 0, no_number: 1, not_shown: 0 },
    },
    centres: { LA: { all: 1, verified: 0, unverified: 0, no_number: 1, not_shown: 0 } },
  });
});

test('counts: as a table', (t) => {
  const text = report('--counts', tiny(t));
  assert.match(text, /^lo +label +6 +1 +1 +1 +3 +33\.3% +16\.6%$/m);
  assert.match(text, /^en +statement +2 +1 +1 +0 +0 +100\.0% +50\.0%$/m);
  assert.match(text, /^Nodes by type\n +1 {2}menu\n +2 {2}article\n\nFee rules by verdict\n +1 {2}ceiling\n$/m);
  assert.match(text, /^TH +3 +1 +1 +0 +1\nLA +1 +0 +0 +1 +0\n$/m);
});

test('counts: the shipped content adds up', (t) => {
  const folder = shipped(t);
  const { languages, nodes, rules, channels, centres } = json('--counts', folder);
  const english = new Map(textsOf(folder, 'en'));
  for (const { code } of read(folder, 'languages.json').languages) {
    const { all, ...kinds } = languages[code];
    const entries = textsOf(folder, code);
    const current = entries.filter(([id, { from }]) => code === 'en' || from === mark(english.get(id).text));
    assert.equal(all.texts, english.size);
    assert.equal(all.missing, english.size - entries.length, code);
    assert.equal(all.stale, entries.length - current.length, code);
    assert.equal(all.reviewed, current.filter(([, { status }]) => status === 'reviewed').length, code);
    assert.equal(all.texts, all.missing + all.stale + all.draft + all.reviewed);
    for (const status of ['texts', 'missing', 'stale', 'draft', 'reviewed'])
      assert.equal(all[status], sum(Object.values(kinds).map((kind) => kind[status])), `${code} ${status}`);
  }
  const each = (contacts) => Object.values(contacts).map(({ all, ...states }) => { assert.equal(all, sum(Object.values(states))); return all; });
  assert.equal(sum(Object.values(nodes)), Object.keys(read(folder, 'menu.json').nodes).length);
  assert.equal(sum(Object.values(rules)), read(folder, 'fees.json').rules.length);
  assert.equal(sum(each(channels)), read(folder, 'channels.json').channels.length);
  assert.equal(sum(each(centres)), read(folder, 'centres.json').centres.length);
});
