// SPDX-License-Identifier: Apache-2.0
// A basic phone that shows a screen as a worker sees it: line for line what the gateway's own code has cut, in the font of
// the language. Nothing is wrapped or measured here that the gateway has not measured.
import { freshId, h } from './dom.js';
import { t } from './words.js';

// The guilty piece of a text is marked; at and length count UTF-16 units.
function marked(text, bad) {
  if (!bad || bad.at === undefined) {
    return text;
  }
  const end = bad.at + (bad.length ?? 1);
  return [text.slice(0, bad.at), h('mark', { class: 'phone-bad', title: bad.name }, text.slice(bad.at, end)), text.slice(end)];
}

function keypad(reply, open) {
  const input = h('input', { class: 'phone-input', name: 'answer', autocomplete: 'off', 'aria-label': t('phone.answer'), maxlength: 160 });
  return h('form', { class: 'phone-keys', onsubmit: (event) => {
    event.preventDefault();
    const text = input.value;
    input.value = '';
    reply(text);
  } }, input, h('button', { type: 'submit', class: 'button button-small' }, open ? t('phone.send') : t('phone.dial')));
}

// screens: [{ text, note, bad: { at, length, name } }], drawn one below the other; note: what stands below, such as "80 of 80 units".
// lang: of the text. title: what the phone is called. kind: 'ussd' (a box) or 'sms' (bubbles).
// reply(text): the phone gets an input line; open: a dialogue is under way.
export function phone({ title, screens, lang, kind = 'ussd', reply, open = true }) {
  const id = freshId('phone');
  return h('figure', { class: ['phone', `phone-${kind}`], 'aria-labelledby': id },
    h('figcaption', { class: 'phone-title', id }, title),
    h('div', { class: 'phone-body' },
      h('div', { class: 'phone-ear', 'aria-hidden': 'true' }),
      screens.map((screen, index) => h('div', { class: 'phone-page' },
        h('div', { class: 'phone-screen', lang, role: 'group', 'aria-label': t('phone.screen', { number: index + 1, all: screens.length }) }, marked(screen.text, screen.bad)),
        screen.note && h('p', { class: 'phone-note' }, screen.note))),
      reply && keypad(reply, open)));
}
