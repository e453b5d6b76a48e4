/* SPDX-License-Identifier: Apache-2.0 */
/* Search: in the texts of two languages, by words or by id. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/api_content.h"
#include "console/endpoints.h"
#include "text/fold.h"

enum { FOUND_MAX = 60, QUERY_MAX = 100, FOLDED_MAX = 8192 };

struct search {
    char query[4 * QUERY_MAX];
    char folded[FOLDED_MAX];
};

/* Folding makes one of large and small letters, and of ways to write the same sign. */
static bool holds(struct search *s, const char *text)
{
    if (!text)
        return false;
    int n = fold_keyword(text, strlen(text), s->folded, sizeof s->folded);
    return strstr(n < 0 ? text : s->folded, s->query) != NULL;
}

static bool is_found(struct search *s, const struct index_text *t)
{
    return strstr(t->id, s->query) || holds(s, tree_string(tree_get(t->node, "text"))) ||
           holds(s, tree_string(tree_get(t->other, "text")));
}

static void out_found(struct json_out *out, const struct index_text *t)
{
    json_out_open(out, NULL, '{');
    json_out_text(out, "id", t->id);
    json_out_text(out, "file", t->file);
    json_out_text(out, "en", tree_string(tree_get(t->node, "text")));
    json_out_text(out, "in", tree_string(tree_get(t->other, "text")));
    json_out_close(out, '}');
}

static void answer(const struct call *call, const struct draft_index *x, struct search *s)
{
    struct reply r;
    size_t count, found = 0;
    const struct index_text *list = index_texts(x, &count);
    reply_begin(&r);
    json_out_open(&r.json, "found", '[');
    for (size_t i = 0; i < count; i++) {
        if (is_found(s, &list[i]) && found++ < FOUND_MAX)
            out_found(&r.json, &list[i]);
    }
    json_out_close(&r.json, ']');
    json_out_int(&r.json, "count", (int64_t)found);
    reply_send(&r, call->console, call->id, 200);
}

void api_content_search(const struct call *call)
{
    const char *q = call_query(call, "q");
    struct search *s = calloc(1, sizeof *s);
    struct draft_index *x = s ? content_index(call, call_query(call, "language")) : NULL;
    if (!s)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again.");
    else if (x && (!q || fold_keyword(q, strlen(q), s->query, sizeof s->query) <= 0))
        call_fail(call, 400, "bad_field", "q", "Type at most %d signs to look for.", QUERY_MAX);
    else if (x)
        answer(call, x, s);
    index_free(x);
    free(s);
}
