/* SPDX-License-Identifier: Apache-2.0 */
/* Payloads of the contract, and what a test of their reader works with. Include after cmocka.h. */
#ifndef ML_TEST_CODEC_DESK_H
#define ML_TEST_CODEC_DESK_H

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "message/codec.h"

#define HEAD                                                                                       \
    "\"v\":1,\"kind\":\"ussd\",\"id\":\"a1\",\"msisdn\":\"8562055512345\",\"session\":\"s9\","
#define TAIL     "\"at\":1795456789000"
#define BEGIN    "{" HEAD "\"event\":\"begin\",\"code\":\"*1234#\",\"text\":\"\"," TAIL "}"
#define CONTINUE "{" HEAD "\"event\":\"continue\",\"text\":\"7\"," TAIL "}"
#define END      "{" HEAD "\"event\":\"end\",\"cause\":\"user\"," TAIL "}"
#define SMS                                                                                        \
    "{\"v\":1,\"kind\":\"sms\",\"id\":\"a1\",\"msisdn\":\"8562055512345\",\"to\":\"1234\","        \
    "\"text\":\"FEES\"," TAIL "}"
#define RECEIPT                                                                                    \
    "{\"v\":1,\"kind\":\"receipt\",\"id\":\"a1\",\"status\":\"delivered\",\"of\":\"a0.1\"," TAIL "}"

/* What one test works with: the payload it makes, the reader's memory, what came out. */
struct desk {
    char json[2 * MESSAGE_PAYLOAD_MAX];
    char many[2 * MESSAGE_PAYLOAD_MAX];
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct mo mo;
    struct refusal why;
};

static inline int set_desk(void **state)
{
    *state = test_malloc(sizeof(struct desk));
    return 0;
}

static inline int clear_desk(void **state)
{
    test_free(*state);
    return 0;
}

static inline int read_mo(struct desk *d, const char *json)
{
    memset(&d->why, 0x5A, sizeof d->why);
    return codec_read_mo(json, strlen(json), d->scratch, &d->mo, &d->why);
}

static inline const struct mo *accepted(struct desk *d, const char *json)
{
    if (read_mo(d, json))
        fail_msg("refused: %s\n%s", d->why.detail, json);
    return &d->mo;
}

static inline void refused(struct desk *d, const char *json, enum refusal_code code,
                           const char *detail)
{
    if (!read_mo(d, json))
        fail_msg("taken: %s", json);
    if (d->why.code != code || !strstr(d->why.detail, detail))
        fail_msg("%s: %s\n%s", codec_refusal_name(d->why.code), d->why.detail, json);
    assert_int_equal(d->why.retry_ms, 0);
    assert_null(strstr(d->why.detail, "8562055512345"));
}

/* A payload with its first `from` replaced. */
static inline const char *with(struct desk *d, const char *json, const char *from, const char *to)
{
    const char *at = strstr(json, from);
    if (!at)
        fail_msg("no %s in %s", from, json);
    struct buf b;
    buf_init(&b, d->json, sizeof d->json);
    buf_put(&b, json, (size_t)(at - json));
    buf_puts(&b, to);
    buf_puts(&b, at + strlen(from));
    assert_false(b.full);
    return d->json;
}

/* n times piece. */
static inline const char *times(struct desk *d, size_t n, const char *piece)
{
    size_t len = strlen(piece);
    for (size_t i = 0; i < n; i++)
        memcpy(d->many + i * len, piece, len);
    d->many[n * len] = '\0';
    return d->many;
}

#endif
