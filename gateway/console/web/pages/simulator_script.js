// SPDX-License-Identifier: Apache-2.0
// The language that a text of the content is most likely in, by its letters, for its font and for whoever reads it aloud.
const scripts = [
  ['lo', /[\u0e80-\u0eff]/],
  ['th', /[\u0e00-\u0e7f]/],
  ['km', /[\u1780-\u17ff]/],
  ['my', /[\u1000-\u109f]/],
  ['zh', /[\u3400-\u9fff]/],
  ['vi', /[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]/],
];

// A screen that has letters of two scripts, such as the one of languages, is in neither.
export function scriptOf(text) {
  const found = scripts.filter(([, letters]) => letters.test(text));
  return found.length > 1 ? '' : found[0]?.[0] ?? 'en';
}
