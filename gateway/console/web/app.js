// SPDX-License-Identifier: Apache-2.0
// The console in the browser: who is here, which page stands at this address, and the way from one page to the next.
import { api, onSignedOut, useToken } from './api.js';
import { h, put } from './dom.js';
import { useOwner } from './drafts.js';
import { companions, may, pages } from './pages.js';
import { frame } from './shell.js';
import { dialog, failed, loading, page as pageOf, link, say } from './ui.js';
import { firstLanguage, lastLanguage, t, useLanguage } from './words.js';

const app = {
  me: null,
  shell: null,
  // The address of the page that is shown.
  shown: null,
  // What the page that is shown wants to know of its end.
  leaving: [],
  abort: new AbortController(),
  // Counts the pages asked for: one that comes late is dropped.
  turn: 0,
  companions: new AbortController(),
};

const root = () => document.getElementById('app');
const here = () => `${location.pathname}${location.search}`;

function contextFor(path, signal) {
  return {
    me: app.me,
    api,
    t,
    query: new URLSearchParams(location.search),
    path,
    signal,
    go,
    // Another query of the same page, without showing the page anew.
    setQuery(query) {
      history.replaceState(history.state, '', address(path, query));
    },
    // fn() is called before the page is left; false (or a promise of it) stays.
    onLeave(fn) {
      app.leaving.push(fn);
    },
    // The name of the window's tab, such as "(2) Requests".
    title(text) {
      document.title = `${text} · Mekong Line`;
    },
    // Who is signed in, asked for anew: after signing in, or a change of name, language or roles.
    refresh: who,
  };
}

function address(path, query) {
  const words = new URLSearchParams(Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '')).toString();
  return words ? `${path}?${words}` : path;
}

async function mayLeave() {
  for (const ask of app.leaving) {
    if ((await ask()) === false) {
      return false;
    }
  }
  return true;
}

// go('/fees', { id: 'la-th-visa' }): shows another page.
export async function go(path, query, { replace = false } = {}) {
  if (!(await mayLeave())) {
    return;
  }
  history[replace ? 'replaceState' : 'pushState']({}, '', address(path, query));
  await show();
}

function pageAt(path) {
  return pages.find((each) => each.path === path);
}

// A page instead of one that cannot be shown.
function instead(title, text) {
  return pageOf(title, { lead: text }, h('p', link('/', t('shell.to-home'))));
}

async function contentOf(entry, ctx) {
  if (!entry) {
    return instead(t('shell.not-found'), t('shell.not-found-text'));
  }
  if (!entry.public && !may(app.me, entry)) {
    return instead(t('shell.forbidden'), t('shell.forbidden-text'));
  }
  const module = await import(entry.module).catch((error) => {
    console.error(error);
    throw new Error(t('error.offline'));
  });
  return module.page(ctx);
}

function frameFor(entry) {
  const bare = entry?.public || !app.me;
  if (!app.shell || app.shell.bare !== bare) {
    app.shell = frame({ me: app.me, bare, speak });
    app.shell.bare = bare;
    put(root(), app.shell.node);
  }
  app.shell.mark(entry);
  return app.shell.main;
}

async function show({ first = false } = {}) {
  app.turn += 1;
  const mine = app.turn;
  app.abort.abort();
  app.abort = new AbortController();
  app.leaving = [];
  const entry = pageAt(location.pathname);
  if (!app.me && !entry?.public) {
    const next = here() === '/' ? undefined : here();
    history.replaceState({}, '', address('/sign-in', { next }));
    await show({ first });
    return;
  }
  if (app.me?.must_change_password && !entry?.public && entry?.name !== 'account') {
    history.replaceState({}, '', '/account');
    await show({ first });
    return;
  }
  app.shown = here();
  const main = frameFor(entry);
  const name = entry ? t(`page.${entry.name}`) : t('shell.not-found');
  document.title = `${name} · Mekong Line`;
  const waiting = setTimeout(() => put(main, loading()), 150);
  let content = null;
  try {
    content = await contentOf(entry, contextFor(location.pathname, app.abort.signal));
  } catch (error) {
    content = error.name === 'AbortError' ? null : pageOf(name, {}, failed(error, () => show()));
    console.error(error);
  }
  clearTimeout(waiting);
  if (mine !== app.turn || !content) {
    return;
  }
  put(main, content);
  if (!first) {
    scrollTo(0, 0);
    main.querySelector('h1')?.focus({ preventScroll: true });
    say(name);
  }
}

// A click on a link to a page of the console shows it without loading the console anew.
function follow(event) {
  const anchor = event.target.closest?.('a[href]');
  const other = event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!anchor || other || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin || !pageAt(anchor.pathname)) {
    return;
  }
  if (anchor.hash && anchor.pathname === location.pathname) {
    return;
  }
  event.preventDefault();
  go(anchor.pathname, Object.fromEntries(new URLSearchParams(anchor.search)));
}

async function back() {
  // The address has changed already; who stays gets it back.
  const wanted = here();
  if (app.leaving.length && !(await mayLeave())) {
    history.pushState({}, '', app.shown ?? wanted);
    return;
  }
  await show();
}

async function startCompanions() {
  app.companions.abort();
  app.companions = new AbortController();
  if (!app.me) {
    return;
  }
  for (const each of companions.filter((one) => may(app.me, one))) {
    const module = await import(each.module);
    module.start(contextFor(location.pathname, app.companions.signal));
  }
}

// Asks who is here. The frame is drawn anew, because names, language and roles stand in it.
async function who() {
  try {
    app.me = await api.get('/api/me');
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    app.me = null;
  }
  useToken(app.me?.token);
  useOwner(app.me?.person.login ?? '');
  await useLanguage(app.me?.language || firstLanguage());
  app.shell = null;
  await startCompanions();
  return app.me;
}

// The same page in another language, for people who have not signed in.
async function speak(code) {
  await useLanguage(code);
  app.shell = null;
  await show();
}

let asking = null;

// The session has ended while somebody worked: they sign in above their page, and nothing of it is lost. All calls that wait
// share one dialog.
function signInAgain() {
  if (!app.me) {
    return Promise.resolve(false);
  }
  asking ??= (async () => {
    const { signInForm } = await import('./pages/sign_in.js');
    const login = app.me.person.login;
    const done = await dialog({
      title: t('sign-in.again'),
      stay: true,
      body: (close) => [h('p', t('sign-in.again-text')), signInForm({ login, again: true, done: () => close(true) })],
    });
    useToken((await api.get('/api/me')).token);
    return done === true;
  })().finally(() => {
    asking = null;
  });
  return asking;
}

async function start() {
  document.addEventListener('click', follow);
  addEventListener('popstate', back);
  onSignedOut(signInAgain);
  // The page's own module is fetched while the server is asked who is here.
  import(pageAt(location.pathname)?.module ?? './pages.js').catch(() => {});
  try {
    // Where no language is remembered, the account's may be another than the browser's: one file of words is enough.
    await Promise.all([lastLanguage() && useLanguage(lastLanguage()), who()]);
    await show({ first: true });
  } catch (error) {
    await useLanguage(firstLanguage()).catch(() => {});
    put(root(), h('main', { class: 'bare' }, failed(error, () => location.reload())));
  }
}

start();
