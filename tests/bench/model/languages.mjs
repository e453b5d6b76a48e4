// SPDX-License-Identifier: Apache-2.0
// What a worker presses, after the dial, to choose a language, open the first article of the first menu, read it to its end and go back: the longer
// a language's words and the smaller its screens, the more steps. Prints lines such as
// "lo 1,1,1,98,0". Usage: node languages.mjs MEKONGLINE CONTENT
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const LANGUAGES = ['lo', 'th', 'km', 'my', 'vi', 'zh', 'en']; // in the order of the first screen
const MORE = '98';
const TRIES = 12;
const [program, content] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mekongline-languages.'));

// The screens after the dial, by a transcript whose expectations are wrong, written anew.
function screens(answers) {
  const script = path.join(folder, 'script');
  const conf = path.join(folder, 'conf');
  fs.writeFileSync(conf, `[gateway]\ncontent = ${content}\nserve_drafts = yes\n`);
  fs.writeFileSync(script, ['phone 8562055512345', 'dial *1234#', '| ...', ...answers.flatMap((one) => [`answer ${one}`, '| none'])].join('\n').concat('\n'));
  const text = execFileSync(program, ['phone', '-c', conf, '--offline', '--script', script, '--record'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return text.split(/^answer .*\n/m).slice(1);
}

function way(number) {
  const read = screens([number, '1', '1', ...Array(TRIES).fill(MORE)]).slice(2);
  const last = read.findIndex((screen) => !screen.includes(`| ${MORE} `));
  if (last < 0) throw new Error(`the article in language ${number} does not end`);
  return [number, '1', '1', ...Array(last).fill(MORE), '0'];
}

try {
  LANGUAGES.forEach((language, i) => console.log(language, way(String(i + 1)).join(',')));
} finally {
  fs.rmSync(folder, { recursive: true });
}
