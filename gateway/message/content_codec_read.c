/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "message/codec_members.h"
#include "message/content_rules.h"

/* Of the whole; what is known is 2 levels deep. */
enum { DEPTH_MAX = 8 };

enum member {
    CM_VERSION,
    CM_SHA256,
    CM_AUTHOR,
    CM_REVIEWER,
    CM_NOTE,
    CM_PREVIOUS,
    CM_STRINGS,
    CM_V = CM_STRINGS,
    CM_AT,
    CM_FILES,
    CM_COUNT
};

static const char *const members[CM_COUNT] = {
    [CM_VERSION] = "version",
    [CM_SHA256] = "sha256",
    [CM_AUTHOR] = "author",
    [CM_REVIEWER] = "reviewer",
    [CM_NOTE] = "note",
    [CM_PREVIOUS] = "previous",
    [CM_V] = "v",
    [CM_AT] = "at",
    [CM_FILES] = "files",
};

/* The scan's own words may hold a key's name, and a key may hold anything: say only the place. */
static int unreadable(const struct json_error *err, char why[CONTENT_WHY_MAX])
{
    const char *what = err->fault == JSON_DUPLICATE ? "a key occurs twice" : err->detail;
    snprintf(why, CONTENT_WHY_MAX, "octet %zu: %s", err->offset, what);
    return -1;
}

static int scan(struct codec_members *m, const char *payload, size_t len, char *scratch,
                char why[CONTENT_WHY_MAX])
{
    const struct json_job job = {
        .limits = {.max_len = CONTENT_PAYLOAD_MAX, .max_depth = DEPTH_MAX},
        .member = codec_members_keep,
        .arg = m,
    };
    struct json_error err;
    *m = (struct codec_members){.names = members, .count = CM_COUNT};
    if (json_scan(payload, len, scratch, &job, &err) < 0)
        return unreadable(&err, why);
    if (!codec_members_is_int(m, CM_V, 1))
        return content_refuse(why, "v", "must be 1");
    for (unsigned i = 0; i < CM_STRINGS; i++) {
        if (!codec_members_is_string(m, i))
            return content_refuse(why, members[i], "must be a string");
    }
    if (!codec_members_has(m, CM_FILES) || m->value[CM_FILES].type != JSON_OBJECT)
        return content_refuse(why, "files", "must be an object");
    return 0;
}

static int take_members(const struct codec_members *m, struct content_bundle *out,
                        char why[CONTENT_WHY_MAX])
{
    const struct json_value *at = &m->value[CM_AT];
    bool is_int = codec_members_has(m, CM_AT) && at->type == JSON_NUMBER && at->is_int;
    out->version = codec_members_string(m, CM_VERSION);
    out->author = codec_members_string(m, CM_AUTHOR);
    out->reviewer = codec_members_string(m, CM_REVIEWER);
    out->note = codec_members_string(m, CM_NOTE);
    out->previous = codec_members_string(m, CM_PREVIOUS);
    out->at = is_int ? at->i : 0;
    return content_check(out, why);
}

/* One file; stops at one that is no string, or too many. */
static int take_file(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct content_bundle *b = arg;
    (void)key_len;
    if (v->type != JSON_STRING || b->count == CONTENT_FILES_MAX)
        return -1;
    b->files[b->count++] = (struct content_file){key, v->str, v->len};
    return 0;
}

static int scan_files(const struct json_value *v, char *scratch, struct content_bundle *out,
                      char why[CONTENT_WHY_MAX])
{
    const struct json_job job = {
        .limits = {.max_len = CONTENT_PAYLOAD_MAX, .max_depth = DEPTH_MAX},
        .member = take_file,
        .arg = out,
    };
    struct json_error err;
    if (json_scan(v->str, v->len, scratch, &job, &err) == 0)
        return content_check_files(out, why);
    if (err.fault == JSON_STOPPED)
        return content_refuse(why, "files", "must be 1-512 strings");
    return unreadable(&err, why);
}

static int check_hash(const struct codec_members *m, const struct content_bundle *b,
                      char why[CONTENT_WHY_MAX])
{
    char sha256[CONTENT_SHA256_HEX + 1];
    content_hash(b, sha256);
    if (strcmp(codec_members_string(m, CM_SHA256), sha256) != 0)
        return content_refuse(why, "sha256", "is not that of the files");
    if (strlen(b->version) != CONTENT_VERSION_HEX ||
        strncmp(b->version, sha256, CONTENT_VERSION_HEX) != 0)
        return content_refuse(why, "version", "must be the first 16 digits of sha256");
    return 0;
}

/* Memory for both scans: the strings of the outermost object, then those of its files. */
static int make_room(struct content_bundle *out, size_t len)
{
    out->own = malloc(2 * (len + 1));
    out->files = calloc(CONTENT_FILES_MAX, sizeof *out->files);
    return out->own && out->files ? 0 : -1;
}

int content_codec_read(const char *payload, size_t len, struct content_bundle *out,
                       char why[CONTENT_WHY_MAX])
{
    struct codec_members m;
    *out = (struct content_bundle){.count = 0};
    why[0] = '\0';
    if (len > CONTENT_PAYLOAD_MAX)
        return content_refuse(why, "the payload", "is longer than 8388608 octets");
    if (make_room(out, len) < 0)
        content_refuse(why, "the payload", "cannot be read: no memory");
    else if (scan(&m, payload, len, out->own, why) == 0 && take_members(&m, out, why) == 0 &&
             scan_files(&m.value[CM_FILES], out->own + len + 1, out, why) == 0 &&
             check_hash(&m, out, why) == 0)
        return 0;
    content_bundle_free(out);
    return -1;
}

_Static_assert(CONTENT_PAYLOAD_MAX == 8388608, "content_codec_read() says so");

void content_bundle_free(struct content_bundle *b)
{
    free(b->own);
    free(b->files);
    *b = (struct content_bundle){.count = 0};
}
