/* SPDX-License-Identifier: Apache-2.0 */
/* Are these files good enough for workers? The check of `mekongline check` by the console's
 * configuration, drafts too, and the rules of a bundle (PROTOCOL.md, section 9.1), in the thread
 * that compiles content. */
#ifndef ML_CONSOLE_PUBLISH_CHECK_H
#define ML_CONSOLE_PUBLISH_CHECK_H

#include "catalog/finding.h"
#include "console/console.h"
#include "editing/files.h"

struct publish_check {
    const struct conf *conf;
    const struct handler_table *handlers;
    int32_t today; /* the day by which texts are past their review */
    struct files *files;
    struct findings *findings; /* NULL without memory */
    char why[192];             /* what no finding says; "" for none */
    bool good;
    void *arg;
};

/* Called in the loop; the check and its findings are borrowed for the call. */
typedef void (*publish_checked_fn)(void *arg, const struct publish_check *check);

/* Begin a check. It keeps its own reference to the files. done is always called once if 0 is
 * returned, unless the console ends before: then drop is (it may be NULL). -1: too much waits, or
 * no memory. */
struct publish_ask {
    publish_checked_fn done;
    void (*drop)(void *arg);
    void *arg;
};
int publish_check(struct console *c, struct files *files, const struct publish_ask *ask);

/* The check itself, in any thread. */
void publish_check_run(struct publish_check *check);

#endif
