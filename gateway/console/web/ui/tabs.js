// SPDX-License-Identifier: Apache-2.0
// Tabs with the keys that people expect: arrows move and show, Home and End jump, Tab leaves.
import { freshId, h, put } from '../dom.js';
import { lazy } from './layout.js';

// list: [{ id, label, load() -> node or promise, count }]; current: an id; onchange(id) as one is shown.
export function tabs({ label, list, current = list[0].id, onchange }) {
  const base = freshId('tabs');
  const panel = h('div', { role: 'tabpanel', id: `${base}-panel`, class: 'tab-panel', tabindex: '0' });
  const buttons = list.map((each) => h('button', { type: 'button', role: 'tab', id: `${base}-${each.id}`, class: 'tab', 'aria-controls': `${base}-panel`,
    onclick: () => show(each.id) }, each.label, each.count !== undefined && h('span', { class: 'tab-count' }, each.count)));

  function show(id, quiet) {
    const at = Math.max(0, list.findIndex((each) => each.id === id));
    buttons.forEach((each, index) => {
      each.setAttribute('aria-selected', String(index === at));
      each.tabIndex = index === at ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', buttons[at].id);
    put(panel, lazy(list[at].load));
    if (!quiet) {
      onchange?.(list[at].id);
    }
  }

  function move(event) {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (at < 0 || to === undefined) {
      return;
    }
    event.preventDefault();
    const next = (to + list.length) % list.length;
    show(list[next].id);
    buttons[next].focus();
  }

  show(current, true);
  const node = h('div', { class: 'tabs' }, h('div', { role: 'tablist', class: 'tab-list', 'aria-label': label, onkeydown: move }, buttons), panel);
  node.show = show;
  return node;
}
