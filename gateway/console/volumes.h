/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes in the console: its own connection to Redis, and questions over it (volumes/ask.h). The
 * console serves without Redis too; only volumes are then away. */
#ifndef ML_CONSOLE_VOLUMES_H
#define ML_CONSOLE_VOLUMES_H

#include "console/console.h"
#include "volumes/ask.h"

/* The module. */
int volumes_open(struct console *c, char why[CONF_ERROR_MAX]);
void volumes_close(struct console *c);

enum volumes_asked {
    VOLUMES_ASKED, /* fn is called once, later, also when the console stops */
    VOLUMES_AWAY,  /* Redis is not connected; fn is not called */
    VOLUMES_BUSY   /* too many questions are under way; fn is not called */
};

/* Ask; the table that fn gets is its own to free, NULL if Redis went away meanwhile. */
enum volumes_asked volumes_question(struct console *c, const struct volumes_query *q,
                                    volumes_answer_fn fn, void *arg);

/* How many sessions a content version had in a span of time. */
struct volumes_of_version {
    const char *version; /* 16 hex digits, or "other" */
    int64_t sessions;    /* -1: fewer than 5; see volumes/veil.h */
};

/* list is borrowed for the call; NULL if Redis could not be asked. Sessions count by the version
 * that they began with and keep. */
typedef void (*volumes_versions_fn)(void *arg, const struct volumes_of_version *list, size_t count);

/* Ask for all versions between two moments (ms since 1970), by whole hours, both included; of more
 * than the last 400 days, those. */
enum volumes_asked volumes_of_versions(struct console *c, int64_t from_ms, int64_t to_ms,
                                       volumes_versions_fn fn, void *arg);

#endif
