/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics of requests, without persons. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework/tally.h"
#include "console/api_requests.h"
#include "console/queue.h"

#define DAY_MS INT64_C(86400000)

/* Since when? -1 after a failure was answered. Few spans, so that nobody finds a single case by the
 * difference of two. */
static int64_t since(const struct call *call)
{
    static const char *const spans[] = {"30", "90", "365"};
    const char *days = call_query(call, "days");
    if (!days || strcmp(days, "0") == 0)
        return 0;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (strcmp(days, spans[i]) == 0)
            return console_now(call->console) / DAY_MS * DAY_MS - atoi(days) * DAY_MS;
    call_fail(call, 400, "bad_field", "days", "days must be 30, 90, 365, or 0 for all.");
    return -1;
}

static void write_row(void *arg, const struct tally_row *row)
{
    struct json_out *j = arg;
    json_out_open(j, NULL, '{');
    json_out_text(j, "table", row->table);
    json_out_text(j, "value", row->value);
    if (row->hidden)
        json_out_text(j, "count", NULL);
    else
        json_out_int(j, "count", row->count);
    json_out_close(j, '{');
}

void api_requests_statistics(const struct call *call)
{
    int64_t from = since(call), total;
    struct db *db = from < 0 ? NULL : queue_read(call);
    if (!db)
        return;
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "rows", '[');
    enum db_result result = tally_read(db, from, write_row, &r.json, &total);
    json_out_close(&r.json, '[');
    json_out_int(&r.json, "since", from);
    json_out_int(&r.json, "least", TALLY_LEAST);
    if (total < 0)
        json_out_text(&r.json, "total", NULL);
    else
        json_out_int(&r.json, "total", total);
    if (result == DB_OK) {
        reply_send(&r, call->console, call->id, 200);
        return;
    }
    free(reply_take(&r));
    queue_stored(call, db, result);
}

/* Values are words of ours, codes and days: none needs quotes, or looks like a formula. */
static void print_row(void *arg, const struct tally_row *row)
{
    FILE *out = arg;
    if (row->hidden)
        fprintf(out, "%s,%s,<%d\r\n", row->table, row->value, TALLY_LEAST);
    else
        fprintf(out, "%s,%s,%lld\r\n", row->table, row->value, (long long)row->count);
}

void api_requests_csv(const struct call *call)
{
    char *text = NULL;
    size_t len = 0;
    int64_t from = since(call), total;
    struct db *db = from < 0 ? NULL : queue_read(call);
    FILE *out = db ? open_memstream(&text, &len) : NULL;
    if (!out) {
        if (db)
            call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
        return;
    }
    fputs("table,value,count\r\n", out);
    enum db_result r = tally_read(db, from, print_row, out, &total);
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed;
    const struct call_answer a = {.status = 200,
                                  .type = "text/csv; charset=utf-8",
                                  .text = text,
                                  .len = len,
                                  .file = "requests.csv"};
    if (r != DB_OK)
        queue_stored(call, db, r);
    else if (failed)
        call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
    else
        console_answer(call->console, call->id, &a);
    free(text);
}
