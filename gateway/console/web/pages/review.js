// SPDX-License-Identifier: Apache-2.0
// Review: the working copy is submitted, and somebody who has not written it reads what changes and decides.
import { h, put } from '../dom.js';
import { button, card, dialog, empty, field, form, lazy, link, notice, page as pageOf, row, section, tabs, toast } from '../ui.js';
import { t } from '../words.js';
import { entriesOf, screensOf } from './review_diff.js';
import { editorOf, factsOf, nameOf, onItsWay, onNews, peopleOf, stateOf, whenField } from './version_parts.js';

const lookAfter = 10000;

const has = (ctx, ...roles) => roles.some((role) => ctx.me.person.roles.includes(role));

// The findings of a check that refused the working copy.
function findingOf(each) {
  const name = [each.id || each.file, each.language && t.languageName(each.language)].filter(Boolean).join(' · ');
  const editor = each.id && editorOf(each.file, each.id);
  return h('li', h('strong', editor ? link(editor, name) : name), ' ', each.detail, ' ',
    h('span', { class: 'hint' }, `${each.file}${each.line ? `:${each.line}` : ''}`));
}

const findingsOf = (findings) => h('ul', { class: 'review-findings' }, findings.map(findingOf));

function submitForm(ctx, list, draft) {
  const request = crypto.randomUUID();
  const refused = h('div');
  return [form({
    submit: t('page.review.submit'),
    onsubmit: async ({ note }) => {
      put(refused);
      try {
        const { version } = await ctx.api.post('/api/review/submit', { request, note: note.trim(), step: draft.step });
        toast(t('page.review.submitted', { number: version.id }), { kind: 'good' });
        list.reload();
      } catch (error) {
        if (error.code === 'refused' && error.body?.findings) {
          put(refused, notice('bad', h('p', t('page.review.refused')), findingsOf(error.body.findings)));
          return;
        }
        throw error;
      }
    },
  }, field({ label: t('page.review.note'), name: 'note', type: 'textarea', maxlength: 400, rows: 2, hint: t('page.review.note-hint') })), refused];
}

function draftOf(ctx, list, { draft }) {
  if (!draft.changed) {
    return card(h('p', t('page.review.unchanged')));
  }
  return card(
    h('p', t('page.review.changed-by', { names: peopleOf(draft.authors) })),
    row(link('/review?id=draft', t('page.review.look-draft'))),
    has(ctx, 'editor', 'reviewer') && submitForm(ctx, list, draft));
}

function waitingOf(ctx, version) {
  const mine = version.authors.some((each) => each.id === ctx.me.person.id);
  return card(
    h('div', { class: 'versions-head' }, h('h3', nameOf(version)), stateOf(version)),
    h('p', { class: 'versions-note' }, version.note),
    factsOf(version),
    row(link(`/review?id=${version.id}`, t(mine || !has(ctx, 'reviewer') || version.state !== 'submitted' ? 'page.versions.look' : 'page.review.read'))));
}

async function overview(ctx) {
  const list = lazy(async () => {
    const all = await ctx.api.get('/api/review', {}, { signal: ctx.signal });
    const waiting = all.versions.filter((each) => each.state === 'submitted');
    const decided = all.versions.filter((each) => each.state === 'approved' || each.state === 'returned').slice(0, 5);
    return h('div', { class: 'review-parts' },
      section(t('page.review.waiting'), {}, waiting.length ? waiting.map((each) => waitingOf(ctx, each))
        : empty(t('page.review.none'), t('page.review.none-text'))),
      section(t('page.review.draft'), { lead: t('page.review.draft-lead') }, draftOf(ctx, list, all)),
      decided.length > 0 && section(t('page.review.decided'), {}, decided.map((each) => waitingOf(ctx, each))));
  });
  return pageOf(t('page.review'), { lead: t('page.review.lead') }, list);
}

// Approve, and publish in the same breath if wanted. Two steps for the server: what is approved stays so if the second fails.
function approveDialog(view) {
  const { ctx, version, against } = view;
  const request = crypto.randomUUID();
  const when = whenField({ not: true });
  return dialog({
    title: t('page.review.approve-title', { number: version.id }),
    body: (close) => form({
      submit: t('page.review.approve'),
      cancel: () => close(),
      onsubmit: async ({ note }) => {
        await ctx.api.post('/api/review/decide', { version: version.id, decision: 'approve', note: note.trim(), against });
        if (when.due() !== null) {
          await ctx.api.post('/api/versions/publish', { version: version.id, request, kind: 'publish', why: '', due: when.due(), against });
        }
        close({ due: when.due() });
      },
    }, h('p', t('page.review.approve-text')), field({ label: t('page.review.approve-note'), name: 'note', optional: true, maxlength: 300 }), when),
  });
}

function returnDialog({ ctx, version, against }) {
  return dialog({
    title: t('page.review.return-title', { number: version.id }),
    body: (close) => form({
      submit: t('page.review.return'),
      cancel: () => close(),
      onsubmit: async ({ note }) => {
        await ctx.api.post('/api/review/decide', { version: version.id, decision: 'return', note: note.trim(), against });
        close(true);
      },
    }, h('p', t('page.review.return-text')), field({ label: t('page.review.return-note'), name: 'note', type: 'textarea', maxlength: 300 })),
  });
}

// What came of an approval decides where one goes on.
async function approve(view) {
  const done = await approveDialog(view);
  if (!done) {
    await view.look();
    return;
  }
  toast(t(done.due === null ? 'page.review.approved' : done.due ? 'page.review.approved-later' : 'page.review.approved-now', { number: view.version.id }), { kind: 'good' });
  await view.ctx.go(done.due === null ? '/review' : '/versions');
}

async function giveBack(view) {
  const done = await returnDialog(view);
  await view.look();
  if (done) {
    toast(t('page.review.returned', { number: view.version.id }), { kind: 'good' });
  }
}

async function withdraw({ ctx, version, against, look }) {
  await ctx.api.post('/api/review/decide', { version: version.id, decision: 'withdraw', note: '', against });
  toast(t('page.review.withdrawn', { number: version.id }), { kind: 'good' });
  await look();
}

// What this person may do with the version as it stands; the server decides again.
function actionsOf(view) {
  const { ctx, version, mine } = view;
  const open = version.state === 'submitted' || (version.state === 'approved' && !onItsWay(version));
  if (mine) {
    return [notice('info', h('p', t('page.review.mine'))),
      open && row(button(t('page.review.withdraw'), { onclick: () => withdraw(view) }))];
  }
  if (!has(ctx, 'reviewer')) {
    return version.state === 'submitted' && notice('info', h('p', t('page.review.no-reviewer')));
  }
  return open && h('div', { class: 'row review-decide' },
    version.state === 'submitted' && button(t('page.review.approve'), { kind: 'primary', onclick: () => approve(view) }),
    version.state === 'approved' && link('/versions', t('page.review.to-publish')),
    button(t('page.review.return'), { onclick: () => giveBack(view) }));
}

function standingOf(view, readers) {
  const { version } = view;
  const by = version.decided?.by.name;
  const said = ['returned', 'withdrawn', 'approved', 'overtaken'].includes(version.state);
  return [
    said && notice(version.state === 'approved' ? 'good' : 'warn', h('p', t(`page.review.stands.${version.state}`, { name: by ?? '', at: version.decided?.at ? t.moment(version.decided.at) : '' })),
      version.decided?.note && h('p', version.decided.note)),
    version.state === 'submitted' && readers.length > 0 && notice('warn', h('p', t('page.review.readers', { names: peopleOf(readers) }))),
  ];
}

function differenceTabs(ctx, id, against) {
  const current = ctx.query.get('tab') ?? 'entries';
  const kept = {};
  const ask = (what) => (kept[what] ??= ctx.api.get(`/api/review/${what}`, { id, against }, { signal: ctx.signal }).catch((error) => {
    delete kept[what];
    throw error;
  }));
  return tabs({ label: t('page.review.changes'), current, onchange: (tab) => ctx.setQuery({ id, tab }), list: [
    { id: 'entries', label: t('page.review.by-entry'), load: async () => entriesOf(await ask('difference'), { edits: id === 'draft' }) },
    { id: 'screens', label: t('page.review.by-screen'), load: async () => screensOf(await ask('screens')) },
  ] });
}

async function draftPage(ctx) {
  return pageOf(t('page.review.draft'), { lead: t('page.review.draft-lead'), wide: true },
    h('p', link('/review', t('page.review.back'))),
    section(t('page.review.changes'), { lead: t('page.review.against-now') }, differenceTabs(ctx, 'draft')));
}

// A version that was in force is compared with the one before it, one that waits with what is in force now.
function comparedWith(version, inForce, before) {
  return version.state === 'published' || version.state === 'overtaken' ? before : inForce;
}

async function versionPage(ctx, id) {
  const ask = () => ctx.api.get('/api/review/version', { id, reading: 1 }, { signal: ctx.signal });
  const first = await ask();
  const against = comparedWith(first.version, first.in_force, first.before);
  const view = { ctx, version: first.version, mine: first.mine, against: first.in_force };
  const top = h('div', { class: 'stack', 'aria-live': 'polite' });
  const end = h('div', { class: 'stack' });
  let shown = '';
  const show = ({ version, readers, mine, in_force: inForce }) => {
    Object.assign(view, { version, mine });
    if (shown !== JSON.stringify([version, readers, inForce])) {
      shown = JSON.stringify([version, readers, inForce]);
      put(top, standingOf(view, readers), inForce !== first.in_force && version.state === 'submitted'
        && notice('warn', h('p', t('page.review.moved')), row(button(t('page.review.compare-again'), { onclick: () => ctx.go('/review', { id }) }))),
      card(h('div', { class: 'versions-head' }, stateOf(version)), h('p', { class: 'versions-note' }, version.note), factsOf(version)));
      put(end, actionsOf(view));
    }
  };
  view.look = async () => show(await ask());
  show(first);
  ctx.title(nameOf(view.version));
  const timer = setInterval(() => view.look().catch(() => {}), lookAfter);
  ctx.signal.addEventListener('abort', () => clearInterval(timer));
  onNews(ctx.signal, () => view.look().catch(() => {}));
  const lead = against && against !== Number(id) ? t('page.review.against', { number: against }) : t('page.review.first');
  return pageOf(nameOf(view.version), { wide: true }, h('p', link('/review', t('page.review.back'))), top,
    section(t('page.review.changes'), { lead }, against && against !== Number(id) && differenceTabs(ctx, id, against)), end);
}

export async function page(ctx) {
  const id = ctx.query.get('id');
  if (id === 'draft') {
    return draftPage(ctx);
  }
  return id ? versionPage(ctx, id) : overview(ctx);
}
