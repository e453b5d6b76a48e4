// SPDX-License-Identifier: Apache-2.0
// What bench_dial wrote: its rows by second, and the sums.
import fs from 'node:fs';

const number = (text) => (text === '' ? null : Number(text));

export function readSeconds(file) {
  const [head, ...lines] = fs.readFileSync(file, 'utf8').trim().split('\n');
  const names = head.split(',');
  const rows = lines.filter((line) => !line.includes('=')).map((line) => Object.fromEntries(line.split(',').map((text, i) => [names[i], number(text)])));
  const all = Object.fromEntries(lines.filter((line) => line.includes('=')).join(' ').split(' ').map((one) => one.split('=')).map(([name, text]) => [name, Number(text)]));
  return { rows, all };
}
