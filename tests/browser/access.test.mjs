// SPDX-License-Identifier: Apache-2.0
// Every page of the list, as people use it who do not see it, have no mouse, have a narrow screen, or hold it on paper.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { until } from '../system/support/wait.mjs';
import { ConsoleWorld } from './support/world.mjs';

const { pages } = await import(path.join(ROOT_FOLDER, 'gateway/console/web/pages.js'));
const signedIn = pages.filter((page) => !page.public);
const everyRole = ['viewer', 'operator', 'editor', 'reviewer', 'caseworker', 'admin'];

// A page is there when its heading is, nothing loads, and nothing failed.
async function settled(page, entry) {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.state-loading, .lazy[aria-busy]'));
  const failed = await page.locator('.state-bad').allTextContents();
  assert.deepEqual(failed, [], `${entry.path} could not be shown`);
  assert.equal(await page.locator('h1').count(), 1, `${entry.path} has one heading`);
  assert.match(await page.title(), /^.+ · Mekong Line$/);
}

// The bell's question is open for as long as nothing rings.
const asks = (request) => new URL(request.url()).pathname.startsWith('/api/') && !request.url().includes('/api/events');

async function visit(world, page, entry) {
  const open = new Set();
  const began = (request) => asks(request) && open.add(request);
  const ended = (request) => open.delete(request);
  page.on('request', began).on('requestfinished', ended).on('requestfailed', ended);
  await page.goto(`${world.console.address}${entry.path}`);
  await page.locator('h1').first().waitFor();
  await until(() => `${entry.path} has all that it asked for`, () => open.size === 0);
  await settled(page, entry);
  page.off('request', began).off('requestfinished', ended).off('requestfailed', ended);
}

const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

test('The console for everybody', async (t) => {
  const world = await ConsoleWorld.start(t, { gateways: 1 });
  const noy = await world.person('Noy', ...everyRole);
  const open = async (language, width) => {
    await noy.client.done('POST', '/api/account/language', { language });
    return world.browse(noy, { width });
  };

  for (const [language, width] of [['en', 1280], ['en', 360], ['lo', 1280], ['lo', 360]])
    await t.test(`No page breaks a rule of WCAG 2.2 AA or scrolls sideways: ${language}, ${width} pixels wide`, async () => everyPage(world, await open(language, width), language, width));
  await t.test('Every page can be walked with the Tab key: all is reached, always seen, nothing holds one fast', async () => walk(world, await open('en', 1280)));
  await t.test('The skip link, the way between pages and the folded navigation work by keys', async () => keys(world, await open('en', 360)));
  await t.test('On paper a page has its content and no navigation', async () => paper(world, await open('en', 794)));
  await t.test('Letters are fetched only for the scripts that are shown', async () => letters(world, await open('en', 1280)));
});

async function everyPage(world, page, language, width) {
  for (const entry of signedIn) {
    await visit(world, page, entry);
    assert.ok(await tooWide(page) <= 0, `${entry.path} is ${await tooWide(page)} pixels too wide at ${width}`);
    await world.audit(page);
    if (width === 360) {
      await page.setViewportSize({ width: 320, height: 800 });
      assert.ok(await tooWide(page) <= 0, `${entry.path} is too wide at 320 pixels, a window of 1280 that is enlarged four times`);
      await page.setViewportSize({ width, height: 800 });
    }
    await world.picture(page, `page-${entry.name}-${language}-${width}`);
  }
  const stranger = await world.browse(null, { width, url: '/sign-in' });
  for (const entry of pages.filter((each) => each.public)) {
    await visit(world, stranger, entry);
    assert.ok(await tooWide(stranger) <= 0, `${entry.path} is too wide at ${width}`);
    await world.audit(stranger);
  }
}

// What has the focus: how it is seen, and where it stands.
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  if (!node || node === document.body)
    return null;
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  window.walked ??= new Set();
  // A field for a date has several stops in one.
  const again = window.walked.has(node) && window.last !== node;
  window.last = node;
  window.walked.add(node);
  return { what: node.outerHTML.slice(0, 120), again, ring: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2,
    uncovered: Boolean(seen && (node.contains(seen) || seen.contains(node))), inside: box.bottom > 0 && box.top < innerHeight };
});

// How many could be reached and were not, radio buttons of a group and tabs being one.
const missed = (page) => page.evaluate(() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((node) => node.tabIndex >= 0 && !node.disabled && node.checkVisibility({ visibilityProperty: true }) && !node.closest('[inert]') && !window.walked.has(node))
  .filter((node) => node.type !== 'radio' || ![...window.walked].some((other) => other.name === node.name))
  .map((node) => node.outerHTML.slice(0, 120)));

async function walk(world, page) {
  for (const entry of signedIn) {
    await visit(world, page, entry);
    let steps = 0;
    for (; steps < 400; steps++) {
      await page.keyboard.press('Tab');
      const at = await focused(page);
      if (!at || at.again)
        break;
      assert.ok(at.ring && at.inside && at.uncovered, `${entry.path}: the focus cannot be seen: ${JSON.stringify(at)}`);
    }
    if (steps < 400)
      assert.deepEqual(await missed(page), [], `${entry.path}: not reached by Tab`);
  }
}

async function keys(world, page) {
  await visit(world, page, signedIn[0]);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  const fold = page.getByRole('button', { name: 'Menu' });
  await fold.focus();
  assert.equal(await page.getByRole('link', { name: 'Your account' }).count(), 0);
  await page.keyboard.press('Enter');
  assert.equal(await fold.getAttribute('aria-expanded'), 'true');
  const link = page.getByRole('link', { name: 'Versions' });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Versions' }).waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  assert.equal(await fold.getAttribute('aria-expanded'), 'false');
}

async function paper(world, page) {
  await page.emulateMedia({ media: 'print' });
  for (const entry of signedIn) {
    await visit(world, page, entry);
    assert.equal(await page.locator('.side').isVisible(), false);
    assert.equal(await page.locator('main h1').isVisible(), true);
    assert.ok(await tooWide(page) <= 0, `${entry.path} is too wide for paper`);
    await world.picture(page, `print-${entry.name}`);
  }
}

async function letters(world, page) {
  const fonts = [];
  page.on('request', (request) => request.url().includes('/fonts/') && fonts.push(request.url()));
  await visit(world, page, { path: '/account' });
  const stranger = fonts.filter((url) => !/lao/.test(url));
  assert.deepEqual(stranger, []);
}
