// SPDX-License-Identifier: Apache-2.0
// Signing in. The second factor is asked for when the server says that this account has one.
import { api } from '../api.js';
import { h, put } from '../dom.js';
import { button, field, form, notice, page as pageOf } from '../ui.js';
import { t } from '../words.js';

// The form alone. done() is called when the person is in. again: it stands above a page whose session has ended, and is for the
// same person; somebody else begins with an empty page.
export function signInForm({ login = '', again = false, done }) {
  const codePlace = h('div');
  return form({
    submit: t('sign-in.submit'),
    extra: again && button(t('sign-in.other'), { kind: 'quiet', onclick: () => location.assign('/sign-in') }),
    onsubmit: async (values) => {
      try {
        await api.post('/api/sign-in', values);
      } catch (error) {
        if (error.code !== 'code_needed') {
          throw error;
        }
        const code = field({ label: t('sign-in.code'), name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 6 });
        put(codePlace, code);
        code.control.focus();
        return;
      }
      await done();
    },
  },
  field({ label: t('sign-in.login'), name: 'login', value: login, readOnly: again, autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' }),
  field({ label: t('sign-in.password'), name: 'password', type: 'password', autocomplete: 'current-password', autofocus: again }),
  codePlace);
}

// Only a path of the console is followed: an address from outside cannot send people elsewhere.
function nextPage(ctx) {
  const next = ctx.query.get('next') ?? '/';
  const url = new URL(next, location.origin);
  return url.origin === location.origin && next.startsWith('/') ? url : new URL('/', location.origin);
}

export async function page(ctx) {
  const done = ctx.query.has('done') && notice('good', h('p', t('sign-in.done')));
  return pageOf(t('page.sign-in'), { lead: t('sign-in.lead') }, done, signInForm({
    login: ctx.query.get('login') ?? '',
    done: async () => {
      await ctx.refresh();
      const url = nextPage(ctx);
      await ctx.go(url.pathname, Object.fromEntries(url.searchParams), { replace: true });
    },
  }), h('p', { class: 'hint' }, t('sign-in.lost')));
}
