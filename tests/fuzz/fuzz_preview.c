/* SPDX-License-Identifier: Apache-2.0 */
/* An entry from any hand, typed into a small content and looked at. The first octet chooses the
 * place that is typed, the second the one that is looked at, the rest is the entry. Whatever stands
 * there, the preview is JSON; and if the content counts as whole, errors or not, every screen can
 * be walked through. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "editing/preview.h"
#include "handlers/table.h"
#include "tests/support/small_content.h"

static const char *const places[] = {
    "texts/en/all.json#main.title",
    "texts/lo/all.json#visa.text",
    "texts/en/all.json#fee.visa-rule",
    "menu.json#main",
    "menu.json#visa",
    "menu.json#fees",
    "menu.json#request",
    "fees.json#th-visa-la",
    "fees.json#corridors/la-th",
    "fees.json#items/visa",
    "channels.json#th-one",
    "centres.json#la-pakse",
    "keywords.json#stop",
    "languages.json#lo",
    "texts/en/all.json#channel.one",
    "texts/en/all.json#request.label",
};

enum { PLACES = sizeof places / sizeof places[0], TODAY = 20605 };

/* What does not change between inputs. */
struct desk {
    struct conf conf;
    struct handler_table handlers;
    struct studio studio;
    struct files *files;
    struct catalog *catalog;
    struct atlas *atlas;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void put(struct desk *d, const char *place, const char *json)
{
    char why[PLACE_WHY_MAX];
    struct files *f = place_set(d->files, place, json, why);
    must(f != NULL);
    files_unref(d->files);
    d->files = f;
}

/* The small content with a node of each handler. */
static void open_files(struct desk *d)
{
    static const char *const types[] = {"channels", "centres", "request", "status",
                                        "language", "resume",  "sms_me"};
    struct small s;
    small_init(&s);
    d->files = files_new(s.files, s.count);
    small_free(&s);
    must(d->files != NULL);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char place[64], json[64];
        snprintf(place, sizeof place, "menu.json#%s",
                 strcmp(types[i], "sms_me") ? types[i] : "sms-me");
        snprintf(json, sizeof json, "{\"type\":\"%s\",\"dial\":\"3%zu\"}", types[i], i);
        put(d, place, json);
    }
    put(d, "texts/en/all.json#request.label", "{\"text\":\"Call me\",\"kind\":\"label\"}");
    put(d, "texts/en/all.json#channels.label", "{\"text\":\"Help\",\"kind\":\"label\"}");
    put(d, "texts/lo/all.json#request.label", "{\"text\":\"ໂທຫາຂ້ອຍ\"}");
    put(d, "texts/lo/all.json#channels.label", "{\"text\":\"ຊ່ວຍ\"}");
    put(d, "menu.json#main",
        "{\"type\":\"menu\",\"children\":[\"papers\",\"fees\",\"channels\",\"request\"]}");
}

static struct desk *desk(void)
{
    static struct desk d;
    const struct studio_wish w = {.today = TODAY, .drafts = true, .faulty = true};
    if (d.files)
        return &d;
    conf_defaults(&d.conf);
    d.handlers = handlers_all();
    must(studio_init(&d.studio, &d.conf, &d.handlers) == 0);
    open_files(&d);
    d.catalog = studio_load(&d.studio, d.files, &w, NULL);
    must(d.catalog != NULL);
    d.atlas = catalog_is_whole(d.catalog) ? atlas_new(&d.studio, d.catalog) : NULL;
    must(d.atlas != NULL);
    return &d;
}

static void look(const struct desk *d, const struct files *f, const char *place, const char *json)
{
    const struct preview_wish w = {.studio = &d->studio,
                                   .files = f,
                                   .place = place,
                                   .json = json,
                                   .language = "",
                                   .today = TODAY,
                                   .base = d->catalog,
                                   .atlas = d->atlas};
    char *text = NULL;
    size_t len = 0;
    struct json_error err;
    struct json_out out = {.file = open_memstream(&text, &len)};
    must(out.file != NULL);
    json_out_open(&out, NULL, '{');
    preview_write(&w, &out);
    json_out_close(&out, '{');
    fclose(out.file);
    struct tree *t = tree_parse(text, len, &err);
    must(t != NULL);
    tree_free(t);
    free(text);
}

/* Compiled from nothing and with the help of what stood before, walked through if it is whole. */
static void walk(const struct desk *d, const struct files *f)
{
    const struct studio_wish w = {
        .today = TODAY, .drafts = true, .faulty = true, .like = d->catalog};
    struct catalog *c = studio_load(&d->studio, f, &w, NULL);
    if (c && catalog_is_whole(c)) {
        struct atlas *a = atlas_new(&d->studio, c);
        must(a != NULL);
        atlas_free(a);
    }
    catalog_unref(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct desk *d = desk();
    char why[PLACE_WHY_MAX];
    if (size < 2)
        return 0;
    const char *typed = places[data[0] % PLACES], *looked = places[data[1] % PLACES];
    char *json = strndup((const char *)data + 2, size - 2);
    must(json != NULL);
    look(d, d->files, typed, json);
    struct files *f = place_set(d->files, typed, json, why);
    if (f) {
        look(d, f, looked, NULL);
        walk(d, f);
    }
    files_unref(f);
    free(json);
    return 0;
}
