// SPDX-License-Identifier: Apache-2.0
// The bell: a new request rings on whatever page somebody is, by a sound, in the title of the window, beside the page's name and
// for screen readers. It runs beside every page (companions in pages.js).
import { listen } from './events.js';
import { navCount } from './shell.js';
import { say, toast } from './ui.js';
import { t } from './words.js';

const remembered = 'mekong.bell';
// Two notes, each in Hz, and when it begins, in seconds.
const notes = [[880, 0], [660, 0.22], [880, 0.44]];
const noteLength = 0.2;
const loudness = 0.25;

let sound = null;
let count = 0;

function stored() {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

export const bell = {
  get on() {
    return stored() !== 'off';
  },

  set on(yes) {
    try {
      localStorage.setItem(remembered, yes ? 'on' : 'off');
    } catch { /* it is on again after a reload */ }
  },

  // Browsers let a page sound only after somebody has clicked or typed in it.
  get ready() {
    return sound?.state === 'running';
  },

  play,
};

function note([pitch, from]) {
  const begin = sound.currentTime + from;
  const tone = new OscillatorNode(sound, { type: 'triangle', frequency: pitch });
  const volume = new GainNode(sound, { gain: 0 });
  volume.gain.setValueAtTime(0, begin);
  volume.gain.linearRampToValueAtTime(loudness, begin + 0.02);
  volume.gain.linearRampToValueAtTime(0, begin + noteLength);
  tone.connect(volume).connect(sound.destination);
  tone.start(begin);
  tone.stop(begin + noteLength);
}

// True if it could be heard.
function play() {
  if (!bell.ready) {
    return false;
  }
  notes.forEach(note);
  return true;
}

async function wake() {
  sound ??= new AudioContext();
  await sound.resume();
  document.dispatchEvent(new CustomEvent('console:bell'));
}

// The number of new requests before the name of the page: "(2) Requests". Pages set the title anew, so it is watched.
function markTitle() {
  const bare = document.title.replace(/^\(\d+\) /, '');
  const wanted = count ? `(${count}) ${bare}` : bare;
  if (document.title !== wanted) {
    document.title = wanted;
  }
}

function ring(ctx) {
  const heard = bell.on && play();
  const text = t('page.requests.rang');
  say(text);
  if (location.pathname !== '/requests') {
    toast(text, { kind: 'info', action: { label: t('page.requests.rang-open'), run: () => ctx.go('/requests') } });
  }
  document.dispatchEvent(new CustomEvent('console:rang', { detail: { heard } }));
}

async function look(ctx) {
  const { counts } = await ctx.api.get('/api/requests/counts', {}, { signal: ctx.signal });
  const more = counts.new > count;
  count = counts.new;
  navCount('requests', count, t.count('page.requests.new-count', count));
  markTitle();
  return more;
}

export function start(ctx) {
  const { signal } = ctx;
  const watch = new MutationObserver(markTitle);
  let known = false;
  watch.observe(document.head, { subtree: true, childList: true, characterData: true });
  signal.addEventListener('abort', () => watch.disconnect(), { once: true });
  // Not on pointerdown: what changes then on the page could move a button from under the finger.
  ['click', 'keydown'].forEach((kind) => document.addEventListener(kind, wake, { once: true, capture: true, signal }));
  document.addEventListener('console:news', async ({ detail: { topics, missed } }) => {
    if (!missed && !topics.some((topic) => topic.startsWith('requests'))) {
      return;
    }
    const fresh = topics.includes('requests.new');
    if (fresh) {
      ring(ctx);
    }
    try {
      const more = await look(ctx);
      // What came while the connection was lost rings, too; what was there when the page was opened does not.
      if (more && known && missed && !fresh) {
        ring(ctx);
      }
      known = true;
    } catch { /* the next news looks again */ }
  }, { signal });
  listen(signal);
}
