// SPDX-License-Identifier: Apache-2.0
// The texts of a language in one state, a page at a time, and the signing of those that a native reader has read.
import { h, put } from '../dom.js';
import { button, confirm, empty, field, foreign, form, lazy, link, notice, search, table, toast } from '../ui.js';
import { t } from '../words.js';

const page = 50;

const editor = (row, language) => `/content?${new URLSearchParams({ id: row.id, language: language.code })}`;

function columns(language) {
  return [
    { label: t('page.translation.text'), head: true, cell: (row) => link(editor(row, language), row.id) },
    { label: t('language.en'), cell: (row) => h('span', { lang: 'en', class: 'translation-text' }, row.english) },
    { label: t(`language.${language.code}`), cell: (row) => (row.translation ? foreign(language.code, row.translation) : '–') },
  ];
}

const reader = { label: t('page.translation.read-by'), narrow: true, cell: (row) => h('span', { class: 'stack-tight' }, row.reviewer ?? '–', row.reviewed_on && h('span', { class: 'soft small' }, t.day(row.reviewed_on))) };

// Where in the list, and the way on. show(from) shows another part.
function turning(from, count, total, show) {
  return total > page && h('div', { class: 'row translation-turning' },
    h('p', t('page.translation.part', { from: t.number(from + 1), to: t.number(from + count), all: t.number(total) })),
    from > 0 && button(t('page.translation.earlier'), { small: true, onclick: () => show(Math.max(0, from - page)) }),
    from + count < total && button(t('page.translation.later'), { small: true, onclick: () => show(from + page) }));
}

function part({ api, signal }, language, status, { from, find }) {
  return api.get('/api/translation', { language: language.code, status, from, find }, { signal });
}

function nothing(status) {
  return empty(t(`page.translation.none-${status}`));
}

// A list that shows part after part; draw(rows) draws one.
function turned(ctx, language, status, draw) {
  const wanted = { from: 0, find: '' };
  const body = lazy(async () => {
    const { texts: rows, total } = await part(ctx, language, status, wanted);
    if (total === 0) {
      return wanted.find ? empty(t('page.translation.none-found')) : nothing(status);
    }
    return h('div', { class: 'stack' }, draw(rows), turning(wanted.from, rows.length, total, show));
  });

  function show(from) {
    wanted.from = from;
    body.scrollIntoView({ block: 'start' });
    return body.reload();
  }

  const find = search({ label: t('page.translation.find'), find: (words) => {
    Object.assign(wanted, { from: 0, find: words });
    body.reload();
  } });
  return h('div', { class: 'stack' }, language[status] > 0 && h('div', { class: 'filters' }, find), body);
}

export function texts(ctx, language, status) {
  const all = status === 'reviewed' ? [...columns(language), reader] : columns(language);
  return turned(ctx, language, status, (rows) => h('div', { class: 'stack' },
    status === 'stale' && h('p', t('page.translation.stale-lead')),
    table({ caption: t(`page.translation.${status}`), rows, columns: all })));
}

const today = () => new Intl.DateTimeFormat('sv-SE').format(new Date());

// The drafts of a page with a box each, and the form that signs those that are chosen.
function signForm(ctx, language, rows, remembered, again) {
  const boxes = rows.map((row) => h('input', { type: 'checkbox', class: 'translation-box', 'aria-label': t('page.translation.choose', { id: row.id }), onchange: tell }));
  const every = h('input', { type: 'checkbox', onchange: () => {
    boxes.forEach((box) => {
      box.checked = every.checked;
    });
    tell();
  } });
  const chosen = () => rows.filter((row, index) => boxes[index].checked);
  const count = h('p', { role: 'status' });

  function tell() {
    put(count, t.count('page.translation.chosen', chosen().length));
    every.checked = chosen().length === rows.length;
    every.indeterminate = chosen().length > 0 && !every.checked;
  }

  const node = form({
    submit: t('page.translation.sign'),
    class: 'card translation-sign',
    async onsubmit({ reader: name, day }) {
      const list = chosen();
      Object.assign(remembered, { reader: name, day });
      if (!list.length) {
        throw new Error(t('page.translation.choose-first'));
      }
      const sure = await confirm({ title: t.count('page.translation.sign-title', list.length), text: t('page.translation.sign-text', { name, day: t.day(day) }), action: t('page.translation.sign') });
      if (!sure) {
        return;
      }
      const answer = await ctx.api.post('/api/translation/sign', { places: list.map(({ place, mark }) => ({ place, mark })), reader: name, day });
      toast(t.count('page.translation.signed', answer.signed), { kind: 'good' });
      again();
    },
  },
  h('h3', t('page.translation.sign-head')), h('p', t('page.translation.sign-lead')), count,
  field({ label: t('page.translation.reader'), name: 'reader', hint: t('page.translation.reader-hint'), value: remembered.reader, maxlength: 60, autocomplete: 'off' }),
  field({ label: t('page.translation.day'), name: 'day', type: 'date', value: remembered.day ?? today(), max: today() }));
  tell();
  const box = { label: t('page.translation.choose-column'), narrow: true, hideLabel: true, cell: (row) => boxes[rows.indexOf(row)] };
  return h('div', { class: 'stack' },
    h('label', { class: 'choice translation-every' }, every, h('span', t.count('page.translation.every', rows.length))),
    table({ caption: t('page.translation.draft'), rows, columns: [box, ...columns(language)] }),
    node);
}

// Drafts: reviewers sign them, others see who may. remembered: an object that lives as long as the page.
export function signing(ctx, language, remembered, again) {
  if (!ctx.me.person.roles.includes('reviewer')) {
    return turned(ctx, language, 'draft', (rows) => h('div', { class: 'stack' },
      notice('info', h('p', t('page.translation.sign-who'))),
      table({ caption: t('page.translation.draft'), rows, columns: columns(language) })));
  }
  return turned(ctx, language, 'draft', (rows) => signForm(ctx, language, rows, remembered, again));
}
