// SPDX-License-Identifier: Apache-2.0
// gateway/asyncapi.yaml as a judge of real messages, with an independent measure of what fits a phone.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const ROOT_FOLDER = fileURLToPath(new URL('../../../', import.meta.url));
export const contract = parse(fs.readFileSync(path.join(ROOT_FOLDER, 'gateway/asyncapi.yaml'), 'utf8'));

const ajv = new (Ajv2020.default ?? Ajv2020)({ strict: true, strictRequired: false, allErrors: true });
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'contract', components: contract.components });

const resolve = (ref) => ref.slice(2).split('/').reduce((at, key) => at[key], contract);

// One entry for each message of each channel: { name, schema, validate }.
const channels = Object.fromEntries(Object.entries(contract.channels).map(([name, channel]) => [name,
  Object.values(channel.messages).map(({ $ref }) => {
    const ref = resolve($ref).payload.$ref;
    return { name: $ref.split('/').pop(), schema: resolve(ref), validate: ajv.compile({ $ref: `contract${ref}` }) };
  })]));

// Which channel of the contract a topic belongs to.
export function channelOf(topic, root = 'mekong/1') {
  const below = topic.startsWith(`${root}/`) ? topic.slice(root.length + 1) : '';
  const forms = [
    ['request', /^request\/[0-9a-f]{2}$/],
    ['requestAck', /^request\/ack$/],
    ['requestAsk', /^request\/ask$/],
    ['requestState', /^request\/state$/],
    ['forget', /^gateway\/forget$/],
    ['content', /^content$/],
    ['gatewayStatus', /^gateway\/[a-z0-9-]{1,32}\/status$/],
    ['gatewayEcho', /^gateway\/[a-z0-9-]{1,32}\/echo$/],
    ['in', /^[a-z0-9-]{1,32}\/in\/[0-9a-f]{2}$/],
    ['out', /^[a-z0-9-]{1,32}\/out\/[0-9a-f]{2}$/],
    ['error', /^[a-z0-9-]{1,32}\/error$/],
    ['bridgeStatus', /^[a-z0-9-]{1,32}\/status$/],
  ];
  return forms.find(([, form]) => form.test(below))?.[0];
}

// Parse a payload and return { name, message }, or throw with the reason why no schema of the channel takes it.
export function judge(channel, payload) {
  const message = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  if (payload.length > (channel === 'content' ? 8388608 : /^(request|forget)/.test(channel) ? 20480 : 8192))
    throw new Error(`${channel}: ${payload.length} octets`);
  const found = channels[channel].filter(({ validate }) => validate(message));
  if (found.length !== 1) {
    const reasons = channels[channel].map(({ name, validate }) =>
      `${name}: ${validate(message) ? 'fits' : ajv.errorsText(validate.errors)}`);
    throw new Error(`${channel}: ${JSON.stringify(message)} fits ${found.length} schemas\n  ${reasons.join('\n  ')}`);
  }
  return { name: found[0].name, message, schema: found[0].schema };
}

// The same for what the gateway sends: only named members, and a text that fits its phone.
export function judgeGateway(channel, payload, limits = {}) {
  const { name, message, schema } = judge(channel, payload);
  const strange = Object.keys(message).filter((key) => !(key in schema.properties));
  if (strange.length)
    throw new Error(`${name}: members that the contract does not name: ${strange.join(' ')}`);
  if ('text' in message)
    judgeText(name, message, { septets: 182, units: 80, ...limits });
  return { name, message };
}

const BASIC = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿'
  + 'abcdefghijklmnopqrstuvwxyzäöñüà');
const EXTENDED = new Set('\f^{}\\[~]|€');

// Septets in the GSM 7-bit alphabet (3GPP TS 23.038), or NaN if a character is in neither table.
export function septets(text) {
  return [...text].reduce((sum, c) => sum + (BASIC.has(c) ? 1 : EXTENDED.has(c) ? 2 : NaN), 0);
}

function judgeText(name, { text, coding, segments }, limits) {
  const size = coding === 'gsm7' ? septets(text) : text.length;
  const [single, part, screen] = coding === 'gsm7' ? [160, 153, limits.septets] : [70, 67, limits.units];
  const wrong = (why) => { throw new Error(`${name}: ${why}: ${JSON.stringify(text)}`); };
  if (text !== text.normalize('NFC'))
    wrong('not NFC');
  if (/\p{Surrogate}/u.test(text))
    wrong('a lone surrogate');
  if (Number.isNaN(size))
    wrong('not GSM 7-bit');
  if (coding === 'ucs2' && !Number.isNaN(septets(text)))
    wrong('ucs2 without need');
  if (segments === undefined && size > screen)
    wrong(`${size} of ${screen} on a screen`);
  if (segments === 1 && size > single)
    wrong(`${size} in one segment`);
  if (segments > 1 && (size <= single || size > segments * part))
    wrong(`${size} in ${segments} segments`);
}
