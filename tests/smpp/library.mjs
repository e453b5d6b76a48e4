// SPDX-License-Identifier: Apache-2.0
// node's smpp, set up for a peer that judges octets: messages stay Buffers in both directions (the library would decode them by data_coding
// and, on the way out, choose a data_coding of its own), and PDUs may have the 64 KiB that message_payload allows.
import { createRequire } from 'node:module';

const smpp = createRequire(new URL('../system/package.json', import.meta.url))('smpp');

for (const { params = {} } of Object.values(smpp.commands)) {
  for (const param of Object.values(params))
    delete param.filter;
}
for (const tlv of Object.values(smpp.tlvs))
  delete tlv.filter;
smpp.PDU.maxLength = 70000;

export default smpp;
