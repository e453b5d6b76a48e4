// SPDX-License-Identifier: Apache-2.0
// A look into the console's file, or a change of it behind the console's back, by SQLite's own program.
import { execFileSync } from 'node:child_process';

export const database = (world, sql) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', world.world.file('console.db'), sql], { encoding: 'utf8' });
