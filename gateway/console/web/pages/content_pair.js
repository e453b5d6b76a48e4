// SPDX-License-Identifier: Apache-2.0
// A text in English and in the chosen language, side by side, with its evidence and its history; saved together as one step.
import { freshId, h, put } from '../dom.js';
import { button, lazy, more, status, toast } from '../ui.js';
import { isConflict, isEditor, keep, takeBack } from './edit.js';
import { evidence } from './content_evidence.js';
import { history } from './content_history.js';
import { side } from './content_side.js';

const roleOf = (id) => ['label', 'title', 'text'].find((role) => id.endsWith(`.${role}`)) ?? 'other';

// data: of /api/content/entry. language: null for English alone. told: { typed(side), focused(side), saved() }.
// inForm: it is part of a form, which keeps its changes() and tells it how that ended: accept(entries) or fail(error).
export function pair(ctx, { data, language, languageName, unmarked, isNode, told, inForm, title }) {
  const { api, t, me, signal } = ctx;
  const id = data.id;
  const role = isNode ? roleOf(id) : 'other';
  const heading = freshId('heading');
  const readonly = !isEditor(me);
  const message = h('span', { class: 'content-message', role: 'status' });
  const save = button(t('action.save'), { kind: 'primary', onclick: () => store({}) });
  const drop = button(t('page.content.give-up'), { kind: 'quiet', onclick: () => sides.forEach((each) => each.giveUp()) });
  const bar = h('div', { class: 'row content-bar' }, !readonly && !inForm && save, !readonly && drop, message);
  const below = h('div', { class: 'stack' });
  const others = h('div', { class: 'row content-others' });
  const statement = data.english.entry?.kind === 'statement';
  const common = { readonly, ontype: typed, onfocus: (each) => told.focused(each), onsave: store, onreload: reload, ondiscard: discard };
  const english = side(ctx, { ...common, lang: 'en', label: 'English', data: data.english, review: statement });
  const translation = language && side(ctx, { ...common, lang: language, label: languageName, data: data.translation, state: data.status, madeFrom: data.made_from,
    unmarked: unmarked, english: () => english.area.value });
  const sides = [english, translation].filter(Boolean);

  function typed(each) {
    drawBar();
    put(message);
    told.typed(each);
  }

  function drawBar() {
    const dirty = sides.some((each) => each.dirty());
    save.disabled = !dirty;
    drop.hidden = !dirty;
  }

  async function reload() {
    const next = await api.get('/api/content/entry', { place: data.english.place, language }, { signal });
    english.renew(next.english);
    translation?.renew(next.translation, { state: next.status, madeFrom: next.made_from });
    fill(next);
    told.saved();
  }

  async function discard(each) {
    const answer = await api.post('/api/content/discard', { changes: [{ place: each.place, base: each.mark() }] });
    toast(t('page.content.discarded'), { kind: 'good', action: { label: t('action.undo'), run: () => takeBack(ctx, { step: answer.step, changed: reload }) } });
    each.accept(answer.entries[0]);
    await reload();
  }

  function fail(error) {
    const at = sides.find((each) => each.place === (error.body?.now?.place ?? error.body?.place));
    if (isConflict(error) && at) {
      at.clash(error.body.now);
      put(message, t('edit.conflict'));
    } else if (at && ['text', 'review_by', 'unmarked', null, undefined].includes(error.field)) {
      at.showError(error.message);
    } else {
      put(message, h('strong', { class: 'content-failed' }, error.status === 0 ? t('page.content.kept-offline') : error.message));
      return false;
    }
    return true;
  }

  function accept(entries) {
    for (const entry of entries) {
      sides.find((each) => each.place === entry.place)?.accept(entry);
    }
    drawBar();
  }

  // confirm: a side whose words still hold although the English has changed.
  async function store({ confirm }) {
    if (inForm && !confirm) {
      inForm();
      return;
    }
    const changes = sides.filter((each) => each.dirty() || each === confirm).map((each) => each.change());
    if (!changes.length) {
      return;
    }
    sides.forEach((each) => each.showError(''));
    put(message, t('page.content.saving'));
    try {
      const answer = await keep(ctx, changes, { changed: reload });
      accept(answer.entries);
      put(message, t('page.content.saved-at', { time: t.time(Date.now()) }));
      await reload();
    } catch (error) {
      fail(error);
    }
    drawBar();
  }

  function fill(next) {
    const states = Object.entries(next.others);
    const old = states.filter(([, each]) => each === 'stale' || each === 'missing');
    put(others, old.length > 0 && [h('span', { class: 'hint' }, t('page.content.others')),
      old.map(([code, each]) => status(each === 'stale' ? 'warn' : 'bad', h('span', t('page.content.other', { language: t(`language.${code}`), state: t(`page.content.state-${each}`) }))))]);
    const proofs = statement && evidence(ctx, { data: next, readonly, mark: () => english.mark(), reload, changed: async (entry) => {
      english.renew(entry);
      await reload();
    } });
    put(below, others, inForm && proofs ? more(t('page.content.evidence'), proofs) : proofs,
    more(t('page.content.history'), lazy(() => history(ctx, { places: sides.map((each) => ({ place: each.place, lang: each.lang, mark: each.mark })), changed: reload }))));
    below.querySelector(':scope > details:last-child')?.addEventListener('toggle', (event) => event.target.open && event.target.querySelector('.lazy').reload());
  }

  const node = h('section', { class: ['content-text', !inForm && 'card', inForm && 'content-text-inside'], 'aria-labelledby': heading, data: { id } },
    h('div', { class: 'content-text-head' }, h('h3', { id: heading }, title ?? t(`page.content.role-${role}`)), h('code', { class: 'soft small' }, id)),
    h('div', { class: ['content-sides', !language && 'content-sides-one'] }, sides), sides.map((each) => each.box), bar, below);
  fill(data);
  drawBar();
  node.sides = sides;
  node.dirty = () => sides.some((each) => each.dirty());
  node.remember = () => sides.forEach((each) => each.remember());
  node.reload = reload;
  node.changes = () => sides.filter((each) => each.dirty()).map((each) => each.change());
  node.accept = accept;
  node.fail = fail;
  node.english = () => english.area.value;
  // A colleague has saved: shown at once, unless it would take away what is being typed here.
  node.heard = async (marks) => {
    const old = sides.filter((each) => marks[each.place] !== undefined && marks[each.place] !== each.mark());
    if (!old.length) {
      return false;
    }
    const next = await api.get('/api/content/entry', { place: data.english.place, language }, { signal });
    old.forEach((each) => {
      const now = each === english ? next.english : next.translation;
      if (each.dirty() && each.area.value !== now.entry?.text) {
        each.clash(now);
      } else {
        each.renew(now, each === english ? {} : { state: next.status, madeFrom: next.made_from });
      }
    });
    fill(next);
    return true;
  };
  return node;
}
