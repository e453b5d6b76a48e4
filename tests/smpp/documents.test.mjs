// SPDX-License-Identifier: Apache-2.0
// The configurations in the documents, word for word: the bridge programs start with them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT_FOLDER } from '../system/support/contract.mjs';
import { Process } from '../system/support/processes.mjs';
import { until } from '../system/support/wait.mjs';

const PROGRAMS = { smpp: 'MEKONGLINE_SMPP', aggregator: 'MEKONGLINE_HTTP' };

const blocks = (file) => [...fs.readFileSync(path.join(ROOT_FOLDER, file), 'utf8').matchAll(/^```ini\n([^]*?)^```$/gm)].map(([, text]) => text);

// Its files and sockets stand in a folder, and nobody answers it: the name of the carrier is reserved for examples.
function moved(text, folder) {
  const own = text.replaceAll('/etc/mekongline', folder).replace(/^(listen|http_listen) = [\d.]+:(\d+)$/gm, `$1 = ${folder}/$2.sock`)
    .replace(/^host = 127.*$/gm, `host = ${folder}/nobody`);
  const lacks = { mqtt: `host = ${folder}/nobody`, bridge: `http_listen = ${folder}/http.sock` };
  return own + Object.entries(lacks).filter(([name]) => !own.includes(`[${name}]`)).map(([name, line]) => `\n[${name}]\n${line}\n`).join('');
}

for (const file of ['README.md', 'deploy/carriers.md']) {
  const all = blocks(file);
  test(`${file} has configurations`, () => assert.ok(all.length > 0));
  all.forEach((block, i) => test(`${file}: configuration ${i + 1}`, async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ml-documents-'));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    const kind = Object.keys(PROGRAMS).find((one) => block.includes(`[${one} `));
    const text = moved(block, folder);
    for (const [, secret] of text.matchAll(/_file = (\S+)$/gm))
      fs.writeFileSync(secret, 'word', { mode: 0o600 });
    const conf = path.join(folder, 'conf');
    fs.writeFileSync(conf, text);
    const binary = path.resolve(process.env[PROGRAMS[kind]]);
    const program = new Process(kind, binary, ['-c', conf],
      { ready: () => until(() => `it runs\n${program.output}`, () => program.output.includes('event=mqtt_down')) });
    t.after(() => program.stop());
    await program.start();
    if (kind === 'aggregator' || /^listen/m.test(text))
      await until(() => `it listens\n${program.output}`, () => program.output.includes('event=http_up'));
    const exit = await program.stop();
    assert.equal(exit.code, 0, program.output);
  }));
}
