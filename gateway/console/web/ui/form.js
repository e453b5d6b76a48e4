// SPDX-License-Identifier: Apache-2.0
// Forms: a label for every control, errors beside the field that they are about, and no second sending.
import { freshId, h, put } from '../dom.js';
import { t } from '../words.js';
import { say } from './talk.js';

// While the promise of `onclick` is open the button is busy and cannot be pressed again. An error is shown as an alarm
// unless the handler catches it. kind: 'plain', 'primary', 'quiet', 'danger'.
export function button(label, { kind = 'plain', type = 'button', onclick, small, ...rest } = {}) {
  const node = h('button', { type, class: ['button', kind !== 'plain' && `button-${kind}`, small && 'button-small'], ...rest }, label);
  if (onclick) {
    node.addEventListener('click', (event) => busy(node, () => onclick(event)));
  }
  return node;
}

async function busy(node, work) {
  if (node.getAttribute('aria-busy') === 'true') {
    return;
  }
  node.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    if (error.name !== 'AbortError') {
      say(error.message, 'bad');
    }
  } finally {
    node.removeAttribute('aria-busy');
  }
}

function control(kind, id, { options, value, ...rest }) {
  if (kind === 'select') {
    const list = options.map((option) => (typeof option === 'string' ? { value: option, label: option } : option));
    return h('select', { id, ...rest, value: value ?? '' },
      list.map((option) => h('option', { value: option.value, lang: option.lang, disabled: option.disabled ?? false }, option.label)));
  }
  if (kind === 'textarea') {
    return h('textarea', { id, rows: 3, ...rest, value: value ?? '' });
  }
  return h('input', { id, type: kind, ...rest, value: value ?? '' });
}

// A button that shows what is typed into a password field, and hides it again.
function reveal(input, label) {
  const node = h('button', { type: 'button', class: 'reveal', 'aria-pressed': 'false', 'aria-describedby': label, onclick: () => {
    const show = input.type === 'password';
    input.type = show ? 'text' : 'password';
    node.setAttribute('aria-pressed', String(show));
  } }, t('form.show'));
  return node;
}

// A labelled control. type: as of an input, 'textarea', or 'select' with options [{ value, label }]. hint: a sentence below
// the label. All else goes to the control (lang, autocomplete, maxlength, inputmode, oninput, ...). node.control is the control.
export function field({ label, name, type = 'text', hint, optional, ...rest }) {
  const id = freshId(name);
  const input = control(type, id, { name, required: !optional, ...rest });
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
  input.setAttribute('aria-describedby', described);
  const node = h('div', { class: ['field', `field-${type}`], data: { field: name } },
    h('label', { for: id, id: `${id}-label` }, label, optional && h('span', { class: 'optional' }, ` (${t('form.optional')})`)),
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint),
    type === 'password' ? h('div', { class: 'with-reveal' }, input, reveal(input, `${id}-label`)) : input,
    h('p', { class: 'field-error', id: `${id}-error`, hidden: true }));
  node.control = input;
  return node;
}

// A group of radio buttons, or of check boxes if `many`. options: [{ value, label, hint }]; value: the chosen one, or a list.
export function choice({ label, name, options, value, many = false, hint, onchange }) {
  const chosen = [value ?? []].flat();
  const boxes = options.map((option) => h('label', { class: 'choice' },
    h('input', { type: many ? 'checkbox' : 'radio', name, value: option.value, checked: chosen.includes(option.value), onchange }),
    h('span', option.label, option.hint && h('span', { class: 'hint' }, option.hint))));
  const id = freshId(name);
  return h('fieldset', { class: 'field', data: { field: name, many: many ? 'yes' : 'no' }, 'aria-describedby': `${id}-error` },
    h('legend', label), hint && h('p', { class: 'hint' }, hint), h('div', { class: 'choices' }, boxes),
    h('p', { class: 'field-error', id: `${id}-error`, hidden: true }));
}

// What stands in a form: { name: text }; a single check box gives true or false, a choice of many a list.
export function values(node) {
  const all = {};
  for (const each of node.elements) {
    const many = each.closest('fieldset[data-many="yes"]');
    if (!each.name || each.type === 'submit' || each.type === 'button') {
      continue;
    }
    if (many) {
      all[each.name] = [...(all[each.name] ?? []), ...(each.checked ? [each.value] : [])];
    } else if (each.type === 'checkbox') {
      all[each.name] = each.checked;
    } else if (each.type === 'file') {
      [all[each.name]] = each.files;
    } else if (each.type !== 'radio' || each.checked) {
      all[each.name] = each.value;
    }
  }
  return all;
}

export function clearErrors(node) {
  node.querySelectorAll('.field-error').forEach((each) => {
    put(each).hidden = true;
  });
  node.querySelectorAll('[aria-invalid]').forEach((each) => each.removeAttribute('aria-invalid'));
  node.querySelectorAll('.form-error').forEach((each) => {
    put(each).hidden = true;
  });
}

// Shows an error in a form: at the field that it names (and puts the cursor there), else above the buttons.
export function showError(node, error) {
  const at = error.field && node.querySelector(`[data-field="${CSS.escape(error.field)}"]`);
  const place = at ? at.querySelector('.field-error') : node.querySelector('.form-error');
  put(place, error.message).hidden = false;
  const input = at && at.querySelector('input, select, textarea');
  if (input) {
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }
}

function firstWrong(node) {
  const wrong = [...node.elements].find((each) => each.willValidate && !each.validity.valid);
  return wrong && { field: wrong.closest('[data-field]')?.dataset.field, message: wrong.validity.valueMissing ? t('form.missing') : wrong.validationMessage };
}

// A form. onsubmit(values, form) may be asynchronous: the button is busy meanwhile, an ApiError is shown at its field.
// cancel: a function for a second button. danger: the button's work cannot be undone.
export function form({ submit, onsubmit, cancel, danger, class: name, extra }, ...children) {
  const send = h('button', { type: 'submit', class: ['button', danger ? 'button-danger' : 'button-primary'] }, submit);
  const node = h('form', { class: ['form', name], novalidate: true }, children,
    h('p', { class: 'form-error', role: 'alert', hidden: true }),
    h('div', { class: 'row form-actions' }, send, cancel && button(t('action.cancel'), { kind: 'quiet', onclick: cancel }), extra));
  node.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (send.getAttribute('aria-busy') === 'true') {
      return;
    }
    clearErrors(node);
    const wrong = firstWrong(node);
    if (wrong) {
      showError(node, wrong);
      return;
    }
    send.setAttribute('aria-busy', 'true');
    try {
      await onsubmit(values(node), node);
    } catch (error) {
      showError(node, error);
    } finally {
      send.removeAttribute('aria-busy');
    }
  });
  return node;
}

// A search box that calls `find(text)` a moment after the last letter.
export function search({ label, value = '', find, wait = 200, ...rest }) {
  let timer = null;
  const node = field({ label, name: 'search', type: 'search', optional: true, value, ...rest });
  node.querySelector('.optional')?.remove();
  node.classList.add('field-search');
  node.control.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => find(node.control.value.trim()), wait);
  });
  return node;
}
