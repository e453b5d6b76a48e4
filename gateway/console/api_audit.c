/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: GET /api/audit, /api/audit/check and /api/audit.csv. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/endpoints.h"

enum { PAGE = 100, CSV_MAX = 100000 /* lines of a file; the days of a filter make it smaller */ };

/* A number of the query, 0 without. Returns 0, or -1 after a failure was answered. */
static int query_number(const struct call *call, const char *name, int64_t *out)
{
    const char *s = call_query(call, name);
    char *end;
    *out = 0;
    if (!s || s[0] == '\0')
        return 0;
    errno = 0;
    *out = strtoll(s, &end, 10);
    if (s[0] >= '0' && s[0] <= '9' && *end == '\0' && errno == 0)
        return 0;
    call_fail(call, 400, "bad_field", name, "%s must be a whole number.", name);
    return -1;
}

/* Milliseconds since 1970, and what else the query limits. */
static int read_filter(const struct call *call, struct audit_filter *f)
{
    *f = (struct audit_filter){.action = call_query(call, "action")};
    return query_number(call, "from", &f->from_ms) == 0 &&
                   query_number(call, "to", &f->to_ms) == 0 &&
                   query_number(call, "before", &f->before_seq) == 0 &&
                   query_number(call, "person", &f->person) == 0
               ? 0
               : -1;
}

/* A page in the making. */
struct listing {
    struct json_out *json;
    int64_t count, last_seq;
};

static bool write_line(void *arg, const struct audit_line *line)
{
    struct listing *l = arg;
    if (++l->count > PAGE)
        return false;
    l->last_seq = line->seq;
    json_out_open(l->json, NULL, '{');
    json_out_int(l->json, "seq", line->seq);
    json_out_int(l->json, "at_ms", line->at_ms);
    json_out_int(l->json, "person", line->person);
    json_out_text(l->json, "name", line->name);
    json_out_text(l->json, "action", line->action);
    json_out_text(l->json, "subject", line->subject);
    json_out_text(l->json, "detail", line->detail);
    json_out_close(l->json, '{');
    return true;
}

void api_audit(const struct call *call)
{
    struct audit_filter f;
    struct reply r;
    if (read_filter(call, &f) < 0)
        return;
    f.limit = PAGE + 1;
    reply_begin(&r);
    struct listing l = {.json = &r.json};
    json_out_open(&r.json, "lines", '[');
    enum db_result done = audit_list(call->console->db, &f, write_line, &l);
    json_out_close(&r.json, '[');
    /* Where the next page begins; 0: there is none. */
    json_out_int(&r.json, "before", l.count > PAGE ? l.last_seq : 0);
    if (done == DB_OK) {
        reply_send(&r, call->console, call->id, 200);
        return;
    }
    free(reply_take(&r));
    call_stored(call, done);
}

static void write_area(void *arg, const char *area)
{
    json_out_text(arg, NULL, area);
}

void api_audit_areas(const struct call *call)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "areas", '[');
    enum db_result done = audit_areas(call->console->db, write_area, &r.json);
    json_out_close(&r.json, '[');
    if (done == DB_OK) {
        reply_send(&r, call->console, call->id, 200);
        return;
    }
    free(reply_take(&r));
    call_stored(call, done);
}

void api_audit_check(const struct call *call)
{
    struct audit_state state;
    struct reply r;
    if (!call_stored(call, audit_check(call->console->db, &state)))
        return;
    reply_begin(&r);
    json_out_int(&r.json, "lines", state.count);
    json_out_int(&r.json, "wrong", state.wrong_seq);
    json_out_text(&r.json, "head", state.head);
    reply_send(&r, call->console, call->id, 200);
}

void api_audit_csv(const struct call *call)
{
    struct console *c = call->console;
    struct audit_filter f;
    char *text = NULL;
    size_t len = 0;
    if (read_filter(call, &f) < 0)
        return;
    f.limit = CSV_MAX;
    /* Whoever takes the log away stands in it, and in the file. */
    if (!call_stored(call, audit_try(c, call->person, "audit.export", "", "")))
        return;
    FILE *out = open_memstream(&text, &len);
    enum db_result done = out ? audit_csv(c->db, &f, out) : DB_OK;
    bool failed = !out || ferror(out) != 0;
    failed = (out && fclose(out) != 0) || failed;
    const struct call_answer a = {.status = 200,
                                  .type = "text/csv; charset=utf-8",
                                  .text = text,
                                  .len = len,
                                  .file = "audit.csv"};
    if (failed)
        call_fail(call, 503, "busy", NULL, "There is no memory. Choose fewer days.");
    else if (call_stored(call, done))
        console_answer(c, call->id, &a);
    free(text);
}
