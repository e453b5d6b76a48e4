// SPDX-License-Identifier: Apache-2.0
// What the screens should say, read from the content itself.
import fs from 'node:fs';
import path from 'node:path';
import { ROOT_FOLDER } from './contract.mjs';

export const CONTENT = path.resolve(process.env.CONTENT ?? path.join(ROOT_FOLDER, 'content'));

const read = (...parts) => JSON.parse(fs.readFileSync(path.join(CONTENT, ...parts), 'utf8'));

function readTexts(language) {
  const files = fs.readdirSync(path.join(CONTENT, 'texts', language)).filter((name) => name.endsWith('.json'));
  return Object.assign({}, ...files.map((name) => read('texts', language, name).texts));
}

const texts = {};

// The wording of a text id, placeholders filled with the default keys and the given values.
export function say(id, values = {}, language = 'en') {
  texts[language] ??= readTexts(language);
  const keys = { back: '0', home: '00', more: '98', exit: '99', sms: '97', ...values };
  const entry = texts[language][id];
  if (!entry)
    throw new Error(`content has no text ${id} in ${language}`);
  return entry.text.replace(/\{(\w+)\}/g, (_, name) => keys[name]);
}

const nodes = read('menu.json').nodes;

export const node = (id) => nodes[id];

export const label = (id, language = 'en') => say(`${id}.label`, {}, language);

// The number under which a child stands in its parent's menu.
export function choice(parent, child) {
  const at = nodes[parent].children.indexOf(child);
  if (at < 0)
    throw new Error(`${child} is not in the menu ${parent}`);
  return String(at + 1);
}

// The lines "N label" of a menu.
export const options = (id, language = 'en') =>
  nodes[id].children.map((child, i) => `${i + 1} ${label(child, language)}`);

// The first words of an article: enough to know it by.
export const opening = (id, language = 'en') => say(`${id}.text`, {}, language).split('\n')[0].slice(0, 30);

export const languages = read('languages.json').languages;

// A word that leads to a node.
export const keyword = (id, language = 'en') => read('keywords.json').keywords[id][language][0];
