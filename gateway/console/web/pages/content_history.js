// SPDX-License-Identifier: Apache-2.0
// Who changed a text, when, and how; an older version can be brought back.
import { h } from '../dom.js';
import { button, status } from '../ui.js';
import { changeOf, isEditor, keep } from './edit.js';

async function linesOf(ctx, { place, lang, mark }) {
  const { history } = await ctx.api.get('/api/content/history', { place }, { signal: ctx.signal });
  return history.map((line) => ({ ...line, place, lang, mark }));
}

function item(ctx, line, changed) {
  const { t, me } = ctx;
  const before = line.before?.text;
  const after = line.after?.text;
  const bring = async () => {
    await keep(ctx, [{ place: line.place, base: line.mark(), value: { text: before } }], { changed });
    await changed();
  };
  return h('li', { class: 'content-line' },
    h('p', h('strong', line.by), ' ', t(`page.content.did-${line.action}`), ' · ', t.moment(line.at), ' · ', h('span', { lang: line.lang }, t.languageName(line.lang)),
      line.undone && [' ', status('quiet', t('page.content.taken-back'))], line.published && [' ', status('quiet', t('page.content.published'))]),
    line.note && h('p', { class: 'hint' }, line.note),
    before === after ? h('p', { class: 'hint' }, t('page.content.other-members')) : changeOf(t, line.lang, before, after ?? ''),
    isEditor(me) && before && button(t('page.content.bring-back'), { small: true, kind: 'quiet', onclick: bring }));
}

// places: [{ place, lang, mark() }].
export async function history(ctx, { places, changed }) {
  const lines = (await Promise.all(places.map((each) => linesOf(ctx, each)))).flat().sort((one, other) => other.step - one.step);
  if (!lines.length) {
    return h('p', { class: 'soft' }, ctx.t('page.content.no-history'));
  }
  return h('ol', { class: 'content-history' }, lines.map((line) => item(ctx, line, changed)));
}
