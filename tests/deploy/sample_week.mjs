// SPDX-License-Identifier: Apache-2.0
// A week of hourly counts, made up, in Redis as gateways write them (gateway/core/volumes_record.h): for pictures.
import { execFileSync } from 'node:child_process';

const HOUR_MS = 3600000, ZONE = 7, HOURS = 7 * 24;

// Carrier, kind, language, country of the number, and how many sessions begin in a busy hour.
const CELLS = [['laotel', 'ussd', 'lo', 'LA', 46], ['laotel', 'sms', 'lo', 'LA', 9], ['laotel', 'ussd', 'vi', 'VN', 7], ['unitel', 'ussd', 'lo', 'LA', 21],
  ['ais', 'ussd', 'th', 'TH', 12], ['ais', 'ussd', 'my', 'MM', 26], ['ais', 'sms', 'my', 'MM', 8], ['ais', 'ussd', 'km', 'KH', 15], ['laotel', 'ussd', 'en', 'LA', 6]];
// Screen, how often it is shown for each session, and of 100 visits how many lead on, go back, are dropped.
const SCREENS = [['main', 1.4, 78, 0, 9], ['before', 0.5, 61, 30, 4], ['fees-menu', 0.4, 72, 20, 5], ['work', 0.3, 55, 33, 7], ['problems', 0.3, 66, 21, 8], ['more', 0.1, 50, 41, 6]];

// People ask after work and at noon, and more on Sundays.
function crowd(hour, weekday) {
  const noon = Math.exp(-((hour - 12) ** 2) / 5), evening = 1.6 * Math.exp(-((hour - 19.5) ** 2) / 6);
  return (noon + evening) * (weekday === 0 ? 1.5 : 1) / 1.7;
}

function record(at) {
  const local = new Date(at + ZONE * HOUR_MS);
  const much = crowd(local.getUTCHours(), local.getUTCDay());
  const wave = (i) => 1 + 0.25 * Math.sin(at / HOUR_MS * (i + 2));
  const cells = CELLS.map(([carrier, kind, language, country, most], i) => {
    const n = Math.round(most * much * wave(i));
    return `c ${carrier} ${kind} ${language} ${country} ${n} ${kind === 'sms' ? n * 2 : n * 5} ${kind === 'sms' ? `${n * 2} ${n * 2}` : '0 0'}`;
  });
  const sessions = CELLS.reduce((sum, one) => sum + one[4], 0) * much;
  const screens = SCREENS.map(([name, share, ...ends]) => `n ${name} ${[100, ...ends].map((part) => Math.round(sessions * share * part / 100)).join(' ')}`);
  return ['1 1', ...cells, ...screens, ''].join('\n');
}

// `socket`: of Redis. The week ends with the hour that runs.
export function writeSampleWeek(socket) {
  const now = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  for (let i = 0; i < HOURS; i += 1) {
    const at = now - i * HOUR_MS;
    execFileSync('redis-cli', ['-s', socket, 'HSET', `ml:volumes:${new Date(at).toISOString().slice(0, 13)}`, 'salt', 'of a sample', '0001', record(at)]);
  }
}
