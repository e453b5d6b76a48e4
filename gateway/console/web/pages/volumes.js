// SPDX-License-Identifier: Apache-2.0
// How much was served: over time, by carrier, kind, language and country, and what people do at each menu. Each chart has its
// figures beside it as a table, and as a file.
import { h, put } from '../dom.js';
import { bar, button, empty, field, lazy, more, notice, page as pageOf, section, table } from '../ui.js';
import { chart } from './volumes_chart.js';
import { funnel } from './volumes_funnel.js';
import { nameNode, nameOf, shown, size } from './volumes_names.js';

const measures = ['sessions', 'steps', 'sms_in', 'sms_out'];
const splits = ['carrier', 'kind', 'language', 'country'];
const countries = ['LA', 'TH', 'KH', 'MM', 'VN', 'CN', 'other'];
const spoken = ['lo', 'th', 'km', 'my', 'vi', 'zh', 'en'];
const zones = ['7', '8', '0'];
const spans = [['today', 1], ['week', 7], ['month', 30], ['year', 365]];

const dayMs = 86400000;
const dayOf = (moment, zone) => new Date(moment + zone * 3600000).toISOString().slice(0, 10);

// What the address says, with what it leaves out.
function choiceOf(query) {
  const one = (name, allowed, otherwise) => (allowed.includes(query.get(name)) ? query.get(name) : otherwise);
  const zone = one('zone', zones, '7');
  const to = query.get('to') || dayOf(Date.now(), zone);
  const from = query.get('from') || dayOf(Date.parse(to) - 6 * dayMs, 0);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  const only = Object.fromEntries(splits.map((name) => [name, query.get(name) ?? '']));
  return { zone, from, to, step: one('step', ['hour', 'day'], days > 3 ? 'day' : 'hour'), split: one('split', splits, ''),
    measure: one('measure', measures, 'sessions'), screens: one('screens', ['all'], ''), only, draw: [] };
}

function address(path, query) {
  const pairs = Object.entries(query).filter(([, value]) => value);
  return `${path}?${new URLSearchParams(pairs)}`;
}

// One question after the other: a page asks Redis for no more at a time than it can draw.
function asker(api, signal) {
  let last = Promise.resolve();
  return (query) => {
    const answer = last.then(() => api.get('/api/volumes', query, { signal }));
    last = answer.catch(() => {});
    return answer;
  };
}

const askOf = (choice, by) => ({ from: choice.from, to: choice.to, zone: choice.zone, by, ...choice.only });

const csvLink = (t, query) => h('a', { class: 'button button-small', href: address('/api/volumes.csv', query), download: 'volumes.csv' }, t('page.volumes.csv'));

const momentOf = (t, step, zone) => (text) => {
  const moment = Date.parse(`${text.length > 10 ? text : `${text}T00:00`}:00Z`);
  return step === 'hour' ? t.moment(moment, { timeZone: 'UTC' }) : t.day(moment, { timeZone: 'UTC', weekday: 'short' });
};

const numbers = (t, names) => names.map((name) => ({ label: t(`page.volumes.${name}`), number: true, cell: (line) => shown(t, line[name]) }));

function totals(t, total) {
  return h('dl', { class: 'volumes-totals' }, measures.map((name) => h('div', { class: 'volumes-total' },
    h('dt', t(`page.volumes.${name}`)), h('dd', h('span', { class: 'volumes-number' }, shown(t, total[name])), h('span', { class: 'hint' }, t(`page.volumes.${name}-is`))))));
}

// Nothing there: why.
function nothing(ctx, choice, answer) {
  const { t } = ctx;
  const filtered = Object.values(choice.only).some(Boolean);
  if (answer.kept > 0 && filtered) {
    return empty(t('page.volumes.none-such'), t('page.volumes.none-such-text'),
      h('a', { class: 'button', href: address('/volumes', { from: choice.from, to: choice.to, zone: choice.zone }) }, t('page.volumes.show-all')));
  }
  return h('div', { class: 'state' }, h('p', { class: 'state-title' }, t('page.volumes.none')), h('p', t('page.volumes.none-text')),
    h('ul', { class: 'volumes-why' }, ['none-quiet', 'none-gateway', 'none-redis', 'none-old'].map((why) => h('li', t(`page.volumes.${why}`)))));
}

function timeTable(ctx, choice, answer) {
  const { t } = ctx;
  const when = momentOf(t, choice.step, choice.zone);
  return table({ caption: t('page.volumes.time'), rows: answer.rows, columns: [
    { label: t(`page.volumes.${choice.step}`), head: true, narrow: true, cell: (line) => when(line[choice.step]) },
    ...(choice.split ? [{ label: t(`page.volumes.${choice.split}`), cell: (line) => nameNode(t, choice.split, line[choice.split]) }] : []),
    ...numbers(t, measures),
  ] });
}

// Which of the four figures is drawn; everything that draws it is drawn anew.
function measureButtons(ctx, choice) {
  const { t, query } = ctx;
  const buttons = measures.map((name) => button(t(`page.volumes.${name}`), { small: true, 'aria-pressed': String(name === choice.measure), onclick: async () => {
    choice.measure = name;
    buttons.forEach((each, i) => each.setAttribute('aria-pressed', String(measures[i] === name)));
    ctx.setQuery({ ...Object.fromEntries(query), measure: name });
    await Promise.all(choice.draw.map((draw) => draw()));
  } }));
  return h('div', { class: 'row', role: 'group', 'aria-label': t('page.volumes.show-what') }, buttons);
}

async function overTime(ctx, choice, query, answer) {
  const { t } = ctx;
  const place = h('div');
  const draw = async () => {
    place.firstChild?.end();
    put(place, await chart(ctx, choice, answer));
  };
  choice.draw.push(draw);
  await draw();
  return [totals(t, answer.total),
    answer.unread > 0 && notice('warn', h('p', t.count('page.volumes.unread', answer.unread))),
    section(t('page.volumes.time'), { actions: csvLink(t, query) }, measureButtons(ctx, choice), place,
      more(t('page.volumes.table'), timeTable(ctx, choice, answer))),
    h('p', { class: 'hint' }, t('page.volumes.total-is'))];
}

function partTable(t, choice, by, rows) {
  const all = rows.reduce((sum, line) => sum + size(line[choice.measure]), 0);
  return table({ caption: t(`page.volumes.by-${by}`), rows, empty: h('p', { class: 'soft' }, t('page.volumes.none')), columns: [
    { label: t(`page.volumes.${by}`), head: true, cell: (line) => nameNode(t, by, line[by]) },
    { label: t('page.volumes.part', { measure: t(`page.volumes.${choice.measure}`) }), cell: (line) => bar(all ? size(line[choice.measure]) / all : 0) },
    ...numbers(t, measures),
  ] });
}

// One of the small tables: each value with its part of the whole.
function part(ctx, choice, ask, by) {
  const { t } = ctx;
  const query = askOf(choice, by);
  const place = h('div');
  return section(t(`page.volumes.by-${by}`), { actions: csvLink(t, query) }, lazy(async () => {
    const { rows } = await ask(query);
    const draw = () => put(place, partTable(t, choice, by, rows));
    choice.draw.push(draw);
    draw();
    return place;
  }));
}

function spanLinks(ctx, choice) {
  const { t, query } = ctx;
  const today = dayOf(Date.now(), choice.zone);
  return h('nav', { class: 'row', 'aria-label': t('page.volumes.span') }, spans.map(([name, days]) => {
    const from = dayOf(Date.parse(today) - (days - 1) * dayMs, 0);
    const current = choice.to === today && choice.from === from;
    return h('a', { class: 'button button-small', 'aria-current': current ? 'true' : null,
      href: address('/volumes', { ...Object.fromEntries(query), from, to: today, step: '' }) }, t(`page.volumes.span-${name}`));
  }));
}

// The carriers of the chosen time come later: node.carriers(names).
function filters(ctx, choice) {
  const { t } = ctx;
  const select = (name, list, value, nothingWord) => field({ label: t(`page.volumes.${name}`), name, type: 'select', value, options: [
    ...(nothingWord ? [{ value: '', label: t(nothingWord) }] : []), ...list] });
  const valuesOf = (by, list) => list.map((value) => ({ value, label: nameOf(t, by, value) }));
  const known = (list, value) => (value && !list.includes(value) ? [...list, value] : list);
  const apply = (node) => ctx.go('/volumes', Object.fromEntries([...new FormData(node), ['measure', choice.measure], ['screens', choice.screens]].filter(([, value]) => value)));
  const node = h('form', { class: 'filters', onsubmit: (event) => {
    event.preventDefault();
    apply(node);
  } },
  field({ label: t('page.volumes.from'), name: 'from', type: 'date', value: choice.from }),
  field({ label: t('page.volumes.to'), name: 'to', type: 'date', value: choice.to }),
  select('step', ['hour', 'day'].map((value) => ({ value, label: t(`page.volumes.${value}`) })), choice.step),
  select('split', splits.map((value) => ({ value, label: t(`page.volumes.${value}`) })), choice.split, 'page.volumes.not-split'),
  select('carrier', valuesOf('carrier', known([], choice.only.carrier)), choice.only.carrier, 'page.volumes.all'),
  select('kind', valuesOf('kind', ['ussd', 'sms']), choice.only.kind, 'page.volumes.all'),
  select('language', valuesOf('language', known(spoken, choice.only.language)), choice.only.language, 'page.volumes.all'),
  select('country', valuesOf('country', countries), choice.only.country, 'page.volumes.all'),
  select('zone', zones.map((value) => ({ value, label: t(`page.volumes.zone.${value}`) })), choice.zone),
  h('button', { type: 'submit', class: 'button button-primary' }, t('page.volumes.apply')));
  node.querySelectorAll('[required]').forEach((each) => {
    each.required = false;
  });
  node.carriers = (names) => node.elements.carrier.append(...names.filter((name) => name !== choice.only.carrier)
    .map((value) => h('option', { value }, nameOf(t, 'carrier', value))));
  return node;
}

export async function page(ctx) {
  const { api, t, signal } = ctx;
  const choice = choiceOf(ctx.query);
  const ask = asker(api, signal);
  const form = filters(ctx, choice);
  const query = askOf(choice, [choice.step, choice.split].filter(Boolean).join(','));
  let named = false;
  const content = lazy(async () => {
    const [{ rows }, answer] = await Promise.all([ask({ from: choice.from, to: choice.to, zone: choice.zone, by: 'carrier' }), ask(query)]);
    if (!named) {
      form.carriers(rows.map((line) => line.carrier));
      named = true;
    }
    choice.draw = [];
    if (answer.total.steps === 0) {
      return nothing(ctx, choice, answer);
    }
    return h('div', { class: 'volumes' }, await overTime(ctx, choice, query, answer),
      h('div', { class: 'volumes-parts' }, splits.filter((by) => !choice.only[by]).map((by) => part(ctx, choice, ask, by))),
      funnel(ctx, choice, ask, csvLink));
  });
  return pageOf(t('page.volumes'), { lead: t('page.volumes.lead'), wide: true },
    h('div', { class: 'stack volumes-ask' }, spanLinks(ctx, choice), form, h('p', { class: 'hint' }, t('page.volumes.zone-is', { zone: t(`page.volumes.zone.${choice.zone}`) }))),
    content);
}
