// SPDX-License-Identifier: Apache-2.0
// Pictures from Chromium: a filled dashboard drawn by uPlot, and what a program prints to a terminal.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from './browser_packages.mjs';
import { ROOT_FOLDER } from './contract.mjs';

const BINARY = path.resolve(process.env.MEKONGLINE ?? path.join(ROOT_FOLDER, 'build-asan/mekongline'));
const UPLOT = path.join(path.dirname(BINARY), 'console_web/node_modules/uplot/dist'); // where the build has fetched it for the console
const PAGE = path.join(ROOT_FOLDER, 'tests/system/support/drawing.js');

const STYLE = `
  body { margin: 0; background: #fff; color: #1b2a33; font: 13px 'Noto Sans', sans-serif }
  main { display: inline-block }
  .dashboard { position: relative; width: 1120px; background: #f3f2ee }
  .panel, .row { position: absolute; box-sizing: border-box; overflow: hidden }
  .row { padding: 1px 2px; font: 700 14px/20px 'Noto Sans' }
  .panel { border: 1px solid #dedbd1; border-radius: 4px; background: #fff; padding: 7px 10px }
  h2 { margin: 0 0 2px; font-size: 13px; line-height: 18px }
  .legend { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 1px 0 0 34px; font-size: 11.5px; line-height: 16px; color: #3a4a54 }
  .legend i { display: inline-block; width: 14px; height: 3px; margin: 0 5px 3px 0; vertical-align: middle }
  .tiles { display: flex; gap: 6px; height: calc(100% - 22px) }
  .tile { flex: 1; border-radius: 3px; text-align: center; font-size: 11.5px; line-height: 14px; white-space: nowrap }
  .tile b { display: block; font-size: 20px; line-height: 25px }
  table { border-collapse: collapse } th, td { text-align: left; padding: 1px 40px 1px 0; border-bottom: 1px solid #eceae4; font-weight: 400 }
  th { color: #51606a; font-size: 11.5px }
  .none { color: #51606a; margin: 20px 0 0; text-align: center }
  .terminal { margin: 0; padding: 14px 18px; background: #fbfaf7; border: 1px solid #dedbd1; font: 15px/1.25 'DejaVu Sans Mono', monospace }
  .terminal b { color: #0b5560 }`;

// The whole of `body` in a picture, after `draw` has run on the page.
async function shoot(file, body, draw = async () => {}) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])] });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 }, deviceScaleFactor: 1.25 });
    await page.setContent(`<!doctype html><style>${STYLE}</style><main>${body}</main>`);
    const result = await draw(page);
    await page.locator('main').screenshot({ path: file });
    return result;
  } finally {
    await browser.close();
  }
}

// Draw it. Returns { empty, cut }: the titles of panels without data, and of those that have not enough room.
export function drawDashboard(filled, file) {
  return shoot(file, '<div class="dashboard"></div>', async (page) => {
    await page.addStyleTag({ path: path.join(UPLOT, 'uPlot.min.css') });
    await page.addScriptTag({ path: path.join(UPLOT, 'uPlot.iife.min.js') });
    await page.addScriptTag({ path: PAGE });
    return page.evaluate((all) => window.drawDashboard(all), filled);
  });
}

const escape = (text) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// `talk`: [{ command, output }] as they stand in a terminal.
export function drawTerminal(talk, file) {
  return shoot(file, `<pre class="terminal">${talk.map(({ command, output }) => `<b>$ ${escape(command)}</b>\n${escape(output)}`).join('\n')}</pre>`);
}

// Fewer colours are enough for lines and letters; in place.
export function shrink(file) {
  execFileSync('pngquant', ['--force', '--speed', '1', '--strip', '--output', file, '28', file]);
  return fs.statSync(file).size;
}
