// SPDX-License-Identifier: Apache-2.0
// THE list of pages. A page is a file and a line here. The navigation is made from it, and so is the server's table of
// addresses that show the console (web/embed.cmake reads the paths: one page, one line, `path` first).
// name: its word is page.NAME. group: where it stands in the navigation; none: not there. roles: who may see it; none: everybody.

const editors = ['editor', 'reviewer', 'admin'];

export const groups = ['day', 'content', 'watch', 'office'];

export const pages = [
  { path: '/', name: 'home', group: 'day', module: './pages/home.js' },
  { path: '/requests', name: 'requests', group: 'day', roles: ['caseworker', 'admin'], module: './pages/requests.js' },
  { path: '/content', name: 'content', group: 'content', module: './pages/content.js' },
  { path: '/fees', name: 'fees', group: 'content', module: './pages/fees.js' },
  { path: '/contacts', name: 'contacts', group: 'content', module: './pages/contacts.js' },
  { path: '/keywords', name: 'keywords', group: 'content', module: './pages/keywords.js' },
  { path: '/translation', name: 'translation', group: 'content', module: './pages/translation.js' },
  { path: '/numbers', name: 'numbers', group: 'content', module: './pages/numbers.js' },
  { path: '/review', name: 'review', group: 'content', roles: editors, module: './pages/review.js' },
  { path: '/versions', name: 'versions', group: 'content', module: './pages/versions.js' },
  { path: '/simulator', name: 'simulator', group: 'watch', module: './pages/simulator.js' },
  { path: '/volumes', name: 'volumes', group: 'watch', module: './pages/volumes.js' },
  { path: '/people', name: 'people', group: 'office', roles: ['admin'], module: './pages/people.js' },
  { path: '/audit', name: 'audit', group: 'office', roles: ['admin'], module: './pages/audit.js' },
  { path: '/account', name: 'account', module: './pages/account.js' },
  { path: '/sign-in', name: 'sign-in', public: true, module: './pages/sign_in.js' },
  { path: '/invitation', name: 'invitation', public: true, module: './pages/invitation.js' },
];

// What runs beside every page while somebody is signed in: a module with `start(ctx)`, ctx as for a page.
export const companions = [
  { name: 'bell', roles: ['caseworker', 'admin'], module: './bell.js' },
  { name: 'waiting', roles: ['reviewer'], module: './waiting.js' },
];

export const may = (me, page) => !page.roles || (me?.person.roles ?? []).some((role) => page.roles.includes(role));
