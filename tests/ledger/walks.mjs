// SPDX-License-Identifier: Apache-2.0
// The walks that phones take, and what each step shows, which is learnt on the calm system.

export const LANGUAGES = { en: '7', lo: '1' };

// Long articles, leafed through; how many screens they have is learnt.
const ARTICLES = ['13', '22', '24', '26', '32', '36', '59', '63', '71', '116', '226', '396', '726'];

const WALKS = [
  { kind: 'ussd', steps: ['*1234*10#', '1', '98', '0', '0', '2', '0', '00', '3', '1', '98', '00'] },
  { kind: 'ussd', steps: ['*1234*20#', '2', '98', '98', '0', '0', '3', '00', '2', '2', '98'] },
  { kind: 'ussd', steps: ['*1234*30#', '3', '0', '2', '98', '0', '0', '4', '00', '1', '2'] },
  { kind: 'ussd', steps: ['*1234*70#', '1', '98', '0', '0', '98', '1', '0', '00'] },
  { kind: 'ussd', steps: ['*1234*50#', '77', '1', '00', '5', '1', '2', '98', '0', '0'] },
  { kind: 'ussd', steps: ['*1234*21#', '0', '1', '00', '6', '4', '0', '0'] },
  { kind: 'sms', steps: ['MENU', '3', '1', '0', '2', '00', '1', '1', '0'] },
  { kind: 'sms', steps: ['HOME', '1', '0', '2', '0', '3', '00', '5', '1'] },
  { kind: 'sms', steps: ['WORK', '2', '0', '1', '0', '5', '00', '2'] },
];

// One dialogue of a phone that meets no fault: the screens that it saw.
async function play(talk, kind, steps) {
  const screens = [];
  for (const step of steps)
    screens.push(await talk.step(kind, step));
  talk.hangup(kind);
  return screens;
}

async function pagesOf(talk, code) {
  const first = await talk.step('ussd', code);
  const screens = [first];
  while (/(^|\s)98\s/.test(screens.at(-1)) && screens.length < 12)
    screens.push(await talk.step('ussd', '98'));
  talk.hangup('ussd');
  return screens.length;
}

// Everything that phones of one language need to know: [{ kind, steps, screens, pages }]. `newTalk` makes a phone that speaks the
// language already, and may be called any number of times. pages: so many screens of the walk are pages of one text.
export async function learn(newTalk) {
  const articles = await Promise.all(ARTICLES.map(async (dial) => {
    const code = `*1234*${dial}#`;
    const pages = await pagesOf(await newTalk(), code);
    return { kind: 'ussd', pages, steps: [code, ...Array(pages - 1).fill('98'), '0', '98', '00'] };
  }));
  return Promise.all([...articles, ...WALKS].map(async (walk) =>
    ({ pages: 0, ...walk, screens: await play(await newTalk(), walk.kind, walk.steps) })));
}
