// SPDX-License-Identifier: Apache-2.0
// A phone for the staff. It dials the working copy or the version in force, by the code that answers workers; nobody else
// hears of it, and a request for help goes nowhere.
import { h, put } from '../dom.js';
import { choice, field, form, lazy, link, more, notice, page as pageOf, row, section } from '../ui.js';
import { t } from '../words.js';
import { besides, handset, plainButton } from './simulator_phone.js';
import { transcript } from './simulator_transcript.js';

const minute = 60000;
const waits = [5, 15, 60];

// Example numbers by country: what a gateway guesses the language by. Nobody is called.
const numbers = { LA: '8562055512345', TH: '66812345678', KH: '85512345678', MM: '959412345678', VN: '84912345678', CN: '8613912345678' };

// What a phone dials with that carrier, and where its SMS go.
function codesOf(carrier) {
  const code = carrier?.codes.split(' ')[0] || '*1234#';
  return { code, number: carrier?.sms_from || code.replace(/\D/g, '') || '1234' };
}

// turn(channel): USSD and SMS are two sides of the same phone, so it need not be switched on again.
function settings(choices, query, turn) {
  const one = (name, fallback) => query.get(name) ?? fallback;
  const shownAtFirst = (content) => content === 'draft' || choices.drafts_served;
  const content = choice({ label: t('page.simulator.content'), name: 'content', value: one('content', 'draft'), onchange: (event) => {
    drafts.querySelector('input').checked = shownAtFirst(event.target.value);
  }, options: [
    { value: 'draft', label: t('page.simulator.draft'), hint: t('page.simulator.draft-hint') },
    { value: 'published', label: t('page.simulator.published'), hint: t('page.simulator.published-hint') }] });
  const channel = choice({ label: t('page.simulator.channel'), name: 'channel', value: one('channel', 'ussd'), onchange: (event) => turn(event.target.value), options: [
    { value: 'ussd', label: 'USSD' }, { value: 'sms', label: 'SMS' }] });
  const carrier = field({ label: t('page.simulator.carrier'), name: 'carrier', type: 'select', optional: true, value: one('carrier', ''), hint: t('page.simulator.carrier-hint'),
    options: choices.carriers.map((each) => ({ value: each.name, label: each.name || t('page.simulator.carrier-default') })) });
  const language = field({ label: t('page.simulator.language'), name: 'language', type: 'select', optional: true, value: one('language', ''), options: [
    { value: '', label: t('page.simulator.language-none') },
    ...choices.languages.map((each) => ({ value: each.code, label: `${each.latin} (${each.name})` }))] });
  const country = field({ label: t('page.simulator.country'), name: 'country', type: 'select', value: one('country', 'LA'),
    options: Object.keys(numbers).map((code) => ({ value: code, label: t(`page.simulator.country-${code}`) })) });
  const boxes = choice({ label: t('page.simulator.letters'), name: 'latin', many: true, value: [], options: [{ value: 'yes', label: t('page.simulator.latin') }] });
  const drafts = choice({ label: t('page.simulator.translations'), name: 'drafts', many: true, value: shownAtFirst(one('content', 'draft')) ? ['yes'] : [],
    options: [{ value: 'yes', label: t('page.simulator.drafts'), hint: t('page.simulator.drafts-hint') }] });
  carrier.querySelector('.optional')?.remove();
  language.querySelector('.optional')?.remove();
  return [content, channel, carrier, language, country, more(t('page.simulator.more'), boxes, drafts)];
}

// One phone that is switched on: its id, and what it does one thing after the other.
class Phone {
  constructor(api, id) {
    Object.assign(this, { api, id, open: false, last: Promise.resolve() });
  }

  act(step) {
    this.last = this.last.catch(() => null).then(() => this.api.post('/api/simulator/step', { id: this.id, ...step }));
    return this.last;
  }
}

function build(ctx, choices) {
  const { api, query, signal } = ctx;
  const place = h('div', { class: 'simulator-place' });
  const aside = h('div', { class: 'stack', 'aria-live': 'polite' });
  const price = field({ label: t('page.simulator.price'), name: 'price', inputmode: 'decimal', optional: true, autocomplete: 'off', maxlength: 9, hint: t('page.simulator.price-hint'), oninput: () => log.redraw() });
  const costs = () => {
    const value = Number.parseFloat(price.control.value.replace(',', '.'));
    return value > 0 ? value : 0;
  };
  const log = transcript(costs);
  let phone = null;
  let set = null;

  const done = (step, result) => {
    phone.open = result.session;
    log.add({ ...step, events: result.events });
    put(aside, besides(result.events));
    set.show(result.events, result.session);
    set.focusInput();
  };
  const act = async (what, text = '', to = '', wait = 0) => {
    const step = { act: what, text, to, ...(wait && { wait_ms: wait }) };
    const mine = phone;
    const result = await mine.act(step);
    if (mine === phone && !signal.aborted) {
      done(step, result);
    }
  };
  const doing = (...step) => act(...step).catch((error) => put(aside, notice('bad', h('p', error.message))));

  const begin = async (wish, dial) => {
    const carrier = choices.carriers.find((each) => each.name === wish.carrier);
    const { code, number } = codesOf(carrier);
    const own = numbers[wish.country];
    const { id, version, errors } = await api.post('/api/simulator/begin', { content: wish.content, carrier: wish.carrier, language: wish.language, number: own,
      latin: wish.latin.includes('yes'), drafts: wish.drafts.includes('yes') });
    phone = new Phone(api, id);
    set = handset({ code: dial ?? code, number, channel: wish.channel, act: doing });
    put(place, h('figure', { class: 'phone' },
      h('figcaption', { class: 'phone-title' }, t(wish.content === 'draft' ? 'page.simulator.title-draft' : 'page.simulator.title-published', { version })), set));
    put(aside, errors > 0 && notice('warn', h('p', t.count('page.simulator.errors', errors), ' ', link('/review', t('page.simulator.errors-link')))));
    log.begin([`# ${version}`, wish.language && `# language chosen before: ${wish.language}`, wish.carrier && `# carrier: ${wish.carrier}`, `phone ${own}`]
      .filter(Boolean).map((line) => `${line}\n`).join(''));
    if (dial) {
      await act('dial', dial);
    }
  };
  const setup = form({ submit: t('page.simulator.begin'), onsubmit: (wish) => begin(wish, null) }, settings(choices, query, (channel) => set?.channel(channel)));
  const acts = () => row(plainButton(t('page.simulator.drop'), () => (phone.open ? doing('drop') : null)),
    waits.map((minutes) => plainButton(t('page.simulator.wait', { minutes: t.number(minutes) }), () => doing('wait', '', '', minutes * minute))));
  const first = Object.fromEntries(['content', 'channel', 'carrier', 'language', 'country'].map((name) => [name, setup.elements[name].value]));
  begin({ ...first, latin: [], drafts: setup.elements.drafts.checked ? ['yes'] : [] }, query.get('dial')).catch((error) => put(place, notice('bad', h('p', error.message))));

  return h('div', { class: 'simulator' },
    section(t('page.simulator.settings'), {}, h('div', { class: 'card' }, setup)),
    section(t('page.simulator.phone'), {}, aside, place, more(t('page.simulator.happens'), acts())),
    section(t('page.simulator.transcript'), { lead: t('page.simulator.transcript-lead') }, log, price));
}

export async function page(ctx) {
  const { api, signal } = ctx;
  return pageOf(t('page.simulator'), { lead: t('page.simulator.lead'), wide: true },
    lazy(async () => build(ctx, await api.get('/api/simulator', {}, { signal }))));
}
