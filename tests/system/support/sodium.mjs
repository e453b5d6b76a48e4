// SPDX-License-Identifier: Apache-2.0
// libsodium's JavaScript build, ready for use. It takes its random numbers from `globalThis.crypto`, which Node 18 does not have.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
const { default: sodium } = await import('libsodium-wrappers');
await sodium.ready;

export default sodium;
