// SPDX-License-Identifier: Apache-2.0
// The correction notice of a version: what it corrected, since when that had been wrong, and how many sessions began with the
// wrong words. It says what is not known, so that nobody reads more into a number than is in it.
import { h } from '../dom.js';
import { card, empty, link, notice, page as pageOf, section, table } from '../ui.js';
import { t } from '../words.js';
import { entriesOf } from './review_diff.js';
import { hashOf } from './version_parts.js';

const few = -1;
const unknown = -2;

function countOf(sessions) {
  if (sessions === unknown) {
    return t('page.versions.count-unknown');
  }
  return sessions === few ? t('page.versions.count-few') : t.count('page.versions.sessions', sessions);
}

// Small counts are hidden, so a sum of some of them has a lower and an upper end.
function sumOf(versions) {
  if (!versions.length || versions.some((each) => each.sessions === unknown)) {
    return t('page.versions.count-unknown');
  }
  const known = versions.reduce((sum, each) => sum + Math.max(0, each.sessions), 0);
  const hidden = versions.filter((each) => each.sessions === few).length;
  if (!hidden) {
    return t.count('page.versions.sessions', known);
  }
  return known ? t('page.versions.count-between', { least: t.number(known + hidden), most: t.number(known + 4 * hidden) }) : countOf(hidden === 1 ? few : unknown);
}

const periodOf = ({ from, to }) => (to ? t('page.versions.from-to', { from: t.moment(from), to: t.moment(to) }) : t('page.versions.since', { at: t.moment(from) }));

function versionsOf({ versions }) {
  return table({ caption: t('page.versions.counts'), rows: versions, columns: [
    { label: t('page.versions.number'), head: true, cell: (each) => [t('page.versions.version', { number: each.id }), ' ', hashOf(each.hash)] },
    { label: t('page.versions.in-force'), cell: (each) => h('ul', { class: 'versions-periods' }, each.periods.map((one) => h('li', periodOf(one)))) },
    { label: t('page.versions.began'), cell: (each) => countOf(each.sessions) },
  ] });
}

// A text's node has its name, or the beginning of it.
function shownOf(answer, place) {
  const node = place.split('#')[1].replace(/\.(label|title|text)$/, '');
  const found = answer.shown.find((each) => each.node === node);
  const [, before] = answer.versions;
  return found && before && h('p', t('page.versions.shown', { node, times: found.count === few ? t('page.versions.shown-few') : t.number(found.count),
    from: t.moment(before.periods.at(-1).from), to: t.moment(answer.versions[0].periods.at(-1).from) }));
}

// Under each entry that was corrected: where it stood before, and how many sessions began there.
function wrongOf(answer) {
  const byId = new Map(answer.versions.map((each) => [each.id, each]));
  return ({ place, versions }) => [
    h('p', { class: 'versions-wrong' }, t('page.versions.wrong-in', {
      versions: versions.map((id) => t('page.versions.version', { number: id })).join(', '), sessions: sumOf(versions.map((id) => byId.get(id))) })),
    shownOf(answer, place),
  ];
}

export async function correctionPage(ctx, id) {
  const answer = await ctx.api.get('/api/versions/correction', { id }, { signal: ctx.signal });
  ctx.title(t('page.versions.correction-of', { number: id }));
  return pageOf(t('page.versions.correction-of', { number: id }), { lead: t('page.versions.correction-lead') },
    h('p', link('/versions', t('page.versions.all'))),
    answer.away && notice('warn', h('p', t('page.versions.counts-away'))),
    section(t('page.versions.corrected'), {}, answer.entries.length ? entriesOf(answer, { below: wrongOf(answer) })
      : empty(t('page.versions.corrected-none'), t('page.versions.corrected-none-text'))),
    section(t('page.versions.counts'), {}, versionsOf(answer)),
    section(t('page.versions.not-known'), {}, card(h('ul', { class: 'versions-limits' },
      ['begin', 'read', 'few', 'hours', 'lost'].map((each) => h('li', t(`page.versions.limit.${each}`)))))));
}
