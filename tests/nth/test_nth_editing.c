/* SPDX-License-Identifier: Apache-2.0 */
/* Content as it is written: an allocation fails while an entry is set or read, while a preview, an
 * atlas or a difference is made, while a phone rehearses. What is given is whole, what is refused
 * says so, nothing is left, and the files are those of before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/tree.h"
#include "editing/difference.h"
#include "editing/preview.h"
#include "editing/rehearsal.h"
#include "handlers/table.h"
#include "support/failing.h"
#include "support/small_content.h"

enum { SOME = 3, TODAY = 20605, OUT_MAX = 1 << 20 };

static const char title[] = "texts/en/all.json#main.title";
static const char other[] = "{\"text\":\"Other\",\"kind\":\"label\"}";

struct world {
    struct conf conf;
    struct handler_table handlers;
    struct studio studio;
    struct files *files;
    struct catalog *catalog;
    struct atlas *atlas;
    char out[OUT_MAX];
};

static int open_world(void **state)
{
    const struct studio_wish wish = {.today = TODAY, .drafts = true, .faulty = true};
    struct world *w = calloc(1, sizeof *w);
    struct small s;
    assert_non_null(w);
    conf_defaults(&w->conf);
    w->handlers = handlers_all();
    small_init(&s);
    w->files = files_new(s.files, s.count);
    small_free(&s);
    assert_int_equal(studio_init(&w->studio, &w->conf, &w->handlers), 0);
    w->catalog = studio_load(&w->studio, w->files, &wish, NULL);
    w->atlas = atlas_new(&w->studio, w->catalog);
    assert_non_null(w->atlas);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    atlas_free(w->atlas);
    catalog_unref(w->catalog);
    files_unref(w->files);
    free(w);
    return 0;
}

/* Replaced, added behind the last, taken out, put into a file that is made for it. */
static unsigned run_set(void *arg, const struct failing *plan)
{
    static const struct {
        const char *place, *json;
    } changes[] = {{title, other},
                   {"menu.json#new", "{\"type\":\"article\"}"},
                   {"fees.json#th-visa-la", NULL},
                   {"texts/lo/new.json#a", "{\"text\":\"a\"}"}};
    const struct world *w = arg;
    char why[PLACE_WHY_MAX];
    unsigned refused = 0;
    failing_arm(plan, FAILING_HERE);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct files *f = place_set(w->files, changes[i].place, changes[i].json, why);
        refused += f == NULL;
        assert_true(f || why[0]);
        if (f)
            assert_string_not_equal(files_version(f), files_version(w->files));
        files_unref(f);
    }
    unsigned failed = failing_disarm();
    assert_true((refused > 0) == (failed > 0));
    return failed;
}

static int count_entry(void *arg, const char *place, const char *json, size_t len)
{
    (void)place;
    (void)json;
    (void)len;
    ++*(size_t *)arg;
    return 0;
}

static unsigned run_read(void *arg, const struct failing *plan)
{
    const struct world *w = arg;
    size_t count = 0;
    failing_arm(plan, FAILING_HERE);
    char *json = place_get(w->files, title);
    int rc = place_list(w->files, "fees.json", count_entry, &count);
    struct files *copy;
    const struct catalog_file *list = files_list(w->files, &count);
    copy = files_new(list, count);
    unsigned failed = failing_disarm();
    assert_true((json && rc == 0 && copy) == (failed == 0));
    files_unref(copy);
    free(json);
    return failed;
}

/* Write into memory that is there already. Returns whether it is JSON. */
static bool is_json(struct world *w, struct json_out *out)
{
    struct json_error err;
    json_out_close(out, '{');
    fclose(out->file);
    struct tree *t = tree_parse(w->out, strlen(w->out), &err);
    tree_free(t);
    return t != NULL;
}

static struct json_out begin_json(struct world *w)
{
    struct json_out out = {.file = fmemopen(w->out, sizeof w->out, "w")};
    assert_non_null(out.file);
    json_out_open(&out, NULL, '{');
    return out;
}

static unsigned run_preview(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    const struct preview_wish wish = {.studio = &w->studio,
                                      .files = w->files,
                                      .place = title,
                                      .json = other,
                                      .language = "",
                                      .today = TODAY,
                                      .base = w->catalog,
                                      .atlas = w->atlas};
    struct json_out out = begin_json(w);
    failing_arm(plan, FAILING_HERE);
    preview_write(&wish, &out);
    unsigned failed = failing_disarm();
    assert_true(is_json(w, &out));
    if (!failed)
        assert_non_null(strstr(w->out, "Other\\n1 Papers"));
    return failed;
}

static unsigned run_difference(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    struct json_out out = begin_json(w);
    failing_arm(plan, FAILING_HERE);
    struct atlas *a = atlas_new(&w->studio, w->catalog);
    const struct difference_side before = {w->catalog, w->atlas}, after = {w->catalog, a};
    int rc = difference_screens(&w->studio, &before, &after, &out);
    unsigned failed = failing_disarm();
    assert_true((rc == 0 && a) == (failed == 0));
    assert_true(is_json(w, &out));
    atlas_free(a);
    return failed;
}

/* A dialogue of which a step may go unanswered. */
static unsigned run_rehearsal(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    const struct rehearsal_options o = {.studio = &w->studio,
                                        .carrier = "",
                                        .number = "8562055512345",
                                        .language = "en",
                                        .now_ms = TODAY * INT64_C(86400000)};
    struct rehearsal_step step = {
        .act = REHEARSAL_DIAL, .text = "*1234#", .to = "1234", .now_ms = o.now_ms};
    struct json_out out = begin_json(w);
    failing_arm(plan, FAILING_HERE);
    struct rehearsal *r = rehearsal_new(&o, w->catalog);
    if (r) {
        rehearsal_take(r, &step, &out);
        step.act = REHEARSAL_SMS;
        step.text = "PASSPORT";
        json_out_open(&out, "more", '{');
        rehearsal_take(r, &step, &out);
        json_out_close(&out, '{');
    }
    rehearsal_free(r);
    unsigned failed = failing_disarm();
    assert_true(is_json(w, &out));
    if (!failed)
        assert_non_null(strstr(w->out, "Keep your passport"));
    return failed;
}

static void entries(void **state)
{
    failing_both("set", SOME, run_set, *state);
    failing_both("read", SOME, run_read, *state);
}

static void screens(void **state)
{
    failing_both("preview", SOME, run_preview, *state);
    failing_both("difference", SOME, run_difference, *state);
}

static void phones(void **state)
{
    failing_both("rehearsal", SOME, run_rehearsal, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(entries, failing_tell),
        cmocka_unit_test_teardown(screens, failing_tell),
        cmocka_unit_test_teardown(phones, failing_tell),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
