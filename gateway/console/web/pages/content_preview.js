// SPDX-License-Identifier: Apache-2.0
// The phone beside the text: what workers would read while it is typed, cut by the code that serves them, with what it costs
// and what the check says. It asks a moment after the last letter and never holds up the typing.
import { h, put } from '../dom.js';
import { field, loading, more, notice, phone, status } from '../ui.js';

const askAfter = 250;
const screensMax = 4;

const channelName = (t, layout) => {
  const carriers = (layout.carriers ?? []).map((each) => each || t('preview.other-carriers'));
  const size = layout.channel === 'sms' ? t('preview.sms') : t('preview.ussd', { septets: layout.septets, units: layout.units });
  return carriers.length ? `${size}: ${carriers.join(', ')}` : size;
};

// A character that makes a screen half as long, by a name that people know, and its code.
export function characterName(t, guilty) {
  const key = `char.${guilty.code}`;
  return t.has(key) ? t(key) : t('preview.character', { character: guilty.character, code: guilty.code });
}

// Does this language count on the small alphabet? Elsewhere a sign outside of it is no fault.
const isPlain = (shown) => shown.language === 'en' || shown.plain;

function guiltyOf(shown, screen) {
  return isPlain(shown) && screen.guilty ? screen.guilty : null;
}

function noteOf(t, layout, screen) {
  const used = t('preview.octets', { octets: screen.octets });
  return layout.channel === 'sms' ? t.count('preview.segments', screen.segments) : `${used} · ${t('preview.room', { room: screen.room })}`;
}

const finding = (t, each) => h('li', status(each.level === 'error' ? 'bad' : 'warn', t(`preview.${each.level}`)), ' ',
  each.language && h('span', { class: 'soft' }, `${t.languageName(each.language)}: `), each.detail);

// What the check says here: first of the language that is looked at, the rest folded.
function findingsOf(t, { here, errors }, language) {
  const elsewhere = errors - here.filter((each) => each.level === 'error').length;
  const mine = here.filter((each) => !each.language || each.language === language);
  const rest = here.filter((each) => !mine.includes(each));
  const list = (some) => h('ul', { class: 'content-findings' }, some.map((each) => finding(t, each)));
  return [mine.length > 0 && list(mine), rest.length > 0 && more(t.count('preview.elsewhere', rest.length), list(rest)),
    elsewhere > 0 && h('p', { class: 'small' }, status('bad', t('preview.error')), ' ', t.count('preview.errors-left', elsewhere))];
}

export function preview(ctx) {
  const { api, t, signal } = ctx;
  const state = { wanted: null, answer: null, layout: 0, sight: 0, turn: 0, timer: null, was: null };
  const summary = h('p', { class: 'content-summary', role: 'status' });
  const body = h('div', { class: 'stack' });
  const layouts = field({ label: t('preview.carrier'), name: 'layout', type: 'select', options: [], optional: true, onchange: (event) => {
    state.layout = Number(event.target.value);
    draw();
  } });
  const sights = field({ label: t('preview.seen'), name: 'sight', type: 'select', options: [], optional: true, onchange: (event) => {
    state.sight = Number(event.target.value);
    draw();
  } });
  [layouts, sights].forEach((each) => each.querySelector('.optional').remove());
  const node = h('aside', { class: 'content-preview', 'aria-label': t('preview.title') },
    h('div', { class: 'row content-preview-head' }, h('h2', t('preview.title'))), layouts, sights, summary, body);

  const shownOf = () => state.answer?.seen?.[state.sight]?.languages.find((each) => !each.plain && each.language === state.wanted.language)
    ?? state.answer?.seen?.[state.sight]?.languages[0];

  function options(control, list, value) {
    put(control, list.map((label, index) => h('option', { value: index }, label)));
    control.value = String(value);
  }

  function drawChoices() {
    const { answer } = state;
    options(layouts.control, answer.layouts.map((layout) => channelName(t, layout)), state.layout);
    const names = answer.seen.map((each) => t(`preview.as-${each.as}`, { node: each.node }));
    options(sights.control, names.map((name, at) => (names.indexOf(name) < at ? `${name} (${names.slice(0, at + 1).filter((each) => each === name).length})` : name)), state.sight);
    sights.hidden = answer.seen.length < 2;
  }

  function sum(screens, layout) {
    const octets = screens.reduce((all, each) => all + each.octets, 0);
    const segments = screens.reduce((all, each) => all + (each.segments ?? 0), 0);
    const more = state.was !== null && state.was !== screens.length ? ` (${t('preview.was', { count: t.number(state.was) })})` : '';
    const pages = layout.channel === 'sms' ? t.count('preview.segments', segments) : t.count('preview.screens', screens.length) + more;
    return [h('strong', pages), ` · ${t('preview.octets', { octets: t.number(octets) })}`];
  }

  function draw() {
    const { answer, wanted } = state;
    const shown = shownOf();
    const layout = answer.layouts?.[state.layout];
    const drawn = shown?.layouts.find((each) => each.layout === state.layout) ?? shown?.layouts[0];
    if (!drawn || !layout) {
      put(summary);
      put(body, notice('warn', h('p', answer.refused ?? t('preview.not-shown'))), answer.findings && findingsOf(t, answer.findings, wanted.language));
      return;
    }
    drawChoices();
    const guilty = drawn.screens.map((screen) => guiltyOf(shown, screen)).find(Boolean);
    const textGuilty = guilty && isPlain(shown);
    put(summary, sum(drawn.screens, layout));
    put(body,
      shown.fallback && notice('info', h('p', t('preview.fallback'))),
      textGuilty && notice('bad', h('p', h('strong', characterName(t, guilty)), ' ', t('preview.guilty'))),
      drawn.screens.length > screensMax && layout.channel !== 'sms' && notice('bad', h('p', t('preview.too-long', { most: screensMax }))),
      phone({ title: `${t.languageName(shown.language)}`, lang: wanted.language, kind: layout.channel === 'sms' ? 'sms' : 'ussd',
        screens: drawn.screens.map((screen) => {
          const bad = guiltyOf(shown, screen);
          return { text: screen.text, note: noteOf(t, layout, screen), bad: bad && { at: bad.at, length: bad.character.length, name: characterName(t, bad) } };
        }) }),
      findingsOf(t, answer.findings, wanted.language));
  }

  async function ask() {
    state.turn += 1;
    const mine = state.turn;
    const { place, entry, language, changes = [] } = state.wanted;
    node.setAttribute('aria-busy', 'true');
    if (!state.answer) {
      put(body, loading(t('preview.drawing')));
    }
    try {
      const answer = await api.post('/api/preview', { place, json: JSON.stringify(entry), language, changes: changes.map((each) => ({ place: each.place, json: JSON.stringify(each.entry) })) }, { signal });
      if (mine !== state.turn) {
        return;
      }
      state.answer = answer;
      state.sight = Math.min(state.sight, Math.max(0, (answer.seen?.length ?? 1) - 1));
      if (state.was === null) {
        const drawn = shownOf()?.layouts.find((each) => each.layout === state.layout);
        state.was = drawn ? drawn.screens.length : null;
      }
      draw();
    } catch (error) {
      if (mine === state.turn && error.name !== 'AbortError' && error.code !== 'overtaken') {
        put(body, notice('warn', h('p', error.status === 0 ? t('preview.offline') : error.message)));
      }
    } finally {
      if (mine === state.turn) {
        node.removeAttribute('aria-busy');
      }
    }
  }

  // wanted: { place, entry (as it would be), language, changes: other entries that are typed, too }, or null.
  node.show = (wanted, now = false) => {
    clearTimeout(state.timer);
    const other = wanted?.place !== state.wanted?.place;
    state.wanted = wanted;
    if (other) {
      Object.assign(state, { was: null, sight: 0, answer: null });
    }
    if (!wanted) {
      put(summary);
      put(body, h('p', { class: 'soft' }, t('preview.nothing')));
      layouts.hidden = true;
      sights.hidden = true;
      return;
    }
    layouts.hidden = false;
    if (!state.answer) {
      sights.hidden = true;
    }
    state.timer = setTimeout(ask, now ? 0 : askAfter);
  };
  node.again = () => state.wanted && ask();
  signal.addEventListener('abort', () => clearTimeout(state.timer));
  node.show(null);
  return node;
}
