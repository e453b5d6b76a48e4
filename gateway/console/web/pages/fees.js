// SPDX-License-Identifier: Apache-2.0
// Fee rules: all of them in one table, what for and which way; and one of them with its words, its proof and the phone.
import { h, put } from '../dom.js';
import { choice, field, lazy, link, notice, page as pageOf, status, table } from '../ui.js';
import { evidenceOf } from './content_evidence.js';
import { pair } from './content_pair.js';
import { preview } from './content_preview.js';
import { contentLanguage, present, undoButtons } from './edit.js';
import { entryForm, loadChanges, loadLists, unsavedForms } from './entry_form.js';

const FILE = 'fees.json';
const TEXTS = 'texts/en/fees.json';
const verdicts = ['ceiling', 'forbidden', 'limited', 'unknown'];
const tones = { ceiling: 'info', forbidden: 'bad', limited: 'info', unknown: 'quiet' };
const confidences = ['high', 'medium', 'low'];

const of = (lists, file, section) => lists[file].entries.filter((each) => each.section === section);
const textOf = (lists, id) => lists[TEXTS].name(id) ?? id;

function verdictOf(t, rule) {
  const amount = rule.verdict === 'ceiling' ? t('page.fees.at-most', { amount: t.number(rule.amount ?? 0), currency: rule.currency }) : t(`page.fees.${rule.verdict}`);
  return status(tones[rule.verdict] ?? 'quiet', amount);
}

async function overview(ctx) {
  const { t } = ctx;
  const [lists, changes] = await Promise.all([loadLists(ctx, [FILE, TEXTS]), loadChanges(ctx)]);
  const rules = of(lists, FILE, 'rules');
  const unsaved = unsavedForms();
  const find = (corridor, item) => rules.find(({ entry }) => entry.corridor === corridor && entry.item === item);
  const cell = (item, corridor) => {
    const rule = find(corridor.id, item.id);
    if (!rule) {
      return status('bad', t('page.fees.no-rule'));
    }
    return [link(`/fees?id=${encodeURIComponent(rule.id)}`, verdictOf(t, rule.entry),
      h('span', { class: 'unseen' }, ` ${textOf(lists, `corridor.${corridor.id}`)}, ${textOf(lists, `fee.item.${item.id}`)}`)),
    (unsaved.has(rule.place) || changes.has(rule.place)) && h('span', { class: 'fees-marks' },
      unsaved.has(rule.place) && status('warn', t('page.content.unsaved')), changes.has(rule.place) && status('info', t('entry.changed')))];
  };
  const node = table({ caption: t('page.fees'), rows: of(lists, FILE, 'items'), columns: [
    { label: t('page.fees.item'), head: true, cell: (item) => textOf(lists, `fee.item.${item.id}`) },
    ...of(lists, FILE, 'corridors').map((corridor) => ({ label: textOf(lists, `corridor.${corridor.id}`), cell: (item) => cell(item, corridor) })),
  ] });
  node.classList.add('fees-table');
  return node;
}

// The fields of a rule. words: its text, which is kept in the same step; proofs(entry) draws its facts and sources.
function fieldsOf(ctx, lists, words, proofs) {
  const { t } = ctx;
  const currencies = lists['texts/en/ui.json'].entries.filter(({ id }) => id.startsWith('currency.')).map(({ id }) => ({ value: id.slice(9), label: `${id.slice(9)} (${lists['texts/en/ui.json'].name(id)})` }));
  const labels = lists[TEXTS].entries.filter(({ id }) => id.startsWith('fee.source.')).map(({ id, entry }) => ({ value: id, label: entry.text }));
  return (entry, { changed }) => {
    const amount = field({ label: t('page.fees.amount'), name: 'amount', inputmode: 'numeric', value: entry.amount ?? '', optional: entry.verdict !== 'ceiling', hint: t('page.fees.amount-hint') });
    amount.querySelector('.optional')?.remove();
    const arm = (verdict) => {
      amount.hidden = verdict !== 'ceiling';
      amount.control.required = verdict === 'ceiling';
    };
    arm(entry.verdict);
    return [
      choice({ label: t('page.fees.verdict'), name: 'verdict', value: entry.verdict, onchange: (event) => arm(event.target.value),
        options: verdicts.map((value) => ({ value, label: t(`page.fees.${value}`), hint: t(`page.fees.${value}-hint`) })) }),
      h('div', { class: 'columns' }, amount, field({ label: t('page.fees.currency'), name: 'currency', type: 'select', value: entry.currency, options: currencies })),
      words,
      h('div', { class: 'columns' }, field({ label: t('page.fees.source-name'), name: 'source_name', type: 'select', value: entry.source_name, options: labels, hint: t('page.fees.source-name-hint') }),
        field({ label: t('page.fees.date'), name: 'date', value: entry.date, hint: t('form.date-hint') })),
      choice({ label: t('page.content.source-confidence'), name: 'confidence', value: entry.confidence, options: confidences.map((value) => ({ value, label: t(`confidence.${value}`) })) }),
      proofs(entry, changed),
    ];
  };
}

function amountOf(text) {
  const digits = text.replace(/[\s.,']/g, '');
  return /^\d+$/.test(digits) ? Number(digits) : text;
}

const memberLabel = (t) => (key) => ({ amount: t('page.fees.amount'), verdict: t('page.fees.verdict'), currency: t('page.fees.currency'), source_name: t('page.fees.source-name'), date: t('page.fees.date'),
  confidence: t('entry.confidence'), facts: t('page.content.facts'), sources: t('page.content.sources'), text: t('page.fees.text') }[key] ?? key);

async function detail(ctx, id) {
  const { api, t, signal } = ctx;
  const language = contentLanguage(ctx.query);
  const beside = language === 'en' ? null : language;
  const [lists, changes] = await Promise.all([loadLists(ctx, [FILE, TEXTS, 'texts/en/ui.json', 'facts.json', 'sources.json']), loadChanges(ctx)]);
  const rule = of(lists, FILE, 'rules').find((each) => each.id === id);
  if (!rule) {
    return notice('bad', h('p', t('page.fees.gone')));
  }
  const name = t('page.fees.name', { corridor: textOf(lists, `corridor.${rule.entry.corridor}`), item: textOf(lists, `fee.item.${rule.entry.item}`) });
  const textId = rule.entry.text;
  const data = await api.get('/api/content/entry', { place: `${TEXTS}#${textId}`, language: beside }, { signal });
  const others = of(lists, FILE, 'rules').filter((each) => each.id !== id && each.entry.text === textId);
  const phone = preview(ctx);
  const who = h('div', { class: 'content-who', role: 'status' });
  const evidence = evidenceOf(ctx, { lists });

  let shown = language;
  function show(entry, now) {
    phone.show({ place: rule.place, entry: entry ?? editor.now(), language: shown, changes: words.sides.filter((each) => each.dirty()).map((each) => ({ place: each.place, entry: each.entry() })) }, now);
  }

  // The phone speaks the language of the words that are at hand.
  const told = { typed: () => show(), focused: (each) => {
    if (shown !== each.lang) {
      shown = each.lang;
      show(undefined, true);
    }
  }, saved: async () => phone.again() };
  const words = pair(ctx, { data, language: beside, languageName: t.languageName(language), unmarked: language === 'vi', isNode: false, told, title: t('page.fees.text'),
    inForm: () => editor.form.requestSubmit() });
  const editor = entryForm(ctx, { title: t('page.fees.rule'), name, href: `/fees?id=${encodeURIComponent(id)}`, place: rule.place, entry: rule.entry, mark: rule.mark, changed: changes.get(rule.place), label: memberLabel(t),
    draw: fieldsOf(ctx, lists, words, evidence.draw),
    read: (all, old) => {
      const entry = { ...old, verdict: all.verdict, currency: all.currency, source_name: all.source_name, date: all.date.trim(), confidence: all.confidence, facts: evidence.facts(), sources: evidence.sources() };
      delete entry.amount;
      // In the order of the file.
      return all.verdict === 'ceiling' ? Object.fromEntries(Object.entries(entry).flatMap(([key, value]) => (key === 'verdict' ? [[key, value], ['amount', amountOf(all.amount)]] : [[key, value]]))) : entry;
    },
    more: () => words.changes(),
    fail: (error) => error.body?.place !== rule.place && words.sides.some((each) => each.place === (error.body?.now?.place ?? error.body?.place)) && words.fail(error),
    typed: (entry) => show(entry),
    undone: () => ctx.go('/fees', { id }),
    saved: async (answer) => {
      words.accept(answer.entries);
      await words.reload();
      phone.again();
    } });
  present(ctx, () => ({ id: rule.place, typing: words.dirty(), places: [rule.place] }), ({ others: people }) => {
    put(who, people.map((each) => h('p', status(each.typing ? 'warn' : 'info', t(each.typing ? 'page.content.typing' : 'page.content.reading', { name: each.name })))));
  });
  show(rule.entry, true);
  return h('div', { class: 'entry-panes' },
    h('div', { class: 'stack' }, h('div', h('h2', { tabindex: '-1' }, name), h('code', { class: 'soft small' }, id)), who,
      others.length > 0 && notice('info', h('p', t('page.fees.shared', { names: others.map((each) => textOf(lists, `corridor.${each.entry.corridor}`)).join('; ') }))),
      h('div', { class: 'card' }, editor.node)),
    phone);
}

export async function page(ctx) {
  const { t } = ctx;
  const id = ctx.query.get('id');
  return pageOf(t('page.fees'), { wide: true, lead: id ? null : t('page.fees.lead'), actions: [undoButtons(ctx, () => ctx.go('/fees', { id })), id && link('/fees', t('page.fees.all'))] },
    lazy(() => (id ? detail(ctx, id) : overview(ctx))));
}
