// SPDX-License-Identifier: Apache-2.0
// Versions of the content: what workers read now, what comes next, what was before, and what each gateway serves.
import { h, put } from '../dom.js';
import { button, card, empty, facts, lazy, link, notice, page as pageOf, row, section, status, table, toast } from '../ui.js';
import { t } from '../words.js';
import { correctionPage } from './version_correction.js';
import { backDialog, factsOf, hashOf, isInForce, lastInForce, nameOf, onItsWay, onNews, publishDialog, stateOf } from './version_parts.js';

const lookAfter = { idle: 8000, busy: 1000 };

const reviews = (ctx) => ctx.me.person.roles.includes('reviewer');

function cancelButton(view, publication) {
  return reviews(view.ctx) && publication.state !== 'sent' && button(t('page.versions.cancel'), {
    small: true,
    onclick: async () => {
      view.show(await view.ctx.api.post('/api/versions/cancel', { publication: publication.id }));
      toast(t('page.versions.cancelled'), { kind: 'good' });
      view.list.reload();
    },
  });
}

// What stands in the way of what is on its way, in a sentence.
function wayText(now) {
  const values = { number: now.on_its_way.version };
  if (now.stuck) {
    return t('page.versions.stuck', values);
  }
  if (now.broker === 'away' && now.on_its_way.state !== 'ordered') {
    return t('page.versions.waits', values);
  }
  return t(`page.versions.way-text.${now.on_its_way.state}`, values);
}

function wayNotice(view, now) {
  if (!now.on_its_way) {
    return now.broker === 'away' && notice('warn', h('p', t('page.versions.broker-away')));
  }
  return notice(now.broker === 'away' || now.stuck ? 'warn' : 'info', h('p', wayText(now)), now.trouble && h('p', now.trouble),
    row(cancelButton(view, now.on_its_way)));
}

function scheduledOf(view, now) {
  return now.scheduled.length > 0 && section(t('page.versions.scheduled'), {},
    table({ caption: t('page.versions.scheduled'), rows: now.scheduled, columns: [
      { label: t('page.versions.number'), head: true, cell: (each) => t('page.versions.version', { number: each.version }) },
      { label: t('page.versions.time'), cell: (each) => `${t.moment(each.due)} (${t.ago(each.due, now.now)})` },
      { label: t('page.versions.ordered-by'), cell: (each) => each.by.name },
      { label: t('page.versions.actions'), hideLabel: true, cell: (each) => cancelButton(view, each) },
    ] }));
}

const gatewayState = (gateway) => status(gateway.state === 'up' ? (gateway.degraded ? 'warn' : 'good') : 'bad',
  t(gateway.state !== 'up' ? 'page.versions.gateway-down' : gateway.degraded ? 'page.versions.gateway-degraded' : 'page.versions.gateway-up'));

function gatewayServes(gateway, now) {
  const current = gateway.content === now.hash;
  const name = gateway.version ? t('page.versions.version', { number: gateway.version }) : t('page.versions.unknown');
  return [gateway.content ? [name, ' ', hashOf(gateway.content)] : t('page.versions.nothing'), ' ',
    gateway.refused && status('bad', t('page.versions.refused')),
    !gateway.refused && gateway.content && !current && status('warn', t('page.versions.behind'))];
}

function gatewaysOf(now) {
  return section(t('page.versions.gateways'), { lead: t('page.versions.gateways-lead') },
    now.gateways.some((each) => each.refused) && notice('bad', h('p', t('page.versions.refused-text'))),
    table({ caption: t('page.versions.gateways'), rows: now.gateways, empty: empty(t('page.versions.no-gateway'), t('page.versions.no-gateway-text')), columns: [
      { label: t('page.versions.gateway'), head: true, cell: (each) => each.instance },
      { label: t('page.versions.gateway-state'), cell: gatewayState },
      { label: t('page.versions.serves'), cell: (each) => gatewayServes(each, now) },
      { label: t('page.versions.said'), cell: (each) => t.moment(each.said) },
    ] }));
}

function nowOf(now) {
  const force = now.in_force;
  return card(h('div', { class: 'versions-now' },
    h('div', h('p', { class: 'versions-now-name' }, t('page.versions.version', { number: force.version })),
      h('p', t('page.versions.since', { at: t.moment(force.in_force) }))),
    facts([
      [t('page.versions.hash'), hashOf(now.hash)],
      [t('page.versions.ordered-by'), force.kind === 'installed' ? t('page.versions.installed') : force.by.name],
      force.why && [t('page.versions.why'), force.why],
    ].filter(Boolean))));
}

// What has happened to a version, in lines.
function historyOf(version) {
  return version.publications.length > 0 && h('ul', { class: 'versions-history' }, version.publications.map((each) => {
    const values = { name: each.by.name, at: t.moment(each.in_force || each.at), due: t.moment(each.due || each.at), by: each.end_name };
    const key = ['in-force', 'replaced'].includes(each.state) ? `page.versions.did.${each.kind}` : `page.versions.did.${each.state}`;
    const why = each.state === 'cancelled' ? t(`page.versions.end.${each.end_why}`, values) : each.state === 'refused' ? each.end_why : each.why;
    return h('li', t(key, values), why && ` ${why}`);
  }));
}

function actionsOf(view, version) {
  const { ctx } = view;
  const against = view.now.in_force.version;
  const act = (run) => async () => {
    const now = await run({ api: ctx.api, version, against });
    if (now) {
      view.show(now);
      view.list.reload();
    }
  };
  return row(
    link(`/review?id=${version.id}`, t('page.versions.look')),
    reviews(ctx) && version.state === 'approved' && !onItsWay(version) && button(t('page.versions.publish'), { kind: 'primary', small: true, onclick: act(publishDialog) }),
    reviews(ctx) && version.state === 'published' && !isInForce(version) && button(t('page.versions.back-to', { number: version.id }), { small: true, onclick: act(backDialog) }),
    lastInForce(version) && link(`/versions?correction=${version.id}`, t('page.versions.correction')));
}

function versionOf(view, version) {
  return card(
    h('div', { class: 'versions-head' }, h('h3', nameOf(version)), stateOf(version)),
    h('p', { class: 'versions-note' }, version.note),
    factsOf(version),
    historyOf(version),
    actionsOf(view, version));
}

async function listOf(view) {
  const { versions } = await view.ctx.api.get('/api/versions', {}, { signal: view.ctx.signal });
  const node = h('div', { class: 'stack' }, versions.map((each) => versionOf(view, each)));
  const last = () => versions[versions.length - 1];
  const older = button(t('action.more'), { onclick: async () => {
    const next = (await view.ctx.api.get('/api/versions', { before: last().id })).versions;
    versions.push(...next);
    node.append(...next.map((each) => versionOf(view, each)));
    older.hidden = last().id === 1;
  } });
  older.hidden = last().id === 1;
  return [node, row(older)];
}

const markOf = ({ in_force: force, on_its_way: way, scheduled, waiting }) => JSON.stringify([force.id, way?.id, way?.state, scheduled.map((each) => each.id), waiting]);

async function lookOnce(view) {
  const before = markOf(view.now);
  view.show(await view.ctx.api.get('/api/versions/status', {}, { signal: view.ctx.signal }));
  if (before !== markOf(view.now)) {
    await view.list.reload();
  }
}

// Looks again and again while the page is open: at news, and sooner while something is on its way.
function watch(view) {
  const { signal } = view.ctx;
  let timer = null;
  let busy = false;
  const look = async () => {
    clearTimeout(timer);
    if (!busy && !signal.aborted) {
      busy = true;
      await lookOnce(view).catch(() => {});
      busy = false;
      const soon = view.now.on_its_way || view.now.scheduled.some((each) => each.due - Date.now() < 2 * lookAfter.idle);
      timer = setTimeout(look, soon ? lookAfter.busy : lookAfter.idle);
    }
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  onNews(signal, look);
  timer = setTimeout(look, lookAfter.busy);
}

export async function page(ctx) {
  const correction = ctx.query.get('correction');
  if (correction) {
    return correctionPage(ctx, correction);
  }
  const top = h('div', { class: 'stack versions-top', 'aria-live': 'polite' });
  const gateways = h('div');
  const view = { ctx, now: await ctx.api.get('/api/versions/status', {}, { signal: ctx.signal }) };
  let shown = '';
  view.show = (now) => {
    view.now = now;
    // What is the same stays, so that a reader is not told it again.
    const { now: at, ...rest } = now;
    if (JSON.stringify(rest) !== shown) {
      shown = JSON.stringify(rest);
      put(top, wayNotice(view, now), nowOf(now), scheduledOf(view, now));
      put(gateways, gatewaysOf(now));
    }
  };
  view.show(view.now);
  view.list = lazy(() => listOf(view));
  watch(view);
  return pageOf(t('page.versions'), { lead: t('page.versions.lead') },
    section(t('page.versions.now'), {}, top), gateways,
    section(t('page.versions.all'), {}, view.list));
}
