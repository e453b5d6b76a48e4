/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "editing/entries.h"

/* Copy len octets as a part of an address; -1 if they are too many. */
static int copy_part(char *out, size_t cap, const char *s, size_t len)
{
    if (len >= cap)
        return -1;
    memcpy(out, s, len);
    out[len] = '\0';
    return 0;
}

/* Ids are shown and logged: no control characters, and no more than what they are told by. */
static bool is_plain(const char *s)
{
    for (const char *p = s; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7F)
            return false;
    }
    return *s && utf8_valid(s, strlen(s));
}

/* The section that "SECTION/ID" names, else the first of the file; *id is set behind the name. */
static const struct section *find_section(const char *file, const char **id)
{
    const struct section *first = section_next(file, NULL);
    for (const struct section *s = first; s; s = section_next(file, s)) {
        size_t n = strlen(s->name);
        if (!strncmp(*id, s->name, n) && (*id)[n] == '/') {
            *id += n + 1;
            return s;
        }
    }
    return first;
}

const struct section *place_section(const char *place, struct place_parts *out,
                                    char why[PLACE_WHY_MAX])
{
    const char *hash = strchr(place, '#');
    *out = (struct place_parts){.file = ""};
    snprintf(why, PLACE_WHY_MAX, "No part of the content has such an address. Open it again.");
    if (!hash || copy_part(out->file, sizeof out->file, place, (size_t)(hash - place)) < 0)
        return NULL;
    const char *id = hash + 1;
    const struct section *s = find_section(out->file, &id);
    if (!s)
        return NULL;
    section_language(out->file, out->language);
    snprintf(out->section, sizeof out->section, "%s", s->name);
    if (copy_part(out->id, sizeof out->id, id, strlen(id)) < 0 || !is_plain(out->id)) {
        snprintf(why, PLACE_WHY_MAX, "An id has 1 to %d plain letters. Choose another one.",
                 PLACE_ID_MAX - 1);
        return NULL;
    }
    why[0] = '\0';
    return s;
}

int place_parse(const char *place, struct place_parts *out, char why[PLACE_WHY_MAX])
{
    return place_section(place, out, why) ? 0 : -1;
}

char *place_get(const struct files *f, const char *place)
{
    struct place_parts parts;
    char why[PLACE_WHY_MAX];
    struct entries e;
    char *json = NULL;
    const struct section *s = place_section(place, &parts, why);
    const struct catalog_file *file = s ? files_find(f, parts.file) : NULL;
    if (!file)
        return NULL;
    if (entries_open(&e, file, s, why) == 0) {
        struct entry at;
        if (entries_find(&e, parts.id, &at) &&
            asprintf(&json, "%.*s", (int)(at.item.value.end - at.item.value.start),
                     e.text + at.item.value.start) < 0)
            json = NULL;
    }
    entries_close(&e);
    return json;
}

static int list_section(const struct catalog_file *file, const struct section *s, place_fn fn,
                        void *arg)
{
    char why[PLACE_WHY_MAX], place[PLACE_MAX];
    bool first = s == section_next(file->name, NULL);
    struct entries e;
    struct entry at;
    int rc = entries_open(&e, file, s, why);
    if (rc == 0 && entries_first(&e, &at)) {
        do {
            if (!at.id || strlen(at.id) >= PLACE_ID_MAX)
                continue;
            snprintf(place, sizeof place, "%s#%s%s%s", file->name, first ? "" : s->name,
                     first ? "" : "/", at.id);
            rc = fn(arg, place, e.text + at.item.value.start,
                    at.item.value.end - at.item.value.start);
        } while (rc == 0 && entries_next(&e, &at));
    }
    entries_close(&e);
    return rc;
}

int place_list(const struct files *f, const char *file, place_fn fn, void *arg)
{
    const struct catalog_file *found = files_find(f, file);
    const struct section *s = found ? section_next(file, NULL) : NULL;
    int rc = s ? 0 : -1;
    for (; s && rc == 0; s = section_next(file, s))
        rc = list_section(found, s, fn, arg);
    return rc;
}

void place_mark(const char *json, char mark[PLACE_MARK_SIZE])
{
    uint8_t hash[DIGEST_SIZE];
    mark[0] = '\0';
    if (!json)
        return;
    digest_sha256(json, strlen(json), hash);
    digest_hex(hash, (PLACE_MARK_SIZE - 1) / 2, mark);
}
