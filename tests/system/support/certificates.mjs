// SPDX-License-Identifier: Apache-2.0
// A certificate authority in a folder, made by openssl, and what it issues.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

export class Certificates {
  constructor(folder, name = 'ca') {
    Object.assign(this, { folder, name });
    fs.mkdirSync(folder, { recursive: true });
    openssl('req', '-x509', ...KEY, '-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE',
      '-keyout', this.#at(`${name}.key`), '-out', this.file);
  }

  get file() {
    return this.#at(`${this.name}.crt`);
  }

  get pem() {
    return fs.readFileSync(this.file);
  }

  // A certificate for a name; one of a server is for 127.0.0.1, localhost and `host`. Returns { cert, key } as files and as `pem`.
  issue(name, { server = false, host = 'localhost' } = {}) {
    const [key, request, cert] = ['key', 'csr', 'crt'].map((ending) => this.#at(`${name}.${ending}`));
    openssl('req', ...KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    const extensions = this.#at(`${name}.ext`);
    fs.writeFileSync(extensions, server ? `subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:${host}\nextendedKeyUsage=serverAuth\n`
      : 'extendedKeyUsage=clientAuth\n');
    openssl('x509', '-req', '-in', request, '-CA', this.file, '-CAkey', this.#at(`${this.name}.key`), '-CAcreateserial', '-days', '2',
      '-extfile', extensions, '-out', cert);
    return { cert, key, pem: { cert: fs.readFileSync(cert), key: fs.readFileSync(key) } };
  }

  #at(name) {
    return path.join(this.folder, name);
  }
}
