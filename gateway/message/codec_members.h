/* SPDX-License-Identifier: Apache-2.0 */
/* The members of one message as they stand on the wire, by a list of names; shared by the codecs of
 * both sides. */
#ifndef ML_MESSAGE_CODEC_MEMBERS_H
#define ML_MESSAGE_CODEC_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"

enum { CODEC_MEMBERS_MAX = 20 };

struct codec_members {
    const char *const *names;                   /* the members that count; all others are ignored */
    size_t count;                               /* of names, at most CODEC_MEMBERS_MAX */
    uint32_t seen;                              /* bit i: the member names[i] is there */
    struct json_value value[CODEC_MEMBERS_MAX]; /* strings lie in the scratch of the scan */
};

/* Scan one payload of at most MESSAGE_PAYLOAD_MAX octets; names and count are set, the rest is
 * filled. scratch holds at least len + 1 octets. Returns 0, or -1 with *err; what came before the
 * fault is filled then, too. */
int codec_members_scan(struct codec_members *m, const char *payload, size_t len, char *scratch,
                       struct json_error *err);

/* Keep one member; arg is the struct codec_members. For scans with other limits (a json_member_fn):
 * set names and count, and seen to 0. */
int codec_members_keep(void *arg, const char *key, size_t key_len, const struct json_value *value);

bool codec_members_has(const struct codec_members *m, unsigned i);

/* Is member i there, and a string? */
bool codec_members_is_string(const struct codec_members *m, unsigned i);

/* Is member i there, and the integer n? */
bool codec_members_is_int(const struct codec_members *m, unsigned i, int64_t n);

/* The string of member i, or "" if it is absent or no string. */
const char *codec_members_string(const struct codec_members *m, unsigned i);

/* Write ,"name":"value" */
void codec_members_put(struct buf *out, const char *name, const char *value);

/* Write ,"name":value */
void codec_members_put_int(struct buf *out, const char *name, int64_t value);

#endif
