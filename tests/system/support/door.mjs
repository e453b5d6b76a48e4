// SPDX-License-Identifier: Apache-2.0
// A worker: a port of 127.0.0.1 that leads to the Unix socket of its data. It is a thread of its own, so that a busy test does not hold up who knocks.
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const server = net.createServer((one) => {
  const other = net.connect(workerData);
  one.pipe(other).pipe(one);
  for (const end of [one, other])
    end.on('error', () => { one.destroy(); other.destroy(); });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
