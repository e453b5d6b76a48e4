/* SPDX-License-Identifier: Apache-2.0 */
/* Undo, redo, what differs from the published version, and the history of an entry. */
#include <stdlib.h>
#include <string.h>

#include "console/api_content.h"
#include "console/draft_diff.h"
#include "console/draft_log.h"
#include "console/draft_save.h"
#include "console/endpoints.h"
#include "console/people.h"

enum { HISTORY_MAX = 100 };

/* For functions that are told of entries one by one. */
struct answer {
    const struct call *call;
    struct json_out *out;
};

static void out_entry(void *arg, const char *place)
{
    const struct answer *a = arg;
    free(content_entry_out(a->out, NULL, a->call->console->draft, place));
}

static void answer_turn(const struct call *call, enum draft_result result, int64_t step)
{
    struct reply r;
    struct answer a = {call, &r.json};
    if (result != DRAFT_OK) {
        content_fail(call, result);
        return;
    }
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(call->console->draft));
    json_out_open(&r.json, "entries", '[');
    (void)draft_places(call->console->draft, step, out_entry, &a);
    json_out_close(&r.json, ']');
    reply_send(&r, call->console, call->id, 200);
}

/* {"step": n} for a certain step of one's own; without it the newest. */
void api_content_undo(const struct call *call)
{
    int64_t step = 0;
    if (tree_get(call->in, "step") && call_int(call, "step", 1, INT64_C(1) << 52, &step))
        return;
    const struct draft_order order = {.what = DRAFT_ORDER_UNDO, .step = step};
    enum draft_result r = draft_save(call->console, call->person, &order);
    answer_turn(call, r, draft_version(call->console->draft));
}

void api_content_redo(const struct call *call)
{
    const struct draft_order order = {.what = DRAFT_ORDER_REDO};
    enum draft_result r = draft_save(call->console, call->person, &order);
    answer_turn(call, r, draft_version(call->console->draft));
}

static void out_difference(void *arg, const struct draft_difference *diff)
{
    const struct answer *a = arg;
    char by[DRAFT_NAME_MAX], mark[PLACE_MARK_SIZE];
    int64_t at_ms;
    place_mark(diff->after, mark);
    json_out_open(a->out, NULL, '{');
    json_out_text(a->out, "place", diff->place);
    json_out_text(a->out, "mark", mark);
    json_out_raw(a->out, "before", diff->before);
    json_out_raw(a->out, "after", diff->after);
    if (draft_last(a->call->console->draft, diff->place, by, &at_ms)) {
        json_out_text(a->out, "by", by);
        json_out_int(a->out, "at", at_ms);
    }
    json_out_close(a->out, '}');
}

/* What could be taken back, or again, by whoever asks. */
static void out_turn(struct json_out *out, const char *key, struct draft *d, int64_t step)
{
    char place[DRAFT_PLACE_MAX];
    if (step <= 0 || draft_place_of(d, step, place))
        return;
    json_out_open(out, key, '{');
    json_out_int(out, "step", step);
    json_out_text(out, "place", place);
    json_out_close(out, '}');
}

void api_content_changes(const struct call *call)
{
    struct draft *d = call->console->draft;
    struct reply r;
    struct answer a = {call, &r.json};
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(d));
    out_turn(&r.json, "undo", d, draft_undoable(d, call->person->id, 0));
    out_turn(&r.json, "redo", d, draft_redoable(d, call->person->id));
    json_out_open(&r.json, "changes", '[');
    int failed = draft_differences(draft_base(d), draft_files(d), out_difference, &a);
    json_out_close(&r.json, ']');
    json_out_bool(&r.json, "complete", !failed);
    reply_send(&r, call->console, call->id, 200);
}

struct telling {
    struct json_out *out;
    size_t count;
};

static bool out_line(void *arg, const struct draft_line *line)
{
    struct telling *t = arg;
    json_out_open(t->out, NULL, '{');
    json_out_int(t->out, "step", line->step);
    json_out_int(t->out, "at", line->at_ms);
    json_out_text(t->out, "by", line->name);
    json_out_text(t->out, "action", line->action);
    json_out_text(t->out, "note", line->note);
    json_out_bool(t->out, "undone", line->undone);
    json_out_bool(t->out, "published", line->published);
    json_out_raw(t->out, "before", line->before);
    json_out_raw(t->out, "after", line->after);
    json_out_close(t->out, '}');
    return ++t->count < HISTORY_MAX;
}

void api_content_history(const struct call *call)
{
    const char *place = call_query(call, "place");
    struct reply r;
    struct telling t = {&r.json, 0};
    if (!place) {
        call_fail(call, 400, "bad_field", "place", "Name the place.");
        return;
    }
    reply_begin(&r);
    json_out_open(&r.json, "history", '[');
    enum draft_result result = draft_history(call->console->draft, place, out_line, &t);
    json_out_close(&r.json, ']');
    if (result == DRAFT_OK) {
        reply_send(&r, call->console, call->id, 200);
        return;
    }
    free(reply_take(&r));
    content_fail(call, result);
}
