// SPDX-License-Identifier: Apache-2.0
// A clock of its own for a program of a world, by libfaketime. Time that only goes on (timers) stays as it is.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const library = () => execFileSync('dpkg', ['-L', 'libfaketime'], { encoding: 'utf8' }).split('\n').find((file) => file.endsWith('libfaketimeMT.so.1'));

// Before the program starts. Returns what moves its clock: so many seconds ahead of ours.
export function clockOf(program) {
  const file = program.world.file('clock');
  const set = (seconds) => {
    fs.writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    fs.renameSync(`${file}.new`, file);
  };
  set(0);
  program.env = { ...program.env, LD_PRELOAD: library(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1',
    ASAN_OPTIONS: `${program.env.ASAN_OPTIONS}:verify_asan_link_order=0` };
  return set;
}
