// SPDX-License-Identifier: Apache-2.0
// A console with its broker, Redis and gateway, staff who have signed in, and their browsers.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { axe, chromium } from '../../system/support/browser_packages.mjs';
import { World } from '../../system/support/world.mjs';
import { Client, Console, makeKeys } from './console.mjs';

// Chromium as the tests need it: no network but the console, and no sandbox where the tests run as root.
const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PASSWORD = 'a password of the tests';

export class ConsoleWorld {
  faults = [];
  #browser = null;
  #number = 0;

  // Options: gateways (how many; default 0), conf (of the console, by section), world (options of the World), first (nobody
  // has signed in yet).
  static async start(t, { gateways = 0, conf = {}, world = {}, first = false } = {}) {
    const self = new ConsoleWorld();
    t.after(() => self.end());
    self.world = await World.start(null, { gateways, ...world, start: ['broker', 'redis'] });
    makeKeys(self.world.folder);
    self.world.gateways.forEach((one) => one.configure({ request: {
      journal: self.world.file(`${one.instance}.journal`), public_key_file: self.world.file('requests.pub') } }));
    self.console = new Console(self.world, conf);
    await self.console.start();
    await Promise.all(self.world.gateways.map((one) => one.start()));
    if (!first)
      await self.#becomeAdmin();
    return self;
  }

  // The first run prints the administrator's password for one use; a person of flesh and blood changes it then.
  async #becomeAdmin() {
    const { login, password } = this.console.firstPassword();
    this.admin = new Client(this.console);
    await this.admin.signIn(login, password);
    await this.admin.done('POST', '/api/account/password', { old: password, new: PASSWORD });
    await this.admin.signIn(login, PASSWORD);
    this.adminLogin = login;
  }

  // Somebody of the staff with these roles, invited and signed in: { name, login, password, client }.
  async person(name, ...roles) {
    const login = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}.${this.#number += 1}`;
    const { link } = await this.admin.done('POST', '/api/people/invite', { name, roles });
    const client = new Client(this.console);
    await client.done('POST', '/api/invitation', { token: new URL(link).searchParams.get('token'), name, login, password: PASSWORD });
    await client.signIn(login, PASSWORD);
    return { name, login, password: PASSWORD, client };
  }

  // A browser of somebody's own; of nobody's without a person. Everything that a page should not do is a fault at the end.
  async browse(person, { width = 1280, height = 800, url = '/' } = {}) {
    this.#browser ??= await chromium.launch({ executablePath: BROWSER, args: FLAGS });
    const context = await this.#browser.newContext({ viewport: { width, height }, acceptDownloads: true });
    if (person) {
      const [name, value] = person.client.cookie.split('=');
      await context.addCookies([{ name, value, url: this.console.address.replace('http:', 'https:'), httpOnly: true, secure: true, sameSite: 'Strict' }]);
    }
    const page = await context.newPage();
    page.on('pageerror', (error) => this.faults.push(error));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text()))
        this.faults.push(new Error(message.text()));
    });
    await page.goto(`${this.console.address}${url}`);
    return page;
  }

  // What axe-core finds against WCAG 2.2 AA on a page as it stands.
  async audit(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document,
      { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`), []);
  }

  // Keep a picture of the page where SCREENSHOTS names a folder.
  async picture(page, name) {
    if (process.env.SCREENSHOTS) {
      fs.mkdirSync(process.env.SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
    }
  }

  async end() {
    await this.#browser?.close();
    await this.console?.end();
    await this.world?.end();
    if (this.faults.length)
      throw new AggregateError(this.faults, this.faults.map((one) => one.message).join('\n'));
  }
}
