// SPDX-License-Identifier: Apache-2.0
// What the console says besides the page: short messages at the edge, and the live regions that screen readers listen to.
import { h, put } from '../dom.js';
import { t } from '../words.js';

const stayFor = 7000;

function region(id, attributes) {
  let node = document.getElementById(id);
  if (!node) {
    node = h('div', { id, ...attributes });
    document.body.append(node);
  }
  return node;
}

// Says it to screen readers alone.
export function say(text, kind = 'info') {
  if (kind === 'bad') {
    toast(text, { kind });
    return;
  }
  put(region('said', { class: 'unseen', role: 'status', 'aria-live': 'polite' }), text);
}

// Interrupts: something is wrong, or somebody needs help.
export function alarm(text) {
  put(region('alarms', { class: 'unseen', role: 'alert' }), text);
}

// A short message. kind: 'info', 'good', 'bad'. action: { label, run }, such as Undo. It goes by itself unless it is bad or has
// an action; those stay until they are closed.
export function toast(text, { kind = 'info', action } = {}) {
  const box = region('toasts', { class: 'toasts', role: 'region', 'aria-label': t('shell.messages') });
  // What is outside an open dialog is dim and cannot be clicked.
  const host = [...document.querySelectorAll('dialog[open]')].pop() ?? document.body;
  if (box.parentNode !== host) {
    host.append(box);
  }
  const leave = () => node.remove();
  const node = h('div', { class: ['toast', `toast-${kind}`], role: kind === 'bad' ? 'alert' : 'status' },
    h('p', text),
    action && h('button', { type: 'button', class: 'toast-action', onclick: () => {
      leave();
      action.run();
    } }, action.label),
    h('button', { type: 'button', class: 'toast-close', 'aria-label': t('action.close'), onclick: leave }, '×'));
  box.append(node);
  if (kind !== 'bad' && !action) {
    setTimeout(leave, stayFor);
  }
  return leave;
}
