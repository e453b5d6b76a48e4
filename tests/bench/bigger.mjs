// SPDX-License-Identifier: Apache-2.0
// Make a bigger content folder of a content folder: all menus and articles below the first menu several times, each copy under keys of its
// own. Copies that no copied node leads to get a free code to dial, as every node needs a way in.
// Usage: node bigger.mjs FROM TO TIMES
import fs from 'node:fs';
import path from 'node:path';

const [from, to, times] = process.argv.slice(2);
fs.cpSync(from, to, { recursive: true });
const read = (name) => JSON.parse(fs.readFileSync(path.join(to, name), 'utf8'));
const write = (name, value) => fs.writeFileSync(path.join(to, name), JSON.stringify(value));

const menu = read('menu.json');
const ids = Object.keys(menu.nodes).filter(
  (id) => id !== menu.start && ['menu', 'article'].includes(menu.nodes[id].type),
);
const copied = new Set(ids);
const inner = new Set(ids.flatMap((id) => menu.nodes[id].children ?? []));
const dialled = new Set(Object.values(menu.nodes).map((node) => node.dial));
let code = 0;

function freeCode() {
  do code++;
  while (dialled.has(String(code).padStart(3, '0')));
  return String(code).padStart(3, '0');
}

for (let copy = 2; copy <= Number(times); copy++) {
  for (const id of ids) {
    const { dial, children, ...rest } = menu.nodes[id];
    const node = { ...rest };
    if (!inner.has(id)) node.dial = freeCode();
    if (children) node.children = children.map((child) => (copied.has(child) ? `${child}.copy${copy}` : child));
    menu.nodes[`${id}.copy${copy}`] = node;
  }
}
write('menu.json', menu);

// One more file of texts for each copy, since a file has a longest size.
for (const language of fs.readdirSync(path.join(to, 'texts'))) {
  const files = fs.readdirSync(path.join(to, 'texts', language));
  const texts = Object.assign({}, ...files.map((name) => read(`texts/${language}/${name}`).texts));
  for (let copy = 2; copy <= Number(times); copy++) {
    const more = {};
    for (const id of ids) {
      for (const part of ['label', 'title', 'text']) {
        const text = texts[`${id}.${part}`];
        if (text) more[`${id}.copy${copy}.${part}`] = text;
      }
    }
    write(`texts/${language}/copy${copy}.json`, { texts: more });
  }
}
