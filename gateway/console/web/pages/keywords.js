// SPDX-License-Identifier: Apache-2.0
// Words and codes: by which code and by which SMS words a worker comes straight to a place. A code and a word stand once over all.
import { h, put } from '../dom.js';
import { empty, field, foreign, lazy, link, notice, page as pageOf, search, status, table, tabs } from '../ui.js';
import { present, undoButtons } from './edit.js';
import { differing, entryForm, loadChanges, loadLists, unsavedForms } from './entry_form.js';

const MENU = 'menu.json';
const WORDS = 'keywords.json';

const titleOf = (name, id) => name(`${id}.label`) ?? name(`${id}.title`) ?? id;
const lineOf = (list) => (list ?? []).join(', ');
const listOf = (line) => line.split(/[,،、，\n]/).map((word) => word.trim().normalize('NFC')).filter(Boolean);

async function load(ctx) {
  const [lists, changes] = await Promise.all([loadLists(ctx, [MENU, WORDS, 'languages.json', 'texts/en/menu.json', 'texts/en/ui.json']), loadChanges(ctx)]);
  const names = (id) => lists['texts/en/menu.json'].name(id) ?? lists['texts/en/ui.json'].name(id);
  const words = new Map(lists[WORDS].entries.filter((each) => each.section === 'keywords').map((each) => [each.id, each]));
  const choices = new Map(lists[WORDS].entries.filter((each) => each.section === 'languages').map((each) => [each.id, each]));
  return { nodes: lists[MENU].entries, byId: lists[MENU].byId, names, words, choices, languages: lists['languages.json'].entries.map((each) => each.id), changes };
}

// All words of a place, language by language.
const wordsOf = (entry) => Object.entries(entry ?? {}).map(([code, list]) => h('div', foreign(code, lineOf(list))));

function places(ctx, all) {
  const { t } = ctx;
  const unsaved = unsavedForms();
  const place = h('div');
  let wanted = '';
  const draw = () => {
    const rows = all.nodes.filter(({ id, entry }) => `${id} ${titleOf(all.names, id)} ${entry.dial ?? ''} ${Object.values(all.words.get(id)?.entry ?? {}).flat().join(' ')}`.toLowerCase().includes(wanted));
    put(place, table({ caption: t('page.keywords.places'), rows, empty: empty(t('page.content.nothing-found')), columns: [
      { label: t('page.keywords.place'), head: true, cell: ({ id, place: at }) => [link(`/keywords?id=${encodeURIComponent(id)}`, titleOf(all.names, id)),
        (unsaved.has(`${WORDS}#${id}`) || all.changes.has(at) || all.changes.has(`${WORDS}#${id}`)) && h('span', { class: 'fees-marks' }, unsaved.has(`${WORDS}#${id}`) ? status('warn', t('page.content.unsaved')) : status('info', t('entry.changed')))] },
      { label: t('page.keywords.code'), cell: ({ entry }) => (entry.dial ? h('code', entry.dial) : h('span', { class: 'soft' }, '–')) },
      { label: t('page.keywords.words'), cell: ({ id }) => (all.words.has(id) ? wordsOf(all.words.get(id).entry) : h('span', { class: 'soft' }, '–')) },
    ] }));
  };
  draw();
  return h('div', { class: 'stack' }, search({ label: t('page.keywords.search'), find: (text) => {
    wanted = text.toLowerCase();
    draw();
  } }), place);
}

const languageTable = (ctx, all) => table({ caption: ctx.t('page.keywords.languages'), rows: all.languages, columns: [
  { label: ctx.t('page.keywords.language'), head: true, cell: (code) => link(`/keywords?language=${code}`, ctx.t(`language.${code}`)) },
  { label: ctx.t('page.keywords.words'), cell: (code) => foreign(code, lineOf(all.choices.get(code)?.entry)) },
] });

async function overview(ctx) {
  const { t } = ctx;
  const all = await load(ctx);
  return tabs({ label: t('page.keywords'), list: [
    { id: 'places', label: t('page.keywords.places'), count: all.nodes.length, load: () => places(ctx, all) },
    { id: 'languages', label: t('page.keywords.languages'), count: all.languages.length, load: () => languageTable(ctx, all) },
  ] });
}

function people(ctx, place) {
  const { t } = ctx;
  const who = h('div', { class: 'content-who', role: 'status' });
  present(ctx, () => ({ id: place, typing: false, places: [place] }), ({ others }) => {
    put(who, others.map((each) => h('p', status(each.typing ? 'warn' : 'info', t(each.typing ? 'page.content.typing' : 'page.content.reading', { name: each.name })))));
  });
  return who;
}

// The words of a place, with the code of the place as a part of the same step.
async function detail(ctx, id) {
  const { t } = ctx;
  const all = await load(ctx);
  const node = all.byId.get(id);
  if (!node) {
    return notice('bad', h('p', t('page.keywords.gone')));
  }
  const place = `${WORDS}#${id}`;
  const words = all.words.get(id);
  const was = () => node.entry.dial ?? '';
  const codeChange = (dial) => {
    const { type, dial: old, ...others } = node.entry;
    return { place: node.place, base: node.mark, value: { type, ...(dial && { dial }), ...others } };
  };
  const onlyWords = ({ dial, ...rest }) => rest;
  const back = () => ctx.go('/keywords', { id });
  const editor = entryForm(ctx, { title: t('page.keywords.words'), name: `${t('page.keywords')}: ${titleOf(all.names, id)}`, href: `/keywords?id=${encodeURIComponent(id)}`, place, entry: { dial: was(), ...words?.entry }, mark: words?.mark ?? '', changed: all.changes.get(place),
    label: (key) => (key === 'dial' ? t('page.keywords.code') : t(`language.${key}`)),
    draw: (entry) => [field({ label: t('page.keywords.code'), name: 'dial', value: entry.dial ?? '', optional: true, inputmode: 'numeric', maxlength: 3, hint: t('page.keywords.code-hint') }),
      ...all.languages.map((language) => field({ label: t(`language.${language}`), name: language, lang: language, value: lineOf(entry[language]), optional: true, autocapitalize: 'characters', autocomplete: 'off' })),
      h('p', { class: 'hint' }, t('page.keywords.words-hint'))],
    read: (values) => ({ dial: (values.dial ?? '').trim(), ...Object.fromEntries(all.languages.map((language) => [language, listOf(values[language] ?? '')]).filter(([, list]) => list.length)) }),
    value: (entry) => (differing(onlyWords(entry), words?.entry ?? {}).length ? onlyWords(entry) : undefined),
    wrap: (theirs) => ({ dial: was(), ...theirs }),
    more: () => {
      const { dial } = editor.now();
      return dial === was() ? [] : [codeChange(dial)];
    },
    fail: (error) => {
      if (error.body?.now?.place === node.place) {
        // Somebody else has changed the place meanwhile: its code is shown anew, the words stay.
        Object.assign(node, { mark: error.body.now.mark, entry: error.body.now.entry });
        throw Object.assign(error, { field: 'dial', message: t('page.keywords.code-changed', { code: was() || '–' }) });
      }
      return false;
    },
    undone: back, saved: back });
  return h('div', { class: 'stack entry-narrow' }, h('div', h('h2', { tabindex: '-1' }, titleOf(all.names, id)), h('code', { class: 'soft small' }, id), ' ', link(`/content?id=${encodeURIComponent(id)}`, t('page.keywords.to-text'))),
    people(ctx, place), h('div', { class: 'card' }, editor.node));
}

// The words that choose a language.
async function languageDetail(ctx, language) {
  const { t } = ctx;
  const all = await load(ctx);
  const entry = all.choices.get(language);
  const place = `${WORDS}#languages/${language}`;
  const back = () => ctx.go('/keywords', { language });
  const editor = entryForm(ctx, { title: t('page.keywords.words'), name: t('page.keywords.choose', { language: t(`language.${language}`) }), href: `/keywords?language=${language}`, place, entry: { words: entry?.entry ?? [] }, mark: entry?.mark ?? '', label: () => t('page.keywords.words'),
    draw: (value) => [field({ label: t('page.keywords.choose', { language: t(`language.${language}`) }), name: language, lang: language, value: lineOf(value.words), hint: t('page.keywords.words-hint') })],
    read: (values) => ({ words: listOf(values[language] ?? '') }), value: (entry) => entry.words, wrap: (list) => ({ words: list ?? [] }), undone: back, saved: back });
  return h('div', { class: 'stack entry-narrow' }, h('h2', { tabindex: '-1' }, t(`language.${language}`)), h('div', { class: 'card' }, editor.node));
}

export async function page(ctx) {
  const { t } = ctx;
  const id = ctx.query.get('id');
  const language = ctx.query.get('language');
  const one = id ? () => detail(ctx, id) : language ? () => languageDetail(ctx, language) : null;
  return pageOf(t('page.keywords'), { wide: !one, lead: one ? null : t('page.keywords.lead'), actions: [undoButtons(ctx, () => ctx.go('/keywords', { id, language })), one && link('/keywords', t('page.keywords.all'))] }, lazy(one ?? (() => overview(ctx))));
}
