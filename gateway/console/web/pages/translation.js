// SPDX-License-Identifier: Apache-2.0
// How far each language is; behind each, its files for translators and the texts that wait.
import { h } from '../dom.js';
import { empty, lazy, link, notice, page as pageOf, table, tabs } from '../ui.js';
import { t } from '../words.js';
import { files } from './translation_file.js';
import { signing, texts } from './translation_texts.js';

// What waits longest for somebody comes first.
const states = ['stale', 'missing', 'draft', 'reviewed'];

const address = (code) => `/translation?${new URLSearchParams({ language: code })}`;
const name = (language) => t(`language.${language.code}`);

// The four states as one bar. The same is said in words beside it, so it is hidden from screen readers.
function progress(language) {
  const share = (count) => `${language.texts ? (100 * count) / language.texts : 0}%`;
  return h('span', { class: 'translation-bar', 'aria-hidden': 'true' }, ['reviewed', 'draft', 'stale'].map((state) =>
    h('span', { class: `translation-${state}`, css: { width: share(language[state]) } })));
}

const reviewed = (language) => t('page.translation.reviewed-of', { count: t.number(language.reviewed), all: t.number(language.texts) });

function overview(list) {
  const count = (state) => ({ label: t(`page.translation.${state}`), number: true, cell: (row) => (row[state] ? link(`${address(row.code)}&status=${state}`, t.number(row[state])) : t.number(0)) });
  return table({
    caption: t('page.translation'),
    rows: list,
    columns: [
      { label: t('page.translation.language'), head: true, cell: (row) => h('span', { class: 'stack-tight' }, link(address(row.code), name(row)), h('span', { lang: row.code, class: 'soft foreign' }, row.name)) },
      { label: t('page.translation.reviewed'), cell: (row) => h('span', { class: 'translation-share' }, progress(row), h('span', reviewed(row))) },
      count('draft'),
      count('stale'),
      count('missing'),
    ],
  });
}

function unread(list) {
  return list.some((each) => each.draft > 0) && notice('warn', h('p', t('page.translation.drafts')));
}

async function all({ api, signal }) {
  const { languages } = await api.get('/api/translation', {}, { signal });
  return h('div', { class: 'stack' }, unread(languages), overview(languages));
}

// One language: its files, and its texts by state. remembered: the reader's name, from one page of a list to the next.
async function one(ctx, code, remembered, again) {
  const { languages } = await ctx.api.get('/api/translation', {}, { signal: ctx.signal });
  const language = languages.find((each) => each.code === code);
  if (!language) {
    return empty(t('page.translation.unknown'), '', link('/translation', t('page.translation.all')));
  }
  const wanted = ctx.query.get('status');
  const first = states.find((state) => language[state] > 0) ?? 'reviewed';
  return h('div', { class: 'translation' },
    h('p', link('/translation', t('page.translation.all'))),
    h('div', { class: 'translation-share' }, progress(language), h('p', reviewed(language))),
    files(ctx, language, again),
    tabs({
      label: t('page.translation.texts'),
      current: states.includes(wanted) ? wanted : first,
      onchange: (status) => ctx.setQuery({ language: code, status }),
      list: states.map((state) => ({ id: state, label: t(`page.translation.${state}`), count: t.number(language[state]),
        load: () => (state === 'draft' ? signing(ctx, language, remembered, again) : texts(ctx, language, state)) })),
    }));
}

export async function page(ctx) {
  const code = ctx.query.get('language');
  const remembered = {};
  const body = lazy(() => (code ? one(ctx, code, remembered, () => body.reload()) : all(ctx)));
  return pageOf(code ? t('page.translation.into', { language: t.has(`language.${code}`) ? t(`language.${code}`) : code }) : t('page.translation'),
    { lead: t(code ? 'page.translation.lead-language' : 'page.translation.lead') }, body);
}
