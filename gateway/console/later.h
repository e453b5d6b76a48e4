/* SPDX-License-Identifier: Apache-2.0 */
/* An answer that the workbench's thread makes from the files of the working copy: all that reads
 * many texts. In three steps, of which the last two may be left out where they say so:
 *
 *   later_post ── thread: make ── loop: end (optional) ── the answer
 *
 * A job begins with a struct later and comes from calloc. */
#ifndef ML_CONSOLE_LATER_H
#define ML_CONSOLE_LATER_H

#include "console/call.h"
#include "console/people.h"
#include "editing/files.h"

struct later {
    /* The thread reads `console` for conf and handlers alone. */
    struct console *console;
    uint64_t call;
    struct person person; /* who asked */
    struct files *files;  /* a reference to the working copy as it was then */
    int64_t version;      /* draft_version of it */
    struct reply reply;   /* an object is open; make and end write into it */
    int status;           /* of the answer; 200 unless make or end set it */

    void (*make)(struct later *l);  /* in the thread */
    bool (*end)(struct later *l);   /* in the loop; false: it has answered. NULL: none */
    void (*clear)(struct later *l); /* frees what the job holds besides; NULL: nothing */
};

/* A job of n octets for a call, with the files of now. NULL after a failure was answered. */
void *later_new(const struct call *call, size_t n, void (*make)(struct later *l));

/* Hand it over; it is no longer the caller's. If the workbench is full a failure is answered. */
void later_post(struct later *l);

/* Give it up instead, after a failure was answered. */
void later_drop(struct later *l);

/* Make the answer a refusal: status and {"error": …}; more may be written behind it. */
void later_refuse(struct later *l, int status, const char *code, const char *message);

#endif
