// SPDX-License-Identifier: Apache-2.0
// A form for an entry of a list: a fee rule, a contact, words and codes. What is typed is kept in this browser until it is
// saved; two versions are shown member by member, with a choice.
import { drafts } from '../drafts.js';
import { freshId, h, put } from '../dom.js';
import { button, form, lazy, more, notice, section, table, toast, values } from '../ui.js';
import { language } from '../words.js';
import { isConflict, isEditor, keep, takeBack } from './edit.js';

const draftName = (place) => `form:${place}`;
export const unsavedForms = () => new Set(drafts.list().filter(({ name }) => name.startsWith('form:')).map(({ name }) => name.slice(5)));

// A value of a member as words.
export function words(value) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) {
    return '–';
  }
  return Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? Object.entries(value).map(([key, each]) => `${key}: ${words(each)}`).join('; ') : String(value);
}

// The members in which two entries differ.
export function differing(one, other) {
  const keys = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])];
  return keys.filter((key) => JSON.stringify(one?.[key] ?? null) !== JSON.stringify(other?.[key] ?? null));
}

// label(member) names a member.
export function membersTable(t, { caption, label, first, second, one, other }) {
  return table({ caption, rows: differing(one, other), columns: [
    { label: t('entry.member'), head: true, cell: (key) => label(key) },
    { label: first, cell: (key) => words(one?.[key]) },
    { label: second, cell: (key) => words(other?.[key]) },
  ] });
}

// The same texts in the language of the interface, for names on the page; none where it is English, or has none.
async function ownTexts(ctx, file) {
  const { code } = language();
  if (code === 'en' || !file.startsWith('texts/en/')) {
    return new Map();
  }
  try {
    const { entries } = await ctx.api.get('/api/lists/entries', { file: file.replace('/en/', `/${code}/`) }, { signal: ctx.signal });
    return new Map(entries.map(({ id, entry }) => [id, entry.text]));
  } catch (error) {
    if (error.status !== 404) {
      throw error;
    }
    return new Map();
  }
}

// Loads lists of the content: { file: { entries, byId, name(id) } } by their files; name is for files of texts.
export async function loadLists(ctx, files) {
  const lists = await Promise.all(files.map(async (file) => {
    const [{ entries }, own] = await Promise.all([ctx.api.get('/api/lists/entries', { file }, { signal: ctx.signal }), ownTexts(ctx, file)]);
    const byId = new Map(entries.map((each) => [each.id, each]));
    return [file, { entries, byId, name: (id) => own.get(id) ?? byId.get(id)?.entry.text }];
  }));
  return Object.fromEntries(lists);
}

// What differs from the published version: places with { before, by, at }.
export async function loadChanges(ctx) {
  const { changes } = await ctx.api.get('/api/content/changes', {}, { signal: ctx.signal });
  return new Map(changes.map((each) => [each.place, each]));
}

function clashOf(ctx, { now, mine, label, onMine, onTheirs }) {
  const { t } = ctx;
  const who = now.by ? t('edit.conflict-by', { name: now.by, ago: t.ago(now.at) }) : t('edit.conflict-published');
  return notice('warn', h('p', h('strong', t('edit.conflict')), ' ', who),
    membersTable(t, { caption: t('edit.conflict'), label, first: t('edit.mine'), second: now.by ? t('edit.theirs', { name: now.by }) : t('edit.published'), one: mine, other: now.entry }),
    h('div', { class: 'row' }, button(t('edit.keep-mine'), { kind: 'primary', small: true, onclick: onMine }), button(t('edit.take-theirs'), { small: true, onclick: onTheirs })));
}

async function historyOf(ctx, place, label) {
  const { t } = ctx;
  const { history } = await ctx.api.get('/api/content/history', { place }, { signal: ctx.signal });
  if (!history.length) {
    return h('p', { class: 'soft' }, t('page.content.no-history'));
  }
  return h('ol', { class: 'content-history' }, history.map((line) => h('li', { class: 'content-line' },
    h('p', h('strong', line.by), ' ', t(`page.content.did-${line.action}`), ' · ', t.moment(line.at)),
    differing(line.before, line.after).map((key) => h('p', label(key), ': ', h('del', words(line.before?.[key])), ' ', h('ins', words(line.after?.[key])))))));
}

// options:
//   name, href: what it is, and where it is found again; place, entry (null: it is new, like blank), mark, changed ({ before, by, at } if it is not published)
//   newPlace(entry): where a new one will stand; value(entry), wrap(value): to what the file holds (undefined: as it is) and back, if
//   the form has more or other members than the file
//   draw(entry, node) -> fields; read(values) -> the entry as it will be; label(member) -> its name
//   more() -> further changes of the same step [{ place, base, value }]; fail(error) -> true if it has shown the error
//   typed(entry) is told of each change; saved(answer) when it is kept; undone() when it was taken back; gone() when it is deleted
export function entryForm(ctx, options) {
  const { t, me } = ctx;
  const { place, draw, read, label, typed, saved } = options;
  const readonly = !isEditor(me);
  const state = { mark: options.mark, entry: options.entry };
  const clash = h('div', { class: 'content-clash', 'aria-live': 'polite' });
  const fields = h('div', { class: 'form entry-fields' });
  const id = freshId('entry');
  let node = null;
  let timer = null;

  const now = () => read(values(node), state.entry);
  const dirty = () => differing(now(), state.entry ?? {}).length > 0;

  function remember() {
    if (dirty()) {
      drafts.keep(draftName(place), { entry: now(), mark: state.mark }, { title: options.name, href: options.href });
    } else {
      drafts.drop(draftName(place));
    }
  }

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(remember, 300);
    typed?.(now());
  }

  function fill(entry) {
    put(fields, draw(entry, { changed }));
    if (readonly) {
      fields.querySelectorAll('input, select, textarea, button').forEach((each) => {
        each.disabled = true;
      });
    }
  }

  async function store() {
    const further = options.more?.() ?? [];
    const entry = now();
    const at = state.entry ? place : options.newPlace(entry);
    const value = options.value ? options.value(entry) : entry;
    const own = (dirty() || !state.entry) && value !== undefined ? [{ place: at, base: state.mark, value }] : [];
    // The texts come first: what an entry names must be there.
    const changes = [...further, ...own];
    if (!changes.length) {
      return;
    }
    try {
      const answer = await keep(ctx, changes, { changed: options.undone });
      clearTimeout(timer);
      drafts.drop(draftName(place));
      put(clash);
      const mine = answer.entries.find((each) => each.place === place);
      if (mine && !options.value) {
        Object.assign(state, { mark: mine.mark, entry: mine.entry });
      }
      await saved(answer);
    } catch (error) {
      if (isConflict(error) && error.body.now.place === place) {
        const { now: theirs } = error.body;
        showClash(options.wrap ? { ...theirs, entry: options.wrap(theirs.entry) } : theirs);
      } else if (!options.fail?.(error)) {
        throw error;
      }
    }
  }

  function showClash(theirs) {
    const mine = now();
    put(clash, clashOf(ctx, { now: theirs, mine, label,
      onMine: () => {
        Object.assign(state, { mark: theirs.mark, entry: theirs.entry });
        put(clash);
        return store();
      },
      onTheirs: () => {
        drafts.drop(draftName(place));
        Object.assign(state, { mark: theirs.mark, entry: theirs.entry });
        put(clash);
        fill(state.entry);
        typed?.(now());
      } }));
    clash.querySelector('button')?.focus();
  }

  const giveUp = () => {
    drafts.drop(draftName(place));
    put(clash);
    fill(state.entry ?? options.blank);
    typed?.(now());
  };

  async function remove() {
    await keep(ctx, [{ place, base: state.mark, value: null }], { saved: t('entry.deleted'), changed: options.undone });
    drafts.drop(draftName(place));
    options.gone();
  }

  async function discard() {
    const answer = await ctx.api.post('/api/content/discard', { changes: [{ place, base: state.mark }] });
    drafts.drop(draftName(place));
    toast(t('page.content.discarded'), { kind: 'good', action: { label: t('action.undo'), run: () => takeBack(ctx, { step: answer.step, changed: options.undone }) } });
    await options.undone();
  }

  node = readonly ? h('form', { class: 'form' }, fields) : form({ submit: t('action.save'), onsubmit: store,
    extra: [button(t('page.content.give-up'), { kind: 'quiet', onclick: giveUp }), options.gone && state.entry && button(t('action.delete'), { kind: 'danger', onclick: remove })] }, clash, fields);
  node.id = id;
  node.addEventListener('input', changed);
  node.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      node.requestSubmit();
    }
  });
  const left = readonly ? null : drafts.find(draftName(place));
  fill(left ? left.value.entry : state.entry ?? options.blank);
  if (left) {
    const behind = left.value.mark !== state.mark;
    put(clash, notice('info', h('p', t('page.content.restored', { ago: t.ago(left.at) })), button(t('page.content.throw-away'), { small: true, kind: 'quiet', onclick: giveUp })));
    if (behind) {
      showClash({ entry: state.entry, mark: state.mark, by: options.changed?.by, at: options.changed?.at });
    }
  }
  const below = [options.changed && more(t('page.content.compare'), membersTable(t, { caption: t('page.content.compare'), label, first: t('edit.published'), second: t('entry.now'), one: options.changed.before, other: state.entry }),
    !readonly && button(t('page.content.discard'), { small: true, kind: 'danger', onclick: discard })),
    state.entry && more(t('page.content.history'), lazy(() => historyOf(ctx, place, label)))];
  return { node: section(options.title ?? t('entry.title'), {}, node, below), form: node, now, changed, fill: () => fill(now()), focus: () => node.querySelector('input, select')?.focus() };
}
