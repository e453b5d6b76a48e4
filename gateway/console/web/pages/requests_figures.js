// SPDX-License-Identifier: Apache-2.0
// How many requests there are, without persons; small numbers are hidden by the server.
import { h } from '../dom.js';
import { empty, field, lazy, table } from '../ui.js';
import { t } from '../words.js';
import { countryName, kindName, outcomeName } from './requests_parts.js';

const spans = ['90', '30', '365', '0'];

const names = {
  kind: kindName,
  country: countryName,
  lang: (code) => (t.has(`language.${code}`) ? t(`language.${code}`) : code),
  week: (day) => t.day(`${day}T00:00:00Z`, { timeZone: 'UTC' }),
  state: (state) => t(`page.requests.state-${state}`),
  outcome: outcomeName,
  take: (span) => t(`page.requests.span-${span}`),
  close: (span) => t(`page.requests.span-${span}`),
  wish: (wish) => t(`page.requests.figure-wish-${wish}`),
  channel: (channel) => t(`page.requests.channel-${channel}`),
};

function one(name, rows, least) {
  const node = table({
    caption: t(`page.requests.figure-${name}`),
    rows,
    columns: [
      { label: t(`page.requests.figure-${name}`), head: true, cell: ({ value }) => names[name](value) },
      { label: t('page.requests.figure-count'), number: true, narrow: true,
        cell: ({ count }) => (count === null ? h('span', { class: 'soft' }, t('page.requests.figure-few', { least })) : t.number(count)) },
    ],
  });
  node.classList.add('table-keep'); // two short columns fit the narrowest screen
  return node;
}

export function figures(ctx) {
  let days = spans[0];
  const csv = h('a', { class: 'button', download: 'requests.csv' }, t('page.requests.figures-csv'));
  const body = lazy(async () => {
    csv.href = `/api/requests/statistics.csv?days=${days}`;
    const { rows, total, least } = await ctx.api.get('/api/requests/statistics', { days }, { signal: ctx.signal });
    if (!rows.length) {
      return empty(t('page.requests.figures-none'));
    }
    const of = (name) => rows.filter(({ table: is }) => is === name);
    return h('div', { class: 'stack' },
      h('p', total === null ? t('page.requests.figures-few', { least }) : t.count('page.requests.figures-total', total)),
      h('div', { class: 'columns' }, Object.keys(names).filter((name) => of(name).length).map((name) => one(name, of(name), least))));
  });
  const span = field({ label: t('page.requests.figures-span'), name: 'days', type: 'select', value: days,
    options: spans.map((value) => ({ value, label: t(`page.requests.days-${value}`) })), onchange: (event) => {
      days = event.target.value;
      body.reload();
    } });
  return h('div', { class: 'stack' }, h('p', { class: 'soft' }, t('page.requests.figures-lead')), h('div', { class: 'filters' }, span, csv), body);
}
