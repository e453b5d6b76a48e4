/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_diff.h"

#include <stdlib.h>
#include <string.h>

#include "editing/place.h"

struct item {
    char *place, *json;
};

struct items {
    struct item *list;
    size_t count, cap;
};

static int take(void *arg, const char *place, const char *json, size_t len)
{
    struct items *t = arg;
    if (t->count == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 64;
        struct item *more = realloc(t->list, cap * sizeof *more);
        if (!more)
            return -1;
        t->list = more;
        t->cap = cap;
    }
    struct item one = {strdup(place), strndup(json, len)};
    if (!one.place || !one.json) {
        free(one.place);
        free(one.json);
        return -1;
    }
    t->list[t->count++] = one;
    return 0;
}

static int by_place(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->place, ((const struct item *)b)->place);
}

static int read_items(const struct files *f, const char *file, struct items *t)
{
    if (files_find(f, file) && place_list(f, file, take, t))
        return -1;
    if (t->count)
        qsort(t->list, t->count, sizeof *t->list, by_place);
    return 0;
}

static void end_items(struct items *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->list[i].place);
        free(t->list[i].json);
    }
    free(t->list);
}

/* Go through two sorted lists side by side. */
static void compare(const struct items *a, const struct items *b, draft_difference_fn fn, void *arg)
{
    size_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count ? 1 : j == b->count ? -1 : by_place(&a->list[i], &b->list[j]);
        const struct item *x = order <= 0 ? &a->list[i++] : NULL;
        const struct item *y = order >= 0 ? &b->list[j++] : NULL;
        if (x && y && !strcmp(x->json, y->json))
            continue;
        fn(arg, &(struct draft_difference){x ? x->place : y->place, x ? x->json : NULL,
                                           y ? y->json : NULL});
    }
}

static int compare_file(const struct files *before, const struct files *after, const char *file,
                        draft_difference_fn fn, void *arg)
{
    const struct catalog_file *x = files_find(before, file), *y = files_find(after, file);
    if (x && y && x->len == y->len && !memcmp(x->text, y->text, x->len))
        return 0;
    struct items a = {.count = 0}, b = {.count = 0};
    int rc = read_items(before, file, &a) || read_items(after, file, &b) ? -1 : 0;
    if (!rc)
        compare(&a, &b, fn, arg);
    end_items(&a);
    end_items(&b);
    return rc;
}

int draft_differences(const struct files *before, const struct files *after, draft_difference_fn fn,
                      void *arg)
{
    size_t count;
    int rc = 0;
    const struct catalog_file *list = files_list(after, &count);
    for (size_t i = 0; i < count; i++)
        rc |= compare_file(before, after, list[i].name, fn, arg);
    list = files_list(before, &count);
    for (size_t i = 0; i < count; i++) {
        if (!files_find(after, list[i].name))
            rc |= compare_file(before, after, list[i].name, fn, arg);
    }
    return rc;
}
