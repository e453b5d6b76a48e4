// SPDX-License-Identifier: Apache-2.0
// The record of every change and of every look at a number: to filter, to save as a file, and to prove that it is whole.
import { h } from '../dom.js';
import { button, empty, field, lazy, notice, page as pageOf, row, table } from '../ui.js';

const wordOf = (t, key, code) => (t.has(`${key}.${code}`) ? t(`${key}.${code}`) : code);

// A day of the form as the moment at which it begins here; days: so many later.
function begin(day, days = 0) {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + days);
  return date.getTime();
}

// What the filters say, as the server asks for it.
function queryOf({ from, to, person, area }) {
  return { from: from && begin(from), to: to && begin(to, 1), person, action: area };
}

function address(path, query) {
  const pairs = Object.entries(query).filter(([, value]) => value);
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

function lineTable(t, lines) {
  return table({ caption: t('page.audit'), rows: lines, empty: empty(t('page.audit.none'), t('page.audit.none-text')), columns: [
    { label: t('page.audit.time'), narrow: true, cell: (line) => h('time', { datetime: new Date(line.at_ms).toISOString() }, t.moment(line.at_ms, { second: '2-digit' })) },
    { label: t('page.audit.who'), cell: (line) => line.name || t('page.audit.nobody') },
    { label: t('page.audit.what'), head: true, cell: (line) => wordOf(t, 'page.audit.action', line.action) },
    { label: t('page.audit.subject'), cell: (line) => line.subject || '–' },
    { label: t('page.audit.detail'), cell: (line) => line.detail || '–' },
    { label: t('page.audit.line'), number: true, narrow: true, cell: (line) => String(line.seq) },
  ] });
}

// Is the record whole? The last hash is for those who compare it with the program's own log.
function proof(ctx) {
  const { api, t, signal } = ctx;
  return lazy(async () => {
    const { lines, wrong, head } = await api.get('/api/audit/check', {}, { signal });
    return wrong
      ? notice('bad', h('p', t('page.audit.wrong', { line: wrong })))
      : notice('good', h('p', t('page.audit.whole', { count: t.number(lines) })), h('p', { class: 'hint audit-head' }, t('page.audit.head', { head })));
  });
}

// Lines page by page: more are put below those that are there.
function lines(ctx, query) {
  const { api, t, signal } = ctx;
  const all = [];
  let before;
  const list = lazy(async () => {
    const found = await api.get('/api/audit', { ...query, before }, { signal });
    all.push(...found.lines);
    before = found.before;
    return h('div', { class: 'stack' }, lineTable(t, all), found.before > 0 && row(button(t('action.more'), { onclick: () => list.reload() })));
  });
  return list;
}

function filters(ctx, people, areas) {
  const { t, query } = ctx;
  const apply = (node) => ctx.go('/audit', Object.fromEntries([...new FormData(node)].filter(([, value]) => value)));
  const every = { value: '', label: t('page.audit.all') };
  const node = h('form', { class: 'filters', onsubmit: (event) => {
    event.preventDefault();
    apply(node);
  } },
  field({ label: t('page.audit.from'), name: 'from', type: 'date', value: query.get('from') ?? '' }),
  field({ label: t('page.audit.to'), name: 'to', type: 'date', value: query.get('to') ?? '' }),
  field({ label: t('page.audit.who'), name: 'person', type: 'select', value: query.get('person') ?? '',
    options: [every, ...people.map((person) => ({ value: String(person.id), label: person.name }))] }),
  field({ label: t('page.audit.area'), name: 'area', type: 'select', value: query.get('area') ?? '',
    options: [every, ...areas.map((area) => ({ value: area, label: wordOf(t, 'page.audit.area', area) }))] }),
  h('button', { type: 'submit', class: 'button' }, t('page.audit.filter')));
  node.querySelectorAll('[required]').forEach((each) => {
    each.required = false;
  });
  return node;
}

export async function page(ctx) {
  const { api, t, query, signal } = ctx;
  const chosen = queryOf(Object.fromEntries(['from', 'to', 'person', 'area'].map((name) => [name, query.get(name) ?? ''])));
  const [{ people }, { areas }] = await Promise.all([api.get('/api/people', {}, { signal }), api.get('/api/audit/areas', {}, { signal })]);
  return pageOf(t('page.audit'), { lead: t('page.audit.lead'), wide: true,
    actions: h('a', { class: 'button', href: address('/api/audit.csv', chosen), download: 'audit.csv' }, t('page.audit.export')) },
  proof(ctx), filters(ctx, people, areas), lines(ctx, chosen));
}
