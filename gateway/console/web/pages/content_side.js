// SPDX-License-Identifier: Apache-2.0
// One language of a text: its words in a field, what they are (draft, old, reviewed, changed), and what to do when somebody
// else was faster. What is typed is kept in this browser until it is saved.
import { drafts } from '../drafts.js';
import { freshId, h, put } from '../dom.js';
import { button, foreign, more, notice, status } from '../ui.js';
import { changeOf, conflict } from './edit.js';

const keepAfter = 300;
const draftName = (place) => `text:${place}`;

// The ids of texts with unsaved words in this browser.
export const unsavedTexts = () => new Set(drafts.list().filter(({ name }) => name.startsWith('text:')).map(({ name }) => name.split('#').pop()));

const same = (one, other) => (one ?? '') === (other ?? '');

function grow(area) {
  area.style.setProperty('height', 'auto');
  area.style.setProperty('height', `${area.scrollHeight + 2}px`);
}

// options: { lang, label, data: { place, mark, entry, base, changed, by, at }, review (English statements), state, madeFrom, english(),
// readonly, unmarked, ontype(), onfocus(), onsave() }.
export function side(ctx, options) {
  const { t } = ctx;
  const { lang, label, review, readonly, ontype, onfocus, onsave } = options;
  const id = freshId('text');
  const my = { ...options.data, state: options.state, madeFrom: options.madeFrom };
  const error = h('p', { class: 'field-error', id: `${id}-error`, hidden: true });
  const notes = h('div', { class: 'content-notes' });
  const clash = h('div', { class: 'content-clash', 'aria-live': 'polite' });
  const state = h('span', { class: 'content-state' });
  const area = h('textarea', { id, lang, rows: 2, class: 'content-area', spellcheck: 'true', readOnly: Boolean(readonly), 'aria-describedby': `${id}-error`,
    name: lang === 'en' ? 'english' : 'translation' });
  const day = review && h('input', { id: `${id}-day`, type: 'date', class: 'content-day', name: 'review_by', readOnly: Boolean(readonly) });
  const bare = options.unmarked && h('textarea', { id: `${id}-bare`, lang, rows: 2, class: 'content-area', name: 'unmarked', readOnly: Boolean(readonly) });
  const node = h('div', { class: 'content-side', data: { lang, place: my.place } },
    h('div', { class: 'content-side-head' }, h('label', { for: id, lang }, label), state),
    area, error,
    day && h('div', { class: 'content-review' }, h('label', { for: `${id}-day` }, t('page.content.review-by')), day),
    bare && more(t('page.content.unmarked'), h('p', { class: 'hint' }, t('page.content.unmarked-hint')), h('label', { for: `${id}-bare`, class: 'unseen' }, t('page.content.unmarked')), bare),
    notes);

  const stands = () => ({ text: my.entry?.text ?? '', review_by: my.entry?.review_by ?? '', unmarked: my.entry?.unmarked ?? '' });
  const typed = () => ({ text: area.value.normalize('NFC'), ...(day && { review_by: day.value }), ...(bare && { unmarked: bare.value.normalize('NFC') }) });

  node.dirty = () => Object.entries(typed()).some(([key, value]) => !same(value, stands()[key]));

  // Only what was touched is sent, so that nothing else changes by it.
  node.value = () => {
    const now = typed();
    const was = stands();
    return { text: now.text, ...(day && !same(now.review_by, was.review_by) && { review_by: now.review_by || null }),
      ...(bare && !same(now.unmarked, was.unmarked) && { unmarked: now.unmarked || null }) };
  };
  // The entry as it would be, for the preview.
  node.entry = () => ({ ...my.entry, ...Object.fromEntries(Object.entries(node.value()).filter(([, value]) => value !== null)) });
  node.change = () => ({ place: my.place, base: my.mark, value: node.value() });
  node.place = my.place;
  node.lang = lang;
  node.mark = () => my.mark;
  node.area = area;
  // Stands below both languages, where two versions have room beside each other.
  node.box = clash;

  function fill({ text, review_by: until, unmarked }) {
    area.value = text ?? '';
    if (day) {
      day.value = until ?? '';
    }
    if (bare) {
      bare.value = unmarked ?? '';
    }
    requestAnimationFrame(() => grow(area));
  }

  let timer = null;
  function remember() {
    clearTimeout(timer);
    timer = null;
    if (node.dirty()) {
      const at = { id: my.place.split('#')[1], ...(lang !== 'en' && { language: lang }) };
      drafts.keep(draftName(my.place), { ...typed(), mark: my.mark }, { title: `${label}: ${area.value.slice(0, 60)}`, href: `/content?${new URLSearchParams(at)}` });
    } else {
      drafts.drop(draftName(my.place));
    }
  }
  node.remember = () => timer && remember();

  node.showError = (message) => {
    put(error, message).hidden = !message;
    area[message ? 'setAttribute' : 'removeAttribute']('aria-invalid', 'true');
    if (message) {
      area.focus();
    }
  };

  function drawState() {
    const kinds = { missing: 'bad', stale: 'warn', draft: 'info', reviewed: 'good' };
    const word = my.state ?? my.entry?.status;
    put(state, word && status(kinds[word], t(`page.content.state-${word}`)), node.dirty() && status('warn', t('page.content.unsaved')));
  }

  function drawNotes() {
    const entry = my.entry ?? {};
    put(notes,
      my.state === 'stale' && notice('warn', h('p', t('page.content.stale')), my.madeFrom !== null && my.madeFrom !== undefined && changeOf(t, 'en', my.madeFrom, options.english()),
        !readonly && button(t('page.content.still-right'), { small: true, onclick: () => onsave({ confirm: node }) })),
      entry.status === 'reviewed' && entry.reviewer && h('p', { class: 'hint' }, t('page.content.reviewed', { name: entry.reviewer, day: t.day(entry.reviewed_on) })),
      my.changed && my.by && h('p', { class: 'hint' }, t('page.content.changed-by', { name: my.by, ago: t.ago(my.at) })),
      my.changed && my.base && more(t('page.content.compare'), changeOf(t, lang, my.base.text, entry.text ?? ''),
        !readonly && button(t('page.content.discard'), { small: true, kind: 'danger', onclick: () => options.ondiscard(node) })),
      review && entry.review_by && entry.review_by < new Date().toISOString().slice(0, 10) && notice('bad', h('p', t('page.content.overdue', { day: t.day(entry.review_by) }))));
  }

  // Somebody else's version: { entry, mark, by, at } as the server tells it.
  node.clash = (now) => {
    const mine = typed();
    put(clash, conflict({ t, lang, mine: mine.text, theirs: now.entry ? now.entry.text : null, by: now.by, at: now.at,
      onMine: () => {
        Object.assign(my, now, { state: my.state });
        put(clash);
        remember();
        return onsave({});
      },
      onTheirs: () => {
        drafts.keep(`aside:${my.place}`, mine);
        Object.assign(my, now, { state: my.state });
        drafts.drop(draftName(my.place));
        put(clash);
        fill(stands());
        changedByHand();
        return options.onreload();
      },
      onBoth: () => {
        Object.assign(my, now, { state: my.state });
        remember();
        put(clash, notice('info', h('p', t('edit.merge-on')), changeOf(t, lang, mine.text, now.entry?.text ?? '')));
        area.focus();
      } }));
  };

  // The entry anew from the server; words that are being typed stay.
  node.renew = (data, next) => {
    const dirty = node.dirty();
    Object.assign(my, data, { state: next?.state ?? my.state, madeFrom: next?.madeFrom });
    put(clash);
    if (!dirty || same(area.value, stands().text)) {
      drafts.drop(draftName(my.place));
      fill(stands());
    }
    draw();
  };
  node.accept = (data) => {
    Object.assign(my, data);
    clearTimeout(timer);
    timer = null;
    drafts.drop(draftName(my.place));
    fill(stands());
    node.showError('');
    put(clash);
    draw();
  };
  node.giveUp = () => {
    drafts.drop(draftName(my.place));
    fill(stands());
    put(clash);
    changedByHand();
  };

  function draw() {
    drawState();
    drawNotes();
  }

  function changedByHand() {
    drawState();
    node.showError('');
    ontype(node);
  }

  function input() {
    grow(area);
    clearTimeout(timer);
    timer = setTimeout(remember, keepAfter);
    changedByHand();
  }

  [area, day, bare].filter(Boolean).forEach((control) => {
    control.addEventListener('input', input);
    control.addEventListener('focus', () => onfocus(node));
    control.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && (event.key === 's' || event.key === 'Enter')) {
        event.preventDefault();
        onsave({});
      }
    });
  });

  // What an earlier visit left unsaved comes back.
  const left = drafts.find(draftName(my.place));
  fill(left && !readonly ? left.value : stands());
  if (left && !readonly) {
    const behind = left.value.mark !== my.mark;
    put(clash, notice('info', h('p', t('page.content.restored', { ago: t.ago(left.at) })),
      button(t('page.content.throw-away'), { small: true, kind: 'quiet', onclick: node.giveUp })));
    if (behind) {
      node.clash({ ...my });
    }
  }
  const aside = drafts.find(`aside:${my.place}`);
  if (aside && !readonly) {
    node.append(more(t('edit.aside'), foreign(lang, aside.value.text, 'p'), button(t('page.content.throw-away'), { small: true, kind: 'quiet', onclick: (event) => {
      drafts.drop(`aside:${my.place}`);
      event.target.closest('details').remove();
    } })));
  }
  draw();
  return node;
}
