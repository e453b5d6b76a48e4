// SPDX-License-Identifier: Apache-2.0
// The words of the console's pages: each language has the same keys with the same places for values, each key that a module
// names is there, and none is there that nobody names.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../gateway/console/web/', import.meta.url));
const { groups, pages } = await import(path.join(web, 'pages.js'));
const { languages } = await import(path.join(web, 'words.js'));

const read = (file) => readFileSync(path.join(web, file), 'utf8');
// A module without the examples in its comments.
const code = (file) => read(file).replace(/^\s*\/\/.*$/gm, '');
const words = new Map(languages.map(({ code }) => [code, JSON.parse(read(`words/${code}.json`))]));
const english = words.get('en');
const modules = ['.', 'ui', 'pages'].flatMap((folder) => readdirSync(path.join(web, folder)).filter((name) => name.endsWith('.js'))
  .map((name) => path.join(folder, name)));

// Keys as the modules name them: whole, or the beginning of one that is put together, such as `role.${role}`.
function named() {
  const whole = new Set(pages.map((page) => `page.${page.name}`));
  const begun = new Set();
  groups.forEach((group) => whole.add(`nav.${group}`));
  for (const file of modules) {
    for (const [, quote, key, next] of code(file).matchAll(/(['`])([a-z][\w-]*(?:\.[\w-]+)*\.?(?:[\w-]+)?)(\1|\$\{)/g)) {
      if (next === quote)
        whole.add(key);
      else
        begun.add(key);
    }
  }
  return { whole, begun };
}

// What is asked for as a word for sure.
const asked = (file) => [...code(file).matchAll(/\bt(?:\.(rich|count))?\(\s*'([^']+)'/g)].map(([, how, key]) => ({ file, how, key }));

test('every language has the same keys', () => {
  for (const [language, own] of words)
    assert.deepEqual(Object.keys(own).filter((key) => !(key in english)).concat(Object.keys(english).filter((key) => !(key in own))), [], language);
});

test('every text is one, and has the same places for values as the English one', () => {
  const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const [language, own] of words) {
    for (const [key, text] of Object.entries(own)) {
      assert.ok(typeof text === 'string' && text.trim() === text && text, `${language}: ${key}`);
      assert.deepEqual(places(text), places(english[key] ?? ''), `${language}: ${key}`);
    }
  }
});

test('the keys are in order, so that two people who add some seldom meet', () => {
  for (const [language, own] of words)
    assert.deepEqual(Object.keys(own), Object.keys(own).sort(), language);
});

test('every word that a module asks for is there', () => {
  const missing = modules.flatMap(asked).filter(({ how, key }) => !(how === 'count' ? [`${key}.one`, `${key}.other`] : [key]).every((one) => one in english));
  assert.deepEqual(missing, []);
  assert.deepEqual([...named().begun].filter((start) => start.startsWith('page.') && !Object.keys(english).some((key) => key.startsWith(start))), []);
  pages.forEach((page) => assert.ok(`page.${page.name}` in english, page.name));
});

test('no word is left that nobody asks for', () => {
  const { whole, begun } = named();
  const used = (key) => whole.has(key) || whole.has(key.replace(/\.(one|other)$/, '')) || [...begun].some((start) => start.includes('.') && key.startsWith(start));
  // Codes that the server sends, units of time, and small words for any page.
  const free = (key) => /^(error|time|action|language)\./.test(key);
  assert.deepEqual(Object.keys(english).filter((key) => !used(key) && !free(key)), []);
});
