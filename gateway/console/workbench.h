/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that compiles content, and its queue: a preview, a check, a difference, a rehearsal is
 * a piece of work that writes JSON, which answers the request that asked for it.
 *
 *   endpoint ─ workbench_post ─> queue ─> thread: run(bench) ─> loop: the answer
 *
 * Who types asks again with every pause. So of the previews of one person only the newest waits:
 * one that it overtakes is answered with 409 "overtaken". */
#ifndef ML_CONSOLE_WORKBENCH_H
#define ML_CONSOLE_WORKBENCH_H

#include "base/json_out.h"
#include "console/bench.h"
#include "console/call.h"

struct workbench;

/* The module. */
int workbench_open(struct console *c, char why[CONF_ERROR_MAX]);
void workbench_close(struct console *c);

struct workbench_work {
    void *arg;
    /* In the thread: write members into an open object. Returns the status of the answer. */
    int (*run)(struct bench *b, void *arg, struct json_out *out);
    void (*free)(void *arg); /* in the loop, or when the program ends */
};

/* Have it done, and answer the call with it. arg is no longer the caller's. */
void workbench_post(const struct call *call, const struct workbench_work *work);

/* The same; it takes the place of another one of this person that still waits. */
void workbench_post_newest(const struct call *call, const struct workbench_work *work);

/* A failure, written by run: {"error": {code, field, message}}. Returns the status. */
int workbench_fail(struct json_out *out, int status, const char *code, const char *field,
                   const char *message);

/* The screens that differ between two versions, and the counts of the check of both, as an answer
 * to the call: see difference.h. */
void workbench_difference(const struct call *call, struct files *before, struct files *after);

/* The thread itself, for work that wants nothing of the bench. */
struct worker *workbench_thread(const struct console *c);

#endif
