// SPDX-License-Identifier: Apache-2.0
// A disk of a program's own, which can be made small and be filled up while it runs: memory that no other process sees, in a mount namespace.
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const isRoot = process.getuid() === 0;
const APART = ['--mount', ...(isRoot ? [] : ['--map-root-user'])];
const MOUNT = 'mount -t tmpfs -o mode=700,size=2g tmpfs "$0"';

// May this user have one? Some containers forbid it.
export const disksAreAllowed = () => spawnSync('unshare', [...APART, 'sh', '-c', MOUNT, '/tmp']).status === 0;

export class Disk {
  // From its next start on, the process has a disk at this folder. It begins empty, with 2 GiB.
  constructor(process, folder) {
    Object.assign(this, { process, folder });
    fs.mkdirSync(folder, { recursive: true });
    process.args = [...APART, 'sh', '-c', `${MOUNT} && exec "$@"`, folder, process.command, ...process.args];
    process.command = 'unshare';
  }

  resize(size) {
    return run('nsenter', ['--target', String(this.process.pid), '--mount', ...(isRoot ? [] : ['--user', '--preserve-credentials']),
      'mount', '-o', `remount,size=${size}`, this.folder]);
  }

  get #filler() {
    return path.join('/proc', String(this.process.pid), 'root', this.folder, 'filler');
  }

  // To the last octet.
  fill() {
    const file = fs.openSync(this.#filler, 'w');
    try {
      for (;;)
        fs.writeSync(file, Buffer.alloc(65536));
    } catch (error) {
      if (error.code !== 'ENOSPC')
        throw error;
    } finally {
      fs.closeSync(file);
    }
  }

  free() {
    fs.rmSync(this.#filler);
  }
}
