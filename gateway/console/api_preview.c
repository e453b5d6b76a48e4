/* SPDX-License-Identifier: Apache-2.0 */
/* What workers would read of the working copy, and what the check says of it. */
#include <stdlib.h>
#include <string.h>

#include "console/draft.h"
#include "console/endpoints.h"
#include "console/workbench.h"
#include "editing/preview.h"

enum { JSON_CHARACTERS = 60000, CHANGES_MAX = 40, LANGUAGE_CHARACTERS = 3 };

/* A preview that is asked for. */
struct asked {
    struct files *files; /* the working copy */
    int32_t today;
    char *place, *json, *language;  /* json NULL: as it stands */
    char *changes[2 * CHANGES_MAX]; /* place, json of other entries that are typed, too */
    size_t change_count;
};

static void free_asked(void *arg)
{
    struct asked *a = arg;
    for (size_t i = 0; i < 2 * CHANGES_MAX; i++)
        free(a->changes[i]);
    free(a->place);
    free(a->json);
    free(a->language);
    files_unref(a->files);
    free(a);
}

static int no_memory(struct json_out *out)
{
    return workbench_fail(out, 503, "busy", NULL, "There is no memory left. Try again later.");
}

/* The working copy with the other entries that are typed. NULL with why. */
static struct files *with_changes(const struct asked *a, char why[PLACE_WHY_MAX])
{
    struct files *f = files_ref(a->files);
    for (size_t i = 0; f && i < a->change_count; i++) {
        struct files *next = place_set(f, a->changes[2 * i], a->changes[2 * i + 1], why);
        files_unref(f);
        f = next;
    }
    return f;
}

static int run_preview(struct bench *b, void *arg, struct json_out *out)
{
    const struct asked *a = arg;
    char why[PLACE_WHY_MAX];
    const struct bench_content *base = bench_take(b, a->files, true, a->today);
    struct files *f = base ? with_changes(a, why) : NULL;
    if (!base)
        return no_memory(out);
    if (!f) {
        json_out_text(out, "version", NULL);
        json_out_text(out, "refused", why);
        return 200;
    }
    const struct preview_wish w = {.studio = bench_studio(b),
                                   .files = f,
                                   .place = a->place,
                                   .json = a->json,
                                   .language = a->language,
                                   .today = a->today,
                                   .base = base->catalog,
                                   .atlas = bench_atlas(b, base)};
    preview_write(&w, out);
    files_unref(f);
    return 200;
}

static int run_check(struct bench *b, void *arg, struct json_out *out)
{
    const struct asked *a = arg;
    const struct bench_content *c = bench_take(b, a->files, true, a->today);
    if (!c)
        return no_memory(out);
    json_out_text(out, "version", files_version(c->files));
    preview_put_check(c->findings, out);
    return 200;
}

static struct asked *ask(const struct call *call)
{
    struct asked *a = calloc(1, sizeof *a);
    if (!a) {
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
        return NULL;
    }
    a->files = files_ref(draft_files(call->console->draft));
    a->today = clock_day(console_now(call->console));
    return a;
}

/* Take one of the other entries. Returns 0, or -1 after a failure was answered. */
static int read_change(const struct call *call, const struct tree_node *n, struct asked *a)
{
    const char *place = tree_string(tree_get(n, "place"));
    const char *json = tree_string(tree_get(n, "json"));
    if (!place || (!json && tree_type(tree_get(n, "json")) != JSON_NULL) ||
        a->change_count == CHANGES_MAX) {
        call_fail(call, 400, "bad_field", "changes",
                  "Each change has a place and its json, and there are at most %d.", CHANGES_MAX);
        return -1;
    }
    a->changes[2 * a->change_count] = strdup(place);
    a->changes[2 * a->change_count + 1] = json ? strdup(json) : NULL;
    a->change_count++;
    return 0;
}

/* Returns 0, or -1 after a failure was answered. */
static int read_asked(const struct call *call, struct asked *a)
{
    const char *place = call_text(call, "place", 3, PLACE_MAX - 1);
    const char *json = place ? call_text_or_empty(call, "json", JSON_CHARACTERS) : NULL;
    const char *language = json ? call_text_or_empty(call, "language", LANGUAGE_CHARACTERS) : NULL;
    if (!language)
        return -1;
    a->place = strdup(place);
    a->json = *json ? strdup(json) : NULL;
    a->language = strdup(language);
    const struct tree_node *n = tree_first(tree_get(call->in, "changes"));
    for (; n; n = tree_next(n)) {
        if (read_change(call, n, a) < 0)
            return -1;
    }
    bool whole = a->place && a->language && (a->json || !*json);
    for (size_t i = 0; i < a->change_count; i++)
        whole = whole && a->changes[2 * i];
    if (!whole)
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
    return whole ? 0 : -1;
}

/* POST /api/preview {place, json, language, changes: [{place, json}]}: see editing/preview.h. json
 * is the entry as JSON in a string; left out, the entry as it stands. */
void api_preview(const struct call *call)
{
    struct asked *a = ask(call);
    const struct workbench_work work = {.arg = a, .run = run_preview, .free = free_asked};
    if (!a)
        return;
    if (read_asked(call, a) < 0)
        free_asked(a);
    else
        workbench_post_newest(call, &work);
}

/* POST /api/check {}: all that the check says of the working copy. */
void api_check(const struct call *call)
{
    struct asked *a = ask(call);
    const struct workbench_work work = {.arg = a, .run = run_check, .free = free_asked};
    if (a)
        workbench_post(call, &work);
}
