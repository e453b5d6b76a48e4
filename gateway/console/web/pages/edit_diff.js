// SPDX-License-Identifier: Apache-2.0
// What differs between two texts, word by word; words are found as the language writes them, with or without spaces.
import { h } from '../dom.js';

const most = 1500;

function words(text, lang) {
  const cutter = new Intl.Segmenter(lang, { granularity: 'word' });
  return [...cutter.segment(text)].map((piece) => piece.segment);
}

// The lengths of what two lists have in common, from each pair of places to their ends.
function common(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

// [{ kind: 'same' | 'old' | 'new', text }]
export function pieces(before, after, lang = 'en') {
  const a = words(before, lang);
  const b = words(after, lang);
  if (a.length * b.length > most * most) {
    return [{ kind: 'old', text: before }, { kind: 'new', text: after }];
  }
  const lengths = common(a, b);
  const out = [];
  const push = (kind, text) => {
    if (out.length && out[out.length - 1].kind === kind) {
      out[out.length - 1].text += text;
    } else {
      out.push({ kind, text });
    }
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push('same', a[i]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      push('old', a[i]);
      i += 1;
    } else {
      push('new', b[j]);
      j += 1;
    }
  }
  return out;
}

// The same as nodes: del and ins. only 'new': without what is gone.
export function difference(before, after, lang, { only } = {}) {
  return pieces(before, after, lang).map(({ kind, text }) => {
    if (kind === 'same') {
      return text;
    }
    if (kind === 'old') {
      return only === 'new' ? null : h('del', text);
    }
    return h('ins', text);
  });
}
