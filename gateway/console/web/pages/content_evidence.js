// SPDX-License-Identifier: Apache-2.0
// What a text rests on: facts of the report and public sources, each with its kind and its caution in sight. A
// recommendation is not a rule; how it may be worded stands beside it.
import { h, put } from '../dom.js';
import { button, choice, dialog, empty, field, form, lazy, notice, search, section, status, tabs } from '../ui.js';
import { keep } from './edit.js';

const tones = { 'rule-in-force': 'good', practice: 'info', recommendation: 'warn', plan: 'warn', statistic: 'info', high: 'good', medium: 'info', low: 'bad' };

// A fact or a source, with all that must be known before one writes.
export function proof(t, kind, id, entry, ...actions) {
  if (!entry) {
    return h('li', { class: 'content-proof' }, h('p', t('page.content.proof-gone', { id })), actions);
  }
  const fact = kind === 'facts';
  const tone = fact ? entry.kind : entry.confidence;
  return h('li', { class: 'content-proof' },
    h('p', { class: 'row' }, status(tones[tone] ?? 'quiet', t(fact ? `fact.${tone}` : `confidence.${tone}`)),
      h('span', { class: 'hint' }, fact ? entry.speaker ?? '' : [entry.publisher, entry.date].filter(Boolean).join(', '))),
    h('p', fact ? entry.claim : h('strong', entry.title)),
    !fact && entry.says && h('p', entry.says),
    fact && t.has(`fact.wording-${tone}`) && h('p', { class: 'content-wording' }, t(`fact.wording-${tone}`)),
    entry.caution && h('p', { class: 'content-caution' }, h('strong', t('page.content.caution')), ' ', entry.caution),
    h('p', { class: 'row' }, !fact && entry.url && h('a', { href: entry.url, target: '_blank', rel: 'noopener noreferrer' }, t('page.content.open-source')), actions));
}

const words = (entry) => Object.values(entry).filter((value) => typeof value === 'string').join(' ').toLowerCase();

// A list to choose from, with a search.
function picker(ctx, kind, chosen, pick) {
  const { api, t, signal } = ctx;
  return lazy(async () => {
    const { entries } = await api.get('/api/lists/entries', { file: `${kind}.json` }, { signal });
    const list = h('ul', { class: 'content-proofs' });
    const show = (text) => {
      const found = entries.filter(({ id, entry }) => !text || `${id} ${words(entry)}`.includes(text.toLowerCase()));
      put(list, found.slice(0, 30).map(({ id, entry }) => proof(t, kind, id, entry,
        chosen.includes(id) ? status('good', t('page.content.attached')) : button(t('page.content.attach'), { small: true, onclick: () => pick(kind, id) }))));
      if (!found.length) {
        put(list, h('li', empty(t('page.content.nothing-found'))));
      }
    };
    show('');
    return h('div', { class: 'stack' }, search({ label: t('page.content.search-proof'), find: show }), list);
  });
}

// The form of a source. A new one is named in full; what an old one leaves open may stay open. old: { id, place, mark, entry }.
function sourceForm(ctx, done, old) {
  const { t } = ctx;
  const entry = old?.entry ?? { confidence: 'medium' };
  const text = (name, more) => field({ label: t(`page.content.source-${name.replace('_', '-')}`), name, value: entry[name] ?? '', ...more });
  return form({ submit: t(old ? 'action.save' : 'page.content.add-source'), onsubmit: async ({ id, ...value }) => {
    const known = { title: value.title, publisher: value.publisher, url: value.url || null, date: value.date || null, as_of: value.as_of || null,
      confidence: value.confidence, says: value.says, ...((value.caution || entry.caution) && { caution: value.caution || null }) };
    await keep(ctx, [{ place: old?.place ?? `sources.json#${id}`, base: old?.mark ?? '', value: known }], { saved: t(old ? 'edit.saved' : 'page.content.source-added') });
    await done('sources', old?.id ?? id);
  } },
  !old && field({ label: t('page.content.source-id'), name: 'id', hint: t('page.content.source-id-hint'), pattern: '[a-z0-9.\\-]+' }),
  text('title'), text('publisher'), text('url', { type: 'url', placeholder: 'https://', optional: Boolean(old) && !entry.url }),
  h('div', { class: 'columns' }, text('date', { hint: t('form.date-hint'), optional: Boolean(old) && !entry.date }), text('as_of', { optional: true, hint: t('form.date-hint') })),
  choice({ label: t('page.content.source-confidence'), name: 'confidence', value: entry.confidence, options: ['high', 'medium', 'low'].map((value) => ({ value, label: t(`confidence.${value}`) })) }),
  text('says', { type: 'textarea' }), text('caution', { type: 'textarea', optional: true }));
}

// Corrects a source that was read again.
async function correct(ctx, id, changed) {
  const { entries } = await ctx.api.get('/api/lists/entries', { file: 'sources.json' });
  const old = entries.find((each) => each.id === id);
  const done = old && await dialog({ title: ctx.t('page.content.correct-source'), wide: true, body: (close) => sourceForm(ctx, () => close(true), old) });
  if (done) {
    await changed();
  }
}

// Asks for a fact or a source; facts null: for a source alone. attach(kind, id) is told of it.
export function pickProof(ctx, { facts, sources, attach }) {
  const { t } = ctx;
  return dialog({ title: t('page.content.attach-title'), wide: true, body: (close) => {
    const pick = async (kind, id) => {
      await attach(kind, id);
      close(true);
    };
    return tabs({ label: t('page.content.attach-title'), list: [
      facts && { id: 'facts', label: t('page.content.facts'), load: () => picker(ctx, 'facts', facts, pick) },
      { id: 'sources', label: t('page.content.sources'), load: () => picker(ctx, 'sources', sources, pick) },
      { id: 'new', label: t('page.content.new-source'), load: () => sourceForm(ctx, pick) },
    ].filter(Boolean) });
  } });
}

// data: of /api/content/entry. changed(entry): the English entry has become another one.
export function evidence(ctx, { data, readonly, mark, changed, reload }) {
  const { t } = ctx;
  const { place, entry } = data.english;
  const store = async (members, saved) => {
    const answer = await keep(ctx, [{ place, base: mark(), value: members }], { saved, changed: ([back]) => changed(back) });
    await changed(answer.entries.find((each) => each.place === place));
  };
  const attach = (kind, id) => store({ [kind]: [...(entry[kind] ?? []), id] }, t('page.content.attached'));
  const detach = (kind, id) => store({ [kind]: entry[kind].filter((each) => each !== id) }, t('page.content.detached'));
  const listed = ['facts', 'sources'].flatMap((kind) => data[kind].map(({ id, entry: each }) => proof(t, kind, id, each,
    !readonly && [button(t('page.content.detach'), { small: true, kind: 'quiet', onclick: () => detach(kind, id) }),
      kind === 'sources' && each && button(t('page.content.correct'), { small: true, kind: 'quiet', onclick: () => correct(ctx, id, reload) })])));
  return section(t('page.content.evidence'), { level: 4, actions: !readonly && button(t('page.content.attach-more'), { small: true,
    onclick: () => pickProof(ctx, { facts: entry.facts ?? [], sources: entry.sources ?? [], attach }) }) },
  listed.length ? h('ul', { class: 'content-proofs' }, listed) : notice('bad', h('p', t('page.content.no-evidence'))));
}

// Facts and sources of an entry of a list, changed with the form that it stands in. lists: of loadLists, with facts.json and
// sources.json. draw(entry, changed) draws them anew; facts() and sources() are what is attached now.
export function evidenceOf(ctx, { lists }) {
  const { t } = ctx;
  const chosen = { facts: [], sources: [] };
  const list = h('ul', { class: 'content-proofs' });
  const error = h('p', { class: 'field-error', hidden: true });
  let told = () => {};

  function fill() {
    put(list, ['facts', 'sources'].flatMap((kind) => chosen[kind].map((id) => proof(t, kind, id, lists[`${kind}.json`].byId.get(id)?.entry,
      button(t('page.content.detach'), { small: true, kind: 'quiet', onclick: () => {
        chosen[kind] = chosen[kind].filter((each) => each !== id);
        fill();
        told();
      } })))));
  }

  const attach = async (kind, id) => {
    if (!lists[`${kind}.json`].byId.has(id)) {
      const { entries } = await ctx.api.get('/api/lists/entries', { file: `${kind}.json` }, { signal: ctx.signal });
      entries.forEach((each) => lists[`${kind}.json`].byId.set(each.id, each));
    }
    chosen[kind] = [...chosen[kind], id];
    fill();
    told();
  };

  return {
    facts: () => chosen.facts,
    sources: () => chosen.sources,
    draw(entry, changed) {
      told = changed;
      Object.assign(chosen, { facts: entry.facts ?? [], sources: entry.sources ?? [] });
      fill();
      return h('fieldset', { class: 'field', data: { field: 'sources' } }, h('legend', t('page.content.evidence')), list, error,
        h('div', { class: 'row' }, button(t('page.content.attach-more'), { small: true, onclick: () => pickProof(ctx, { ...chosen, attach }) })));
    },
  };
}
