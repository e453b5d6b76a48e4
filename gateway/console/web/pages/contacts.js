// SPDX-License-Identifier: Apache-2.0
// Contacts: those who help (channels) and resource centres, as lists and as a form each. Where a number comes from, how sure it
// is and whether somebody has dialled it stands beside it everywhere.
import { h, put } from '../dom.js';
import { button, choice, empty, field, lazy, link, notice, page as pageOf, search, status, table, tabs } from '../ui.js';
import { proof, pickProof } from './content_evidence.js';
import { pair } from './content_pair.js';
import { preview } from './content_preview.js';
import { contentLanguage, isEditor, present, undoButtons } from './edit.js';
import { entryForm, loadChanges, loadLists, unsavedForms } from './entry_form.js';

const kinds = ['channels', 'centres'];
const TEXTS = 'texts/en/channels.json';
const NAMES = 'texts/en/ui.json';
const problems = ['overcharged', 'unpaid', 'papers', 'false-terms', 'injury', 'violence', 'trafficking', 'dismissal', 'emergency'];
const confidences = ['high', 'medium', 'low'];
const tones = { high: 'good', medium: 'info', low: 'bad' };

const fileOf = (kind) => `${kind}.json`;
const prefixOf = (kind) => kind.slice(0, -1);

// Texts of several files by their ids.
function texts(lists) {
  const files = Object.keys(lists).filter((file) => file.startsWith('texts/'));
  const of = (id) => lists[files.find((file) => lists[file].byId.has(id))];
  return { get: (id) => of(id)?.name(id) ?? id, place: (id) => of(id)?.byId.get(id).place,
    countries: files.flatMap((file) => [...lists[file].byId.keys()]).filter((id) => id.startsWith('country.')).map((id) => id.slice(8)) };
}

function numberOf(t, entry) {
  return entry.number ? h('span', { class: 'mono' }, entry.number) : h('span', { class: 'soft' }, t('page.contacts.no-number'));
}

function verifiedOf(t, entry) {
  if (!entry.number) {
    return h('span', { class: 'soft' }, t('page.contacts.to-visit'));
  }
  return entry.verified_on ? status('good', t('page.contacts.dialled', { day: t.day(entry.verified_on) })) : status('warn', t('page.contacts.not-dialled'));
}

function listOf(ctx, kind, lists, changes) {
  const { t } = ctx;
  const names = texts(lists);
  const unsaved = unsavedForms();
  const all = lists[fileOf(kind)].entries;
  const place = h('div');
  let words = '';
  let country = '';
  const draw = () => {
    const rows = all.filter(({ id, entry }) => (!country || entry.country === country) && `${id} ${names.get(entry.name)} ${entry.number ?? ''} ${entry.place ?? ''}`.toLowerCase().includes(words));
    put(place, table({ caption: t(`page.contacts.${kind}`), rows, empty: empty(t('page.content.nothing-found')), columns: [
      { label: t('page.contacts.name'), head: true, cell: ({ id, place: at, entry }) => [link(`/contacts?kind=${kind}&id=${encodeURIComponent(id)}`, names.get(entry.name)),
        kind === 'centres' && h('span', { class: 'hint contacts-place' }, entry.place), (unsaved.has(at) || changes.has(at)) && h('span', { class: 'fees-marks' }, unsaved.has(at) && status('warn', t('page.content.unsaved')), changes.has(at) && status('info', t('entry.changed')))] },
      { label: t('page.contacts.country'), cell: ({ entry }) => names.get(`country.${entry.country}`) },
      { label: t('page.contacts.number'), cell: ({ entry }) => numberOf(t, entry) },
      { label: t('page.contacts.verified'), cell: ({ entry }) => verifiedOf(t, entry) },
      { label: t('entry.confidence'), cell: ({ entry }) => status(tones[entry.confidence] ?? 'quiet', t(`confidence.${entry.confidence}`)) },
    ] }));
  };
  draw();
  return h('div', { class: 'stack' }, h('div', { class: 'filters' },
    search({ label: t('page.contacts.search'), find: (text) => {
      words = text.toLowerCase();
      draw();
    } }),
    field({ label: t('page.contacts.country'), name: 'country', type: 'select', options: [{ value: '', label: t('page.contacts.all-countries') }, ...names.countries.map((value) => ({ value, label: names.get(`country.${value}`) }))],
      onchange: (event) => {
        country = event.target.value;
        draw();
      } }),
    isEditor(ctx.me) && h('a', { href: `/contacts?kind=${kind}&id=new`, class: 'button' }, t(`page.contacts.add-${kind}`))), place);
}

async function overview(ctx) {
  const { t } = ctx;
  const [lists, changes] = await Promise.all([loadLists(ctx, ['channels.json', 'centres.json', TEXTS, NAMES]), loadChanges(ctx)]);
  const current = kinds.includes(ctx.query.get('kind')) ? ctx.query.get('kind') : 'channels';
  return tabs({ label: t('page.contacts'), current, onchange: (kind) => ctx.setQuery({ kind }), list: kinds.map((kind) => ({ id: kind, label: t(`page.contacts.${kind}`), count: lists[fileOf(kind)].entries.length,
    load: () => listOf(ctx, kind, lists, changes) })) });
}

const orNull = (text) => (text?.trim() ? text.trim() : null);

// One source of a contact: who says that this number is theirs.
function sourceField(ctx, lists) {
  const { t } = ctx;
  const shown = h('ul', { class: 'content-proofs' });
  let id = '';
  let told = () => {};
  const fill = () => put(shown, id ? proof(t, 'sources', id, lists['sources.json'].byId.get(id)?.entry) : h('li', { class: 'soft' }, t('page.contacts.no-source')));
  const attach = async (kind, chosen) => {
    if (kind !== 'sources') {
      return;
    }
    if (!lists['sources.json'].byId.has(chosen)) {
      const { entries } = await ctx.api.get('/api/lists/entries', { file: 'sources.json' }, { signal: ctx.signal });
      entries.forEach((each) => lists['sources.json'].byId.set(each.id, each));
    }
    id = chosen;
    fill();
    told();
  };
  return { id: () => id, draw(value, changed) {
    id = value ?? '';
    told = changed;
    fill();
    return h('fieldset', { class: 'field', data: { field: 'source' } }, h('legend', t('page.contacts.source')), shown, h('p', { class: 'field-error', hidden: true }),
      h('div', { class: 'row' }, button(t('page.contacts.choose-source'), { small: true, onclick: () => pickProof(ctx, { facts: null, sources: [id], attach }) })));
  } };
}

function fieldsOf(ctx, kind, lists, words, source) {
  const { t } = ctx;
  const names = texts(lists);
  const countries = names.countries.map((value) => ({ value, label: names.get(`country.${value}`) }));
  const languages = lists['languages.json'].entries.map(({ id }) => ({ value: id, label: t(`language.${id}`) }));
  return (entry, { changed }) => [
    words ?? h('div', { class: 'columns' }, field({ label: t('page.content.source-id'), name: 'id', value: entry.id ?? '', hint: t('page.content.source-id-hint') }),
      field({ label: t('page.contacts.new-name'), name: 'english', value: entry.english ?? '', maxlength: 40, hint: t('page.contacts.name-hint') })),
    h('div', { class: 'columns' }, field({ label: t('page.contacts.country'), name: 'country', type: 'select', value: entry.country, options: countries }),
      kind === 'centres' && field({ label: t('page.contacts.place'), name: 'place', value: entry.place ?? '' }),
      field({ label: t('page.contacts.number'), name: 'number', type: 'tel', value: entry.number ?? '', optional: true, hint: t('page.contacts.number-hint') }),
      kind === 'channels' && field({ label: t('page.contacts.hours'), name: 'hours', value: entry.hours ?? '', optional: true })),
    kind === 'channels' && choice({ label: t('page.contacts.dial-from'), name: 'dial_from', value: entry.dial_from ?? [], many: true, options: countries }),
    kind === 'channels' && choice({ label: t('page.contacts.problems'), name: 'kinds', value: entry.kinds ?? [], many: true, options: problems.map((value) => ({ value, label: t(`problem.${value}`) })), hint: t('page.contacts.problems-hint') }),
    kind === 'channels' && choice({ label: t('page.contacts.languages'), name: 'languages', value: entry.languages ?? [], many: true, options: languages }),
    kind === 'channels' && choice({ label: t('page.contacts.serves'), name: 'serves', value: entry.serves ?? [], many: true, options: countries, hint: t('page.contacts.serves-hint') }),
    source.draw(entry.source, changed),
    h('div', { class: 'columns' }, field({ label: t('page.contacts.as-of'), name: 'as_of', value: entry.as_of ?? '', optional: true, hint: t('form.date-hint') }),
      field({ label: t('page.contacts.verified-on'), name: 'verified_on', type: 'date', value: entry.verified_on ?? '', optional: true, hint: t('page.contacts.verified-hint') })),
    choice({ label: t('entry.confidence'), name: 'confidence', value: entry.confidence, options: confidences.map((value) => ({ value, label: t(`confidence.${value}`) })) }),
  ];
}

// The entry as the file has it; the members of the other kind are left out. A new one brings its English name with it.
function read(kind, source, isNew) {
  return (all, old) => {
    const entry = { ...(isNew && { english: all.english ?? '' }), id: old?.id ?? all.id ?? '', country: all.country, name: old?.name ?? `${prefixOf(kind)}.${all.id ?? ''}` };
    const common = { source: source.id(), as_of: orNull(all.as_of), verified_on: orNull(all.verified_on), confidence: all.confidence };
    if (kind === 'centres') {
      return { ...entry, place: all.place?.trim() ?? '', number: orNull(all.number), ...common };
    }
    const serves = all.serves ?? [];
    return { ...entry, number: orNull(all.number), kinds: all.kinds ?? [], languages: all.languages ?? [], hours: orNull(all.hours), ...((serves.length || old?.serves) && { serves }), dial_from: all.dial_from ?? [], ...common };
  };
}

const memberLabel = (t) => (key) => (t.has(`page.contacts.member-${key}`) ? t(`page.contacts.member-${key}`) : key);

async function detail(ctx, kind, id) {
  const { api, t, signal } = ctx;
  const isNew = id === 'new';
  const language = contentLanguage(ctx.query);
  const beside = language === 'en' ? null : language;
  const [lists, changes] = await Promise.all([loadLists(ctx, [fileOf(kind), TEXTS, NAMES, 'sources.json', 'languages.json']), loadChanges(ctx)]);
  const contact = isNew ? null : lists[fileOf(kind)].byId.get(id);
  if (!isNew && !contact) {
    return notice('bad', h('p', t('page.contacts.gone')));
  }
  const names = texts(lists);
  const phone = preview(ctx);
  const who = h('div', { class: 'content-who', role: 'status' });
  const source = sourceField(ctx, lists);
  const place = contact?.place ?? `${fileOf(kind)}#new`;
  let shown = language;
  const show = (entry, now) => !isNew && phone.show({ place, entry: entry ?? editor.now(), language: shown, changes: (words?.sides ?? []).filter((each) => each.dirty()).map((each) => ({ place: each.place, entry: each.entry() })) }, now);
  const words = isNew ? null : pair(ctx, { data: await api.get('/api/content/entry', { place: names.place(contact.entry.name), language: beside }, { signal }), language: beside, languageName: t.languageName(language),
    unmarked: language === 'vi', isNode: false, title: t('page.contacts.name'), told: { typed: () => show(), focused: (each) => {
      if (shown !== each.lang) {
        shown = each.lang;
        show(undefined, true);
      }
    }, saved: async () => phone.again() }, inForm: () => editor.form.requestSubmit() });
  const blank = { country: 'LA', confidence: 'medium', dial_from: [], kinds: [], languages: [], source: '' };
  const editor = entryForm(ctx, { title: t(`page.contacts.one-${kind}`), name: isNew ? t(`page.contacts.add-${kind}`) : names.get(contact.entry.name), href: `/contacts?kind=${kind}&id=${encodeURIComponent(id)}`, place, entry: contact?.entry ?? null, blank, mark: contact?.mark ?? '', changed: changes.get(place), label: memberLabel(t),
    draw: fieldsOf(ctx, kind, lists, words, source), read: read(kind, source, isNew), value: isNew ? ({ english, ...entry }) => entry : undefined, newPlace: (entry) => `${fileOf(kind)}#${entry.id}`,
    more: () => (isNew ? [{ place: `${TEXTS}#${prefixOf(kind)}.${editor.now().id}`, base: '', value: { text: editor.now().english.trim().normalize('NFC'), kind: 'label' } }] : words.changes()),
    fail: (error) => words && error.body?.place !== place && words.sides.some((each) => each.place === (error.body?.now?.place ?? error.body?.place)) && words.fail(error),
    typed: (entry) => show(entry),
    undone: () => (isNew ? ctx.go('/contacts', { kind }) : ctx.go('/contacts', { kind, id })),
    gone: () => ctx.go('/contacts', { kind }),
    saved: async (answer) => {
      if (isNew) {
        await ctx.go('/contacts', { kind, id: editor.now().id });
        return;
      }
      words.accept(answer.entries);
      await words.reload();
      phone.again();
    } });
  if (!isNew) {
    present(ctx, () => ({ id: place, typing: words.dirty(), places: [place] }), ({ others }) => {
      put(who, others.map((each) => h('p', status(each.typing ? 'warn' : 'info', t(each.typing ? 'page.content.typing' : 'page.content.reading', { name: each.name })))));
    });
    show(contact.entry, true);
  }
  return h('div', { class: 'entry-panes' },
    h('div', { class: 'stack' }, h('div', h('h2', { tabindex: '-1' }, isNew ? t(`page.contacts.add-${kind}`) : names.get(contact.entry.name)), !isNew && h('code', { class: 'soft small' }, id)), who,
      contact?.entry.confidence === 'low' && notice('warn', h('p', t('page.contacts.low'))),
      h('div', { class: 'card' }, editor.node)),
    !isNew && phone);
}

export async function page(ctx) {
  const { t } = ctx;
  const id = ctx.query.get('id');
  const kind = kinds.includes(ctx.query.get('kind')) ? ctx.query.get('kind') : 'channels';
  return pageOf(t('page.contacts'), { wide: true, lead: id ? null : t('page.contacts.lead'), actions: [undoButtons(ctx, () => ctx.go('/contacts', { kind, id })), id && link(`/contacts?kind=${kind}`, t('page.contacts.all')), link('/numbers', t('page.contacts.to-numbers'))] },
    lazy(() => (id ? detail(ctx, kind, id) : overview(ctx))));
}
