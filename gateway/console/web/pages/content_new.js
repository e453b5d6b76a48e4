// SPDX-License-Identifier: Apache-2.0
// A new page of information: its place in the menu, its code, its words and its proof, kept in one step.
import { drafts } from '../drafts.js';
import { h } from '../dom.js';
import { dialog, field, form, lazy, values } from '../ui.js';
import { evidenceOf } from './content_evidence.js';
import { keep } from './edit.js';
import { loadLists } from './entry_form.js';

const MENU = 'menu.json';
const linesMax = 9;
const firstLinesMax = 6;
const kept = 'new-page';
const halfYear = 183 * 86400000;

const titleOf = (tree, id) => tree.texts.find((text) => text.id === `${id}.label` || text.id === `${id}.title`)?.en ?? id;

// Where there is room for one more line.
const parentsOf = (tree) => tree.nodes.filter((node) => ['menu', 'article'].includes(node.type) && node.children.length < (node.id === tree.start ? firstLinesMax : linesMax));

// The first code after that of the parent which nobody has.
function freeCode(tree, parent) {
  const taken = new Set(tree.nodes.map((node) => node.dial).filter(Boolean));
  const base = (parent.dial ?? '').replace(/0$/, '');
  const codes = Array.from({ length: base ? 9 : 899 }, (_, at) => (base ? `${base}${at + 1}` : String(at + 100)));
  return codes.find((code) => code.length <= 3 && !taken.has(code)) ?? Array.from({ length: 899 }, (_, at) => String(at + 100)).find((code) => !taken.has(code)) ?? '';
}

const idOf = (tree, parent, name) => (parent === tree.start ? name : `${parent}.${name}`);

function changesOf(tree, lists, all, proofs) {
  const parent = lists[MENU].byId.get(all.parent);
  const id = idOf(tree, all.parent, all.name);
  return [
    { place: `texts/en/menu.json#${id}.label`, base: '', value: { text: all.line.trim().normalize('NFC'), kind: 'label' } },
    { place: `texts/en/articles.json#${id}.text`, base: '', value: { text: all.text.trim().normalize('NFC'), kind: 'statement', facts: proofs.facts(), sources: proofs.sources(), review_by: all.review_by } },
    { place: `${MENU}#${id}`, base: '', value: { type: 'article', ...(all.dial.trim() && { dial: all.dial.trim() }) } },
    { place: parent.place, base: parent.mark, value: { ...parent.entry, children: [...(parent.entry.children ?? []), id] } },
  ];
}

async function fields(ctx, { tree, parent, close, changed }) {
  const { t } = ctx;
  const lists = await loadLists(ctx, [MENU, 'facts.json', 'sources.json']);
  const proofs = evidenceOf(ctx, { lists });
  const parents = parentsOf(tree);
  const left = drafts.find(kept)?.value ?? {};
  const first = parents.find((node) => node.id === (left.parent ?? parent)) ?? parents[0];
  const code = field({ label: t('page.keywords.code'), name: 'dial', value: left.dial ?? freeCode(tree, first), optional: true, inputmode: 'numeric', maxlength: 3, hint: t('page.content.new-code-hint') });
  // What is typed outlives a reload, as everywhere.
  function remember() {
    drafts.keep(kept, { ...values(node), proofs: { facts: proofs.facts(), sources: proofs.sources() } }, { title: t('page.content.new-title'), href: '/content' });
  }
  const under = field({ label: t('page.content.new-under'), name: 'parent', type: 'select', value: first.id, options: parents.map((node) => ({ value: node.id, label: titleOf(tree, node.id) })),
    onchange: (event) => {
      code.control.value = freeCode(tree, parents.find((node) => node.id === event.target.value));
    } });
  const node = form({ submit: t('page.content.new-add'), cancel: () => {
    drafts.drop(kept);
    close(null);
  }, onsubmit: async (all) => {
    const changes = changesOf(tree, lists, all, proofs);
    try {
      await keep(ctx, changes, { changed });
    } catch (error) {
      // The server names the member of an entry; here each stands under a name of its own.
      error.field = { [changes[0].place]: 'line', [changes[1].place]: error.field }[error.body?.place] ?? (error.field === 'place' ? 'name' : error.field);
      throw error;
    }
    drafts.drop(kept);
    close(idOf(tree, all.parent, all.name));
  } },
  under,
  h('div', { class: 'columns' }, field({ label: t('page.content.source-id'), name: 'name', value: left.name, pattern: '[a-z0-9\\-]+', hint: t('page.content.source-id-hint') }), code),
  field({ label: t('page.content.role-label'), name: 'line', value: left.line, maxlength: 26, hint: t('page.content.new-line-hint') }),
  field({ label: t('page.content.role-text'), name: 'text', type: 'textarea', value: left.text, rows: 5, lang: 'en', hint: t('page.content.new-text-hint') }),
  proofs.draw(left.proofs ?? {}, remember),
  field({ label: t('page.content.review-by'), name: 'review_by', type: 'date', value: left.review_by ?? new Date(Date.now() + halfYear).toISOString().slice(0, 10) }));
  node.addEventListener('input', remember);
  return node;
}

// Resolves with the id of the new place, or null.
export function newArticle(ctx, { tree, parent, changed }) {
  return dialog({ title: ctx.t('page.content.new-title'), wide: true, body: (close) => lazy(() => fields(ctx, { tree, parent, close, changed })) });
}
