// SPDX-License-Identifier: Apache-2.0
// Texts and menu: the tree, a text in two languages, and the phone beside it.
import { h, put } from '../dom.js';
import { button, empty, field, lazy, link, page as pageOf, search, status } from '../ui.js';
import { filters, isShown, linesOf, treeView } from './content_tree.js';
import { unsavedTexts } from './content_side.js';
import { pair } from './content_pair.js';
import { preview } from './content_preview.js';
import { language as currentLanguage } from '../words.js';
import { contentLanguage, isEditor, keepContentLanguage, present, undoButtons } from './edit.js';
import { newArticle } from './content_new.js';
import { nodePart } from './content_node.js';

export async function page(ctx) {
  const { api, t, me, signal } = ctx;
  const state = { language: contentLanguage(ctx.query), filter: ctx.query.get('show') ?? 'all', words: '', found: null, tree: null, line: null, pairs: [], wanted: ctx.query.get('id') };
  if (!filters.includes(state.filter)) {
    state.filter = 'all';
  }
  const phonePane = preview(ctx);
  const editor = h('div', { class: 'content-editor', tabindex: '-1' });
  const who = h('div', { class: 'content-who', role: 'status' });
  const count = h('p', { class: 'hint content-count', role: 'status' });
  const tree = treeView({ t, label: t('page.content.tree'), onchoose: (line) => choose(line) });
  const language = field({ label: t('page.content.language'), name: 'language', type: 'select', options: [], onchange: (event) => changeLanguage(event.target.value) });
  const filter = field({ label: t('page.content.filter'), name: 'filter', type: 'select', value: state.filter,
    options: filters.map((value) => ({ value, label: t(`page.content.filter-${value}`) })), onchange: (event) => {
      state.filter = event.target.value;
      drawTree();
      remember();
    } });
  const find = search({ label: t('page.content.search'), find: look });
  const back = button(t('page.content.to-tree'), { kind: 'quiet', small: true, onclick: () => {
    layout.classList.remove('content-chosen');
    tree.querySelector('[tabindex="0"]')?.focus();
  } });
  back.classList.add('content-back');
  const panes = h('div', { class: 'content-panes' },
    h('div', { class: 'content-nav' }, find, h('div', { class: 'content-choices' }, filter, language), count, tree,
      isEditor(me) && button(t('page.content.new'), { small: true, onclick: add })),
    h('div', { class: 'content-middle' }, back, who, editor),
    phonePane);
  const layout = pageOf(t('page.content'), { wide: true, lead: isEditor(me) ? null : t('page.content.read-only'),
    actions: [undoButtons(ctx, renew), link('/review', t('page.content.to-review'))] }, panes);
  layout.classList.add('content-page');

  async function add() {
    const id = await newArticle(ctx, { tree: state.tree, parent: state.line?.id, changed: renew });
    if (id) {
      await loadTree();
      const line = tree.show(id);
      await choose(line);
    }
  }

  function remember() {
    ctx.setQuery({ id: state.line?.node ? state.line.id : state.line?.texts[0]?.id, language: state.language, show: state.filter === 'all' ? '' : state.filter });
  }

  function drawTree() {
    const unsaved = unsavedTexts();
    const keep = (line) => line.texts.some((text) => isShown(state.filter, text, unsaved)) || (state.filter === 'all' && !line.texts.length);
    const hit = (line) => !state.found || line.texts.some((text) => state.found.has(text.id)) || (line.id && state.words && line.id.includes(state.words));
    tree.update({ lines: linesOf(state.tree, t, currentLanguage().code), keep: (line) => keep(line) && hit(line), unsaved, language: state.language,
      narrowed: state.filter !== 'all' || Boolean(state.found) });
    put(count, state.filter !== 'all' || state.found ? t.count('page.content.count', tree.count()) : null);
  }

  async function look(words) {
    state.words = words.toLowerCase();
    if (!words) {
      state.found = null;
      drawTree();
      return;
    }
    try {
      const { found } = await api.get('/api/content/search', { q: words, language: state.language }, { signal });
      if (state.words === words.toLowerCase()) {
        state.found = new Set(found.map((each) => each.id));
        drawTree();
      }
    } catch (error) {
      put(count, error.message);
    }
  }

  const languageOf = () => state.tree.languages.find((each) => each.code === state.language);

  async function loadTree() {
    const wanted = state.language === 'en' ? '' : state.language;
    state.tree = await api.get('/api/content/tree', { language: wanted }, { signal });
    put(language.control, state.tree.languages.map((each) => h('option', { value: each.code, lang: each.code },
      each.code === 'en' ? t('page.content.english-alone') : `${each.name} (${t(`language.${each.code}`)})`)));
    language.control.value = state.language;
    drawTree();
  }

  async function changeLanguage(code) {
    state.language = code;
    keepContentLanguage(code);
    await loadTree();
    if (state.line) {
      await choose(state.line, { quiet: true });
    }
  }

  function showOn(each, now) {
    state.side = each;
    const typedToo = state.pairs.flatMap((one) => one.sides).filter((one) => one !== each && one.dirty());
    phonePane.show({ place: each.place, entry: each.entry(), language: each.lang, changes: typedToo.map((one) => ({ place: one.place, entry: one.entry() })) }, now);
  }

  const told = {
    typed: (each) => showOn(each),
    focused: (each) => (state.side !== each || !state.side) && showOn(each, true),
    saved: async () => {
      await loadTree();
      if (state.line) {
        tree.show(state.line.key);
      }
      phonePane.again();
    },
  };

  async function renew() {
    await loadTree();
    if (state.line && !tree.show(state.line.key)) {
      // It was taken back as a whole.
      Object.assign(state, { line: null, pairs: [] });
      put(editor, empty(t('page.content.choose'), t('page.content.choose-text')));
      phonePane.show(null);
      return;
    }
    await Promise.all(state.pairs.map((each) => each.reload()));
  }

  // A place in the menu or a text, to be edited.
  async function choose(line, { quiet = false } = {}) {
    state.pairs.forEach((each) => each.remember());
    state.line = line;
    state.side = null;
    remember();
    put(who);
    const mine = line.key;
    put(editor, lazy(async () => {
      const asked = state.language === 'en' ? null : state.language;
      const entries = await Promise.all(line.texts.map((text) => api.get('/api/content/entry', { place: `${text.file}#${text.id}`, language: asked }, { signal })));
      if (state.line.key !== mine) {
        return null;
      }
      state.pairs = entries.map((data) => pair(ctx, { data, language: asked, languageName: languageOf()?.name, unmarked: languageOf()?.unmarked, isNode: Boolean(line.node), told }));
      const first = state.pairs[0]?.sides.at(-1);
      if (first) {
        showOn(first, true);
      } else {
        phonePane.show(null);
      }
      layout.classList.add('content-chosen');
      heard?.();
      return [h('div', { class: 'content-head' }, h('h2', { tabindex: '-1', lang: line.lang }, line.name),
        line.foreign && line.foreign !== line.name && h('span', { lang: state.language, class: 'content-foreign' }, line.foreign)),
        line.node && nodePart(ctx, { node: line.node, tree: state.tree, entry: entries[0]?.node, changed: renew, open: (id) => {
          const next = tree.show(id);
          return next && choose(next);
        } }), state.pairs];
    }));
    if (!quiet && matchMedia('(max-width: 60rem)').matches) {
      editor.focus();
      scrollTo(0, 0);
    }
  }

  const heard = present(ctx, () => ({
    id: state.line?.texts.length ? state.line.texts[0].id.replace(/\.(label|title|text)$/, '') : '',
    typing: state.pairs.some((each) => each.dirty()),
    places: state.pairs.flatMap((each) => each.sides.map((one) => one.place)).slice(0, 8),
  }), async ({ others, marks }) => {
    put(who, others.map(({ name, typing }) => h('p', { class: 'content-person' }, status(typing ? 'warn' : 'info', t(typing ? 'page.content.typing' : 'page.content.reading', { name })))));
    const news = await Promise.all(state.pairs.map((each) => each.heard(marks)));
    if (news.some(Boolean)) {
      loadTree();
    }
  });

  const leave = () => state.pairs.forEach((each) => each.remember());
  addEventListener('pagehide', leave, { signal });
  ctx.onLeave(leave);
  put(editor, empty(t('page.content.choose'), t('page.content.choose-text')));
  await loadTree();
  if (state.wanted) {
    const line = tree.show(state.wanted);
    if (line) {
      choose(line, { quiet: true });
    }
  }
  return layout;
}
