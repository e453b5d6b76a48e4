// SPDX-License-Identifier: Apache-2.0
// What stands around every page: the name, the navigation, who is signed in, and whether the server can be reached.
import { h, put, svg } from './dom.js';
import { groups, may, pages } from './pages.js';
import { api } from './api.js';
import { language, languages, t } from './words.js';

function mark() {
  return svg('svg', { viewBox: '0 0 32 32', class: 'brand-mark', 'aria-hidden': 'true' },
    svg('rect', { width: 32, height: 32, rx: 8 }),
    svg('path', { d: 'M6 13c3.3-3 6.7-3 10 0s6.7 3 10 0M6 20.5c3.3-3 6.7-3 10 0s6.7 3 10 0' }));
}

function brand() {
  return h('a', { class: 'brand', href: '/' }, mark(), h('span', { class: 'brand-name' }, 'Mekong Line'));
}

const lookAgainAfter = 4000;

// Says that the server is away, and looks by itself whether it is back.
function connection() {
  const node = h('p', { class: 'offline', role: 'status', hidden: true });
  let timer = null;
  const look = () => {
    clearTimeout(timer);
    if (node.isConnected) {
      api.get('/api/me').catch(() => {});
    }
  };
  document.addEventListener('console:connection', ({ detail }) => {
    node.hidden = detail.online;
    put(node, detail.online ? '' : t('shell.offline'));
    clearTimeout(timer);
    timer = detail.online ? null : setTimeout(look, lookAgainAfter);
  });
  return node;
}

async function leave() {
  await api.post('/api/sign-out');
  // The whole page is loaded anew, so that nothing of this person stays in it.
  location.assign('/sign-in');
}

function speakers(speak) {
  return h('footer', { class: 'speak', 'aria-label': t('shell.language') }, languages.map((each) =>
    h('button', { type: 'button', lang: each.code, 'aria-pressed': String(each === language()), onclick: () => speak(each.code) }, each.name)));
}

// The numbers outlive a frame: it is drawn anew when language or roles have changed.
const counts = new Map();

function writeCount(node, { count = 0, label } = {}) {
  node.hidden = count === 0;
  put(node, count > 0 && [h('span', { 'aria-hidden': 'true' }, t.number(count)), h('span', { class: 'unseen' }, label)]);
}

function navigation(me) {
  const links = new Map();
  // Who must choose a password first can go nowhere else.
  const lists = me.must_change_password ? [] : groups.map((group) => {
    const mine = pages.filter((each) => each.group === group && may(me, each));
    const items = mine.map((each) => {
      const badge = h('span', { class: 'nav-count', data: { count: each.name } });
      writeCount(badge, counts.get(each.name));
      const anchor = h('a', { class: 'nav-link', href: each.path }, h('span', t(`page.${each.name}`)), badge);
      links.set(each.name, anchor);
      return h('li', anchor);
    });
    return items.length > 0 && h('div', { class: 'nav-group' }, h('h2', { class: 'nav-title', id: `nav-${group}` }, t(`nav.${group}`)),
      h('ul', { 'aria-labelledby': `nav-${group}` }, items));
  });
  const person = h('a', { class: 'nav-link nav-person', href: '/account' },
    h('span', { class: 'nav-person-name' }, me.person.name),
    h('span', { class: 'nav-person-role' }, me.person.roles.map((role) => t(`role.${role}`)).join(', ')));
  links.set('account', person);
  const out = h('button', { type: 'button', class: 'nav-link', onclick: leave }, t('shell.sign-out'));
  return { lists, foot: h('div', { class: 'nav-foot' }, person, out), links };
}

// A number beside a page's name in the navigation, such as new requests; 0 takes it away. label says it in words.
export function navCount(name, count, label) {
  counts.set(name, { count, label });
  document.querySelectorAll(`[data-count="${name}"]`).forEach((node) => writeCount(node, { count, label }));
}

// The frame: { node, main, mark(entry) }. bare: only the name, for pages before signing in.
export function frame({ me, bare, speak }) {
  const main = h('main', { id: 'main', tabindex: '-1', class: bare && 'bare' });
  const skip = h('a', { class: 'skip', href: '#main', onclick: (event) => {
    event.preventDefault();
    main.focus();
  } }, t('shell.skip'));
  if (bare) {
    return { node: h('div', { class: 'shell shell-bare' }, skip, h('header', { class: 'bare-head' }, brand()), connection(), main, speakers(speak)), main, mark() {} };
  }
  const { lists, foot, links } = navigation(me);
  const nav = h('nav', { id: 'nav', class: 'nav', 'aria-label': t('shell.navigation') }, h('div', { class: 'nav-lists' }, lists), foot);
  const fold = h('button', { type: 'button', class: 'nav-fold', 'aria-expanded': 'false', 'aria-controls': 'nav', onclick: () => open(fold.getAttribute('aria-expanded') === 'false') },
    t('shell.menu'));
  const node = h('div', { class: 'shell' }, skip, h('header', { class: 'side' }, h('div', { class: 'side-top' }, brand(), fold), nav), connection(), main);

  function open(yes) {
    fold.setAttribute('aria-expanded', String(yes));
    node.classList.toggle('nav-open', yes);
  }

  return {
    node,
    main,
    mark(entry) {
      open(false);
      links.forEach((anchor, name) => {
        if (entry?.name === name) {
          anchor.setAttribute('aria-current', 'page');
        } else {
          anchor.removeAttribute('aria-current');
        }
      });
    },
  };
}
