// SPDX-License-Identifier: Apache-2.0
// What gives a page its order: headings, sections, notices, and the states without content.
import { h, put } from '../dom.js';
import { t } from '../words.js';

// The page itself. lead: a sentence below the heading. actions: buttons beside it. wide: uses the whole width.
export function page(title, { lead, actions, wide } = {}, ...children) {
  return h('div', { class: ['page', wide && 'page-wide'] },
    h('header', { class: 'page-head' },
      h('div', h('h1', { tabindex: '-1' }, title), lead && h('p', { class: 'lead' }, lead)),
      actions && h('div', { class: 'row page-actions' }, actions)),
    children);
}

// A part of a page with a heading of its own. actions stand beside it. level: 2, or 3 inside another section.
export function section(title, { lead, actions, level = 2, id } = {}, ...children) {
  return h('section', { class: 'section', id },
    h('div', { class: 'section-head' },
      h('div', h(`h${level}`, title), lead && h('p', { class: 'lead' }, lead)),
      actions && h('div', { class: 'row' }, actions)),
    children);
}

// A white surface for what belongs together.
export function card(...children) {
  return h('div', { class: 'card' }, children);
}

// Things in a line, that wrap.
export function row(...children) {
  return h('div', { class: 'row' }, children);
}

// [[label, value], ...] as a list of terms; a pair whose value is null is left out.
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => h('div', h('dt', label), h('dd', value))));
}

// kind: 'info', 'good', 'warn', 'bad'.
export function notice(kind, ...children) {
  return h('div', { class: ['notice', `notice-${kind}`], role: kind === 'bad' ? 'alert' : null }, children);
}

// Nothing there: says what would be, and how to make the first one.
export function empty(title, text, ...actions) {
  return h('div', { class: 'state' }, h('p', { class: 'state-title' }, title), text && h('p', text),
    actions.length > 0 && h('div', { class: 'row' }, actions));
}

export function loading(text = t('state.loading')) {
  return h('div', { class: 'state state-loading', role: 'status' }, h('p', text));
}

// An error in the place of what could not be shown; again: a function for the button.
export function failed(error, again) {
  return h('div', { class: 'state state-bad', role: 'alert' }, h('p', { class: 'state-title' }, t('state.failed')), h('p', error.message),
    again && h('div', { class: 'row' }, h('button', { type: 'button', class: 'button', onclick: again }, t('action.again'))));
}

// A place that fills itself: `load` gives the content (or a promise of it). Meanwhile "loading", on an error the error and a
// button. node.reload() loads again; what is shown stays until the new is there.
export function lazy(load) {
  const node = h('div', { class: 'lazy' }, loading());
  let turn = 0;
  node.reload = async () => {
    turn += 1;
    const mine = turn;
    node.setAttribute('aria-busy', 'true');
    try {
      const content = await load();
      if (mine === turn) {
        put(node, content);
      }
    } catch (error) {
      if (mine === turn && error.name !== 'AbortError') {
        put(node, failed(error, node.reload));
      }
    }
    if (mine === turn) {
      node.removeAttribute('aria-busy');
    }
  };
  node.reload();
  return node;
}

// A state in a word. kind: 'good', 'warn', 'bad', 'info', 'quiet'.
export function status(kind, label) {
  return h('span', { class: ['status', `status-${kind}`] }, label);
}

// A link to another page of the console.
export function link(path, ...children) {
  return h('a', { href: path }, children);
}

// Text in a language of the content, so that it gets that language's font and is read out right.
export function foreign(code, text, tag = 'span') {
  return h(tag, { lang: code, class: 'foreign' }, text);
}

// A share from 0 to 1 as a bar; the label says it in words.
export function bar(share, label) {
  const percent = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
  return h('span', { class: 'bar' }, h('span', { class: 'bar-track', 'aria-hidden': 'true' }, h('span', { class: 'bar-fill', css: { width: percent } })),
    h('span', { class: 'bar-label' }, label ?? percent));
}

// Folded details.
export function more(summary, ...children) {
  return h('details', { class: 'more' }, h('summary', summary), h('div', { class: 'more-body' }, children));
}
