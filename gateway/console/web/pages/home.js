// SPDX-License-Identifier: Apache-2.0
// The first page: what has to be done today, the oldest duty first.
import { h, put } from '../dom.js';
import { drafts } from '../drafts.js';
import { pages, may } from '../pages.js';
import { button, empty, lazy, link, more, notice, page as pageOf, section, status, table } from '../ui.js';
import { t } from '../words.js';

const shown = 8;

const allowed = (me, name) => may(me, pages.find((each) => each.name === name));

// Work that was never saved, from this browser. It is there without the server, too.
function unsaved() {
  const place = h('div', { class: 'home-unsaved-place' });
  const draw = () => put(place, unsavedList(draw));
  draw();
  return place;
}

function unsavedList(redraw) {
  const list = drafts.list().filter((each) => each.href && each.title);
  return list.length > 0 && notice('warn',
    h('h2', t('page.home.unsaved')),
    h('ul', { class: 'home-unsaved' }, list.map((each) => h('li',
      h('span', link(each.href, each.title), h('span', { class: 'soft' }, ` · ${t.ago(each.at)}`)),
      button(t('page.home.unsaved-drop'), { kind: 'quiet', small: true, 'aria-label': t('page.home.unsaved-drop-of', { title: each.title }), onclick: () => {
        drafts.drop(each.name);
        redraw();
      } })))));
}

// A count that leads to where its work is done. Nothing to do is said in grey.
function tile(me, page, count, label, kind = 'info') {
  return allowed(me, page) && count !== undefined && h('li', h('a', { class: ['home-tile', count > 0 ? `home-${kind}` : 'home-none'], href: pages.find((each) => each.name === page).path },
    h('span', { class: 'home-count' }, t.number(count)), h('span', { class: 'home-label' }, t.count(label, count))));
}

function tiles(me, { requests = {}, counts = {} }) {
  return h('ul', { class: 'home-tiles', 'aria-label': t('page.home.counts') },
    tile(me, 'requests', requests.new, 'page.home.requests', 'bad'),
    tile(me, 'review', counts.in_review, 'page.home.in-review', 'warn'),
    tile(me, 'review', counts.draft, 'page.home.draft'),
    tile(me, 'translation', counts.stale, 'page.home.stale', 'warn'),
    tile(me, 'translation', counts.missing, 'page.home.missing', 'warn'),
    tile(me, 'numbers', counts.undialled, 'page.home.undialled'));
}

function texts(caption, rows) {
  return table({
    caption,
    rows,
    columns: [
      { label: t('page.home.text'), head: true, cell: (row) => h('a', { class: 'home-text', href: `/content?${new URLSearchParams({ id: row.id })}`, lang: 'en' }, row.text) },
      { label: t('page.home.review-by'), narrow: true, cell: (row) => h('span', { class: 'stack-tight' }, t.day(row.review_by), h('span', { class: 'soft small' }, t.ago(row.review_by))) },
    ],
  });
}

function overdue(list) {
  const title = t('page.home.overdue');
  if (!list.length) {
    return notice('good', h('p', t('page.home.overdue-none')));
  }
  return section(title, { lead: t('page.home.overdue-lead') }, texts(title, list.slice(0, shown)),
    list.length > shown && more(t.count('page.home.overdue-more', list.length - shown), texts(title, list.slice(shown))));
}

function due(list) {
  return list.length > 0 && more(t.count('page.home.due', list.length), texts(t('page.home.due-title'), list));
}

// What a gateway says of itself, as a kind and a word.
const states = { up: 'good', late: 'warn', draining: 'info', refused: 'bad', down: 'bad' };

function stateOf(row) {
  if (row.degraded && row.state === 'up') {
    return status('warn', t('page.home.state-degraded'));
  }
  return status(states[row.state] ?? 'quiet', t.has(`page.home.state-${row.state}`) ? t(`page.home.state-${row.state}`) : row.state);
}

function gateways(list) {
  const title = t('page.home.gateways');
  return section(title, {}, table({
    caption: title,
    rows: list,
    empty: empty(t('page.home.gateways-none'), t('page.home.gateways-none-text')),
    columns: [
      { label: t('page.home.gateway'), head: true, cell: (row) => row.instance },
      { label: t('page.home.version'), cell: (row) => h('span', { class: 'mono' }, row.version || '–') },
      { label: t('page.home.said'), cell: (row) => t.ago(row.said_at) },
      { label: t('page.home.state'), narrow: true, cell: stateOf },
    ],
  }));
}

export async function page(ctx) {
  const { me, api, signal } = ctx;
  const load = async () => {
    const data = await api.get('/api/home', {}, { signal });
    return h('div', { class: 'home' },
      overdue(data.overdue),
      tiles(me, data),
      due(data.due),
      data.serves_drafts && notice('warn', h('p', t('page.home.serves-drafts'))),
      gateways(data.gateways));
  };
  const day = t.day(Date.now(), { weekday: 'long', month: 'long' });
  return pageOf(t('page.home.hello', { name: me.person.name }), { lead: day }, unsaved(), lazy(load));
}
