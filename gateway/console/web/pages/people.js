// SPDX-License-Identifier: Apache-2.0
// Who may do what in the console: invitations, roles, links for a new password, and people who have left.
import { h } from '../dom.js';
import { button, choice, confirm, dialog, empty, field, form, lazy, notice, page as pageOf, row, section, status, table, toast } from '../ui.js';

const roles = ['viewer', 'operator', 'editor', 'reviewer', 'caseworker', 'admin'];

const roleNames = (t, list) => list.map((role) => t(`role.${role}`)).join(', ');

function roleChoice(t, chosen) {
  return choice({ label: t('page.people.roles'), name: 'roles', many: true, value: chosen,
    options: roles.map((role) => ({ value: role, label: t(`role.${role}`), hint: t(`page.people.role.${role}`) })) });
}

async function copy(ctx, input) {
  try {
    await navigator.clipboard.writeText(input.value);
    toast(ctx.t('page.people.copied'), { kind: 'good' });
  } catch { // a browser that forbids it: the link is marked, and the keys for copying work
    input.select();
  }
}

// A link is shown this once: the server keeps no more of it than it needs to know it again.
function showLink(ctx, title, { link, until_ms: until }) {
  const { t } = ctx;
  const place = field({ label: t('page.people.link'), name: 'link', value: link, readonly: true, optional: true });
  place.querySelector('.optional')?.remove();
  place.control.addEventListener('focus', () => place.control.select());
  return dialog({ title, stay: true, wide: true, body: (close) => [
    notice('warn', h('p', t('page.people.link-once', { until: t.moment(until) }))),
    place,
    row(button(t('action.copy'), { kind: 'primary', onclick: () => copy(ctx, place.control) }),
      button(t('page.people.link-done'), { kind: 'quiet', onclick: () => close() }))] });
}

async function invite(ctx, list) {
  const { api, t } = ctx;
  const made = await dialog({ title: t('page.people.invite'), body: (close) => form({
    submit: t('page.people.invite-make'),
    cancel: () => close(),
    onsubmit: async (values) => close({ name: values.name, ...await api.post('/api/people/invite', { name: values.name.trim(), roles: values.roles ?? [] }) }),
  }, field({ label: t('page.people.name'), name: 'name', maxlength: 60, autocomplete: 'off', hint: t('page.people.name-hint') }), roleChoice(t, ['viewer'])) });
  if (made) {
    await list.reload();
    await showLink(ctx, t('page.people.invited', { name: made.name }), made);
  }
}

async function changeRoles(ctx, list, person) {
  const { api, t } = ctx;
  const done = await dialog({ title: t('page.people.roles-of', { name: person.name }), body: (close) => form({
    submit: t('action.save'),
    cancel: () => close(),
    onsubmit: async (values) => {
      await api.post('/api/people/roles', { id: person.id, was: person.roles, roles: values.roles ?? [] });
      close(true);
    },
  }, roleChoice(t, person.roles)) });
  if (done) {
    toast(t('page.people.roles-saved', { name: person.name }), { kind: 'good' });
    await list.reload();
  }
}

async function reset(ctx, list, person) {
  const { api, t } = ctx;
  const sure = await confirm({ title: t('page.people.reset-ask', { name: person.name }), text: t('page.people.reset-text'),
    action: t('page.people.reset-make'), danger: true });
  if (sure) {
    const made = await api.post('/api/people/reset', { id: person.id });
    await list.reload();
    await showLink(ctx, t('page.people.reset-made', { name: person.name }), made);
  }
}

async function setActive(ctx, list, person, active) {
  const { api, t } = ctx;
  if (!active && !await confirm({ title: t('page.people.deactivate-ask', { name: person.name }), text: t('page.people.deactivate-text'),
    action: t('page.people.deactivate'), danger: true })) {
    return;
  }
  await api.post('/api/people/active', { id: person.id, active });
  toast(t(active ? 'page.people.activated' : 'page.people.deactivated', { name: person.name }), { kind: 'good' });
  await list.reload();
}

async function withdraw(ctx, list, link) {
  const { api, t } = ctx;
  await api.post('/api/people/withdraw', { id: link.id });
  toast(t('page.people.withdrawn', { name: link.name }), { kind: 'good' });
  await list.reload();
}

function stateOf(t, person) {
  if (!person.active)
    return status('quiet', t('page.people.state.inactive'));
  if (!person.has_password)
    return status('warn', t('page.people.state.no-password'));
  if (person.must_change_password)
    return status('warn', t('page.people.state.one-time'));
  return status('good', t(person.totp ? 'page.people.state.two' : 'page.people.state.one'));
}

function actionsOf(ctx, list, person) {
  const { me, t } = ctx;
  const own = person.id === me.person.id;
  // The name is said to who cannot see whose line the button stands in.
  const each = (key, onclick) => button(t(key), { small: true, 'aria-label': `${t(key)}: ${person.name}`, onclick });
  return person.active
    ? row(each('page.people.roles', () => changeRoles(ctx, list, person)),
      !own && each('page.people.reset', () => reset(ctx, list, person)),
      !own && each('page.people.deactivate', () => setActive(ctx, list, person, false)))
    : row(each('page.people.activate', () => setActive(ctx, list, person, true)));
}

function peopleTable(ctx, list, people) {
  const { t } = ctx;
  return table({ caption: t('page.people'), rows: people, lineClass: (person) => !person.active && 'people-inactive', columns: [
    { label: t('page.people.name'), head: true, cell: (person) => [person.name, h('span', { class: 'hint people-login' }, person.login)] },
    { label: t('page.people.roles'), cell: (person) => roleNames(t, person.roles) || '–' },
    { label: t('page.people.state'), cell: (person) => stateOf(t, person) },
    { label: t('page.people.seen'), cell: (person) => (person.seen_ms ? t.moment(person.seen_ms) : t('page.people.never')) },
    { label: t('page.people.actions'), hideLabel: true, cell: (person) => actionsOf(ctx, list, person) },
  ] });
}

function linkTable(ctx, list, links, people) {
  const { t } = ctx;
  const nameOf = (id) => people.find((person) => person.id === id)?.name ?? '?';
  return table({ caption: t('page.people.links'), rows: links, empty: empty(t('page.people.no-links'), t('page.people.no-links-text')), columns: [
    { label: t('page.people.name'), head: true, cell: (link) => link.name },
    { label: t('page.people.link-for'), cell: (link) => (link.person ? t('page.people.link-recovery') : roleNames(t, link.roles)) },
    { label: t('page.people.link-by'), cell: (link) => nameOf(link.made_by) },
    { label: t('page.people.link-until'), cell: (link) => t.moment(link.until_ms) },
    { label: t('page.people.actions'), hideLabel: true, cell: (link) => button(t('page.people.withdraw'),
      { small: true, 'aria-label': `${t('page.people.withdraw')}: ${link.name}`, onclick: () => withdraw(ctx, list, link) }) },
  ] });
}

export async function page(ctx) {
  const { api, t, signal } = ctx;
  const list = lazy(async () => {
    const { people, links } = await api.get('/api/people', {}, { signal });
    return h('div', { class: 'stack' }, peopleTable(ctx, list, people),
      section(t('page.people.links'), { lead: t('page.people.links-lead') }, linkTable(ctx, list, links, people)));
  });
  return pageOf(t('page.people'), { lead: t('page.people.lead'), wide: true,
    actions: button(t('page.people.invite'), { kind: 'primary', onclick: () => invite(ctx, list) }) }, list);
}
