// SPDX-License-Identifier: Apache-2.0
// The words of the interface. A language is a file words/XX.json and a line in `languages`; every file has the same keys
// (a test compares them). {name} in a text is a place for a value.
export const languages = [
  { code: 'en', name: 'English', locale: 'en-GB' },
  { code: 'lo', name: 'ລາວ', locale: 'lo-LA', draft: true },
];

const remembered = 'mekong.language';
let words = {};
let current = languages[0];

const known = (code) => languages.find((language) => language.code === code);

function store(code) {
  try {
    localStorage.setItem(remembered, code);
  } catch { /* a browser that keeps nothing: the account remembers */ }
}

// The language before anybody is signed in: the last one used here, or the browser's.
export function firstLanguage() {
  let last = null;
  try {
    last = localStorage.getItem(remembered);
  } catch { /* as above */ }
  const wanted = [last, ...navigator.languages.map((name) => name.split('-')[0])];
  return (wanted.map(known).find(Boolean) ?? languages[0]).code;
}

export async function useLanguage(code) {
  const language = known(code) ?? languages[0];
  if (language !== current || !Object.keys(words).length) {
    const answer = await fetch(`/words/${language.code}.json`);
    if (!answer.ok) {
      throw new Error(`words/${language.code}.json: ${answer.status}`);
    }
    words = await answer.json();
    current = language;
  }
  store(language.code);
  document.documentElement.lang = language.code;
}

export const language = () => current;

// t('page.fees.saved', { name }): the text with its values. A key without a text shows itself, so that it is seen.
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

// The same where a value is an element: a list of texts and nodes for h().
t.rich = (key, values) => t(key).split(/(\{\w+\})/).map((piece) => {
  const name = piece.startsWith('{') ? piece.slice(1, -1) : '';
  return name in values ? values[name] : piece;
});

// For a count: KEY.one and KEY.other, of which {count} is the number.
t.count = (key, count, values = {}) => {
  const form = new Intl.PluralRules(current.locale).select(count) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}`, { count: t.number(count), ...values });
};

t.has = (key) => key in words;

t.number = (value, options) => new Intl.NumberFormat(current.locale, { numberingSystem: 'latn', ...options }).format(value);

// Times come as milliseconds since 1970 or as ISO 8601.
const date = (value, options) => new Intl.DateTimeFormat(current.locale, { numberingSystem: 'latn', calendar: 'gregory', ...options })
  .format(new Date(value));
t.day = (value, options) => date(value, { day: 'numeric', month: 'short', year: 'numeric', ...options });
t.time = (value, options) => date(value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...options });
t.moment = (value, options) => date(value, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
  hourCycle: 'h23', ...options });

const units = [['day', 86400000], ['hour', 3600000], ['minute', 60000]];

// "5 minutes ago", "in 2 days".
t.ago = (value, now = Date.now()) => {
  const away = new Date(value).getTime() - now;
  const [unit, length] = units.find(([, each]) => Math.abs(away) >= each) ?? units[2];
  return new Intl.RelativeTimeFormat(current.locale, { numeric: 'auto' }).format(Math.round(away / length), unit);
};

// The name of a language of the content, as its own readers write it.
const names = { lo: 'ລາວ', th: 'ไทย', km: 'ខ្មែរ', my: 'မြန်မာ', vi: 'Tiếng Việt', zh: '中文', en: 'English' };
t.languageName = (code) => names[code] ?? code;
