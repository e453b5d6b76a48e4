/* SPDX-License-Identifier: Apache-2.0 */
/* A console's database with people, for tests of its modules: a file in a folder of its own, and a
 * time that the test turns. All fail the test by themselves (cmocka). */
#ifndef ML_TESTS_SUPPORT_STAFF_H
#define ML_TESTS_SUPPORT_STAFF_H

#include "console/people.h"
#include "support/server.h"

struct staff {
    struct server server; /* its folder alone */
    char path[SERVER_PATH_MAX], why[DB_ERROR_MAX];
    struct db *db;
    int64_t now_ms;
};

/* cmocka's setup and teardown; *state is a struct staff. */
int staff_setup(void **state);
int staff_teardown(void **state);

/* Add somebody with a password that fits nothing. Returns the id. */
int64_t staff_add(struct staff *s, const char *login, unsigned roles);

/* The number in the only row and column. */
int64_t staff_number(struct staff *s, const char *sql);

#endif
