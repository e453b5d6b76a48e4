// SPDX-License-Identifier: Apache-2.0
// News from the server: GET /api/events is answered when something has happened. Of all open windows of the console one asks,
// and tells the others. Whoever wants to hear of it listens to 'console:news' of the document: { topics, missed }. `missed`
// says that anything may have happened: at the start, and after the server was started anew.
import { api } from './api.js';

const name = 'mekong-events';
const longestPause = 30000;
const leastMs = 1000;

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});

function tell(news) {
  document.dispatchEvent(new CustomEvent('console:news', { detail: news }));
}

// Ask, tell, ask again. After a failure it goes on from the last answer, so that nothing is missed.
async function ask(signal, spread) {
  let since;
  let wait = leastMs;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const { now, topics, missed } = await api.get('/api/events', { since }, { signal });
      const first = since === undefined;
      since = now;
      wait = leastMs;
      if (first || missed || topics.length) {
        spread({ topics, missed: first || missed });
      } else if (performance.now() - began < leastMs) {
        await pause(leastMs, signal);
      }
    } catch {
      await pause(wait, signal);
      wait = Math.min(2 * wait, longestPause);
    }
  }
}

const listening = new WeakSet();

// Until the signal is aborted; once for all who ask with the same one. Browsers give locks to pages on https and localhost alone; elsewhere each window asks.
export function listen(signal) {
  if (listening.has(signal)) {
    return;
  }
  listening.add(signal);
  const others = 'BroadcastChannel' in window ? new BroadcastChannel(name) : null;
  const spread = (news) => {
    others?.postMessage(news);
    tell(news);
  };
  if (others) {
    others.onmessage = ({ data }) => tell(data);
    signal.addEventListener('abort', () => others.close(), { once: true });
  }
  if (!others || !navigator.locks) {
    ask(signal, spread);
    return;
  }
  navigator.locks.request(name, { signal }, () => ask(signal, spread)).catch(() => {});
}
