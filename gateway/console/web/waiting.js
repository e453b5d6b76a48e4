// SPDX-License-Identifier: Apache-2.0
// How many versions wait for review, beside the name of that page. It runs beside every page of those who review.
import { listen } from './events.js';
import { navCount } from './shell.js';
import { t } from './words.js';

async function look(ctx) {
  const { waiting } = await ctx.api.get('/api/versions/status', {}, { signal: ctx.signal });
  navCount('review', waiting, t.count('page.review.waiting-count', waiting));
}

export function start(ctx) {
  document.addEventListener('console:news', ({ detail: { topics, missed } }) => {
    if (missed || topics.includes('versions')) {
      look(ctx).catch(() => {});
    }
  }, { signal: ctx.signal });
  listen(ctx.signal);
}
