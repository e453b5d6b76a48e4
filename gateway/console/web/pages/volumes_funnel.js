// SPDX-License-Identifier: Apache-2.0
// What people do at each menu: of those who see it, how many choose, go back, or are gone. Drawn as bars of text and boxes, so
// that it can be read without seeing it, and printed.
import { h, put } from '../dom.js';
import { button, empty, lazy, section, table } from '../ui.js';
import { language } from '../words.js';
import { shown, size } from './volumes_names.js';

const menus = new Set(['menu', 'language']);

// { id: { name, isMenu } } by the content as it is being edited; without it screens have their ids.
async function screensOf(api, signal, t) {
  const code = language().code;
  const tree = await api.get('/api/content/tree', code === 'en' ? {} : { language: code }, { signal }).catch(() => ({ nodes: [], texts: [] }));
  const texts = new Map((tree.texts ?? []).filter(({ kind }) => kind === 'label').map((text) => [text.id, text.in || text.en]));
  return new Map((tree.nodes ?? []).map((node) => [node.id, {
    name: texts.get(`${node.id}.label`) ?? (t.has(`page.volumes.node.${node.id}`) ? t(`page.volumes.node.${node.id}`) : ''),
    isMenu: menus.has(node.type) || node.children.length > 0,
  }]));
}

function barOf(line) {
  const all = Math.max(size(line.shown), size(line.chosen) + size(line.back) + size(line.dropped), 1);
  const piece = (name) => h('span', { class: `volumes-piece volumes-${name}`, css: { width: `${(size(line[name]) / all) * 100}%` } });
  return h('span', { class: 'volumes-bar', 'aria-hidden': 'true' }, line.chosen !== 0 && piece('chosen'), line.back !== 0 && piece('back'), line.dropped !== 0 && piece('dropped'));
}

function key(t) {
  return h('ul', { class: 'volumes-legend', 'aria-hidden': 'true' }, ['chosen', 'back', 'dropped', 'open'].map((name) =>
    h('li', h('span', { class: `volumes-box volumes-${name}` }), t(`page.volumes.${name}`))));
}

function lines(t, rows, screens) {
  const number = (name) => ({ label: t(`page.volumes.${name}`), number: true, narrow: true, cell: (line) => shown(t, line[name]) });
  return table({ caption: t('page.volumes.funnel'), rows, empty: empty(t('page.volumes.none'), t('page.volumes.funnel-none')), columns: [
    { label: t('page.volumes.screen'), head: true, cell: ({ node }) => [screens.get(node)?.name && h('span', { class: 'volumes-screen' }, screens.get(node).name),
      h('span', { class: 'volumes-id' }, node === 'other' ? t('page.volumes.other') : node)] },
    { label: t('page.volumes.way'), cell: barOf },
    ...['shown', 'chosen', 'back', 'dropped'].map(number),
  ] });
}

export function funnel(ctx, choice, ask, csvLink) {
  const { api, t, query, signal } = ctx;
  const question = { from: choice.from, to: choice.to, zone: choice.zone, by: 'node' };
  const place = h('div', { class: 'stack' });
  let all = choice.screens === 'all';
  let show = () => {};
  const swap = button(t(all ? 'page.volumes.menus-only' : 'page.volumes.all-screens'), { small: true, onclick: () => {
    all = !all;
    ctx.setQuery({ ...Object.fromEntries(query), screens: all ? 'all' : '' });
    show();
  } });
  const narrowed = Object.values(choice.only).some(Boolean);
  return section(t('page.volumes.funnel'), { lead: t('page.volumes.funnel-lead'), actions: [swap, csvLink(t, question)] },
    narrowed && h('p', { class: 'hint' }, t('page.volumes.funnel-whole')),
    lazy(async () => {
      const [{ rows }, screens] = await Promise.all([ask(question), screensOf(api, signal, t)]);
      show = () => {
        const wanted = all || screens.size === 0 ? rows : rows.filter(({ node }) => screens.get(node)?.isMenu ?? node === 'other');
        put(swap, t(all ? 'page.volumes.menus-only' : 'page.volumes.all-screens'));
        put(place, wanted.length > 0 && key(t), lines(t, wanted, screens));
      };
      show();
      return place;
    }));
}
