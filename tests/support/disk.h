/* SPDX-License-Identifier: Apache-2.0 */
/* A disk that fails as asked: an SQLite VFS in front of the real one. One in a process, under a
 * lock, because the journal's thread and the test use it. */
#ifndef ML_TESTS_SUPPORT_DISK_H
#define ML_TESTS_SUPPORT_DISK_H

#include <stdbool.h>

/* Put it in front for all databases that are opened from now on; take it away. */
void disk_install(void);
void disk_remove(void);

/* Fail the at-th call from now (1 is the next) with this SQLite code; lasting: all after it too. */
void disk_fail(int at, int code, bool lasting);

/* Fail no more. Returns whether a call has failed since disk_fail. */
bool disk_heal(void);

/* Keep in this folder what a power cut would leave: of each file what it was when it was last
 * synced. NULL: no more. */
void disk_keep_synced(const char *folder);

#endif
