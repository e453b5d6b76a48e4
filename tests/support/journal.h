/* SPDX-License-Identifier: Apache-2.0 */
/* A journal in a temporary folder with its real thread, and calls that read like a transcript. */
#ifndef ML_TESTS_SUPPORT_JOURNAL_H
#define ML_TESTS_SUPPORT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/journal.h"
#include "io/journal_table.h"
#include "support/server.h"

enum { JOURNAL_HOUR = 3600000, JOURNAL_DAY = 24 * JOURNAL_HOUR, JOURNAL_SHOWN = 512 };

struct journal_desk {
    struct server server; /* its folder alone */
    char path[SERVER_PATH_MAX];
    struct loop *loop;
    struct metrics *metrics;
    struct log *log;
    int log_fd;
    int64_t now;
    size_t max_waiting;
    struct journal *journal; /* NULL while closed */
    char why[256];           /* of the last journal_desk_open that failed */

    /* The answers. */
    void (*on_filed)(struct journal_desk *d, uint64_t txn, enum filed r); /* may be NULL */
    void *arg;                                                            /* for on_filed */
    uint64_t asked, answers;
    bool waits;
    uint64_t order[JOURNAL_SHOWN]; /* txn of each answer; a fetch has 0 */
    enum filed filed;
    bool found;
    size_t count;
    int64_t seqs[FORWARD_WINDOW_MAX];
    char shown[JOURNAL_SHOWN]; /* "a b c": the ids that were fetched */
};

/* Folder, loop, log; and away with all of it. */
void journal_desk_init(struct journal_desk *d);
void journal_desk_end(struct journal_desk *d);

/* Returns 0, or -1 with why. */
int journal_desk_open(struct journal_desk *d);
void journal_desk_close(struct journal_desk *d);

/* cmocka's setup and teardown: an open journal; the state is the desk. */
int journal_desk_setup(void **state);
int journal_desk_teardown(void **state);

/* Ask; the answer comes later. The case number is "c" and the id, the proof "p" and the id, the
 * payload "payload of " and the id. */
void journal_desk_ask(struct journal_desk *d, const char *id);

/* Wait until all that was asked is answered. */
void journal_desk_wait(struct journal_desk *d);

/* Ask and wait. Settle waits for its place in the queue. */
enum filed journal_desk_file(struct journal_desk *d, const char *id);
const char *journal_desk_fetch(struct journal_desk *d, int64_t after, size_t most);
bool journal_desk_find(struct journal_desk *d, const char *case_no, const char *proof);
void journal_desk_settle(struct journal_desk *d, const char *id);

/* What is on disk, seen through a handle of its own: "a b* c", with * for what is acknowledged. */
const char *journal_desk_on_disk(struct journal_desk *d, char out[JOURNAL_SHOWN]);

/* How often an event stands in the log. */
int journal_desk_logged(const struct journal_desk *d, const char *event);

#endif
