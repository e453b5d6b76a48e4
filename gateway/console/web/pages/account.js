// SPDX-License-Identifier: Apache-2.0
// What people decide about themselves: language, password, second factor.
import { h, put } from '../dom.js';
import { button, card, choice, facts, field, form, notice, page as pageOf, section, status, toast } from '../ui.js';
import { languages, t } from '../words.js';
import { qrCode } from './account_qr.js';

function person({ me }) {
  return section(t('page.account.you'), {}, card(facts([
    [t('page.account.name'), me.person.name],
    [t('sign-in.login'), h('span', { class: 'mono' }, me.person.login)],
    [t('page.account.roles'), me.person.roles.map((role) => t(`role.${role}`)).join(', ')],
  ])));
}

function languageChoice(ctx) {
  const options = languages.map((each) => ({
    value: each.code,
    label: h('span', { lang: each.code }, each.name),
    hint: each.draft && t('page.account.language-draft'),
  }));
  return section(t('page.account.language'), {}, card(form({
    submit: t('page.account.language-submit'),
    onsubmit: async ({ language }) => {
      await ctx.api.post('/api/account/language', { language });
      await ctx.refresh();
      await ctx.go('/account', {}, { replace: true });
      toast(t('page.account.language-done'), { kind: 'good' });
    },
  }, choice({ label: t('page.account.language-label'), name: 'language', value: document.documentElement.lang, options }))));
}

// must: the password that an administrator or the first start gave, good for one use.
function password(ctx, must) {
  const node = form({
    submit: t('page.account.password-submit'),
    onsubmit: async (values, self) => {
      await ctx.api.post('/api/account/password', values);
      self.reset();
      await ctx.refresh();
      await ctx.go(must ? '/' : '/account', {}, { replace: true });
      toast(t('page.account.password-done'), { kind: 'good' });
    },
  },
  h('input', { type: 'text', class: 'unseen', autocomplete: 'username', value: ctx.me.person.login, tabindex: '-1', 'aria-hidden': 'true', readOnly: true }),
  field({ label: t('page.account.password-old'), name: 'old', type: 'password', autocomplete: 'current-password' }),
  field({ label: t('page.account.password-new'), name: 'new', type: 'password', autocomplete: 'new-password', hint: t('password.hint') }));
  return section(t('page.account.password'), {}, card(node));
}

// The secret as the phone's camera reads it, and as hands type it.
function enrol(ctx, { secret, uri }, done, cancel) {
  return h('div', { class: 'account-enrol' },
    qrCode(uri, t('page.account.totp-code-picture')),
    h('div', { class: 'stack' },
      h('p', t('page.account.totp-scan')),
      facts([[t('page.account.totp-secret'), h('span', { class: 'mono account-secret' }, secret.replace(/(.{4})/g, '$1 ').trim())]]),
      form({
        submit: t('page.account.totp-confirm'),
        cancel,
        onsubmit: async ({ code }) => {
          await ctx.api.post('/api/account/totp/confirm', { code: code.replace(/\s/g, '') });
          await done();
        },
      }, field({ label: t('page.account.totp-now'), name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 7 }))));
}

function factorOff(ctx, redraw) {
  const place = h('div', { class: 'stack' });
  const offer = () => put(place,
    h('p', status('quiet', t('page.account.totp-off'))),
    h('p', t('page.account.totp-why')),
    h('div', { class: 'row' }, button(t('page.account.totp-begin'), { kind: 'primary', onclick: async () => {
      const begun = await ctx.api.post('/api/account/totp/begin');
      put(place, enrol(ctx, begun, async () => {
        await redraw();
        toast(t('page.account.totp-done'), { kind: 'good' });
      }, offer));
      place.querySelector('input').focus();
    } })));
  offer();
  return place;
}

function factorOn(ctx, redraw) {
  const place = h('div', { class: 'stack' });
  const state = () => put(place,
    h('p', status('good', t('page.account.totp-on'))),
    h('div', { class: 'row' }, button(t('page.account.totp-remove'), { onclick: () => {
      put(place, form({
        submit: t('page.account.totp-remove'),
        danger: true,
        cancel: state,
        onsubmit: async (values) => {
          await ctx.api.post('/api/account/totp/remove', values);
          await redraw();
        },
      }, field({ label: t('page.account.totp-remove-password'), name: 'password', type: 'password', autocomplete: 'current-password' })));
      place.querySelector('input').focus();
    } })));
  state();
  return place;
}

function secondFactor(ctx) {
  const redraw = async () => {
    await ctx.refresh();
    await ctx.go('/account', {}, { replace: true });
  };
  return section(t('page.account.totp'), {}, card(ctx.me.totp ? factorOn(ctx, redraw) : factorOff(ctx, redraw)));
}

export async function page(ctx) {
  if (ctx.me.must_change_password) {
    return pageOf(t('page.account.first'), {}, notice('info', h('p', t('page.account.first-text'))), password(ctx, true));
  }
  return pageOf(t('page.account'), {},
    h('div', { class: 'account' }, person(ctx), languageChoice(ctx), password(ctx, false), secondFactor(ctx)),
    h('p', { class: 'small soft' }, h('a', { href: '/licences.txt', target: '_blank', rel: 'noopener' }, t('page.account.licences'))));
}
