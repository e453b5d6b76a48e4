/* SPDX-License-Identifier: Apache-2.0 */
#include "console/later.h"

#include <stdlib.h>

#include "console/draft.h"
#include "console/workbench.h"

void *later_new(const struct call *call, size_t n, void (*make)(struct later *l))
{
    struct later *l = calloc(1, n);
    if (!l) {
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
        return NULL;
    }
    l->console = call->console;
    l->call = call->id;
    l->person = *call->person;
    l->files = files_ref(draft_files(call->console->draft));
    l->version = draft_version(call->console->draft);
    l->status = 200;
    l->make = make;
    return l;
}

void later_drop(struct later *l)
{
    if (l->clear)
        l->clear(l);
    files_unref(l->files);
    free(l);
}

static void run(void *arg)
{
    struct later *l = arg;
    reply_begin(&l->reply);
    l->make(l);
}

static void done(void *arg)
{
    struct later *l = arg;
    if (!l->end || l->status != 200 || l->end(l))
        reply_send(&l->reply, l->console, l->call, l->status);
    else
        free(reply_take(&l->reply));
    later_drop(l);
}

/* The program ends, before the thread came to it or after. */
static void drop(void *arg)
{
    struct later *l = arg;
    if (l->reply.json.file)
        free(reply_take(&l->reply));
    later_drop(l);
}

void later_post(struct later *l)
{
    const struct worker_job job = {.arg = l, .run = run, .done = done, .drop = drop};
    if (!worker_post(workbench_thread(l->console), &job))
        return;
    console_fail(l->console, l->call, 503, "busy", NULL,
                 "Much is being checked just now. Try again in a moment.");
    later_drop(l);
}

void later_refuse(struct later *l, int status, const char *code, const char *message)
{
    struct json_out *j = &l->reply.json;
    l->status = status;
    json_out_open(j, "error", '{');
    json_out_text(j, "code", code);
    json_out_text(j, "message", message);
    json_out_close(j, '}');
}
