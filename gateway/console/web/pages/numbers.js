// SPDX-License-Identifier: Apache-2.0
// The numbers that workers are told. Somebody has to dial them now and then, and say who answered.
import { h } from '../dom.js';
import { drafts } from '../drafts.js';
import { bar, button, card, choice, dialog, empty, facts, field, form, lazy, link, more, page as pageOf, status, toast } from '../ui.js';
import { t } from '../words.js';

const spoken = ['lo', 'th', 'km', 'my', 'vi', 'zh', 'en'];
const writers = ['editor', 'caseworker'];

const country = (code) => (t.has(`country.${code}`) ? t(`country.${code}`) : code);
const tongue = (code) => (t.has(`language.${code}`) ? t(`language.${code}`) : code);
const listed = (codes, name) => codes.map(name).join(', ');
const own = (number) => `numbers.${number.address}`;

// Whether it was dialled, in words.
function standing(number) {
  const never = number.verified_on === null;
  return h('div', { class: 'row' },
    never ? status('warn', t(number.attempts > 0 ? 'page.numbers.no-answer' : 'page.numbers.never')) : status('good', t('page.numbers.dialled-on', { day: t.day(number.verified_on) })),
    number.unanswered > 0 && status('bad', t.count('page.numbers.unanswered', number.unanswered)));
}

function source({ source: from, as_of: year }) {
  const words = [from.publisher, year ?? from.date].filter(Boolean).join(', ');
  return from.url ? h('a', { href: from.url, target: '_blank', rel: 'noopener noreferrer' }, words || from.title) : words || null;
}

function call(each) {
  const learnt = [each.languages && listed(each.languages.split(' '), tongue), each.hours, each.note].filter(Boolean).join(' · ');
  return h('li', h('span', { class: 'stack-tight' },
    h('span', t(each.answered ? 'page.numbers.call-answered' : 'page.numbers.call-silent', { day: t.moment(each.at), name: each.by, number: each.number })),
    learnt && h('span', { class: 'soft' }, learnt)));
}

function history(number) {
  return number.calls.length > 0 && more(t.count('page.numbers.calls', number.attempts), h('ul', { class: 'numbers-calls' }, number.calls.map(call)));
}

function one(number, ctx, again) {
  return h('li', { id: number.id }, card(
    h('div', { class: 'numbers-head' },
      h('div', { class: 'stack-tight' }, h('h2', number.name), h('p', { class: 'soft' }, country(number.country))),
      h('p', { class: 'numbers-number' }, number.number)),
    standing(number),
    facts([
      [t('page.numbers.dial-from'), number.dial_from.length > 0 ? listed(number.dial_from, country) : t('page.numbers.unknown')],
      [t('page.numbers.languages'), number.speaks ? listed(number.languages, tongue) || t('page.numbers.unknown') : null],
      [t('page.numbers.hours'), number.hours],
      [t('page.numbers.source'), source(number)],
    ]),
    number.source.caution && more(t('page.numbers.caution'), h('p', { lang: 'en' }, number.source.caution)),
    history(number),
    ctx.me.person.roles.some((role) => writers.includes(role)) && h('div', { class: 'row' },
      button(t('page.numbers.dial'), { kind: 'primary', 'aria-label': t('page.numbers.dial-of', { name: number.name }), onclick: () => report(number, ctx, again) }),
      link(`/contacts?${new URLSearchParams({ kind: number.address.split('.')[0], id: number.id })}`, t('page.numbers.edit')))));
}

// The words of an account that was not sent, from this browser.
function begun(number) {
  return drafts.find(own(number))?.value ?? { languages: number.languages, hours: number.hours ?? '', note: '' };
}

// A short account of the call.
async function report(number, ctx, again) {
  const words = begun(number);
  const done = await dialog({
    title: t('page.numbers.dial-of', { name: number.name }),
    body: (close) => accountForm(number, ctx, words, close),
  });
  if (done) {
    toast(t(done.answered ? 'page.numbers.saved' : 'page.numbers.saved-silent', { name: number.name }), { kind: 'good' });
    again();
  }
}

function accountForm(number, ctx, words, close) {
  const learnt = h('div', { class: 'stack' },
    number.speaks && h('div', { class: 'numbers-languages' }, choice({ label: t('page.numbers.languages'), name: 'languages', many: true, value: words.languages, hint: t('page.numbers.languages-hint'),
      options: spoken.map((code) => ({ value: code, label: tongue(code) })) })),
    number.speaks && field({ label: t('page.numbers.hours'), name: 'hours', optional: true, value: words.hours, maxlength: 80, hint: t('page.numbers.hours-hint') }));
  const answered = choice({ label: t('page.numbers.answered'), name: 'answered', value: words.answered, options: [
    { value: 'yes', label: t('page.numbers.answered-yes') }, { value: 'no', label: t('page.numbers.answered-no') }] });
  const node = form({
    submit: t('action.save'),
    cancel: () => close(null),
    async onsubmit({ answered: yes, languages = [], hours = '', note }) {
      if (!yes) {
        throw Object.assign(new Error(t('page.numbers.answered-first')), { field: 'answered' });
      }
      const silent = yes === 'no';
      await ctx.api.post('/api/numbers/dialled', { place: number.address, mark: number.mark, answered: !silent, languages: silent ? [] : languages, hours: silent ? '' : hours, note });
      drafts.drop(own(number));
      close({ answered: !silent });
    },
  }, h('p', h('span', { class: 'numbers-number' }, number.number)), answered, learnt,
  field({ label: t('page.numbers.note'), name: 'note', type: 'textarea', optional: true, value: words.note, maxlength: 300, hint: t('page.numbers.note-hint') }));
  const look = () => {
    learnt.hidden = node.elements.answered.value === 'no';
  };
  node.addEventListener('input', () => {
    const languages = [...node.querySelectorAll('[name="languages"]:checked')].map((each) => each.value);
    drafts.keep(own(number), { answered: node.elements.answered.value, languages, hours: node.elements.hours?.value ?? '', note: node.elements.note.value },
      { title: t('page.numbers.dial-of', { name: number.name }), href: '/numbers' });
    look();
  });
  look();
  return node;
}

// Which of them: those that can be dialled from where the person is, and perhaps only those that nobody has dialled.
function filters(ctx, numbers, draw) {
  const codes = [...new Set(numbers.flatMap((each) => each.dial_from))].sort((a, b) => country(a).localeCompare(country(b)));
  const from = field({ label: t('page.numbers.from'), name: 'from', type: 'select', optional: true, value: ctx.query.get('from') ?? '', onchange: change,
    options: [{ value: '', label: t('page.numbers.anywhere') }, ...codes.map((code) => ({ value: code, label: country(code) }))] });
  const state = field({ label: t('page.numbers.which'), name: 'which', type: 'select', optional: true, value: ctx.query.get('which') ?? '', onchange: change,
    options: [{ value: '', label: t('page.numbers.which-all') }, { value: 'never', label: t('page.numbers.which-never') }] });
  [from, state].forEach((each) => each.querySelector('.optional')?.remove());

  function wanted() {
    return numbers.filter((each) => (!from.control.value || each.dial_from.includes(from.control.value)) && (!state.control.value || each.verified_on === null));
  }

  function change() {
    ctx.setQuery({ from: from.control.value, which: state.control.value });
    draw(wanted());
  }

  return { node: h('div', { class: 'filters' }, from, state), wanted };
}

function list(ctx, numbers, again) {
  const done = numbers.filter((each) => each.verified_on !== null).length;
  const shown = h('div');
  const draw = (some) => shown.replaceChildren(some.length ? h('ul', { class: 'numbers-list' }, some.map((each) => one(each, ctx, again))) : empty(t('page.numbers.none')));
  const { node, wanted } = filters(ctx, numbers, draw);
  draw(wanted());
  return h('div', { class: 'stack' }, bar(numbers.length ? done / numbers.length : 0, t('page.numbers.done-of', { count: t.number(done), all: t.number(numbers.length) })), node, shown);
}

export async function page(ctx) {
  const body = lazy(async () => {
    const { numbers } = await ctx.api.get('/api/numbers', {}, { signal: ctx.signal });
    return list(ctx, numbers, () => body.reload());
  });
  return pageOf(t('page.numbers'), { lead: t('page.numbers.lead') }, body);
}
