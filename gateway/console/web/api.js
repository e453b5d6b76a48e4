// SPDX-License-Identifier: Apache-2.0
// The way to the server. Every call ends with the JSON of the answer, or with an ApiError whose message may be shown as
// it is. A read is tried again when the connection fails; a change never is, because it may have been done.
import { language, t } from './words.js';

export class ApiError extends Error {
  // status 0: no answer. body: the whole answer, such as { now, by, at } of a conflict.
  constructor(status, code, message, field, body) {
    super(message);
    this.name = 'ApiError';
    Object.assign(this, { status, code, field, body });
  }
}

const readAgainAfter = [300, 1000];
let token = '';
let signIn = null;

// The token that each change must carry; /api/me names it.
export function useToken(next) {
  token = next || '';
}

// What is done when the session has ended: resolves with true when the person is back, so that the call is made again.
export function onSignedOut(ask) {
  signIn = ask;
}

function address(path, query) {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

const pause = (milliseconds) => new Promise((resolve) => {
  setTimeout(resolve, milliseconds);
});

function told(online) {
  document.dispatchEvent(new CustomEvent('console:connection', { detail: { online } }));
}

async function reach(url, options, waits) {
  try {
    const answer = await fetch(url, options);
    told(true);
    return answer;
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    if (waits.length) {
      await pause(waits[0]);
      return reach(url, options, waits.slice(1));
    }
    told(false);
    throw new ApiError(0, 'offline', t('error.offline'));
  }
}

async function bodyOf(answer) {
  const text = await answer.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

function refusal(status, body) {
  const { code = `http_${status}`, message, field } = body.error ?? {};
  // The server speaks English. In another language its words are used only where ours do not know the code.
  const own = language().code !== 'en' && t.has(`error.${code}`) ? t(`error.${code}`) : message;
  return new ApiError(status, code, own || t(status >= 500 ? 'error.server' : 'error.refused', { status }), field, body);
}

async function call(url, options, { waits, asked = false }) {
  const headers = { Accept: 'application/json', ...options.headers };
  if (options.method === 'POST') {
    headers['X-CSRF-Token'] = token;
  }
  const answer = await reach(url, { credentials: 'same-origin', cache: 'no-store', ...options, headers }, waits);
  const body = await bodyOf(answer);
  if (answer.ok) {
    return body;
  }
  const error = refusal(answer.status, body);
  if (error.status === 401 && error.code === 'signed_out' && signIn && !asked && (await signIn())) {
    return call(url, options, { waits, asked: true });
  }
  throw error;
}

export const api = {
  // query: { name: value }, empty ones are left out. signal: ctx.signal ends the read with the page.
  get(path, query, { signal } = {}) {
    return call(address(path, query), { method: 'GET', signal }, { waits: readAgainAfter });
  },

  post(path, body = {}, { signal } = {}) {
    const headers = { 'Content-Type': 'application/json' };
    return call(path, { method: 'POST', headers, body: JSON.stringify(body), signal }, { waits: [] });
  },

  // A file as it is, of the type that the route takes.
  send(path, file, type, query) {
    return call(address(path, query), { method: 'POST', headers: { 'Content-Type': type }, body: file }, { waits: [] });
  },
};
