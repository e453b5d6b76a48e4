// SPDX-License-Identifier: Apache-2.0
// What the queue and a case have in common: words for what a request says, and whether a call is safe now where the worker is.
import { h, put } from '../dom.js';
import { status } from '../ui.js';
import { t } from '../words.js';

// The hours that a worker chose from, in the time of the country where they are (PROTOCOL.md, section 8).
const hours = { morning: [6, 12], afternoon: [12, 18], evening: [18, 22] };
const everyMs = 15000;

// The server's clock less this computer's: an office laptop may be hours off.
let ahead = 0;

export function setClock(now) {
  ahead = now - Date.now();
}

export const now = () => Date.now() + ahead;

export const grouped = (number) => number.replace(/(\d{3})(?=\d)/g, '$1 ');

const known = (key, word) => (t.has(key) ? t(key) : word);

export const kindName = (kind) => (kind ? known(`page.requests.kind-${kind}`, kind) : t('page.requests.kind-none'));
export const outcomeName = (outcome) => (outcome ? known(`page.requests.outcome-${outcome}`, outcome) : t('page.requests.outcome-none'));

export const countryName = (code) => (code ? known(`page.requests.country-${code}`, code) : t('page.requests.country-none'));

const kinds = { new: 'bad', taken: 'info', waiting: 'warn', closed: 'quiet' };

export const stateBadge = (request) => status(kinds[request.state], t(`page.requests.state-${request.state}`));

export function clockIn(zone, moment = now()) {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(moment);
}

const hour = (number) => `${String(number).padStart(2, '0')}:00`;

export const safeWords = ({ safe }) => (hours[safe]
  ? t(`page.requests.safe-${safe}`, { from: hour(hours[safe][0]), to: hour(hours[safe][1]) }) : t('page.requests.safe-any'));

// May one call now? { may: true, false, or null if nobody can tell, time: as it is there }.
export function callable({ safe, zone }) {
  if (!zone) {
    return { may: safe === 'any' ? true : null, time: null };
  }
  const time = clockIn(zone);
  const at = Number(time.slice(0, 2));
  return { may: !hours[safe] || (at >= hours[safe][0] && at < hours[safe][1]), time };
}

const answers = { true: ['good', 'page.requests.safe-now'], false: ['bad', 'page.requests.safe-not-now'], null: ['warn', 'page.requests.safe-unknown'] };

function clockParts(request) {
  const { may, time } = callable(request);
  const [kind, key] = answers[may];
  return [
    status(kind, t(key)),
    h('span', time ? t('page.requests.now-there', { time, country: countryName(request.country) }) : t('page.requests.zone-unknown')),
    h('span', { class: 'soft' }, safeWords(request)),
  ];
}

// The clock of the worker's country, which goes on while it is shown.
export function safeClock(request, signal) {
  const node = h('div', { class: 'requests-clock' }, clockParts(request));
  const timer = setInterval(() => {
    if (node.isConnected) {
      put(node, clockParts(request));
    }
  }, everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return node;
}

// What must not be overlooked before a call.
export function wishBadge({ wish }) {
  const key = { quiet: 'page.requests.wish-quiet', none: 'page.requests.wish-none' }[wish];
  return key && h('strong', { class: ['requests-wish', `requests-wish-${wish}`] }, t(key));
}

export const holder = ({ assignee, mine }) => (mine ? t('page.requests.mine') : assignee?.name);

// An id for a note, so that sending it twice makes one.
export const freshNote = () => [...crypto.getRandomValues(new Uint8Array(8))].map((octet) => octet.toString(16).padStart(2, '0')).join('');
