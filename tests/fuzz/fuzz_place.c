/* SPDX-License-Identifier: Apache-2.0 */
/* An entry from any hand for a file from any hand: the first octet chooses the place, then up to
 * the first NUL the entry, then the file. What is taken can be read back as the same JSON, the file
 * passes the gate, and taking the entry out again leaves the others as they were. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "editing/place.h"

static const char *const places[] = {
    "menu.json#main",
    "texts/lo/ui.json#a",
    "fees.json#r",
    "fees.json#corridors/la-th",
    "keywords.json#languages/lo",
    "glossary.json#a fee",
};

enum { PLACES = sizeof places / sizeof places[0] };

static void must(bool holds)
{
    if (!holds)
        abort();
}

struct seen {
    size_t count, octets;
    const char *but;
};

static int count_others(void *arg, const char *place, const char *json, size_t len)
{
    struct seen *s = arg;
    (void)json;
    if (strcmp(place, s->but)) {
        s->count++;
        s->octets += len;
    }
    return 0;
}

static struct seen others(const struct files *f, const char *place)
{
    struct seen s = {.but = place};
    char file[64];
    snprintf(file, sizeof file, "%.*s", (int)strcspn(place, "#"), place);
    must(place_list(f, file, count_others, &s) == 0);
    return s;
}

static void must_be_json(const char *text)
{
    struct json_error err;
    size_t len = strlen(text);
    struct tree *t = tree_parse(text, len, &err);
    must(t != NULL);
    tree_free(t);
}

static void check_taken(const struct files *before, const struct files *after, const char *place)
{
    char why[PLACE_WHY_MAX], file[64];
    char *json = place_get(after, place);
    must(json != NULL);
    snprintf(file, sizeof file, "%.*s", (int)strcspn(place, "#"), place);
    must_be_json(files_find(after, file)->text);
    struct seen a = others(before, place), b = others(after, place);
    must(a.count == b.count && a.octets == b.octets);
    struct files *same = place_set(after, place, json, why);
    must(same && !strcmp(files_version(same), files_version(after)));
    struct files *without = place_set(after, place, NULL, why);
    must(without != NULL);
    b = others(without, place);
    must(a.count == b.count && a.octets == b.octets);
    files_unref(without);
    files_unref(same);
    free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[PLACE_WHY_MAX], file[64];
    const uint8_t *end = size ? memchr(data + 1, '\0', size - 1) : NULL;
    if (!end)
        return 0;
    const char *place = places[data[0] % PLACES], *json = (const char *)data + 1;
    snprintf(file, sizeof file, "%.*s", (int)strcspn(place, "#"), place);
    const struct catalog_file one = {file, (const char *)end + 1, size - (size_t)(end + 1 - data)};
    struct files *f = files_new(&one, 1);
    must(f != NULL);
    struct files *g = place_set(f, place, json, why);
    if (g)
        check_taken(f, g, place);
    else
        must(why[0] != '\0');
    files_unref(g);
    files_unref(f);
    return 0;
}
