// SPDX-License-Identifier: Apache-2.0
// The files of translators: out, and back in. What comes back is reported on first; nothing changes until somebody says so.
import { h, put } from '../dom.js';
import { button, field, foreign, form, more, notice, section, table, toast } from '../ui.js';
import { t } from '../words.js';

const types = { po: 'text/x-gettext-translation', csv: 'text/csv' };
const largest = 4 * 1024 * 1024;
const shown = 20;

const may = (me, role) => me.person.roles.includes(role);

// The format by the name, or the error at the field.
function formatOf(file) {
  const format = file && file.name.split('.').pop().toLowerCase();
  if (!file || !(format in types) || file.size > largest || file.size === 0) {
    const why = !file ? 'file-none' : file.size > largest ? 'file-large' : file.size === 0 ? 'file-empty' : 'file-name';
    throw Object.assign(new Error(t(`page.translation.${why}`)), { field: 'file' });
  }
  return format;
}

// What is wrong, with the line of the file. A place in the content instead: `file`.
function findings(title, list, total) {
  return h('div', { class: 'stack' }, table({
    caption: title,
    rows: list,
    columns: [
      { label: t('page.translation.line'), narrow: true, number: true, cell: (row) => (row.line ? String(row.line) : '–') },
      { label: t('page.translation.text'), head: true, cell: (row) => row.id || row.file || t('page.translation.whole-file') },
      { label: t('page.translation.what'), cell: (row) => row.message },
    ],
  }), total > list.length && h('p', t('page.translation.more-faults', { count: t.number(total - list.length) })));
}

function refusal(error, name) {
  const { findings: list = [], errors = list.length } = error.body ?? {};
  return h('div', { class: 'stack' },
    notice('bad', h('p', h('strong', t('page.translation.refused', { name }))), h('p', t('page.translation.refused-text'))),
    list.length > 0 ? findings(t('page.translation.refused', { name }), list, errors) : h('p', error.message));
}

const outcome = (counts, key) => counts[key] > 0 && h('li', t.count(`page.translation.count-${key}`, counts[key]));

function changes(language, list, total) {
  const rows = list.slice(0, shown);
  const rest = list.slice(shown);
  const lines = (some) => table({
    caption: t('page.translation.changes'),
    rows: some,
    columns: [
      { label: t('page.translation.text'), head: true, cell: (row) => h('span', { class: 'stack-tight' }, row.id, h('span', { class: 'soft small' }, t('page.translation.at-line', { line: row.line }))) },
      { label: t('language.en'), cell: (row) => h('span', { lang: 'en', class: 'translation-text' }, row.english) },
      { label: t('page.translation.before'), cell: (row) => (row.before ? foreign(language.code, row.before) : '–') },
      { label: t('page.translation.after'), cell: (row) => foreign(language.code, row.after) },
    ],
  });
  return list.length > 0 && h('div', { class: 'stack translation-changes' }, lines(rows),
    rest.length > 0 && more(t('page.translation.changes-more', { count: t.number(rest.length) }), lines(rest)),
    total > list.length && h('p', t('page.translation.changes-cut', { count: t.number(total - list.length) })));
}

// What taking the file would change. take: a function for the button; without it there is nothing to take.
function report(language, name, answer, { take, leave }) {
  const { counts, warnings } = answer;
  const total = counts.new + counts.changed + counts.confirmed;
  return h('div', { class: 'stack' },
    answer.overtaken && notice('warn', h('p', t('page.translation.overtaken'))),
    notice(total > 0 ? 'info' : 'good', h('p', h('strong', total > 0 ? t.count('page.translation.would', total, { name }) : t('page.translation.no-change', { name }))),
      h('ul', { class: 'translation-counts' }, ['new', 'changed', 'confirmed', 'unchanged', 'skipped'].map((key) => outcome(counts, key)))),
    counts.absent > 0 && notice('warn', h('p', t.count('page.translation.absent', counts.absent))),
    warnings.length > 0 && notice('warn', h('p', t.count('page.translation.warnings', warnings.length))),
    warnings.length > 0 && findings(t('page.translation.warning-list'), warnings, warnings.length),
    changes(language, answer.changes, total),
    h('div', { class: 'row' }, total > 0 && button(t.count('page.translation.take', total), { kind: 'primary', onclick: take }),
      button(t(total > 0 ? 'action.cancel' : 'action.close'), { kind: 'quiet', onclick: leave })));
}

async function undo({ api }, step, again) {
  try {
    await api.post('/api/content/undo', { step });
    toast(t('page.translation.undone'), { kind: 'good' });
    again();
  } catch (error) {
    toast(error.message, { kind: 'bad' });
  }
}

function upload(ctx, language, again) {
  const result = h('div', { class: 'translation-result', tabindex: '-1', 'aria-live': 'polite' });
  const input = field({ label: t('page.translation.file'), name: 'file', type: 'file', hint: t('page.translation.file-hint'), accept: '.po,.csv' });
  const leave = () => {
    put(result);
    input.control.value = '';
    input.control.focus();
  };

  // version: of the report that somebody has read; without it nothing is taken.
  async function send(file, version) {
    const { octets, name, format } = file;
    try {
      const answer = await ctx.api.send('/api/translation/import', octets, types[format], { language: language.code, format, take: version });
      if (!answer.taken) {
        put(result, report(language, name, answer, { take: () => send(file, answer.version), leave }));
        result.focus();
        return;
      }
      leave();
      toast(t.count('page.translation.taken', answer.counts.new + answer.counts.changed + answer.counts.confirmed),
        { kind: 'good', action: { label: t('action.undo'), run: () => undo(ctx, answer.step, again) } });
      again();
    } catch (error) {
      if (error.code !== 'bad_file') {
        throw error;
      }
      put(result, refusal(error, name));
      result.focus();
    }
  }

  return h('div', { class: 'stack' }, form({
    submit: t('page.translation.check'),
    async onsubmit({ file }) {
      const format = formatOf(file);
      put(result);
      // Its octets are kept: what is taken is what was reported on, whatever happens to the file meanwhile.
      await send({ octets: await file.arrayBuffer(), name: file.name, format });
    },
  }, input), result);
}

function download(language, format) {
  const query = new URLSearchParams({ language: language.code, format });
  return h('a', { class: 'button', href: `/api/translation/export?${query}`, download: `mekong-${language.code}.${format}` }, t(`page.translation.download-${format}`));
}

// again: a function for after something was taken.
export function files(ctx, language, again) {
  return section(t('page.translation.files'), { lead: t('page.translation.files-lead') },
    h('div', { class: 'card' },
      h('div', { class: 'row' }, download(language, 'po'), download(language, 'csv')),
      may(ctx.me, 'editor') ? upload(ctx, language, again) : h('p', { class: 'soft' }, t('page.translation.upload-who'))));
}
