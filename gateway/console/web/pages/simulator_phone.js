// SPDX-License-Identifier: Apache-2.0
// A basic phone that can be used: a screen, a line to type into, keys, and SMS. It knows nothing of the gateway: what is
// done with it goes to `act`, what has come is shown with show().
import { freshId, h, put } from '../dom.js';
import { button, field, notice } from '../ui.js';
import { t } from '../words.js';
import { scriptOf } from './simulator_script.js';

const keys = [['1', ''], ['2', 'abc'], ['3', 'def'], ['4', 'ghi'], ['5', 'jkl'], ['6', 'mno'], ['7', 'pqrs'], ['8', 'tuv'], ['9', 'wxyz'], ['*', ''], ['0', ''], ['#', '']];

// What a screen takes, in words: "63 of 80 UTF-16 units, 17 left".
export function sizeOf(event) {
  const septets = event.coding === 'gsm7';
  const taken = septets ? event.septets : event.units;
  const room = t('page.simulator.size', { taken: t.number(taken), all: t.number(taken + event.room), unit: t(septets ? 'page.simulator.septets' : 'page.simulator.units') });
  return event.segments === undefined ? room : `${t.count('page.simulator.segments', event.segments)}, ${t(septets ? 'page.simulator.septets-many' : 'page.simulator.units-many', { taken: t.number(taken) })}`;
}

function typed(input, text) {
  const at = input.selectionStart ?? input.value.length;
  input.setRangeText(text, at, input.selectionEnd ?? at, 'end');
  input.focus();
}

// The keys write into the line as a keyboard would.
function keypad(input) {
  return h('div', { class: 'simulator-keys', role: 'group', 'aria-label': t('page.simulator.keys') },
    keys.map(([key, letters]) => h('button', { type: 'button', class: 'simulator-key', onclick: () => typed(input, key) },
      key, letters && h('small', { 'aria-hidden': 'true' }, letters))));
}

// act(what, text): 'dial', 'answer', 'hang_up'. Enter dials while no dialogue is under way, and answers in one.
function ussd(act, code) {
  const id = freshId('simulator-screen');
  const screen = h('div', { class: 'phone-screen simulator-screen', id, role: 'status', 'aria-label': t('page.simulator.screen') });
  const size = h('p', { class: 'phone-note' });
  const input = h('input', { class: 'phone-input', name: 'typed', autocomplete: 'off', inputmode: 'tel', maxlength: 182, value: code, 'aria-label': t('page.simulator.typed'), 'aria-describedby': id });
  const send = h('button', { type: 'submit', class: 'simulator-call' }, t('phone.dial'));
  const end = h('button', { type: 'button', class: 'simulator-end', onclick: () => act('hang_up', '') }, t('page.simulator.hang-up'));
  const clear = h('button', { type: 'button', class: 'simulator-clear', 'aria-label': t('page.simulator.clear'), onclick: () => {
    input.value = input.value.slice(0, -1);
    input.focus();
  } }, '⌫');
  const node = h('form', { class: 'simulator-ussd', onsubmit: (event) => {
    event.preventDefault();
    const text = input.value;
    if (node.open || text.trim()) {
      act(node.open ? 'answer' : 'dial', text.trim());
    }
  } }, screen, size, h('div', { class: 'simulator-line' }, input, clear), keypad(input), h('div', { class: 'simulator-calls' }, send, end));
  node.open = false;
  // The screen that has come, or none; open: a dialogue is under way.
  node.show = (event, open) => {
    const lang = event && scriptOf(event.text);
    node.open = open;
    put(screen, event ? event.text : t('page.simulator.idle'));
    screen.lang = lang || document.documentElement.lang;
    screen.classList.toggle('simulator-idle', !event);
    put(size, event ? sizeOf(event) : '');
    put(send, t(open ? 'phone.send' : 'phone.dial'));
    end.disabled = !open;
    input.value = open ? '' : code;
    input.setAttribute('aria-label', t(open ? 'phone.answer' : 'page.simulator.typed'));
  };
  node.input = input;
  node.show(null, false);
  return node;
}

function bubble(event) {
  const own = event.kind === 'sent';
  return h('div', { class: ['simulator-bubble', own && 'simulator-own'] },
    h('p', { class: 'simulator-from' }, own ? t('page.simulator.to', { number: event.to }) : t('page.simulator.from', { number: event.from })),
    h('p', { class: 'simulator-words', lang: scriptOf(event.text) }, event.text),
    !own && h('p', { class: 'phone-note' }, sizeOf(event)));
}

function sms(act, number) {
  const list = h('div', { class: 'simulator-sms', tabindex: '0', role: 'log', 'aria-label': t('page.simulator.messages') });
  const to = field({ label: t('page.simulator.to-number'), name: 'to', value: number, maxlength: 20, inputmode: 'tel', autocomplete: 'off' });
  const text = field({ label: t('page.simulator.message'), name: 'message', type: 'textarea', rows: 2, maxlength: 400, autocomplete: 'off' });
  const node = h('form', { class: 'simulator-write', onsubmit: (event) => {
    event.preventDefault();
    const words = text.control.value;
    if (words.trim()) {
      node.add({ kind: 'sent', to: to.control.value.trim(), text: words });
      text.control.value = '';
      act('sms', words, to.control.value.trim());
    }
  } }, list, to, text, h('button', { type: 'submit', class: 'simulator-call' }, t('phone.send')));
  text.control.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      node.requestSubmit();
    }
  });
  node.add = (event) => {
    list.append(bubble(event));
    list.scrollTop = list.scrollHeight;
  };
  node.input = text.control;
  return node;
}

// code: what is dialled at first; number: where SMS go. channel: 'ussd' or 'sms'.
export function handset({ code, number, channel, act }) {
  const call = ussd(act, code);
  const write = sms(act, number);
  const node = h('div', { class: 'phone-body simulator-body' }, h('div', { class: 'phone-ear', 'aria-hidden': 'true' }), call, write);
  node.channel = (name) => {
    call.hidden = name !== 'ussd';
    write.hidden = name !== 'sms';
  };
  node.focusInput = () => (call.hidden ? write : call).input.focus({ preventScroll: true });
  // All that came of one act, in its order.
  node.show = (events, open) => {
    const screens = events.filter((event) => event.kind === 'screen');
    events.filter((event) => event.kind === 'sms').forEach(write.add);
    call.show(screens.at(-1) ?? null, open);
  };
  node.channel(channel);
  return node;
}

// A notice for what came beside the screens; null if there is none.
export function besides(events) {
  const refused = events.find((event) => event.kind === 'refused');
  const request = events.find((event) => event.kind === 'request');
  return [refused && notice('warn', h('p', t('page.simulator.refused', { detail: refused.detail }))),
    request && notice('info', h('p', t('page.simulator.request', { about: request.about || t('page.simulator.nothing'), country: request.country || t('page.simulator.nothing') })))];
}

export const plainButton = (label, onclick) => button(label, { small: true, onclick });
