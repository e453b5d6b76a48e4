// SPDX-License-Identifier: Apache-2.0
// The SMSC on Perl's Net::SMPP as a child process: `listening`, then what it prints, by `line`.
import { fileURLToPath } from 'node:url';
import { Process } from '../system/support/processes.mjs';
import { until } from '../system/support/wait.mjs';

const SCRIPT = fileURLToPath(new URL('net_smpp.pl', import.meta.url));

export class NetSmpp extends Process {
  static async start(t, { systemId = 'esme', password = 'secret' } = {}) {
    const smsc = new NetSmpp(systemId, password);
    t?.after(() => smsc.stop());
    await smsc.start();
    return smsc;
  }

  constructor(systemId, password) {
    super('net_smpp.pl', 'perl', [SCRIPT, systemId, password],
      { ready: () => until('net_smpp.pl listens', () => this.lines.length > 0) });
  }

  get lines() {
    return this.output.split('\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  get address() {
    return { host: '127.0.0.1', port: this.lines[0].listening };
  }

  line(what, wanted) {
    return until(() => `${what}\n${this.output}`, () => this.lines.find(wanted));
  }
}
