// SPDX-License-Identifier: Apache-2.0
// What all pages that change content have in common: keeping a step, taking it back, and two versions of one text.
import { ApiError } from '../api.js';
import { h } from '../dom.js';
import { button, foreign, notice, toast } from '../ui.js';
import { changesOf } from './word_diff.js';

const languageKept = 'mekong.content-language';

// The language beside English, as it was chosen last in this browser.
export function contentLanguage(query) {
  let last = null;
  try {
    last = localStorage.getItem(languageKept);
  } catch { /* a browser that keeps nothing */ }
  return query?.get('language') ?? last ?? 'lo';
}

export function keepContentLanguage(code) {
  try {
    localStorage.setItem(languageKept, code);
  } catch { /* the next visit begins with Lao */ }
}

export const isEditor = (me) => me.person.roles.includes('editor');

// Keeps changes [{ place, base, value }] as one step. The toast offers to take it back; `changed(entries)` is told then, too.
export async function keep(ctx, changes, { note, saved, changed } = {}) {
  const { api, t } = ctx;
  const answer = await api.post('/api/content/edit', { changes, ...(note && { note }) });
  toast(saved ?? t('edit.saved'), { kind: 'good', action: { label: t('action.undo'), run: () => takeBack(ctx, { step: answer.step, changed }) } });
  return answer;
}

// Takes one's own step back: a certain one, or the newest.
export async function takeBack(ctx, { step, changed, again = false } = {}) {
  const { api, t } = ctx;
  try {
    const answer = await api.post(again ? '/api/content/redo' : '/api/content/undo', step ? { step } : {});
    toast(t(again ? 'edit.redone' : 'edit.undone'), { kind: 'good' });
    await changed?.(answer.entries);
  } catch (error) {
    toast(error.message, { kind: 'bad' });
  }
}

// Buttons that take back one's own newest step, or take it again.
export function undoButtons(ctx, changed) {
  const { t, me } = ctx;
  return isEditor(me) && [button(t('action.undo'), { small: true, onclick: () => takeBack(ctx, { changed }) }),
    button(t('action.redo'), { small: true, onclick: () => takeBack(ctx, { again: true, changed }) })];
}

// What differs as nodes: del and ins. onlyNew: without what is gone.
const difference = (before, after, lang, { onlyNew = false } = {}) => changesOf(before, after, lang)
  .filter(({ removed }) => !removed || !onlyNew)
  .map(({ text, removed, added }) => (removed ? h('del', text) : added ? h('ins', text) : text));

export const isConflict = (error) => error instanceof ApiError && error.status === 409 && error.body.now;

// Two versions of a text side by side, and a choice for each. Nothing is lost either way: what somebody saved stands in the
// history, and one's own words are kept aside until they are thrown away.
// mine, theirs: texts (null: the entry is gone). show(text) draws another value than a text.
export function conflict({ t, lang, mine, theirs, by, at, onMine, onTheirs, onBoth }) {
  const who = by ? t('edit.conflict-by', { name: by, ago: t.ago(at) }) : t('edit.conflict-published');
  const shown = (text, other) => (text === null ? h('p', { class: 'soft' }, t('edit.gone')) : h('p', { lang, class: 'edit-words' }, difference(other ?? '', text, lang, { onlyNew: true })));
  return notice('warn',
    h('p', h('strong', t('edit.conflict')), ' ', who),
    h('div', { class: 'edit-versions' },
      h('section', { 'aria-label': t('edit.mine') }, h('h4', t('edit.mine')), shown(mine, theirs),
        button(t('edit.keep-mine'), { kind: 'primary', small: true, onclick: onMine })),
      h('section', { 'aria-label': by ? t('edit.theirs', { name: by }) : t('edit.published') }, h('h4', by ? t('edit.theirs', { name: by }) : t('edit.published')), shown(theirs, mine),
        button(t('edit.take-theirs'), { small: true, onclick: onTheirs }))),
    onBoth && h('p', { class: 'row' }, h('span', { class: 'hint' }, t('edit.merge-hint')), button(t('edit.merge'), { kind: 'quiet', small: true, onclick: onBoth })));
}

// Before and after, word by word.
export function changeOf(t, lang, before, after) {
  if (before === null || before === undefined) {
    return foreign(lang, [h('ins', after)], 'div');
  }
  return h('div', { lang, class: 'edit-words' }, difference(before, after ?? '', lang));
}

// Says every few seconds that I have this open, and hears who else has and which marks its entries have now.
// state(): { id, typing, places }. told({ others, marks }).
export function present(ctx, state, told) {
  const { api, signal } = ctx;
  let timer = null;
  let gone = false;
  const every = 8000;
  async function say() {
    clearTimeout(timer);
    if (gone) {
      return;
    }
    const { id, typing, places } = state();
    if (id && document.visibilityState === 'visible' && navigator.onLine) {
      try {
        const answer = await api.post('/api/content/presence', { id, typing, places }, { signal });
        if (!gone && state().id === id) {
          told(answer);
        }
      } catch { /* the next one may get through */ }
    }
    if (!gone) {
      timer = setTimeout(say, every);
    }
  }
  signal.addEventListener('abort', () => {
    gone = true;
    clearTimeout(timer);
    api.post('/api/content/presence', { id: '' }).catch(() => {});
  });
  say();
  return say;
}
