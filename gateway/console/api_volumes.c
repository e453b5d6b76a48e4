/* SPDX-License-Identifier: Apache-2.0 */
/* How much was served: the question comes in the query (volumes/query.h names its fields), the
 * answer as JSON or as a file for a spreadsheet. */
#include <stdio.h>
#include <stdlib.h>

#include "console/endpoints.h"
#include "console/volumes.h"
#include "volumes/write.h"

/* Whom the answer is for: the id, because the call is over by then. */
struct pending {
    struct console *console;
    uint64_t id;
    bool csv;
};

static void fail_away(struct console *c, uint64_t id)
{
    console_fail(
        c, id, 503, "redis_away", NULL,
        "Redis, where the counts are kept, does not answer. Nothing is lost: gateways keep "
        "counting. Try again in a minute, or tell who runs the server.");
}

static void fail_memory(struct console *c, uint64_t id)
{
    console_fail(c, id, 503, "busy", NULL, "There is no memory. Ask for a shorter time.");
}

static void send_table(const struct pending *p, const struct volumes_table *t)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out) {
        fail_memory(p->console, p->id);
        return;
    }
    if (p->csv)
        volumes_write_csv(t, out);
    else
        volumes_write_json(t, out);
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed;
    struct call_answer a = {.status = 200, .text = text, .len = len};
    if (p->csv) {
        a.type = "text/csv; charset=utf-8";
        a.file = "volumes.csv";
    }
    if (failed)
        fail_memory(p->console, p->id);
    else
        console_answer(p->console, p->id, &a);
    free(text);
}

static void on_table(void *arg, struct volumes_table *t)
{
    struct pending p = *(struct pending *)arg;
    free(arg);
    if (!t)
        fail_away(p.console, p.id);
    else if (volumes_table_is_cut(t))
        console_fail(p.console, p.id, 400, "bad_field", "by",
                     "That is more than %d lines. Ask for a shorter time, or by day.",
                     TABLE_ROWS_MAX);
    else
        send_table(&p, t);
    volumes_table_free(t);
}

/* Read the question. Returns 0, or -1 after a failure was answered. */
static int read_question(const struct call *call, struct volumes_query *q)
{
    struct volumes_fault f;
    struct volumes_words w = {.from = call_query(call, "from"),
                              .to = call_query(call, "to"),
                              .by = call_query(call, "by"),
                              .zone = call_query(call, "zone")};
    for (int by = BY_CARRIER; by < BY_COUNT; by++) {
        const char *only = call_query(call, volumes_by_name((enum volumes_by)by));
        w.only[by] = only && *only ? only : NULL;
    }
    if (volumes_query_read(&w, console_now(call->console), q, &f) == 0)
        return 0;
    call_fail(call, 400, "bad_field", f.field, "%s", f.text);
    return -1;
}

static void answer(const struct call *call, bool csv)
{
    struct volumes_query q;
    if (read_question(call, &q) < 0)
        return;
    struct pending *p = malloc(sizeof *p);
    if (!p) {
        fail_memory(call->console, call->id);
        return;
    }
    *p = (struct pending){.console = call->console, .id = call->id, .csv = csv};
    enum volumes_asked asked = volumes_question(call->console, &q, on_table, p);
    if (asked == VOLUMES_ASKED)
        return;
    free(p);
    if (asked == VOLUMES_AWAY)
        fail_away(call->console, call->id);
    else
        call_fail(call, 503, "busy", NULL,
                  "Others are asking for volumes just now. Try again in a few seconds.");
}

void api_volumes(const struct call *call)
{
    answer(call, false);
}

void api_volumes_csv(const struct call *call)
{
    answer(call, true);
}
