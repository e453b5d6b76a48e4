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
const fetched = new Map();

const known = (code) => languages.find((language) => language.code === code);

function store(code) {
  try {
    localStorage.setItem(remembered, code);
  } catch { /* a browser that keeps nothing: the account remembers */ }
}

// The language that was last used in this browser.
export function lastLanguage() {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

// The language before anybody is signed in: the last one used here, or the browser's.
export function firstLanguage() {
  const wanted = [lastLanguage(), ...navigator.languages.map((name) => name.split('-')[0])];
  return (wanted.map(known).find(Boolean) ?? languages[0]).code;
}

async function fetchWords(code) {
  const answer = await fetch(`/words/${code}.json`);
  if (!answer.ok) {
    throw new Error(`words/${code}.json: ${answer.status}`);
  }
  return answer.json();
}

let asked = 0;

// Of two languages asked for at once the later one counts.
export async function useLanguage(code) {
  asked += 1;
  const mine = asked;
  const wanted = known(code) ?? languages[0];
  if (!fetched.has(wanted.code)) {
    fetched.set(wanted.code, fetchWords(wanted.code));
  }
  const found = await fetched.get(wanted.code).catch((error) => {
    fetched.delete(wanted.code);
    throw error;
  });
  if (mine === asked) {
    words = found;
    current = wanted;
    store(wanted.code);
    document.documentElement.lang = wanted.code;
  }
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

// Browsers do not know the dates of every language (Chromium has none for Lao): such a language gets the English order, and the
// names of days and months from its words.
const knows = () => Intl.DateTimeFormat.supportedLocalesOf(current.locale).length > 0;

function named(value, options) {
  const english = (more) => new Intl.DateTimeFormat('en-GB', { timeZone: options.timeZone, ...more });
  const month = Number(english({ month: 'numeric' }).format(value));
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(english({ weekday: 'short' }).format(value));
  return english(options).formatToParts(value).map(({ type, value: text }) => {
    if (type === 'month' && Number.isNaN(Number(text))) {
      return t('time.months').split(', ')[month - 1];
    }
    return type === 'weekday' ? t('time.weekdays').split(', ')[weekday] : text;
  }).join('');
}

function date(value, options) {
  const moment = new Date(value);
  return knows() ? new Intl.DateTimeFormat(current.locale, { numberingSystem: 'latn', calendar: 'gregory', ...options }).format(moment) : named(moment, options);
}

// Times come as milliseconds since 1970 or as ISO 8601. options: as of Intl.DateTimeFormat, such as timeZone.
const daily = { day: 'numeric', month: 'short', year: 'numeric' };
const hourly = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
t.day = (value, options) => date(value, { ...daily, ...options });
t.time = (value, options) => date(value, { ...hourly, ...options });
t.moment = (value, options) => date(value, { ...daily, ...hourly, ...options });

const units = [['day', 86400000], ['hour', 3600000], ['minute', 60000]];

// "5 minutes ago", "in 2 days".
t.ago = (value, now = Date.now()) => {
  const away = new Date(value).getTime() - now;
  const [unit, length] = units.find(([, each]) => Math.abs(away) >= each) ?? units[2];
  const count = Math.round(away / length);
  if (knows()) {
    return new Intl.RelativeTimeFormat(current.locale, { numeric: 'auto' }).format(count, unit);
  }
  if (count === 0) {
    return t('time.now');
  }
  return t(`time.${count > 0 ? 'in' : 'ago'}-${unit}`, { count: t.number(Math.abs(count)) });
};

// The name of a language of the content, as its own readers write it.
const names = { lo: 'ລາວ', th: 'ไทย', km: 'ខ្មែរ', my: 'မြန်မာ', vi: 'Tiếng Việt', zh: '中文', en: 'English' };
t.languageName = (code) => names[code] ?? code;
