/* SPDX-License-Identifier: Apache-2.0 */
/* What changes the working copy. An edit names for each entry the mark that the editor had before
 * their eyes; what the change entails (status, mark of the English text) is added here; then the
 * entries are looked at over the files as they would be, and kept in one step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "console/api_content.h"
#include "console/draft_forms.h"
#include "console/draft_rules.h"
#include "console/draft_save.h"
#include "console/endpoints.h"
#include "console/people.h"

enum { CHANGES_MAX = 60, NOTE_MAX = 300 };

/* An edit on its way. */
struct edit {
    const struct call *call;
    struct draft_change changes[CHANGES_MAX];
    const struct tree_node *values[CHANGES_MAX]; /* as they came; NULL: deleted */
    struct place_parts at[CHANGES_MAX];
    char *json[CHANGES_MAX];
    size_t count;
    struct files *files; /* as they would be */
};

static void answer_steps(const struct call *call, const struct edit *e)
{
    struct draft *d = call->console->draft;
    struct reply r;
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(d));
    json_out_open(&r.json, "entries", '[');
    for (size_t i = 0; i < e->count; i++)
        free(content_entry_out(&r.json, NULL, d, e->changes[i].place));
    json_out_close(&r.json, ']');
    reply_send(&r, call->console, call->id, 200);
}

/* A fault of one member of the i-th change. */
static int bad_field(const struct edit *e, size_t i, const char *field, const char *message)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", "bad_field");
    json_out_text(&r.json, "field", *field ? field : NULL);
    json_out_text(&r.json, "message", message);
    json_out_close(&r.json, '}');
    json_out_text(&r.json, "place", e->changes[i].place);
    reply_send(&r, e->call->console, e->call->id, 400);
    return -1;
}

static int read_change(struct edit *e, const struct tree_node *n)
{
    struct draft_change *c = &e->changes[e->count];
    const struct tree_node *value = tree_get(n, "value");
    char why[PLACE_WHY_MAX] = "This is no place of the content.";
    c->place = tree_string(tree_get(n, "place"));
    c->mark = tree_string(tree_get(n, "base"));
    if (!c->place || !c->mark || (!value && !tree_get(n, "value"))) {
        call_fail(e->call, 400, "bad_field", "changes", "Each change names place, base and value.");
        return -1;
    }
    for (size_t i = 0; i < e->count; i++) {
        if (!strcmp(e->changes[i].place, c->place))
            return bad_field(e, i, "place", "A place may be there once.");
    }
    if (place_parse(c->place, &e->at[e->count], why))
        return bad_field(e, e->count, "place", why);
    const char *closed = forms_closed(&e->at[e->count]);
    if (closed)
        return bad_field(e, e->count, "place", closed);
    e->values[e->count++] = tree_type(value) == JSON_NULL ? NULL : value;
    return 0;
}

static int read_changes(struct edit *e)
{
    const struct tree_node *list = tree_get(e->call->in, "changes");
    size_t count = tree_type(list) == JSON_ARRAY ? tree_count(list) : 0;
    if (!count || count > CHANGES_MAX) {
        call_fail(e->call, 400, "bad_field", "changes", "Send 1 to %d changes.", CHANGES_MAX);
        return -1;
    }
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        if (read_change(e, n))
            return -1;
    }
    return 0;
}

/* Before anything else: has somebody been faster? */
static int check_marks(const struct edit *e)
{
    struct files *now = draft_files(e->call->console->draft);
    for (size_t i = 0; i < e->count; i++) {
        char mark[PLACE_MARK_SIZE];
        char *json = place_get(now, e->changes[i].place);
        place_mark(json, mark);
        free(json);
        if (!strcmp(mark, e->changes[i].mark))
            continue;
        content_conflict(e->call, e->changes[i].place,
                         "This was changed meanwhile. Compare the two and choose; your words are "
                         "kept.");
        return -1;
    }
    return 0;
}

/* The English text that a translation is made from: as this very edit makes it, or as it stands. */
static const char *english_of(const struct edit *e, struct draft_index *x, const char *id)
{
    for (size_t i = 0; i < e->count; i++) {
        const char *text = tree_string(tree_get(e->values[i], "text"));
        if (!strcmp(e->at[i].language, DRAFT_SOURCE) && !strcmp(e->at[i].id, id) && text)
            return text;
    }
    const struct index_text *t = index_text(x, id);
    const char *text = t ? tree_string(tree_get(t->node, "text")) : NULL;
    return text ? text : "";
}

static char *compose(const struct edit *e, struct draft_index *x, size_t i)
{
    const struct place_parts *at = &e->at[i];
    if (!*at->language)
        return rules_json(e->values[i]);
    bool english = !strcmp(at->language, DRAFT_SOURCE);
    return rules_text(index_entry(x, at->file, "texts", at->id), e->values[i],
                      english ? NULL : english_of(e, x, at->id));
}

/* Make of what came the entries as they will be kept. */
static int compose_all(struct edit *e)
{
    struct draft_index *x = content_index(e->call, "");
    int rc = x ? 0 : -1;
    for (size_t i = 0; !rc && i < e->count; i++) {
        if (!e->values[i])
            continue;
        e->json[i] = compose(e, x, i);
        e->changes[i].json = e->json[i];
        if (!e->json[i])
            rc = bad_field(e, i, "",
                           "This is no entry, or a number in it is no whole number. Correct it.");
    }
    index_free(x);
    return rc;
}

/* The files as they would be. */
static int apply(struct edit *e)
{
    e->files = files_ref(draft_files(e->call->console->draft));
    for (size_t i = 0; i < e->count; i++) {
        char why[PLACE_WHY_MAX];
        struct files *next = place_set(e->files, e->changes[i].place, e->json[i], why);
        if (!next)
            return bad_field(e, i, "", why);
        files_unref(e->files);
        e->files = next;
    }
    return 0;
}

static int check_forms(struct edit *e)
{
    struct draft_index *x = index_new(e->files, "");
    int rc = 0;
    if (!x) {
        call_fail(e->call, 503, "busy", NULL, "There is no memory left. Try again.");
        return -1;
    }
    for (size_t i = 0; !rc && i < e->count; i++) {
        const struct place_parts *at = &e->at[i];
        const struct form_entry entry = {.at = at,
                                         .value = index_entry(x, at->file, at->section, at->id),
                                         .is_new = !*e->changes[i].mark,
                                         .today = clock_day(console_now(e->call->console))};
        struct form_fault fault = {"", ""};
        if (e->json[i] && forms_check(x, &entry, &fault))
            rc = bad_field(e, i, fault.field, fault.message);
    }
    index_free(x);
    return rc;
}

static void keep(struct edit *e, const char *note)
{
    const struct draft_order order = {
        .what = DRAFT_ORDER_EDIT, .changes = e->changes, .count = e->count, .note = note};
    enum draft_result r = draft_save(e->call->console, e->call->person, &order);
    if (r == DRAFT_OK || r == DRAFT_NOTHING)
        answer_steps(e->call, e);
    else
        content_fail(e->call, r);
}

static void end_edit(struct edit *e)
{
    for (size_t i = 0; i < e->count; i++)
        free(e->json[i]);
    files_unref(e->files);
    free(e);
}

static struct edit *begin_edit(const struct call *call)
{
    struct edit *e = calloc(1, sizeof *e);
    if (e)
        e->call = call;
    else
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again.");
    return e;
}

void api_content_edit(const struct call *call)
{
    const char *note = call_text_or_empty(call, "note", NOTE_MAX);
    struct edit *e = note ? begin_edit(call) : NULL;
    if (!e)
        return;
    if (!read_changes(e) && !check_marks(e) && !compose_all(e) && !apply(e) && !check_forms(e))
        keep(e, note);
    end_edit(e);
}

/* Discard needs places and marks alone. */
void api_content_discard(const struct call *call)
{
    struct edit *e = begin_edit(call);
    if (!e)
        return;
    const struct tree_node *list = tree_get(call->in, "changes");
    size_t count = tree_type(list) == JSON_ARRAY ? tree_count(list) : 0;
    int rc = count && count <= CHANGES_MAX ? 0 : -1;
    for (const struct tree_node *n = rc ? NULL : tree_first(list); n && !rc; n = tree_next(n)) {
        struct draft_change *c = &e->changes[e->count++];
        c->place = tree_string(tree_get(n, "place"));
        c->mark = tree_string(tree_get(n, "base"));
        rc = c->place && c->mark ? 0 : -1;
    }
    if (rc)
        call_fail(call, 400, "bad_field", "changes", "Each change names place and base.");
    if (!rc && !check_marks(e)) {
        const struct draft_order order = {
            .what = DRAFT_ORDER_DISCARD, .changes = e->changes, .count = e->count};
        enum draft_result r = draft_save(call->console, call->person, &order);
        if (r == DRAFT_OK || r == DRAFT_NOTHING)
            answer_steps(call, e);
        else
            content_fail(call, r);
    }
    end_edit(e);
}
