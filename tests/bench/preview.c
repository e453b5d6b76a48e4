/* SPDX-License-Identifier: Apache-2.0 */
/* What a preview costs: texts of the shipped content, each with some letters more, in all
 * languages, as the console's workbench makes it. In time of one processor, so that other work on
 * the machine does not count. Usage: bench_preview CONTENT_DIR */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "editing/place.h"
#include "editing/preview.h"
#include "handlers/table.h"

enum { RUNS_MAX = 4000, EACH = 12 /* of the articles one in so many */ };

struct desk {
    struct conf conf;
    struct handler_table handlers;
    struct studio studio;
    struct files *files;
    struct catalog *catalog;
    struct atlas *atlas;
    int32_t today;
};

struct times {
    double ms[RUNS_MAX];
    size_t count;
};

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, struct times *t)
{
    qsort(t->ms, t->count, sizeof *t->ms, compare);
    if (t->count)
        printf("%-24s %4zu runs: median %6.1f ms, one in twenty above %6.1f ms, most %6.1f ms\n",
               what, t->count, t->ms[t->count / 2], t->ms[t->count * 95 / 100],
               t->ms[t->count - 1]);
}

static int begin(struct desk *d, const char *folder)
{
    const struct studio_wish w = {.drafts = true, .faulty = true, .today = setup_today()};
    conf_defaults(&d->conf);
    d->handlers = handlers_all();
    d->today = w.today;
    d->files = files_read(folder, NULL);
    if (!d->files || studio_init(&d->studio, &d->conf, &d->handlers) < 0)
        return -1;
    double a = now_ms();
    d->catalog = studio_load(&d->studio, d->files, &w, NULL);
    double b = now_ms();
    d->atlas = d->catalog ? atlas_new(&d->studio, d->catalog) : NULL;
    printf("%-24s %.0f ms, then %.0f ms for the screens of handlers\n", "the first", b - a,
           now_ms() - b);
    return d->atlas ? 0 : -1;
}

static void look(const struct desk *d, const char *place, const char *json, struct times *t)
{
    char *text = NULL;
    size_t len = 0;
    struct json_out out = {.file = open_memstream(&text, &len)};
    const struct preview_wish w = {.studio = &d->studio,
                                   .files = d->files,
                                   .place = place,
                                   .json = json,
                                   .language = "",
                                   .today = d->today,
                                   .base = d->catalog,
                                   .atlas = d->atlas};
    double a = now_ms();
    json_out_open(&out, NULL, '{');
    preview_write(&w, &out);
    json_out_close(&out, '{');
    fclose(out.file);
    if (t->count < RUNS_MAX)
        t->ms[t->count++] = now_ms() - a;
    free(text);
}

/* A letter more. */
static void type(const struct desk *d, const char *file, const char *id, struct times *t)
{
    char place[256];
    snprintf(place, sizeof place, "%s#%s", file, id);
    char *old = place_get(d->files, place), *json = NULL;
    const char *quote = old ? strstr(old, "\"text\": \"") : NULL;
    if (quote && asprintf(&json, "%.*s. %s", (int)(quote - old + 9), old, quote + 9) > 0)
        look(d, place, json, t);
    free(json);
    free(old);
}

static void type_all(const struct desk *d, struct times *t)
{
    for (size_t lang = 0; lang < catalog_language_count(d->catalog); lang++) {
        char file[64];
        snprintf(file, sizeof file, "texts/%s/articles.json",
                 catalog_language(d->catalog, lang)->code);
        for (size_t i = 0, n = 0; i < catalog_text_count(d->catalog); i++) {
            const char *id = catalog_text_at(d->catalog, i)->id;
            size_t len = strlen(id);
            if (len > 5 && !strcmp(id + len - 5, ".text") && n++ % EACH == lang)
                type(d, file, id, t);
        }
    }
}

int main(int argc, char **argv)
{
    struct desk *d = calloc(1, sizeof *d);
    struct times *t = calloc(3, sizeof *t);
    if (argc != 2 || !d || !t || begin(d, argv[1]) < 0) {
        fputs("Usage: bench_preview CONTENT_DIR\n", stderr);
        return 2;
    }
    type_all(d, &t[0]);
    print("a letter of an article", &t[0]);
    for (int i = 0; i < 20; i++) {
        type(d, "texts/en/fees.json", "fee.rule.th-visa", &t[1]);
        look(d, "channels.json#th-doe-1694", NULL, &t[2]);
    }
    print("a letter of a fee rule", &t[1]);
    print("a contact", &t[2]);
    atlas_free(d->atlas);
    catalog_unref(d->catalog);
    files_unref(d->files);
    free(d);
    free(t);
    return 0;
}
