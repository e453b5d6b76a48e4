/* SPDX-License-Identifier: Apache-2.0 */
#include "console/api_content.h"

#include <stdlib.h>
#include <string.h>

void content_conflict(const struct call *call, const char *place, const char *why)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", "conflict");
    json_out_text(&r.json, "message", why);
    json_out_close(&r.json, '}');
    free(content_entry_out(&r.json, "now", call->console->draft, place));
    reply_send(&r, call->console, call->id, 409);
}

void content_fail(const struct call *call, enum draft_result r)
{
    const struct draft_problem *p = draft_problem(call->console->draft);
    switch (r) {
    case DRAFT_CONFLICT:
        content_conflict(call, p->place, p->why);
        return;
    case DRAFT_REFUSED:
        call_fail(call, 400, "bad_field", "place", "%s", p->why);
        return;
    case DRAFT_NOTHING:
        call_fail(call, 404, "not_found", NULL, "%s", p->why);
        return;
    case DRAFT_DISK_FULL:
        call_fail(call, 503, "disk_full", NULL,
                  "Nothing was saved; your words stay in this browser. %s", p->why);
        return;
    default:
        call_fail(call, 503, "database", NULL,
                  "Nothing was saved; your words stay in this browser. %s", p->why);
    }
}

char *content_entry_out(struct json_out *out, const char *key, struct draft *d, const char *place)
{
    char mark[PLACE_MARK_SIZE], by[DRAFT_NAME_MAX];
    int64_t at_ms;
    char *now = place_get(draft_files(d), place), *base = place_get(draft_base(d), place);
    place_mark(now, mark);
    json_out_open(out, key, '{');
    json_out_text(out, "place", place);
    json_out_text(out, "mark", mark);
    json_out_raw(out, "entry", now);
    json_out_raw(out, "base", base);
    json_out_bool(out, "changed", !now || !base ? now != base : strcmp(now, base) != 0);
    if (draft_last(d, place, by, &at_ms)) {
        json_out_text(out, "by", by);
        json_out_int(out, "at", at_ms);
    }
    json_out_close(out, '}');
    free(base);
    return now;
}

struct draft_index *content_index(const struct call *call, const char *language)
{
    struct draft_index *x = index_new(draft_files(call->console->draft), language ? language : "");
    if (!x)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again.");
    return x;
}
