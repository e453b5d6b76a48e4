/* SPDX-License-Identifier: Apache-2.0 */
/* The published content as JSON, ROOT/content; PROTOCOL.md, section 9, names every member. */
#ifndef ML_MESSAGE_CONTENT_CODEC_H
#define ML_MESSAGE_CONTENT_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    CONTENT_PAYLOAD_MAX = 8 << 20, /* octets */
    CONTENT_FILE_MAX = 1 << 20,    /* octets of one file */
    CONTENT_FILES_MAX = 512,
    CONTENT_NAME_MAX = 128,   /* octets of a file's name */
    CONTENT_PERSON_MAX = 80,  /* characters of a name */
    CONTENT_NOTE_MAX = 500,   /* characters */
    CONTENT_VERSION_HEX = 16, /* digits of a version: the first of the hash */
    CONTENT_SHA256_HEX = 64,
    CONTENT_WHY_MAX = 192
};

struct content_file {
    const char *name; /* relative, such as "texts/lo/ui.json" */
    const char *text;
    size_t len;
};

/* A version of the content, and who made it. */
struct content_bundle {
    const char *version;  /* 16 lower-case hex digits */
    const char *previous; /* the version published before; "" if none is known */
    const char *author, *reviewer, *note;
    int64_t at;                 /* ms since 1970 */
    struct content_file *files; /* sorted by name */
    size_t count;
    char *own; /* what backs a bundle that was read; NULL for another */
};

/* Read a payload: every member, names, hash and version are checked; what the files say is not. On
 * success the caller frees the bundle, which needs the payload no more. Returns 0, or -1 with why:
 * a sentence that repeats nothing but the name of a member. */
int content_codec_read(const char *payload, size_t len, struct content_bundle *out,
                       char why[CONTENT_WHY_MAX]);

/* Free what content_codec_read has made. */
void content_bundle_free(struct content_bundle *b);

/* Write a bundle. Its files are sorted; version and hash are computed, and the version is copied
 * to `version`. Returns 0, or -1 with why: something that content_codec_read would refuse, or
 * `out` is too small. */
int content_codec_write(struct content_bundle *b, struct buf *out,
                        char version[CONTENT_VERSION_HEX + 1], char why[CONTENT_WHY_MAX]);

/* May a file be called so? Up to three parts of [A-Za-z0-9._-] between slashes, none beginning with
 * a dot, the last ending in .json. */
bool content_name_valid(const char *name);

#endif
