// SPDX-License-Identifier: Apache-2.0
// A node of the broker aedes: node aedes_node.mjs SOCKET [REDIS-SOCKET]. Nodes with the same Redis are one cluster.
import net from 'node:net';
import aedes from 'aedes';
import persistence from 'aedes-persistence-redis';
import emitter from 'mqemitter-redis';

const [socket, redis] = process.argv.slice(2);
const cluster = redis ? { mq: emitter({ path: redis }), persistence: persistence({ path: redis }) } : {};
const broker = aedes({ id: socket.replaceAll('/', '-'), ...cluster });
net.createServer(broker.handle).listen(socket);
process.on('SIGTERM', () => process.exit(0));
