// SPDX-License-Identifier: Apache-2.0
// Debian's nginx with the shipped configuration: only names of files and places to listen are changed.
import fs from 'node:fs';
import https from 'node:https';
import tls from 'node:tls';
import { freePorts } from '../../support/ports.mjs';
import { Certificates } from '../../system/support/certificates.mjs';
import { Process } from '../../system/support/processes.mjs';
import { until } from '../../system/support/wait.mjs';

export const NAME = 'console.example.org';
const SHIPPED = new URL('../../../deploy/nginx/console.conf', import.meta.url);

// Chromium and nginx cannot share a Unix socket. If somebody takes the port first, the start is tried again with another one.
export class Nginx extends Process {
  // folder: of the world; socket: of the console.
  constructor(folder, socket) {
    super('nginx', 'nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'nginx.log'], { env: { PATH: `${process.env.PATH}:/usr/sbin` } });
    Object.assign(this, { folder, socket, https: `${folder}/https.sock`, http: `${folder}/http.sock` });
    const authority = new Certificates(`${folder}/tls`);
    this.ca = authority.pem;
    this.certificate = authority.issue(NAME, { server: true, host: NAME });
    this.ready = () => until(() => `nginx listens\n${this.log()}`, () => this.#listens());
  }

  async start() {
    for (let tries = 0; ; tries += 1) {
      [this.port] = await freePorts(1);
      this.#configure();
      try {
        await super.start();
        return;
      } catch (error) {
        if (tries === 4 || !/Address already in use/.test(this.log()))
          throw error;
      }
    }
  }

  #configure() {
    const { folder } = this;
    const site = fs.readFileSync(SHIPPED, 'utf8')
      .replace(/listen \[::\].*\n/g, '')
      .replace(/listen 443 (ssl http2.*);/g, `listen unix:${this.https} $1; listen 127.0.0.1:${this.port} $1;`)
      .replace(/listen 80;/, `listen unix:${this.http};`)
      .replace('/run/mekongline-console/console.sock', this.socket)
      .replace('/etc/ssl/mekongline-console.crt', this.certificate.cert)
      .replace('/etc/ssl/private/mekongline-console.key', this.certificate.key)
      .replaceAll('/var/log/nginx/mekongline-console.log', `${folder}/access.log`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`).join('\n');
    fs.writeFileSync(`${folder}/nginx.conf`, `${process.getuid() === 0 ? 'user root;\n' : ''}daemon off; master_process on; worker_processes 1; pid ${folder}/nginx.pid;
events { worker_connections 256; }
http { ${temporary}
${site} }\n`);
  }

  log() {
    return `${this.output}${fs.existsSync(`${this.folder}/nginx.log`) ? fs.readFileSync(`${this.folder}/nginx.log`, 'utf8') : ''}`;
  }

  access() {
    return fs.readFileSync(`${this.folder}/access.log`, 'utf8');
  }

  #listens() {
    return new Promise((resolve) => {
      const socket = tls.connect({ path: this.https, servername: NAME, ca: this.ca }, () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
  }

  connect(options = {}) {
    return tls.connect({ path: this.https, servername: NAME, ca: this.ca, ...options });
  }

  // One request over TLS: { status, headers, text, json }.
  ask(method, path, { headers = {}, body, host = NAME, ...options } = {}) {
    return new Promise((resolve, reject) => {
      const call = https.request({ method, path, headers: { Host: host, ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
        createConnection: () => this.connect(options) }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece) => { text += piece; });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text,
          json: answer.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : null }));
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}
