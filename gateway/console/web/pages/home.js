// SPDX-License-Identifier: Apache-2.0
// The first page: what has to be done today.
import { empty, page as pageOf } from '../ui.js';
import { t } from '../words.js';

export async function page(ctx) {
  return pageOf(t('page.home'), { lead: ctx.me.person.name }, empty(t('state.loading')));
}
