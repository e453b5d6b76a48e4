// SPDX-License-Identifier: Apache-2.0
// What differs between two texts, word by word; words are found as the language writes them, with or without blanks.
import { diffArrays } from '/vendor/diff/array.js';

// Lao, Thai, Khmer and Burmese have no blanks between words; the browser knows their words.
function wordsOf(text, lang) {
  if (!Intl.Segmenter) {
    return text.match(/\s+|\S+/g) ?? [];
  }
  return [...new Intl.Segmenter(lang || 'en', { granularity: 'word' }).segment(text)].map((each) => each.segment);
}

const isBlank = (piece) => !piece.added && !piece.removed && /^\s*$/.test(piece.value.join(''));

// [{ text, added, removed }]. What was taken out and put in side by side is one change, even if a blank between the words is the same.
export function changesOf(before, after, lang) {
  const pieces = diffArrays(wordsOf(before, lang), wordsOf(after, lang));
  const out = [];
  let gone = '';
  let come = '';
  const flush = () => {
    out.push(...[{ removed: true, text: gone }, { added: true, text: come }].filter((each) => each.text));
    gone = '';
    come = '';
  };
  pieces.forEach((piece, index) => {
    const text = piece.value.join('');
    const within = isBlank(piece) && (gone || come) && index < pieces.length - 1;
    gone += piece.removed || within ? text : '';
    come += piece.added || within ? text : '';
    if (!piece.added && !piece.removed && !within) {
      flush();
      out.push({ text });
    }
  });
  flush();
  return out;
}
