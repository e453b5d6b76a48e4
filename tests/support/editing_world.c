/* SPDX-License-Identifier: Apache-2.0 */
#include "support/editing_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "handlers/table.h"

int editing_world_open(void **state)
{
    struct editing_world *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    conf_defaults(&w->conf);
    w->handlers = handlers_all();
    w->today = 20605; /* 2026-06-01: nothing is past its review */
    w->files = files_read(CONTENT_DIR, NULL);
    if (studio_init(&w->studio, &w->conf, &w->handlers) < 0 || !w->files)
        return -1;
    w->catalog = editing_world_load(w, w->files, NULL);
    w->atlas = w->catalog ? atlas_new(&w->studio, w->catalog) : NULL;
    *state = w;
    return w->atlas ? 0 : -1;
}

int editing_world_close(void **state)
{
    struct editing_world *w = *state;
    atlas_free(w->atlas);
    catalog_unref(w->catalog);
    files_unref(w->files);
    free(w);
    return 0;
}

struct files *editing_world_set(const struct files *f, const char *place, const char *json)
{
    char why[PLACE_WHY_MAX];
    struct files *g = place_set(f, place, json, why);
    if (!g)
        fail_msg("%s: %s", place, why);
    return g;
}

struct catalog *editing_world_load(const struct editing_world *w, const struct files *f,
                                   const struct catalog *like)
{
    const struct studio_wish wish = {
        .today = w->today, .drafts = true, .faulty = true, .like = like};
    return studio_load(&w->studio, f, &wish, NULL);
}

void editing_json_begin(struct editing_json *j)
{
    *j = (struct editing_json){.text = NULL};
    j->out.file = open_memstream(&j->text, &j->len);
    assert_non_null(j->out.file);
    json_out_open(&j->out, NULL, '{');
}

const struct tree_node *editing_json_read(struct editing_json *j)
{
    struct json_error err;
    json_out_close(&j->out, '{');
    fclose(j->out.file);
    j->tree = tree_parse(j->text, j->len, &err);
    if (!j->tree)
        fail_msg("bad JSON: %s in %.300s", err.detail, j->text);
    return tree_root(j->tree);
}

void editing_json_free(struct editing_json *j)
{
    tree_free(j->tree);
    free(j->text);
}

const struct tree_node *editing_at(const struct tree_node *array, size_t index)
{
    const struct tree_node *n = tree_first(array);
    while (n && index-- > 0)
        n = tree_next(n);
    return n;
}

const char *editing_text(const struct tree_node *n, const char *key)
{
    return tree_string(tree_get(n, key));
}

const struct tree_node *editing_where(const struct tree_node *array, const char *key,
                                      const char *value)
{
    for (const struct tree_node *n = tree_first(array); n; n = tree_next(n)) {
        const char *s = editing_text(n, key);
        if (s && !strcmp(s, value))
            return n;
    }
    return NULL;
}

int64_t editing_number(const struct tree_node *n, const char *key)
{
    int64_t i;
    return tree_int(tree_get(n, key), &i) == 0 ? i : -1;
}
