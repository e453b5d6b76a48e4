/* SPDX-License-Identifier: Apache-2.0 */
/* One receiver at a time on a file of cases: `mekongline receive-requests` or the console. The lock
 * is on FILE.lock and ends with the process that holds it, however that ends. */
#ifndef ML_CASEWORK_LOCK_H
#define ML_CASEWORK_LOCK_H

/* Returns a descriptor to be closed, or -1 with why: a sentence with the remedy. */
int lock_take(const char *path, char why[256]);

#endif
