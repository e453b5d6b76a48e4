/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_rules.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "catalog/entry.h"

/* Returns false for a number that is no integer. */
static bool put(struct json_out *j, const char *key, const struct tree_node *n)
{
    enum json_type type = tree_type(n);
    int64_t number;
    bool good = true;
    if (type == JSON_OBJECT || type == JSON_ARRAY) {
        json_out_open(j, key, type == JSON_OBJECT ? '{' : '[');
        for (const struct tree_node *m = tree_first(n); m; m = tree_next(m))
            good &= put(j, tree_key(m), m);
        json_out_close(j, type == JSON_OBJECT ? '}' : ']');
    } else if (type == JSON_NUMBER) {
        good = tree_int(n, &number) == 0;
        json_out_int(j, key, good ? number : 0);
    } else if (type == JSON_BOOL) {
        json_out_bool(j, key, tree_true(n));
    } else {
        json_out_text(j, key, tree_string(n));
    }
    return good;
}

/* JSON on its way into memory. */
struct writing {
    struct json_out out;
    char *text;
    size_t len;
};

static bool begin(struct writing *w)
{
    memset(w, 0, sizeof *w);
    w->out.file = open_memstream(&w->text, &w->len);
    return w->out.file != NULL;
}

static char *end(struct writing *w, bool good)
{
    good &= !ferror(w->out.file);
    good &= !fclose(w->out.file);
    if (good)
        return w->text;
    free(w->text);
    return NULL;
}

char *rules_json(const struct tree_node *n)
{
    struct writing w;
    return begin(&w) ? end(&w, put(&w.out, NULL, n)) : NULL;
}

/* The entry of a text on its way. */
struct anew {
    const struct tree_node *old, *value;
    const char *english;
    bool same_words;
    bool holds; /* nothing has changed that a reader has read: the review still stands */
};

static bool is_one_of(const char *name, const char *const *list)
{
    while (*list && strcmp(*list, name))
        list++;
    return *list;
}

static bool has_same_from(const struct anew *a)
{
    char mark[ENTRY_MARK_HEX + 1];
    const char *from = tree_string(tree_get(a->old, "from"));
    if (!a->english)
        return true;
    entry_mark(a->english, mark);
    return from && !strcmp(from, mark);
}

static bool is_same_text(const struct anew *a, const char *name)
{
    const struct tree_node *next = tree_get(a->value, name);
    const char *x = tree_string(tree_get(a->old, name)), *y = tree_string(next);
    return !next || (x && y && !strcmp(x, y)) || (!x && !y);
}

/* Members that the console sets itself: the state of a text. */
static bool put_state(struct json_out *j, const struct anew *a)
{
    char mark[ENTRY_MARK_HEX + 1];
    const char *kind = tree_string(tree_get(a->value, "kind"));
    bool good = true;
    static const char *const kept[] = {"status", "reviewer", "reviewed_on", NULL};
    for (size_t i = 0; a->holds && kept[i]; i++) {
        if (tree_get(a->old, kept[i]))
            good &= put(j, kept[i], tree_get(a->old, kept[i]));
    }
    if (!a->holds &&
        (a->english || tree_get(a->old, "status") || (kind && !strcmp(kind, "statement"))))
        json_out_text(j, "status", "draft");
    if (a->english) {
        entry_mark(a->english, mark);
        json_out_text(j, "from", mark);
    }
    return good;
}

/* A form without marks belongs to its words. */
static bool put_unmarked(struct json_out *j, const struct anew *a)
{
    const struct tree_node *own = tree_get(a->value, "unmarked");
    if (!own && a->same_words)
        own = tree_get(a->old, "unmarked");
    return !own || tree_type(own) == JSON_NULL || put(j, "unmarked", own);
}

static bool put_members(struct json_out *j, const struct anew *a)
{
    static const char *const own[] = {"text",        "status",   "from", "reviewer",
                                      "reviewed_on", "unmarked", NULL};
    bool good = true;
    for (const struct tree_node *m = tree_first(a->old); m; m = tree_next(m)) {
        const struct tree_node *next = tree_get(a->value, tree_key(m));
        if (!is_one_of(tree_key(m), own) && !(next && tree_type(next) == JSON_NULL))
            good &= put(j, tree_key(m), next ? next : m);
    }
    for (const struct tree_node *m = tree_first(a->value); m; m = tree_next(m)) {
        if (!is_one_of(tree_key(m), own) && !tree_get(a->old, tree_key(m)) &&
            tree_type(m) != JSON_NULL)
            good &= put(j, tree_key(m), m);
    }
    return good;
}

char *rules_text(const struct tree_node *old, const struct tree_node *value, const char *english)
{
    struct anew a = {.old = old, .value = value, .english = english};
    const struct tree_node *text = tree_get(value, "text");
    struct writing w;
    a.same_words = old && is_same_text(&a, "text");
    a.holds = a.same_words && is_same_text(&a, "unmarked") && has_same_from(&a);
    if (tree_type(value) != JSON_OBJECT || (old && tree_type(old) != JSON_OBJECT) || !begin(&w))
        return NULL;
    json_out_open(&w.out, NULL, '{');
    bool good = put(&w.out, "text", text ? text : tree_get(old, "text"));
    if (english)
        good &= put_state(&w.out, &a);
    good &= put_members(&w.out, &a) && put_unmarked(&w.out, &a);
    if (!english)
        good &= put_state(&w.out, &a);
    json_out_close(&w.out, '}');
    return end(&w, good);
}
