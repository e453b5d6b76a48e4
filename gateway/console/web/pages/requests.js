// SPDX-License-Identifier: Apache-2.0
// The queue of requests for help: who has waited longest comes first.
import { bell } from '../bell.js';
import { h, put } from '../dom.js';
import { button, empty, field, form, page as pageOf, status, table, tabs, toast } from '../ui.js';
import { t } from '../words.js';
import { openCase, unsent } from './requests_case.js';
import { grouped, holder, kindName, now, safeClock, setClock, stateBadge, wishBadge } from './requests_parts.js';
import { figures } from './requests_figures.js';

const states = ['open', 'new', 'taken', 'waiting', 'closed'];

// The switch of the bell; it says when the browser wants a click before it lets the page sound. Its place stays as it is.
function bellSwitch(signal) {
  const hint = h('span', { class: 'soft small requests-bell' }, t('page.requests.bell-click'));
  const knob = button('', { small: true, onclick: () => {
    bell.on = !bell.on;
    if (bell.on) {
      bell.play();
    }
    draw();
  } });
  function draw() {
    put(knob, t(bell.on ? 'page.requests.bell-on' : 'page.requests.bell-off'));
    knob.setAttribute('aria-pressed', String(bell.on));
    hint.classList.toggle('requests-silent', bell.on && !bell.ready);
  }
  draw();
  document.addEventListener('console:bell', draw, { signal });
  return h('div', { class: 'row' }, hint, knob);
}

// Until when a case waits; what is due asks for work again.
function waits({ waiting_until: until }) {
  if (!until) {
    return null;
  }
  return until <= now() ? status('bad', t('page.requests.due', { day: t.day(until) })) : h('span', { class: 'small soft' }, t('page.requests.until', { day: t.day(until) }));
}

function columns(ctx, open) {
  return [
    { label: t('page.requests.request'), head: true, cell: (request) => h('div', { class: 'requests-what' },
      h('button', { type: 'button', class: 'requests-open', data: { case: request.id }, onclick: () => open(request.id) }, grouped(request.case)),
      h('span', kindName(request.kind))) },
    { label: t('page.requests.call'), cell: (request) => h('div', { class: 'requests-call' }, wishBadge(request), request.wish !== 'none' && request.state !== 'closed' && safeClock(request, ctx.signal)) },
    { label: t('page.requests.language'), narrow: true, cell: ({ lang }) => h('span', { lang }, t.languageName(lang)) },
    { label: t('page.requests.age'), narrow: true, cell: ({ at }) => h('span', { title: t.moment(at) }, t.ago(at)) },
    { label: t('page.requests.state'), narrow: true, cell: (request) => h('div', { class: 'requests-state' }, stateBadge(request),
      holder(request) && h('span', { class: 'small' }, holder(request)),
      waits(request)) },
  ];
}

// Finds a case by the number that a worker tells on the phone.
function finder(ctx, open) {
  const node = field({ label: t('page.requests.find'), name: 'case', inputmode: 'numeric', autocomplete: 'off', maxlength: 15 });
  return form({ submit: t('page.requests.find-go'), class: 'requests-find', onsubmit: async ({ case: text }) => {
    const { cases } = await ctx.api.get('/api/requests/find', { case: text.replace(/\D/g, '') });
    if (!cases.length) {
      toast(t('page.requests.find-none'), { kind: 'bad' });
    }
    for (const one of cases) {
      await open(one.id);
    }
  } }, node);
}

function notReceiving({ receives, key, why }) {
  const told = !receives ? t('page.requests.not-receiving', { why }) : !key && t('page.requests.no-key');
  return told && h('div', { class: 'notice notice-warn', role: 'status' }, h('p', told));
}

export async function page(ctx) {
  const { api, signal, query } = ctx;
  const counts = Object.fromEntries(states.map((state) => [state, h('span', { class: 'requests-count' })]));
  const trouble = h('div', { class: 'requests-trouble' });
  let onlyMine = query.get('mine') === '1';
  let shown = states.includes(query.get('state')) ? query.get('state') : 'open';

  const remember = (id) => ctx.setQuery({ state: shown === 'open' ? '' : shown, mine: onlyMine ? '1' : '', id });

  async function open(id) {
    remember(id);
    await openCase(ctx, id);
    remember();
    await reload();
    queue.querySelector(`[data-case="${id}"]`)?.focus();
  }

  function count(all) {
    const open = all.new + all.taken + all.waiting;
    states.forEach((state) => put(counts[state], t.number(state === 'open' ? open : all[state])));
  }

  async function list(state) {
    const answer = await api.get('/api/requests', { state }, { signal });
    setClock(answer.now);
    count(answer.counts);
    put(trouble, notReceiving(answer));
    const rows = answer.cases.filter((request) => !onlyMine || request.mine);
    return [table({
      caption: t('page.requests.caption'),
      rows,
      columns: columns(ctx, open),
      empty: empty(t('page.requests.empty'), t(onlyMine ? 'page.requests.empty-mine' : 'page.requests.empty-text')),
      lineClass: ({ state: is, mine }) => [is === 'new' && 'requests-new', mine && 'requests-own'],
    }), answer.more && h('p', { class: 'soft' }, t('page.requests.more'))];
  }

  const queue = tabs({
    label: t('page.requests.filter'),
    current: query.get('state') === 'figures' ? 'figures' : shown,
    list: [...states.map((state) => ({ id: state, label: t(`page.requests.state-${state}`), load: () => list(state), count: counts[state] })),
      { id: 'figures', label: t('page.requests.figures'), load: () => figures(ctx) }],
    onchange: (id) => {
      shown = id;
      remember();
    },
  });

  // The list is drawn anew; who stands on a line with the keyboard stays there.
  async function reload() {
    const at = document.activeElement?.dataset?.case;
    if (shown === 'figures') {
      return;
    }
    await queue.querySelector('.lazy')?.reload();
    if (at && document.activeElement === document.body) {
      queue.querySelector(`[data-case="${at}"]`)?.focus();
    }
  }

  document.addEventListener('console:news', ({ detail: { topics, missed } }) => {
    if (missed || topics.some((topic) => topic.startsWith('requests'))) {
      reload();
    }
  }, { signal });
  ctx.onLeave(() => unsent.leave());

  const mine = h('label', { class: 'choice' }, h('input', { type: 'checkbox', checked: onlyMine, onchange: (event) => {
    onlyMine = event.target.checked;
    remember();
    reload();
  } }), h('span', t('page.requests.only-mine')));

  if (query.get('id')) {
    setTimeout(() => open(query.get('id')));
  }
  return pageOf(t('page.requests'), { lead: t('page.requests.lead'), actions: bellSwitch(signal), wide: true },
    h('div', { class: 'requests-tools' }, h('div', { class: 'field' }, mine), finder(ctx, open)), trouble, queue);
}
