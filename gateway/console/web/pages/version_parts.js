// SPDX-License-Identifier: Apache-2.0
// What the pages of review and of versions show alike: how a version stands, its facts, and the dialogs that publish it.
import { h } from '../dom.js';
import { choice, dialog, facts, field, form, notice, status } from '../ui.js';
import { t } from '../words.js';

const kinds = { submitted: 'info', returned: 'warn', withdrawn: 'quiet', approved: 'good', published: 'quiet', overtaken: 'quiet' };

export const isInForce = (version) => version.publications.some((each) => each.state === 'in-force');
export const onItsWay = (version) => version.publications.find((each) => ['scheduled', 'ordered', 'waiting', 'sent'].includes(each.state));
export const lastInForce = (version) => version.publications.find((each) => each.in_force);

export const nameOf = (version) => t('page.versions.version', { number: version.id });

// Where an entry is edited; null for what no page edits.
export function editorOf(file, id) {
  const language = /^texts\/([^/]+)\//.exec(file)?.[1];
  const query = (path, words) => `${path}?${new URLSearchParams(words)}`;
  if (language || file === 'menu.json') {
    return query('/content', { id, ...(language && language !== 'en' && { language }) });
  }
  const name = file.replace(/\.json$/, '');
  if (name === 'channels' || name === 'centres') {
    return query('/contacts', { kind: name, id });
  }
  return name === 'fees' || name === 'keywords' ? query(`/${name}`, { id }) : null;
}

// How a version stands, in a word.
export function stateOf(version) {
  if (isInForce(version)) {
    return status('good', t('page.versions.in-force'));
  }
  const way = onItsWay(version);
  return way ? status('info', t(`page.versions.way.${way.state}`)) : status(kinds[version.state], t(`page.versions.state.${version.state}`));
}

// Sixteen digits in groups of four: people compare them by eye. The whole hash stands in the title.
export function hashOf(hash) {
  return h('code', { class: 'versions-hash', title: hash }, hash.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 '));
}

export const peopleOf = (list) => list.map((each) => each.name).join(', ');

const decidedBy = (decided) => (decided.at ? t('page.versions.by-at', { name: decided.by.name, at: t.moment(decided.at) }) : decided.by.name);

// Who made a version, who decided what, and its hash.
export function factsOf(version) {
  const { decided } = version;
  const approved = ['approved', 'published', 'overtaken'].includes(version.state);
  return facts([
    [t('page.versions.authors'), peopleOf(version.authors)],
    [t(version.origin === 'console' ? 'page.versions.submitted' : 'page.versions.came'), t('page.versions.by-at', { name: version.by.name, at: t.moment(version.at) })],
    decided && [t(approved ? 'page.versions.reviewer' : `page.versions.state.${version.state}`), decidedBy(decided)],
    decided?.note && [t('page.versions.reviewer-note'), decided.note],
    [t('page.versions.hash'), hashOf(version.hash)],
  ].filter(Boolean));
}

// Somebody has decided, published, or a gateway has spoken. For those windows that hear of news (events.js); the others look
// from time to time.
export function onNews(signal, run) {
  document.addEventListener('console:news', ({ detail: { topics } }) => topics.includes('versions') && run(), { signal });
}

const whens = ['now', 'later', 'not'];
const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// The next full hour, as a control for a local time wants it.
function nextHour() {
  const at = new Date(Math.ceil((Date.now() + 60000) / 3600000) * 3600000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// When to publish: at once, at a set time, or (where `not`) not yet. node.due() is 0, a time in milliseconds, or null for not yet.
export function whenField({ not = false } = {}) {
  const pick = choice({ label: t('page.versions.when'), name: 'when', value: 'now',
    options: whens.slice(0, not ? 3 : 2).map((each) => ({ value: each, label: t(`page.versions.when.${each}`) })) });
  const time = field({ label: t('page.versions.time'), name: 'due', type: 'datetime-local', value: nextHour(), hint: t('page.versions.time-zone', { zone: zone() }), optional: true });
  time.querySelector('.optional')?.remove();
  time.hidden = true;
  const chosen = () => pick.querySelector('input:checked')?.value;
  pick.addEventListener('change', () => {
    time.hidden = chosen() !== 'later';
  });
  const node = h('div', { class: 'stack' }, pick, time);
  node.due = () => {
    if (chosen() === 'not') {
      return null;
    }
    return chosen() === 'later' ? new Date(time.control.value).getTime() || 1 : 0;
  };
  return node;
}

// Publishes what was approved, now or at a set time. Resolves with the new status, or null.
export function publishDialog({ api, version, against }) {
  const request = crypto.randomUUID();
  const when = whenField();
  return dialog({
    title: t('page.versions.publish-title', { number: version.id }),
    body: (close) => form({
      submit: t('page.versions.publish'),
      cancel: () => close(),
      onsubmit: async () => close(await api.post('/api/versions/publish', { version: version.id, request, kind: 'publish', why: '', due: when.due(), against })),
    }, h('p', t('page.versions.publish-text')), when),
  });
}

const reasons = ['wrong', 'mistake', 'screens', 'other'];

// Goes back to an earlier version at once, with a reason that everybody can read.
export function backDialog({ api, version, against }) {
  const request = crypto.randomUUID();
  return dialog({
    title: t('page.versions.back-title', { number: version.id }),
    body: (close) => form({
      submit: t('page.versions.back-to', { number: version.id }),
      danger: true,
      cancel: () => close(),
      onsubmit: async ({ reason, words }) => {
        const why = [reason === 'other' ? '' : t(`page.versions.reason.${reason}`), words.trim()].filter(Boolean).join(' ');
        close(await api.post('/api/versions/publish', { version: version.id, request, kind: 'back', why, due: 0, against }));
      },
    },
    notice('info', h('p', t('page.versions.back-text')), h('p', t('page.versions.back-draft'))),
    choice({ label: t('page.versions.reason'), name: 'reason', value: 'wrong', options: reasons.map((each) => ({ value: each, label: t(`page.versions.reason.${each}`) })) }),
    field({ label: t('page.versions.reason-words'), name: 'words', optional: true, maxlength: 200 })),
  });
}
