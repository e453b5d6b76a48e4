/* SPDX-License-Identifier: Apache-2.0 */
#include "console/publish_bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { OCTETS_OF_ONE = 4, NAME_OCTETS = OCTETS_OF_ONE * CONTENT_PERSON_MAX + 1 };
enum { NOTE_OCTETS = OCTETS_OF_ONE * CONTENT_NOTE_MAX + 1 };

/* Who is named where nobody of the console has written or read it. */
static const char installed[] = "Content as installed";

void publish_one_line(const char *in, size_t most, char *out, size_t cap)
{
    static const char more[] = "…";
    size_t len = strlen(in), n = 0, count = utf8_count(in, len);
    uint32_t cp;
    for (size_t i = 0, k = 0; i < len && k < most - (count > most); k++) {
        int step = utf8_next(in + i, len - i, &cp);
        if (step < 0)
            break;
        i += (size_t)step;
        bool control = cp < 0x20 || (cp >= 0x7F && cp < 0xA0);
        if (!utf8_append(control ? ' ' : cp, out, cap, &n))
            break;
    }
    out[n] = '\0';
    if (count > most && n + sizeof more <= cap)
        memcpy(out + n, more, sizeof more);
    /* Bundles want no blank at either end. */
    for (n = strlen(out); n > 0 && out[n - 1] == ' ';)
        out[--n] = '\0';
    memmove(out, out + strspn(out, " "), strlen(out + strspn(out, " ")) + 1);
}

/* Write a bundle into memory of its own. */
static char *write_payload(const struct content_bundle *said, const struct files *files,
                           size_t *len, char why[CONTENT_WHY_MAX])
{
    char version[CONTENT_VERSION_HEX + 1], *payload = malloc(CONTENT_PAYLOAD_MAX + 1), *fit;
    size_t count;
    const struct catalog_file *list = files_list(files, &count);
    struct content_bundle b = *said;
    struct buf buf;
    int failed = -1;
    b.files = calloc(count + 1, sizeof *b.files);
    b.count = count;
    snprintf(why, CONTENT_WHY_MAX, "there is no memory");
    if (payload && b.files) {
        for (size_t i = 0; i < count; i++)
            b.files[i] = (struct content_file){list[i].name, list[i].text, list[i].len};
        buf_init(&buf, payload, CONTENT_PAYLOAD_MAX + 1);
        failed = content_codec_write(&b, &buf, version, why);
        *len = buf.len;
    }
    free(b.files);
    if (failed) {
        free(payload);
        return NULL;
    }
    fit = realloc(payload, *len + 1);
    return fit ? fit : payload;
}

bool publish_bundle_fits(const struct files *files, char why[CONTENT_WHY_MAX])
{
    size_t len;
    char *payload = write_payload(
        &(struct content_bundle){
            .author = "a", .reviewer = "r", .note = "n", .previous = "", .at = 1},
        files, &len, why);
    if (payload)
        why[0] = '\0';
    free(payload);
    return payload != NULL;
}

/* What the message says besides its files. */
struct saying {
    struct db *db;
    int64_t version, at;
    bool found, back, was_installed;
    char author[NAME_OCTETS], reviewer[NAME_OCTETS], note[NOTE_OCTETS];
    char previous[CONTENT_VERSION_HEX + 1];
    char by[NAME_OCTETS], why[NOTE_OCTETS];
    size_t authors, named;
};

static void take_publication(void *arg, const struct publish_row *row)
{
    struct saying *s = arg;
    s->found = true;
    s->version = row->version;
    s->at = row->sent_ms;
    s->back = strcmp(row->kind, "back") == 0;
    snprintf(s->previous, sizeof s->previous, "%.16s", row->previous);
    publish_one_line(row->by_name, CONTENT_PERSON_MAX, s->by, sizeof s->by);
    publish_one_line(row->why, VERSION_WHY_MAX, s->why, sizeof s->why);
}

static void take_version(void *arg, const struct version_row *row)
{
    struct saying *s = arg;
    s->was_installed = strcmp(row->origin, "installed") == 0;
    publish_one_line(row->decided_name, CONTENT_PERSON_MAX, s->reviewer, sizeof s->reviewer);
    publish_one_line(row->note, VERSION_NOTE_MAX, s->note, sizeof s->note);
}

/* As many names as the member holds; the rest is counted. */
static void take_author(void *arg, const struct version_person *p)
{
    enum { ROOM_FOR_COUNT = 12 };
    struct saying *s = arg;
    char more[2 * NAME_OCTETS];
    s->authors++;
    snprintf(more, sizeof more, "%s%s%s", s->author, s->author[0] ? ", " : "", p->name);
    if (utf8_count(more, strlen(more)) > CONTENT_PERSON_MAX - ROOM_FOR_COUNT && s->author[0])
        return;
    publish_one_line(more, CONTENT_PERSON_MAX - ROOM_FOR_COUNT, s->author, sizeof s->author);
    s->named++;
}

static void end_authors(struct saying *s)
{
    size_t n = strlen(s->author);
    if (s->named < s->authors)
        snprintf(s->author + n, sizeof s->author - n, " + %zu", s->authors - s->named);
    if (s->was_installed)
        snprintf(s->author, sizeof s->author, "%s", installed);
    /* Whoever went back to it answers for it. */
    if (s->reviewer[0] == '\0')
        memcpy(s->reviewer, s->by, sizeof s->reviewer);
    /* Two people may have one name; gateways compare names. */
    n = strlen(s->reviewer);
    if (strcmp(s->author, s->reviewer) == 0)
        snprintf(s->reviewer + n, sizeof s->reviewer - n, " (2)");
}

/* A version that is published again says by whom and why. */
static void end_note(struct saying *s)
{
    char note[3 * NOTE_OCTETS];
    if (!s->back)
        return;
    snprintf(note, sizeof note, "Back to version %lld (%s)%s%s", (long long)s->version, s->by,
             s->why[0] ? ": " : "", s->why);
    publish_one_line(note, CONTENT_NOTE_MAX, s->note, sizeof s->note);
}

char *publish_bundle_write(struct db *db, int64_t publication, size_t *len,
                           char why[CONTENT_WHY_MAX])
{
    struct saying s = {.db = db};
    snprintf(why, CONTENT_WHY_MAX, "it cannot be read from the database");
    if (publish_get(db, publication, take_publication, &s) != DB_OK || !s.found ||
        versions_get(db, s.version, take_version, &s) != DB_OK ||
        versions_authors(db, s.version, take_author, &s) != DB_OK)
        return NULL;
    end_authors(&s);
    end_note(&s);
    struct files *files = versions_files(db, s.version);
    if (!files)
        return NULL;
    char *payload = write_payload(&(struct content_bundle){.author = s.author,
                                                           .reviewer = s.reviewer,
                                                           .note = s.note,
                                                           .previous = s.previous,
                                                           .at = s.at},
                                  files, len, why);
    files_unref(files);
    return payload;
}
