// SPDX-License-Identifier: Apache-2.0
// What differs between two versions: entry by entry with the words that changed, and screen by screen as phones before and after.
import { h, put } from '../dom.js';
import { card, empty, field, foreign, link, notice, phone, section, status } from '../ui.js';
import { t } from '../words.js';
import { editorOf } from './version_parts.js';
import { changesOf } from './word_diff.js';

// Two texts as one, in which what is gone and what is new is marked. A reader is told which is which in words.
export function textDiff(before, after, lang) {
  const mark = { del: t('page.review.gone'), ins: t('page.review.new') };
  const piece = (tag, text) => h(tag, h('span', { class: 'unseen' }, ` [${mark[tag]}: `), text, h('span', { class: 'unseen' }, '] '));
  return h('p', { class: 'review-words', lang: lang || null }, changesOf(before, after, lang).map(({ added, removed, text }) =>
    (added ? piece('ins', text) : removed ? piece('del', text) : text)));
}

// FILE#ID or FILE#SECTION/ID, in parts.
function placeOf(place) {
  const [file, address] = place.split('#');
  const language = /^texts\/([^/]+)\//.exec(file)?.[1];
  return { file, id: address, language, group: language ? `texts.${language}` : file.replace(/\.json$/, '') };
}

const isText = (value) => typeof value === 'string';
const shown = (value) => (isText(value) ? value : value === undefined ? '' : JSON.stringify(value));

// The members of an entry that differ; one that is new or gone has all of them.
function membersOf({ before, after }) {
  const one = before && typeof before === 'object' && !Array.isArray(before) ? before : { '': before ?? undefined };
  const other = after && typeof after === 'object' && !Array.isArray(after) ? after : { '': after ?? undefined };
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
    .map((name) => ({ name, before: shown(one[name]), after: shown(other[name]) }));
}

const memberName = (name) => (t.has(`page.review.member.${name}`) ? t(`page.review.member.${name}`) : name);

// below(entry): what else is said of an entry. edits: it is a place that can still be edited.
function entryOf(entry, { below, edits }) {
  const { file, id, language } = placeOf(entry.place);
  const editor = edits && entry.after !== null && editorOf(file, id);
  const kind = entry.before === null ? 'added' : entry.after === null ? 'removed' : 'changed';
  // Which English text a translation was made from is a mark for programs.
  const all = membersOf(entry);
  const members = all.filter(({ name }) => name !== 'from');
  // A new draft of a translation says so beside its words.
  const words = members.filter(({ name }) => name === 'text' || !language);
  const rest = members.filter((each) => !words.includes(each));
  return h('li', { class: 'review-entry' },
    h('div', { class: 'review-entry-head' }, editor ? link(editor, h('code', id)) : h('code', id), kind !== 'changed' && status(kind === 'added' ? 'good' : 'bad', t(`page.review.${kind}`))),
    words.map((each) => h('div', { class: 'review-member' },
      each.name && each.name !== 'text' && h('p', { class: 'review-member-name' }, memberName(each.name)),
      textDiff(each.before, each.after, language))),
    rest.length > 0 && h('ul', { class: 'review-rest' }, rest.map((each) => h('li', memberName(each.name), ': ', textDiff(each.before, each.after)))),
    all.length > 0 && !members.length && h('p', t('page.review.fits')),
    below?.(entry));
}

function groupTitle(group) {
  const language = /^texts\.(.+)$/.exec(group)?.[1];
  if (language) {
    return [t('page.review.texts'), ' ', foreign(language, t.languageName(language))];
  }
  return t.has(`page.review.file.${group}`) ? t(`page.review.file.${group}`) : group;
}

// Facts and rules before words, English before the others: that is how one reads a change.
function groupsOf(entries) {
  const groups = new Map();
  for (const entry of entries) {
    const { group } = placeOf(entry.place);
    groups.set(group, [...(groups.get(group) ?? []), entry]);
  }
  const rank = (name) => (name === 'texts.en' ? 1 : name.startsWith('texts.') ? 2 : 0);
  return [...groups].sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

export function entriesOf(difference, how = {}) {
  if (!difference.entries.length) {
    return empty(t('page.review.nothing'), t('page.review.nothing-text'));
  }
  return h('div', { class: 'stack' }, groupsOf(difference.entries).map(([group, entries]) => section(groupTitle(group), { level: 3 },
    card(h('ul', { class: 'review-entries' }, entries.map((each) => entryOf(each, how)))))));
}

const codings = { gsm7: 'GSM 7-bit', ucs2: 'UCS-2' };
const noteOf = (screen) => t('page.review.octets', { octets: screen.octets, coding: codings[screen.coding] ?? screen.coding });
const pages = (screens) => screens.map((each) => ({ text: each.text, note: noteOf(each) }));

function side(title, screens, lang) {
  return screens?.length ? phone({ title, screens: pages(screens), lang }) : h('p', { class: 'review-none' }, `${title}: ${t('page.review.no-screen')}`);
}

// Carriers with other limits mostly cut a body in the same places: then it is shown once.
function alike(screens) {
  const texts = (list) => list?.map((one) => one.text) ?? null;
  const found = new Map();
  for (const each of screens) {
    const key = JSON.stringify([each.node, each.plain, texts(each.before), texts(each.after)]);
    found.set(key, { ...(found.get(key) ?? { ...each, layouts: [] }) });
    found.get(key).layouts.push(each.layout + 1);
  }
  const all = Math.max(...screens.map((each) => each.layout)) + 1;
  return [...found.values()].map((each) => ({ ...each, everywhere: each.layouts.length === all }));
}

function screenOf(each) {
  return card(
    h('div', { class: 'review-entry-head' }, h('h3', h('code', each.node)), each.plain && status('quiet', t('page.review.plain')),
      !each.everywhere && h('span', { class: 'hint' }, t('page.review.layout', { number: each.layouts.join(', ') }))),
    h('div', { class: 'review-phones' }, side(t('page.review.before'), each.before, each.language), side(t('page.review.after'), each.after, each.language)));
}

// One screen may come out another way in every language: one language is read at a time.
export function screensOf({ screens, changed, partly }) {
  if (!screens.length) {
    return empty(t('page.review.no-screens'), t('page.review.no-screens-text'));
  }
  const languages = [...new Set(screens.map((each) => each.language))];
  const list = h('div', { class: 'stack', 'aria-live': 'polite' });
  const show = (language) => put(list, alike(screens.filter((each) => each.language === language)).map(screenOf));
  const pick = field({ label: t('page.review.language'), name: 'language', type: 'select', value: languages[0],
    options: languages.map((each) => ({ value: each, lang: each, label: `${t.languageName(each)} (${alike(screens.filter((one) => one.language === each)).length})` })) });
  pick.control.addEventListener('change', () => show(pick.control.value));
  show(languages[0]);
  return h('div', { class: 'stack' },
    changed > screens.length && notice('info', h('p', t('page.review.more-screens', { count: changed - screens.length }))),
    partly && notice('warn', h('p', t('page.review.partly'))),
    languages.length > 1 && h('div', { class: 'filters' }, pick), list);
}
