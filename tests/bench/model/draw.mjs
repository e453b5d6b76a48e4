// SPDX-License-Identifier: Apache-2.0
// Pictures by gnuplot, with the look of page.sh.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const COLOURS = { green: '#0a7d5a', orange: '#c9732b', slate: '#5f6b80', grey: '#9aa3b2', light: '#c8ccd4', red: '#b3261e', blue: '#3566a8' };

const LOOK = (file, height) => `set terminal pngcairo size 900,${height} font 'sans,11' background '#ffffff'
set output '${file}'
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside top center horizontal
`;

const inFolder = (work) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mekongline-draw.'));
  try {
    work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

const gnuplot = (input) => execFileSync('gnuplot', { input });

// Curves over seconds, one panel under the other: { label, log, lines: [{ title, colour, dashed, points: [[x, y]] }] }.
export function curves(file, panels) {
  inFolder((folder) => {
    const height = 260 / (260 * panels.length + 20);
    let n = 0;
    const text = panels.map(({ label, log, lines }, i) => {
      const plots = lines.map(({ title, colour, dashed, points }) => {
        const data = path.join(folder, String(n++));
        fs.writeFileSync(data, points.filter(([, y]) => y !== null && !(log && y <= 0)).map((one) => `${one.join(' ')}\n`).join('') || '0 NaN\n');
        return `'${data}' with lines lw 2 ${dashed ? 'dt 2' : ''} lc rgb '${colour}' title '${title}'`;
      });
      return `set size 1,${height}\nset origin 0,${1 - height * (i + 1) - 0.01}\nset ylabel '${label}'\n${log ? 'set logscale y\nset yrange [*:*]' : 'unset logscale\nset yrange [0:*]'}
${i === panels.length - 1 ? "set xlabel 'second'" : 'unset xlabel'}\nset lmargin 12\nplot ${plots.join(', ')}\n`;
    });
    gnuplot(`${LOOK(file, 260 * panels.length + 20)}set multiplot\n${text.join('')}unset multiplot\n`);
  });
}

// Bars with names, and a line across.
export function bars(file, label, values, line) {
  inFolder((folder) => {
    const data = path.join(folder, 'data');
    fs.writeFileSync(data, values.map(([name, value]) => `"${name}" ${value}\n`).join(''));
    gnuplot(`${LOOK(file, 420)}set style fill solid 0.9 noborder
set boxwidth 0.6
set ylabel '${label}'
set yrange [0:*]
plot '${data}' using 2:xtic(1) with boxes lc rgb '${COLOURS.green}' notitle, ${line.value} with lines lw 2 dt 2 lc rgb '${COLOURS.orange}' title '${line.title}'
`);
  });
}
