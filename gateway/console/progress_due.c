/* SPDX-License-Identifier: Apache-2.0 */
/* Statements by their day of review. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/tree.h"
#include "console/progress.h"
#include "editing/place.h"

/* place_list says -1 of a file that is no JSON; such a file has no statements. */
enum { NO_MEMORY = -2 };

/* A statement; strings are its own. */
struct statement {
    char place[PLACE_MAX];
    char day[16];
    char *text;
    int32_t review_by;
};

struct statements {
    struct statement *list;
    size_t count, cap;
    int32_t until;
};

static int grow(struct statements *s)
{
    size_t cap = s->cap ? 2 * s->cap : 64;
    struct statement *list = realloc(s->list, cap * sizeof *list);
    if (!list)
        return -1;
    s->list = list;
    s->cap = cap;
    return 0;
}

static int add(struct statements *s, const char *place, const struct tree_node *entry)
{
    const char *day = tree_string(tree_get(entry, "review_by"));
    const char *text = tree_string(tree_get(entry, "text"));
    int32_t review_by;
    if (!day || !text || clock_parse_day(day, &review_by) || review_by > s->until)
        return 0;
    if (s->count == s->cap && grow(s))
        return NO_MEMORY;
    struct statement *one = &s->list[s->count];
    *one = (struct statement){.text = strdup(text), .review_by = review_by};
    if (!one->text)
        return NO_MEMORY;
    snprintf(one->place, sizeof one->place, "%s", place);
    snprintf(one->day, sizeof one->day, "%s", day);
    s->count++;
    return 0;
}

static int take_entry(void *arg, const char *place, const char *json, size_t len)
{
    struct json_error err;
    struct tree *t = tree_parse(json, len, &err);
    int rc = t ? add(arg, place, tree_root(t)) : 0;
    tree_free(t);
    return rc;
}

static int by_day(const void *a, const void *b)
{
    const struct statement *x = a, *y = b;
    return x->review_by != y->review_by
               ? (x->review_by > y->review_by) - (x->review_by < y->review_by)
               : strcmp(x->place, y->place);
}

static void put_list(struct json_out *j, const char *key, const struct statement *list,
                     size_t count)
{
    json_out_open(j, key, '[');
    for (size_t i = 0; i < count; i++) {
        json_out_open(j, NULL, '{');
        json_out_text(j, "place", list[i].place);
        json_out_text(j, "id", strchr(list[i].place, '#') + 1);
        json_out_text(j, "text", list[i].text);
        json_out_text(j, "review_by", list[i].day);
        json_out_close(j, '{');
    }
    json_out_close(j, '[');
}

int progress_due(struct json_out *j, const struct files *files, int32_t today, int32_t ahead)
{
    struct statements s = {.until = today + ahead};
    size_t count, past = 0;
    const struct catalog_file *list = files_list(files, &count);
    int rc = 0;
    for (size_t i = 0; i < count && rc != NO_MEMORY; i++) {
        if (!strncmp(list[i].name, "texts/en/", 9))
            rc = place_list(files, list[i].name, take_entry, &s);
    }
    if (s.count)
        qsort(s.list, s.count, sizeof *s.list, by_day);
    while (past < s.count && s.list[past].review_by < today)
        past++;
    put_list(j, "overdue", s.list, past);
    put_list(j, "due", s.list + past, s.count - past);
    for (size_t i = 0; i < s.count; i++)
        free(s.list[i].text);
    free(s.list);
    return rc == NO_MEMORY ? -1 : 0;
}
