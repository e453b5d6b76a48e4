// SPDX-License-Identifier: Apache-2.0
// Dialogs. The browser's own element keeps the focus inside, makes the rest inert and closes with Escape.
import { freshId, h } from '../dom.js';
import { t } from '../words.js';
import { button } from './form.js';

// Opens a dialog. body(close) -> node or list: close(value) ends it. Resolves with that value, or null when it was left.
// modal content that must not be lost: stay = true, then neither Escape nor anything outside closes it.
export function dialog({ title, body, wide, stay = false }) {
  return new Promise((resolve) => {
    const id = freshId('dialog');
    const back = document.activeElement;
    const node = h('dialog', { class: ['dialog', wide && 'dialog-wide'], 'aria-labelledby': id });
    let result = null;
    const close = (value = null) => {
      result = value;
      node.close();
    };
    node.addEventListener('cancel', (event) => stay && event.preventDefault());
    node.addEventListener('close', () => {
      // Messages outlive the dialog in which they were said.
      document.body.append(...node.querySelectorAll(':scope > .toasts'));
      node.remove();
      if (back?.isConnected) {
        back.focus();
      }
      resolve(result);
    });
    node.append(h('div', { class: 'dialog-head' }, h('h2', { id }, title),
      !stay && h('button', { type: 'button', class: 'dialog-close', 'aria-label': t('action.close'), onclick: () => close() }, '×')));
    node.append(h('div', { class: 'dialog-body' }, body(close)));
    document.body.append(node);
    node.showModal();
    const inside = node.querySelector('.dialog-body');
    (inside.querySelector('[autofocus]') ?? inside.querySelector('input, select, textarea, button'))?.focus();
  });
}

// Asks before something that cannot be undone. action names what will happen ("Delete the text"), never "OK".
export async function confirm({ title, text, action, danger = false }) {
  const answer = await dialog({
    title,
    body: (close) => [h('p', text), h('div', { class: 'row form-actions' },
      button(action, { kind: danger ? 'danger' : 'primary', onclick: () => close(true) }),
      button(t('action.cancel'), { kind: 'quiet', autofocus: danger, onclick: () => close(null) }))],
  });
  return answer === true;
}
