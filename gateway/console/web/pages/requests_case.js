// SPDX-License-Identifier: Apache-2.0
// One case. Number, words and notes are asked for by a button alone, stand in this page for a while, and are gone when the
// case is closed, the page is left or the time is over. Nothing of them is kept in the browser.
import { h, put } from '../dom.js';
import { button, choice, confirm, dialog, facts, field, foreign, form, lazy, notice, say } from '../ui.js';
import { t } from '../words.js';
import { callable, clockIn, countryName, freshNote, grouped, holder, kindName, outcomeName, safeClock, safeWords, setClock, stateBadge, wishBadge } from './requests_parts.js';

const shownMs = 120000;
const noteLength = 2000;
const dayMs = 86400000;

// Notes that were typed and not sent, by case; kept in memory alone, because they may name a worker.
const typed = new Map();

export const unsent = {
  async leave() {
    if (!typed.size) {
      return true;
    }
    const away = await confirm({ title: t('page.requests.note-lost'), text: t('page.requests.note-lost-text'), action: t('page.requests.note-lost-go'), danger: true });
    if (away) {
      typed.clear();
    }
    return away;
  },
};

function warning(request) {
  if (request.wish === 'quiet') {
    return notice('bad', h('p', { class: 'requests-loud' }, wishBadge(request)), h('p', t('page.requests.wish-quiet-text')));
  }
  return request.wish === 'none' && notice('warn', h('p', { class: 'requests-loud' }, wishBadge(request)), h('p', t('page.requests.wish-none-text')));
}

function whatItSays(request) {
  const there = request.zone ? `${clockIn(request.zone, request.at)} (${countryName(request.country)})` : '';
  return facts([
    [t('page.requests.about'), kindName(request.kind)],
    [t('page.requests.where'), countryName(request.country)],
    [t('page.requests.language'), foreign(request.lang, t.languageName(request.lang))],
    [t('page.requests.asked'), h('span', t.moment(request.at), ` · ${t.ago(request.at)}`, there && h('span', { class: 'soft' }, ` · ${there}`))],
    [t('page.requests.channel'), t(`page.requests.channel-${request.channel}`)],
    [t('page.requests.state'), h('span', { class: 'row' }, stateBadge(request), holder(request))],
    [t('page.requests.until-label'), request.waiting_until ? t.day(request.waiting_until) : null],
    [t('page.requests.outcome'), request.state === 'closed' ? outcomeName(request.outcome) : null],
    [t('page.requests.closed-by'), request.closed_by?.name],
    [t('page.requests.removed'), request.removed ? t('page.requests.removed-text', { day: t.day(request.removed) }) : null],
  ]);
}

// A number as people say it: no digit stands alone.
const spoken = (number) => {
  const code = ['856', '855', '66', '84', '86', '95'].find((each) => number.startsWith(each)) ?? '';
  return `+${code} ${number.slice(code.length).replace(/(\d{3})(?=\d{2})/g, '$1 ')}`.replace('+ ', '+');
};

// The number is drawn in groups; it is neither a link nor an attribute, so that no history remembers it.
function secrets({ number, text, damaged, notes }, request) {
  return [
    damaged && notice('bad', h('p', t('page.requests.damaged'))),
    !damaged && request.wish !== 'none' && number && h('p', { class: 'requests-number' }, h('span', { class: 'soft small' }, t('page.requests.number')), h('b', spoken(number))),
    !damaged && !number && h('p', t('page.requests.number-none')),
    !damaged && h('div', h('h3', t('page.requests.words')), text ? h('p', { class: 'requests-words', lang: request.lang, dir: 'auto' }, text) : h('p', { class: 'soft' }, t('page.requests.words-none'))),
    h('div', h('h3', t('page.requests.notes')), notes.length ? h('ol', { class: 'requests-notes' }, notes.map((note) => h('li',
      h('p', { class: 'soft small' }, `${note.by}, ${t.moment(note.at)}`),
      h('p', { class: 'requests-words', dir: 'auto' }, note.text ?? t('page.requests.damaged'))))) : h('p', { class: 'soft' }, t('page.requests.notes-none'))),
  ];
}

// Shows and hides again. The countdown is not read out; that it was hidden is.
function looker(ctx, request, signal) {
  const node = h('section', { class: 'requests-secret', 'aria-label': t('page.requests.secret') });
  let timer = null;

  function hide(focus = true) {
    clearInterval(timer);
    put(node, request.removed ? h('p', t('page.requests.removed-all')) : null,
      button(t('page.requests.look'), { kind: 'primary', onclick: look }), h('p', { class: 'soft small' }, t('page.requests.look-hint')));
    if (focus) {
      node.querySelector('button')?.focus();
    }
  }

  function show(found) {
    const until = Date.now() + shownMs;
    const left = h('span', { class: 'soft small', 'aria-hidden': 'true' });
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      put(left, t('page.requests.hidden-in', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` }));
      if (seconds === 0) {
        hide(node.contains(document.activeElement));
      }
    };
    clearInterval(timer);
    timer = setInterval(tick, 1000);
    put(node, secrets(found, request), h('div', { class: 'row' }, button(t('page.requests.hide'), { small: true, onclick: () => hide() }), left));
    tick();
    node.querySelector('button')?.focus();
  }

  async function look() {
    const { may } = callable(request);
    if (request.wish !== 'none' && may !== true) {
      const go = await confirm({ title: t('page.requests.look-unsafe'), text: t('page.requests.look-unsafe-text', { safe: safeWords(request) }), action: t('page.requests.look') });
      if (!go) {
        return;
      }
    }
    show(await ctx.api.post('/api/requests/look', { id: request.id }, { signal }));
  }

  node.again = async () => {
    if (node.querySelector('.requests-words, .requests-number')) {
      show(await ctx.api.post('/api/requests/look', { id: request.id }, { signal }));
    }
  };
  hide(false);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    put(node);
  }, { once: true });
  addEventListener('pagehide', () => put(node), { signal });
  return node;
}

function noteForm(ctx, request, sent) {
  let id = freshNote();
  const text = field({ label: t('page.requests.note'), name: 'text', type: 'textarea', maxlength: noteLength, hint: t('page.requests.note-hint'), value: typed.get(request.id) ?? '',
    oninput: (event) => (event.target.value.trim() ? typed.set(request.id, event.target.value) : typed.delete(request.id)) });
  return form({ submit: t('page.requests.note-add'), onsubmit: async (values) => {
    await ctx.api.post('/api/requests/note', { id: request.id, note: id, text: values.text.trim() });
    id = freshNote();
    typed.delete(request.id);
    text.control.value = '';
    say(t('page.requests.note-added'));
    await sent();
  } }, text);
}

const dayText = (ms) => new Date(ms).toISOString().slice(0, 10);

// What can be asked for before an action: resolves with its members, or null.
const questions = {
  wait: () => dialog({ title: t('page.requests.wait'), body: (close) => form({ submit: t('page.requests.wait'), cancel: () => close(),
    onsubmit: ({ until }) => close({ until: until ? new Date(`${until}T00:00`).getTime() : 0 }) },
  field({ label: t('page.requests.wait-until'), name: 'until', type: 'date', optional: true, min: dayText(Date.now() + dayMs), hint: t('page.requests.wait-hint') })) }),

  close: ({ ctx, request, outcomes }) => dialog({ title: t('page.requests.close'), body: (close) => {
    const note = freshNote();
    return form({ submit: t('page.requests.close'), cancel: () => close(), onsubmit: async ({ outcome, text }) => {
      if (!outcome) {
        throw Object.assign(new Error(t('page.requests.outcome-missing')), { field: 'outcome' });
      }
      if (text.trim()) {
        await ctx.api.post('/api/requests/note', { id: request.id, note, text: text.trim() });
      }
      close({ outcome });
    } },
    choice({ label: t('page.requests.outcome'), name: 'outcome', options: outcomes.map((value) => ({ value, label: outcomeName(value) })) }),
    field({ label: t('page.requests.close-words'), name: 'text', type: 'textarea', optional: true, maxlength: noteLength, hint: t('page.requests.note-hint') }));
  } }),

  assign: ({ request, staff }) => dialog({ title: t('page.requests.assign'), body: (close) => form({ submit: t('page.requests.assign'), cancel: () => close(),
    onsubmit: ({ to }) => close({ to: Number(to) }) },
  field({ label: t('page.requests.assign-to'), name: 'to', type: 'select', options: staff.filter(({ id }) => id !== request.assignee?.id).map(({ id, name }) => ({ value: String(id), label: name })) })) }),

  release: async () => ((await confirm({ title: t('page.requests.release'), text: t('page.requests.release-text'), action: t('page.requests.release') })) ? {} : null),
};

// The actions that are possible now, the usual one first.
function possible(request, me) {
  const worker = me.person.roles.includes('caseworker');
  const admin = me.person.roles.includes('admin');
  if (request.state === 'closed') {
    return worker ? ['reopen'] : [];
  }
  if (request.mine) {
    return ['close', request.state === 'waiting' ? 'resume' : 'wait', 'assign', 'release'];
  }
  return [worker && !request.assignee && 'take', admin && 'assign'].filter(Boolean);
}

// A case in a dialog, until it is closed.
export function openCase(ctx, id) {
  const over = new AbortController();
  const { signal } = over;
  ctx.signal.addEventListener('abort', () => over.abort(), { once: true });
  const name = h('span', t('page.requests.request'));
  // What was in the way of the last action, and what it did.
  let told = null;
  let said = null;
  let seen = 0;

  function body() {
    const node = lazy(async () => {
      const answer = await ctx.api.get('/api/requests/case', { id }, { signal });
      setClock(answer.now);
      seen = answer.request.revision;
      put(name, t('page.requests.case', { number: grouped(answer.request.case) }));
      return draw(answer);
    });

    async function act(action, answer) {
      const more = questions[action] ? await questions[action]({ ctx, ...answer }) : {};
      if (!more) {
        return;
      }
      told = null;
      said = null;
      try {
        await ctx.api.post('/api/requests/change', { id, revision: answer.request.revision, action, ...more });
        said = t(`page.requests.done-${action}`);
        say(said);
      } catch (error) {
        if (error.status !== 409) {
          throw error;
        }
        const by = error.body.now?.assignee;
        told = by && !error.body.now.mine ? t('page.requests.taken-by', { name: by.name }) : t('page.requests.changed');
      }
      await node.reload();
      node.querySelector('.requests-told, button')?.focus();
    }

    function draw(answer) {
      const { request } = answer;
      const secret = request.mine && request.state !== 'closed' && looker(ctx, request, signal);
      const actions = possible(request, ctx.me);
      return h('div', { class: 'stack' },
        told && h('div', { class: 'notice notice-warn requests-told', role: 'alert', tabindex: '-1' }, h('p', told)),
        said && h('p', { class: 'requests-said' }, said),
        warning(request),
        request.wish !== 'none' && request.state !== 'closed' && safeClock(request, signal),
        actions.length > 0 && h('div', { class: 'row' }, actions.map((action, index) => button(t(`page.requests.${action}`),
          { kind: index === 0 && action !== 'assign' ? 'primary' : 'plain', onclick: () => act(action, answer) }))),
        !request.mine && request.assignee && request.state !== 'closed' && h('p', t('page.requests.held-by', { name: request.assignee.name })),
        secret,
        secret && answer.key && noteForm(ctx, request, () => secret.again()),
        whatItSays(request));
    }

    document.addEventListener('console:news', async ({ detail: { topics } }) => {
      if (!topics.some((topic) => topic.startsWith('requests')) || !node.isConnected) {
        return;
      }
      // Only what somebody else did is drawn anew: nobody's typing or reading is disturbed.
      const { request } = await ctx.api.get('/api/requests/case', { id }, { signal });
      if (request.revision !== seen) {
        node.reload();
      }
    }, { signal });
    return node;
  }

  return dialog({ title: name, wide: true, body }).finally(() => over.abort());
}
