/* SPDX-License-Identifier: Apache-2.0 */
/* The content at a glance: the menu, and each text with how far it is. The words themselves come
 * with the entry (api_content_entry.c); here only those of lines of menus, which name things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "catalog/arena.h"
#include "catalog/entry.h"
#include "catalog/map.h"
#include "console/api_content.h"
#include "console/draft_diff.h"
#include "console/endpoints.h"

enum { BEGINNING_OCTETS = 60 };

static const char *const status_names[ENTRY_STATUS_COUNT] = {"missing", "stale", "draft",
                                                             "reviewed"};

/* The answer on its way. */
struct tree_answer {
    struct json_out *out;
    struct draft_index *index;
    const char *language;
    int32_t today;
    struct arena *arena;
    struct map *changed; /* places that differ from the base */
};

static const char *text_of(const struct tree_node *n, const char *member)
{
    const char *s = tree_string(tree_get(n, member));
    return s ? s : "";
}

static void note_difference(void *arg, const struct draft_difference *d)
{
    struct tree_answer *a = arg;
    const char *place = arena_copy(a->arena, d->place, strlen(d->place));
    if (place) /* else it only looks unchanged */
        (void)map_put(a->changed, a->arena, place, place);
}

static bool is_changed(const struct tree_answer *a, const char *file, const char *id)
{
    char place[PLACE_MAX];
    struct buf b;
    buf_init(&b, place, sizeof place);
    buf_printf(&b, "%s#%s", file, id);
    return map_get(a->changed, place) != NULL;
}

static void put_languages(const struct tree_answer *a)
{
    const struct tree_node *list = tree_get(index_file(a->index, "languages.json"), "languages");
    json_out_open(a->out, "languages", '[');
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        json_out_open(a->out, NULL, '{');
        json_out_text(a->out, "code", text_of(e, "code"));
        json_out_text(a->out, "name", text_of(e, "name"));
        json_out_bool(a->out, "unmarked", tree_true(tree_get(e, "unmarked")));
        json_out_close(a->out, '}');
    }
    json_out_close(a->out, ']');
}

static void put_node(const struct tree_answer *a, const struct tree_node *n)
{
    json_out_open(a->out, NULL, '{');
    json_out_text(a->out, "id", tree_key(n));
    json_out_text(a->out, "type", text_of(n, "type"));
    if (*text_of(n, "dial"))
        json_out_text(a->out, "dial", text_of(n, "dial"));
    if (tree_true(tree_get(n, "private")))
        json_out_bool(a->out, "private", true);
    if (is_changed(a, "menu.json", tree_key(n)))
        json_out_bool(a->out, "changed", true);
    json_out_open(a->out, "children", '[');
    for (const struct tree_node *c = tree_first(tree_get(n, "children")); c; c = tree_next(c))
        json_out_text(a->out, NULL, tree_string(c));
    json_out_close(a->out, ']');
    json_out_close(a->out, '}');
}

static void put_nodes(const struct tree_answer *a)
{
    const struct tree_node *menu = index_file(a->index, "menu.json");
    json_out_text(a->out, "start", text_of(menu, "start"));
    json_out_open(a->out, "nodes", '[');
    for (const struct tree_node *n = tree_first(tree_get(menu, "nodes")); n; n = tree_next(n))
        put_node(a, n);
    json_out_close(a->out, ']');
}

static bool is_overdue(const struct tree_answer *a, const struct tree_node *english)
{
    int32_t day;
    const char *by = text_of(english, "review_by");
    return *by && !clock_parse_day(by, &day) && day < a->today;
}

static void put_translation(const struct tree_answer *a, const struct index_text *t, bool label)
{
    enum entry_status status = entry_compare(text_of(t->node, "text"), t->other);
    json_out_text(a->out, "status", status_names[status]);
    if (label && t->other)
        json_out_text(a->out, "in", text_of(t->other, "text"));
    if (t->other_file && is_changed(a, t->other_file, t->id))
        json_out_bool(a->out, "in_changed", true);
}

/* How a text begins, to know it by where it has no name. */
static void put_beginning(const struct tree_answer *a, const char *text)
{
    char out[BEGINNING_OCTETS + 1];
    size_t n = strcspn(text, "\n");
    if (n > BEGINNING_OCTETS)
        n = BEGINNING_OCTETS;
    while (text[n] && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    snprintf(out, sizeof out, "%.*s", (int)n, text);
    json_out_text(a->out, "begins", out);
}

static void put_text(const struct tree_answer *a, const struct index_text *t)
{
    bool label = !strcmp(text_of(t->node, "kind"), "label");
    json_out_open(a->out, NULL, '{');
    json_out_text(a->out, "id", t->id);
    json_out_text(a->out, "file", t->file);
    json_out_text(a->out, "kind", text_of(t->node, "kind"));
    if (label)
        json_out_text(a->out, "en", text_of(t->node, "text"));
    else
        put_beginning(a, text_of(t->node, "text"));
    if (*text_of(t->node, "status"))
        json_out_text(a->out, "en_status", text_of(t->node, "status"));
    if (is_overdue(a, t->node))
        json_out_bool(a->out, "overdue", true);
    if (is_changed(a, t->file, t->id))
        json_out_bool(a->out, "changed", true);
    if (*a->language)
        put_translation(a, t, label);
    json_out_close(a->out, '}');
}

static void put_texts(const struct tree_answer *a)
{
    size_t count;
    const struct index_text *list = index_texts(a->index, &count);
    json_out_open(a->out, "texts", '[');
    for (size_t i = 0; i < count; i++)
        put_text(a, &list[i]);
    json_out_close(a->out, ']');
}

static void answer(const struct call *call, struct tree_answer *a)
{
    struct draft *d = call->console->draft;
    struct reply r;
    if (a->arena && a->changed)
        (void)draft_differences(draft_base(d), draft_files(d), note_difference, a);
    reply_begin(&r);
    a->out = &r.json;
    json_out_int(a->out, "step", draft_version(d));
    json_out_text(a->out, "language", a->language);
    put_languages(a);
    put_nodes(a);
    put_texts(a);
    reply_send(&r, call->console, call->id, 200);
}

void api_content_tree(const struct call *call)
{
    const char *language = call_query(call, "language");
    struct tree_answer a = {.language = language ? language : "",
                            .today = clock_day(console_now(call->console)),
                            .arena = arena_new(),
                            .changed = map_new()};
    a.index = a.arena && a.changed ? content_index(call, a.language) : NULL;
    if (a.index && *a.language && !index_has_language(a.index, a.language))
        call_fail(call, 400, "bad_field", "language", "There is no such language.");
    else if (a.index)
        answer(call, &a);
    else if (!a.arena || !a.changed)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again.");
    index_free(a.index);
    map_free(a.changed);
    arena_free(a.arena);
}
