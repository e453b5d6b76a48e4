/* SPDX-License-Identifier: Apache-2.0 */
/* What a version changes: entries as they stood and stand, found in the thread that compiles
 * content. */
#include <stdlib.h>
#include <string.h>

#include "console/draft.h"
#include "console/draft_diff.h"
#include "console/endpoints.h"
#include "console/publish_run.h"
#include "console/versions_json.h"
#include "console/workbench.h"

enum { ENTRIES_MAX = 2000 };

/* A question at work. */
struct question {
    struct console *console;
    uint64_t call;
    struct files *before, *after;
    struct reply reply;
    size_t count;
    int failed;
};

static void take_entry(void *arg, const struct draft_difference *d)
{
    struct question *q = arg;
    struct json_out *j = &q->reply.json;
    if (q->count++ >= ENTRIES_MAX)
        return;
    json_out_open(j, NULL, '{');
    json_out_text(j, "place", d->place);
    json_out_raw(j, "before", d->before);
    json_out_raw(j, "after", d->after);
    json_out_close(j, '}');
}

static void run(void *arg)
{
    struct question *q = arg;
    reply_begin(&q->reply);
    json_out_text(&q->reply.json, "before", files_version(q->before));
    json_out_text(&q->reply.json, "after", files_version(q->after));
    json_out_open(&q->reply.json, "entries", '[');
    q->failed = draft_differences(q->before, q->after, take_entry, q);
    json_out_close(&q->reply.json, ']');
    json_out_number(&q->reply.json, "count", q->count);
}

static void question_free(struct question *q)
{
    files_unref(q->before);
    files_unref(q->after);
    free(q);
}

static void done(void *arg)
{
    struct question *q = arg;
    if (q->failed) {
        free(reply_take(&q->reply));
        console_fail(q->console, q->call, 503, "busy", NULL,
                     "The versions could not be compared. Try again.");
    } else {
        reply_send(&q->reply, q->console, q->call, 200);
    }
    question_free(q);
}

static void drop(void *arg)
{
    struct question *q = arg;
    if (q->reply.json.file)
        free(reply_take(&q->reply));
    question_free(q);
}

/* The files of a version, of the working copy ("draft"), or of the version in force (no name), with
 * a reference; NULL if there are none. */
static struct files *files_of(struct console *c, const char *name)
{
    if (!name)
        return files_ref(versions_current(c));
    if (strcmp(name, "draft") == 0)
        return files_ref(draft_files(c->draft));
    return versions_files(c->db, strtoll(name, NULL, 10));
}

/* The two sides of a question; NULL after a failure was answered. */
static struct question *ask(const struct call *call)
{
    struct console *c = call->console;
    const char *id = call_query(call, "id");
    struct question *q = calloc(1, sizeof *q);
    if (!q) {
        call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
        return NULL;
    }
    q->console = c;
    q->call = call->id;
    q->before = files_of(c, call_query(call, "against"));
    q->after = id ? files_of(c, id) : NULL;
    if (q->before && q->after)
        return q;
    question_free(q);
    versions_done(call, VERSION_NONE, 0);
    return NULL;
}

/* GET /api/review/difference?id=N&against=M: {before, after, entries: [{place, before, after}],
 * count}. id may be "draft"; without `against` it is compared with what is in force. */
void api_review_difference(const struct call *call)
{
    struct question *q = ask(call);
    if (!q)
        return;
    const struct worker_job job = {.arg = q, .run = run, .done = done, .drop = drop};
    if (worker_post(workbench_thread(call->console), &job) == 0)
        return;
    question_free(q);
    call_fail(call, 503, "busy", NULL, "Much is being checked just now. Try again in a moment.");
}

/* GET /api/review/screens?id=N&against=M: which screens come out another way; workbench.h. */
void api_review_screens(const struct call *call)
{
    struct question *q = ask(call);
    if (!q)
        return;
    workbench_difference(call, q->before, q->after);
    question_free(q);
}
