/* SPDX-License-Identifier: Apache-2.0 */
#include "message/codec_members.h"

#include <string.h>

#include "message/message.h"

int codec_members_keep(void *arg, const char *key, size_t key_len, const struct json_value *value)
{
    struct codec_members *m = arg;
    for (size_t i = 0; i < m->count; i++) {
        if (key[0] != m->names[i][0] || strlen(m->names[i]) != key_len ||
            memcmp(m->names[i], key, key_len) != 0)
            continue;
        m->seen |= UINT32_C(1) << i;
        m->value[i] = *value;
        break;
    }
    return 0;
}

int codec_members_scan(struct codec_members *m, const char *payload, size_t len, char *scratch,
                       struct json_error *err)
{
    const struct json_job job = {
        .limits = {.max_len = MESSAGE_PAYLOAD_MAX, .max_depth = MESSAGE_DEPTH_MAX},
        .member = codec_members_keep,
        .arg = m,
    };
    m->seen = 0;
    return json_scan(payload, len, scratch, &job, err);
}

bool codec_members_has(const struct codec_members *m, unsigned i)
{
    return m->seen >> i & 1;
}

bool codec_members_is_string(const struct codec_members *m, unsigned i)
{
    return codec_members_has(m, i) && m->value[i].type == JSON_STRING;
}

bool codec_members_is_int(const struct codec_members *m, unsigned i, int64_t n)
{
    const struct json_value *v = &m->value[i];
    return codec_members_has(m, i) && v->type == JSON_NUMBER && v->is_int && v->i == n;
}

const char *codec_members_string(const struct codec_members *m, unsigned i)
{
    return codec_members_is_string(m, i) ? m->value[i].str : "";
}

static void put_name(struct buf *out, const char *name)
{
    buf_puts(out, ",\"");
    buf_puts(out, name);
    buf_puts(out, "\":");
}

void codec_members_put(struct buf *out, const char *name, const char *value)
{
    put_name(out, name);
    buf_json(out, value, strlen(value));
}

void codec_members_put_int(struct buf *out, const char *name, int64_t value)
{
    put_name(out, name);
    buf_int(out, value);
}
