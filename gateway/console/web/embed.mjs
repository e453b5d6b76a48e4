// SPDX-License-Identifier: Apache-2.0
// Writes the C table of all files that the console serves: node embed.mjs OUT_DIR MODULES_DIR. What is not named here is not
// served. What gzip makes smaller by a tenth or more stands in the program packed, and is sent so: every browser takes it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pages } from './pages.js';

const web = dirname(fileURLToPath(import.meta.url));

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

const own = { '.': ['.js', '.css', '.svg'], ui: ['.js'], pages: ['.js'], words: ['.json'] };

const libraries = {
  '/vendor/uplot.js': 'uplot/dist/uPlot.esm.js',
  '/vendor/uplot.css': 'uplot/dist/uPlot.min.css',
  '/vendor/qrcode.js': 'qrcode-generator/dist/qrcode.mjs',
  '/vendor/diff/array.js': 'diff/libesm/diff/array.js',
  '/vendor/diff/base.js': 'diff/libesm/diff/base.js',
};

const scripts = ['khmer', 'lao', 'myanmar', 'thai'];

function ownFiles() {
  return Object.entries(own).flatMap(([folder, endings]) => readdirSync(join(web, folder))
    .filter((name) => endings.includes(extname(name)))
    .map((name) => [`/${folder === '.' ? '' : `${folder}/`}${name}`, readFileSync(join(web, folder, name))]));
}

function fonts(modules) {
  return scripts.flatMap((script) => [400, 600].map((weight) => {
    const name = `noto-sans-${script}-${script}-${weight}-normal.woff2`;
    return [`/fonts/${name}`, readFileSync(join(modules, '@fontsource', `noto-sans-${script}`, 'files', name))];
  }));
}

// The licences of what others wrote, since the program carries it.
function licences(modules) {
  const names = ['diff', 'qrcode-generator', 'uplot', ...scripts.map((script) => `@fontsource/noto-sans-${script}`)];
  return names.map((name) => {
    const { version, license } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
    const file = readdirSync(join(modules, name)).find((each) => /^licen[sc]e/i.test(each));
    return `== ${name} ${version} (${license})\n\n${file ? readFileSync(join(modules, name, file), 'utf8') : ''}\n`;
  }).join('\n');
}

function files(modules) {
  const index = readFileSync(join(web, 'index.html'));
  return new Map([
    ...pages.map((page) => [page.path, index]),
    ...ownFiles(),
    ...Object.entries(libraries).map(([path, file]) => [path, readFileSync(join(modules, file))]),
    ...fonts(modules),
    ['/licences.txt', Buffer.from(licences(modules))],
  ]);
}

const hash = (octets) => createHash('sha256').update(octets).digest('hex').slice(0, 16);
const pack = (octets) => execFileSync('gzip', ['-n', '-9'], { input: octets, maxBuffer: 1 << 26 });

// One file of octets as a symbol of the program.
const symbol = (name, file) => `__asm__(".section .rodata\\n.global ${name}\\n${name}:\\n.incbin \\"${file}\\"\\n.byte 0\\n.previous\\n");
extern const char ${name}[];
`;

function embed(out, modules) {
  mkdirSync(out, { recursive: true });
  const symbols = new Map();
  const lines = [...files(modules)].sort(([one], [other]) => (one < other ? -1 : 1)).map(([path, octets]) => {
    const packed = pack(octets);
    const small = packed.length < octets.length * 0.9;
    const data = small ? packed : octets;
    const name = `console_asset_${hash(data)}`;
    writeFileSync(join(out, name), data);
    symbols.set(name, symbol(name, join(out, name)));
    const type = types[extname(path)] ?? types['.html'];
    return `    {"${path}", "${type}", ${name}, ${data.length}, "\\"${hash(octets)}\\"", ${small}},\n`;
  });
  writeFileSync(join(out, 'assets_table.c'), `// Written by web/embed.mjs.
#include "console/assets.h"

${[...symbols.values()].join('')}
const struct asset console_assets[] = {
${lines.join('')}};
const size_t console_assets_count = ${lines.length};
`);
}

embed(process.argv[2], process.argv[3]);
