// SPDX-License-Identifier: Apache-2.0
// The walks that phones take, and what each step shows. It is learnt on the calm system: for each walk the screens in order,
// and for each step what it would show if the session were taken back to any earlier screen of the walk.

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

async function learnWalk(newTalk, { kind, steps }) {
  let talk = await newTalk();
  const screens = await play(talk, kind, steps);
  const rolled = screens.map(() => new Set());
  const known = new Map();
  for (let i = 2; i < steps.length; i += 1) {
    for (let j = 0; j < i - 1; j += 1) {
      const key = `${screens[j]}\0${steps[i]}\0${j}`;
      if (!talk.rested)
        talk = await newTalk();
      if (!known.has(key))
        known.set(key, (await play(talk, kind, [...steps.slice(0, j + 1), steps[i]])).at(-1));
      rolled[i].add(known.get(key));
    }
  }
  return { kind, steps, screens, rolled };
}

// Everything that phones of one language need to know. `newTalk` makes a phone that speaks the language already, and may be called
// any number of times.
export async function learn(newTalk) {
  const articles = await Promise.all(ARTICLES.map(async (dial) => {
    const code = `*1234*${dial}#`;
    const pages = await pagesOf(await newTalk(), code);
    const forward = Array(pages - 1).fill('98');
    return { kind: 'ussd', steps: [code, ...forward, '0', '98', '00'] };
  }));
  const walks = await Promise.all([...articles, ...WALKS].map((walk) => learnWalk(newTalk, walk)));
  const talk = await newTalk();
  const [menu] = await play(talk, 'sms', ['00']);
  const ussd = await play(talk, 'ussd', ['*1234*10#', '00', '77']);
  return { walks, elsewhere: new Set([menu, ussd[1], ussd[2]]) };
}
