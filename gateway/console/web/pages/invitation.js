// SPDX-License-Identifier: Apache-2.0
// Whoever has a link that is good once chooses how they sign in. A link also brings back who has lost their password.
import { h } from '../dom.js';
import { empty, field, form, lazy, link, notice, page as pageOf } from '../ui.js';
import { t } from '../words.js';

function toSignIn() {
  return h('p', link('/sign-in', t('page.invitation.to-sign-in')));
}

function choose(ctx, token, known) {
  const back = known.recovery;
  return [
    h('p', t(back ? 'page.invitation.back-text' : 'page.invitation.text', { name: known.name })),
    form({
      submit: t(back ? 'page.invitation.back-submit' : 'page.invitation.submit'),
      onsubmit: async (values) => {
        await ctx.api.post('/api/invitation', { token, ...values });
        await ctx.go('/sign-in', { done: 'yes', login: back ? known.login : values.login }, { replace: true });
      },
    },
    back ? h('input', { type: 'text', class: 'unseen', autocomplete: 'username', value: known.login, tabindex: '-1', 'aria-hidden': 'true', readOnly: true })
      : [field({ label: t('page.invitation.name'), name: 'name', value: known.name, autocomplete: 'name', maxlength: 60, hint: t('page.invitation.name-hint') }),
        field({ label: t('sign-in.login'), name: 'login', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: 40,
          hint: t('page.invitation.login-hint') })],
    field({ label: t('sign-in.password'), name: 'password', type: 'password', autocomplete: 'new-password', hint: t('password.hint') })),
  ];
}

export async function page(ctx) {
  const token = ctx.query.get('token');
  if (!token) {
    return pageOf(t('page.invitation'), {}, empty(t('page.invitation.none'), t('page.invitation.none-text')), toSignIn());
  }
  // The link stays in the address until it is used, so that a reload does not lose it; nothing else on this page leads away.
  return pageOf(t('page.invitation'), {}, lazy(async () => {
    try {
      return h('div', { class: 'stack' }, choose(ctx, token, await ctx.api.get('/api/invitation', { token })));
    } catch (error) {
      if (error.status === 404) {
        return [notice('warn', h('p', t('page.invitation.over'))), toSignIn()];
      }
      throw error;
    }
  }));
}
