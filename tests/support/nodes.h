/* SPDX-License-Identifier: Apache-2.0 */
/* A real Redis Cluster for tests: nodes that know each other, password "hush". All fail the test by
 * themselves (cmocka). */
#ifndef ML_TESTS_SUPPORT_NODES_H
#define ML_TESTS_SUPPORT_NODES_H

#include <stdbool.h>

#include "support/server.h"

enum { NODES = 3, NODES_SAID_MAX = 8192, NODES_LIST_MAX = 128 };

/* The first two are masters of a half of the slots each; the third has none. */
struct nodes {
    struct server node[NODES];
    char id[NODES][41];
};

/* Start them and wait until all of them serve. */
void nodes_open(struct nodes *n);
void nodes_close(struct nodes *n);

/* Send a command to one of them, printf's way; the texts and numbers of its answer, a line each. An
 * error is an answer. */
const char *nodes_tell(const struct nodes *n, int which, char said[NODES_SAID_MAX], const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));

/* Wait until the answer holds a text. */
void nodes_await(const struct nodes *n, int which, const char *expected, const char *command);

/* ADDRESS:PORT of one of them. */
void nodes_address(const struct nodes *n, int which, char out[NODES_LIST_MAX]);

#endif
