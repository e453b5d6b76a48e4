// SPDX-License-Identifier: Apache-2.0
// A place in the menu: its code, its kind, and the lines below it, in their order.
import { h } from '../dom.js';
import { button, status } from '../ui.js';
import { isEditor, keep } from './edit.js';

const titleOf = (tree, id) => tree.texts.find((text) => text.id === `${id}.label` || text.id === `${id}.title`)?.en ?? id;

export function nodePart(ctx, { node, tree, entry, changed, open }) {
  const { t, me } = ctx;
  const editable = isEditor(me) && entry;
  const store = async (value, saved) => {
    await keep(ctx, [{ place: entry.place, base: entry.mark, value }], { saved, changed });
    await changed();
  };
  const swap = (at, by) => {
    const children = [...node.children];
    [children[at], children[at + by]] = [children[at + by], children[at]];
    return store({ ...entry.entry, children }, t('page.content.moved'));
  };
  const parents = tree.nodes.filter((each) => each.children.includes(node.id));
  const lines = node.children.map((child, at) => h('li', { class: 'row' },
    button(titleOf(tree, child), { kind: 'quiet', small: true, onclick: () => open(child) }),
    editable && [
      button('↑', { small: true, kind: 'quiet', 'aria-label': t('page.content.move-up', { name: titleOf(tree, child) }), disabled: at === 0, onclick: () => swap(at, -1) }),
      button('↓', { small: true, kind: 'quiet', 'aria-label': t('page.content.move-down', { name: titleOf(tree, child) }), disabled: at === node.children.length - 1, onclick: () => swap(at, 1) }),
    ]));
  const pieces = [
    h('strong', t.has(`node.${node.type}`) ? t(`node.${node.type}`) : node.type),
    node.dial && [t('page.content.code'), ' ', h('code', node.dial)],
    parents.length > 0 && t('page.content.found-in', { names: parents.map((each) => titleOf(tree, each.id)).join(', ') }),
    node.private && status('info', t('page.content.private-yes')),
  ].filter(Boolean);
  return h('div', { class: 'content-node' },
    h('p', { class: 'row small' }, pieces.map((each) => h('span', each))),
    lines.length > 0 && h('details', { class: 'more', open: node.type === 'menu' }, h('summary', t('page.content.lines')), h('ol', { class: 'content-lines' }, lines)));
}
