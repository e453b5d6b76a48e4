/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers that workers are told, to be dialled by staff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/api_numbers.h"
#include "console/call.h"
#include "console/dialled.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "editing/place.h"

/* Where contacts stand. */
static const char *const contact_files[] = {"channels.json", "centres.json"};

enum { CONTACT_FILES = sizeof contact_files / sizeof *contact_files };

/* A contact with a number. */
struct contact {
    char place[PLACE_MAX], mark[PLACE_MARK_SIZE];
    struct tree *tree;
    size_t order; /* in the files */
};

struct contacts {
    struct contact *list;
    size_t count, cap;
};

static int add(struct contacts *all, const char *place, const char *json, struct tree *t)
{
    if (all->count == all->cap) {
        size_t cap = all->cap ? 2 * all->cap : 64;
        struct contact *list = realloc(all->list, cap * sizeof *list);
        if (!list)
            return -1;
        all->list = list;
        all->cap = cap;
    }
    struct contact *c = &all->list[all->count];
    *c = (struct contact){.tree = t, .order = all->count};
    snprintf(c->place, sizeof c->place, "%s", place);
    place_mark(json, c->mark);
    all->count++;
    return 0;
}

static const char *member(const struct contact *c, const char *name)
{
    return tree_string(tree_get(tree_root(c->tree), name));
}

static int take_entry(void *arg, const char *place, const char *text, size_t len)
{
    struct json_error err;
    char *json = strndup(text, len);
    struct tree *t = json ? tree_parse(json, len, &err) : NULL;
    const char *number = t ? tree_string(tree_get(tree_root(t), "number")) : NULL;
    int rc = 0;
    if (number && *number)
        rc = add(arg, place, json, t);
    else
        tree_free(t);
    if (rc)
        tree_free(t);
    free(json);
    return rc;
}

/* Never dialled first, then those whose day is longest ago. */
static int by_need(const void *a, const void *b)
{
    const struct contact *x = a, *y = b;
    const char *p = member(x, "verified_on"), *q = member(y, "verified_on");
    int order = strcmp(p ? p : "", q ? q : "");
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void contacts_read(struct contacts *all, const struct files *files)
{
    *all = (struct contacts){.list = NULL};
    for (size_t i = 0; i < CONTACT_FILES; i++)
        place_list(files, contact_files[i], take_entry, all);
    if (all->count)
        qsort(all->list, all->count, sizeof *all->list, by_need);
}

static void contacts_free(struct contacts *all)
{
    for (size_t i = 0; i < all->count; i++)
        tree_free(all->list[i].tree);
    free(all->list);
}

struct numbers_sum numbers_count(const struct files *files)
{
    struct contacts all;
    struct numbers_sum sum = {0};
    contacts_read(&all, files);
    sum.numbers = all.count;
    for (size_t i = 0; i < all.count; i++)
        sum.never += member(&all.list[i], "verified_on") == NULL;
    contacts_free(&all);
    return sum;
}

static void put_codes(struct json_out *j, const char *key, const struct tree_node *list)
{
    json_out_open(j, key, '[');
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        if (tree_string(n))
            json_out_text(j, NULL, tree_string(n));
    }
    json_out_close(j, '[');
}

/* What an entry elsewhere says: an English text, or a source. */
static struct tree *entry_at(const struct files *files, const char *file, const char *id)
{
    char place[PLACE_MAX];
    struct json_error err;
    snprintf(place, sizeof place, "%s#%s", file, id ? id : "");
    char *json = place_get(files, place);
    struct tree *t = json ? tree_parse(json, strlen(json), &err) : NULL;
    free(json);
    return t;
}

static void put_name(struct json_out *j, const struct files *files, const struct contact *c)
{
    struct tree *t = entry_at(files, "texts/en/channels.json", member(c, "name"));
    const char *name = t ? tree_string(tree_get(tree_root(t), "text")) : NULL;
    json_out_text(j, "name", name ? name : member(c, "id"));
    tree_free(t);
}

static void put_source(struct json_out *j, const struct files *files, const struct contact *c)
{
    static const char *const members[] = {"title", "publisher", "url", "date", "caution"};
    struct tree *t = entry_at(files, "sources.json", member(c, "source"));
    json_out_open(j, "source", '{');
    for (size_t i = 0; t && i < sizeof members / sizeof *members; i++)
        json_out_text(j, members[i], tree_string(tree_get(tree_root(t), members[i])));
    json_out_close(j, '{');
    tree_free(t);
}

/* The calls to a number as they are listed. */
struct calls {
    struct json_out *json;
    size_t left;
};

static bool put_call(void *arg, const struct dialled *d)
{
    struct calls *c = arg;
    json_out_open(c->json, NULL, '{');
    json_out_int(c->json, "at", d->at_ms);
    json_out_text(c->json, "by", d->name);
    json_out_text(c->json, "number", d->number);
    json_out_bool(c->json, "answered", d->answered);
    json_out_text(c->json, "languages", d->languages);
    json_out_text(c->json, "hours", d->hours);
    json_out_text(c->json, "note", d->note);
    json_out_close(c->json, '{');
    return --c->left > 0;
}

static enum db_result put_calls(struct json_out *j, struct db *db, const struct contact *c)
{
    struct dialled_sum sum;
    struct calls calls = {.json = j, .left = DIALLED_HISTORY};
    enum db_result r = dialled_sum(db, c->place, member(c, "number"), &sum);
    json_out_int(j, "attempts", sum.calls);
    json_out_int(j, "unanswered", sum.unanswered);
    json_out_int(j, "last_at", sum.last_ms);
    json_out_open(j, "calls", '[');
    if (r == DB_OK)
        r = dialled_list(db, c->place, put_call, &calls);
    json_out_close(j, '[');
    return r;
}

static enum db_result put_contact(struct json_out *j, const struct console *console,
                                  const struct contact *c)
{
    static const char *const texts[] = {"id",    "number",      "country",   "place",
                                        "hours", "verified_on", "confidence"};
    const struct files *files = draft_files(console->draft);
    const struct tree_node *root = tree_root(c->tree);
    json_out_open(j, NULL, '{');
    json_out_text(j, "address", c->place);
    json_out_text(j, "mark", c->mark);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_out_text(j, texts[i], member(c, texts[i]));
    json_out_text(j, "as_of", member(c, "as_of"));
    json_out_bool(j, "speaks", tree_get(root, "languages") != NULL);
    put_codes(j, "languages", tree_get(root, "languages"));
    put_codes(j, "dial_from", tree_get(root, "dial_from"));
    put_name(j, files, c);
    put_source(j, files, c);
    enum db_result r = put_calls(j, console->db, c);
    json_out_close(j, '{');
    return r;
}

void api_numbers(const struct call *call)
{
    struct contacts all;
    struct reply r;
    enum db_result stored = DB_OK;
    contacts_read(&all, draft_files(call->console->draft));
    reply_begin(&r);
    json_out_open(&r.json, "numbers", '[');
    for (size_t i = 0; i < all.count && stored == DB_OK; i++)
        stored = put_contact(&r.json, call->console, &all.list[i]);
    json_out_close(&r.json, '[');
    contacts_free(&all);
    if (stored == DB_OK)
        reply_send(&r, call->console, call->id, 200);
    else {
        free(reply_take(&r));
        call_stored(call, stored);
    }
}
